"""A training run taken apart: parts that sum to the step, memory, and layouts that are refused."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.analysis import predict_training as module
from costmodel.analysis.predict_training import TrainingPrediction, _check_memory, predict_training
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.errors import CostModelError, Infeasible
from costmodel.performance.layout.training import Tried
from costmodel.performance.training.interval import half_width
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity

LAYOUT = Deployment(
    id="d",
    name="d",
    precision="bf16",
    tensor_parallel=quantity(4.0),
    pipeline_parallel=quantity(2.0),
    micro_batch=quantity(1.0),
    recompute="full",
    framework="megatron",
)
RUN = TrainingRun(
    id="run",
    name="run",
    tokens=quantity(1e9, "token"),
    batch=quantity(64 * 4096.0, "token"),
    sequence_length=quantity(4096.0, "token"),
    accelerators=quantity(16.0, "accelerator"),
    goodput=quantity(0.9),
)


@pytest.fixture(scope="module")
def found(catalog: Catalog) -> TrainingPrediction:
    """Return a small model on 16 accelerators: two copies of it, each on two stages of four."""
    return predict_training(catalog, "llama-3.1-8b", "h100", LAYOUT, RUN)


def test_parts_sum_to_the_step_and_steps_to_the_run(found: TrainingPrediction) -> None:
    """3,815 steps of 262,144 tokens at a goodput of 90%; hours are those of all accelerators."""
    parts = {name: magnitude(one, "s") for name, one in found.parts.items()}
    step = magnitude(found.result.step_time, "s")
    assert sum(parts.values()) == pytest.approx(step, rel=1e-9)
    assert parts["bubble of the pipeline"] > 0
    assert parts["optimiser"] > 0
    days = 1e9 / (64 * 4096) * step / 0.9 / 86400
    assert magnitude(found.result.duration, "day") == pytest.approx(days, rel=1e-9)
    assert magnitude(found.accelerator_hours, "accelerator*hour") == pytest.approx(16 * 24 * days, rel=1e-9)
    assert found.given == ("goodput",)


def test_times_lie_within_factors_that_are_each_others_inverse(found: TrainingPrediction) -> None:
    """As far as the fit of this family and software was off."""
    low, high = found.interval
    half = half_width(found.setup.constants, found.setup.accelerator.family, "megatron")
    assert (low, high) == (pytest.approx(exp(-half)), pytest.approx(exp(half)))
    assert low < 1 < high


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"tensor_parallel": quantity(3.0)}, CostModelError, "tensor parallel 3, pipeline parallel 2"),
        ({"schedule": "zero-bubble", "pipeline_parallel": quantity(1.0)}, CostModelError, "two stages or more"),
        ({"schedule": "zero-bubble", "virtual_stages": quantity(2.0)}, CostModelError, "two stages or more"),
        ({"precision": "fp9"}, CostModelError, "fp9"),
        (
            {
                "tensor_parallel": quantity(1.0),
                "pipeline_parallel": quantity(1.0),
                "recompute": "none",
                "sharding": "none",
            },
            Infeasible,
            r"the layout takes \d+ GB of \d+ GB",
        ),
    ],
)
def test_a_layout_that_cannot_run_says_why(
    catalog: Catalog, changes: dict[str, Any], error: type[Exception], says: str
) -> None:
    """What does not divide, a pipeline that is none, and what does not fit."""
    with pytest.raises(error, match=says):
        predict_training(catalog, "llama-3.1-8b", "h100", replace(LAYOUT, **changes), RUN)


def test_a_zero_bubble_pipeline_of_two_stages_runs(catalog: Catalog) -> None:
    """A step of one sequence does too; less than one is refused."""
    found = predict_training(catalog, "llama-3.1-8b", "h100", replace(LAYOUT, schedule="zero-bubble"), RUN)
    assert found.setup.deployment.schedule == "zero-bubble"
    with pytest.raises(CostModelError, match="less than one sequence"):
        predict_training(catalog, "llama-3.1-8b", "h100", LAYOUT, replace(RUN, batch=quantity(4095.0, "token")))


def test_what_is_tried_is_searched_for_the_fastest(catalog: Catalog) -> None:
    """Of two tensor splits the one with the shorter step; all that were tried are told, the fastest first."""
    tried = Tried({"tensor_parallel": (2.0, 8.0), "pipeline_parallel": (1.0,), "micro_batch": (1.0,)})
    found = predict_training(catalog, "llama-3.1-8b", "h100", LAYOUT, RUN, tried)
    table = found.layouts()
    assert table["step_time"].is_monotonic_increasing
    assert magnitude(found.setup.deployment.tensor_parallel, "1") in (2.0, 8.0)


def _memory(total: float, activations: float) -> Any:
    parts = {"total": quantity(total, "GB"), "activations": quantity(activations, "GB")}
    return SimpleNamespace(memory=parts, setup=None)


def test_memory_is_refused_above_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """80 of 80 GB fit; of 90, 30 are activations."""
    monkeypatch.setattr(module, "room", lambda _: quantity(80.0, "GB"))
    _check_memory(_memory(80.0, 30.0))
    with pytest.raises(Infeasible, match=r"takes 90 GB of 80 GB .* \(60 GB weights, .* and optimiser, 30 GB activ"):
        _check_memory(_memory(90.0, 30.0))
