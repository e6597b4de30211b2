"""What counts where nothing is said: the numbers that a user of the library leaves out."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature

import pytest

import costmodel as cm
from costmodel.analysis.break_even_spread import with_spread
from costmodel.analysis.chip import chip
from costmodel.analysis.deployments import front_of
from costmodel.analysis.lessor_question import ask_lessor
from costmodel.analysis.predict import predict_serving
from costmodel.analysis.predict_disaggregated import predict_disaggregated
from costmodel.analysis.program_views import by_volume
from costmodel.analysis.published_costs import Published
from costmodel.analysis.searching import search_deployments
from costmodel.analysis.study import Study, study_of
from costmodel.analysis.training_question import TrainingQuestion
from costmodel.analysis.uncertainty import answers, intervals


@pytest.mark.parametrize(
    ("function", "numbers"),
    [
        (cm.predict, {"tensor_parallel": 1}),
        (cm.replay, {"tensor_parallel": 1}),
        (cm.size, {"peak_to_mean": 1.0}),
        (cm.search_training, {"batch": 4e6, "sequence": 4096}),
        (cm.load, {"fronts": 1}),
        (study_of, {"fronts": 1}),
        (search_deployments, {"cached": 0.0, "disaggregated": False}),
        (predict_disaggregated, {"writers": 1}),
        (ask_lessor, {"sold": 1.0}),
        (answers, {"samples": 8192, "seed": 1}),
        (intervals, {"samples": 8192, "seed": 1}),
        (with_spread, {"draws": 512, "seed": 1}),
        (by_volume, {"draws": 2048, "seed": 1}),
        (predict_serving, {}),
        (chip, {}),
        (front_of, {}),
        (Published, {}),
        (TrainingQuestion, {}),
        (Study, {"fronts": 1}),
        (Study.break_even, {"draws": 0, "seed": 1}),
        (Study.intervals, {"samples": 8192, "seed": 1}),
        (Study.decide, {"draws": 8192, "seed": 1}),
        (Study.uncertainty, {"draws": 65_536, "seed": 1, "linked": True}),
        (Study.sensitivity, {"base": 1024, "draws": 8192, "seed": 1}),
        (Study.map, {"points": 24, "draws": 512, "seed": 1}),
        (Study.sample, {"seed": 1, "memory": 250}),
        (Study.samples, {"seed": 1, "chunk": 65_536}),
        (Study.sweep, {"grid": False}),
        (Study.months_ahead, {"months": 24}),
        (Study.levers, {"intervals": True}),
    ],
)
def test_what_is_left_out_has_its_usual_number(function: Callable[..., object], numbers: dict[str, float]) -> None:
    """As people know it from the manual: one accelerator, steps of four million tokens, 8,192 draws of seed 1."""
    given = {name: one.default for name, one in signature(function).parameters.items()}
    assert {name: one for name, one in given.items() if isinstance(one, (int, float))} == numbers
