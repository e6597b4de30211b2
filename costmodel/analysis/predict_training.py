"""One training run on accelerators of one kind: time, utilisation, memory, and what its step is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp

import pandas as pd

from costmodel.analysis.checked import find_accelerator, find_model
from costmodel.analysis.training_question import check_precision, short_steps
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.economics.run_methods import given_of
from costmodel.errors import CostModelError, Infeasible
from costmodel.performance.formulas.goodput import accelerator_hours
from costmodel.performance.layout.training import Tried, fastest, room, search_training, training_layouts
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training import TrainingResult, train
from costmodel.performance.training.case import Case, case_of
from costmodel.performance.training.interval import half_width
from costmodel.performance.training.links import exchange
from costmodel.performance.training.memory import training_memory
from costmodel.performance.training.step import bubble_of, level, optimizer, step_parts
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, add, magnitude

OF_CASE = {
    "tensor_parallel": "tensor",
    "pipeline_parallel": "stages",
    "context_parallel": "context",
    "virtual_stages": "virtual",
    "expert_parallel": "expert_ways",
    "micro_batch": "micro_batch",
}
"""Splits, and what a case calls them."""


@dataclass(frozen=True)
class TrainingPrediction:
    """A run in a layout that was given, or chosen by search."""

    setup: Setup
    run: TrainingRun

    @cached_property
    def result(self) -> TrainingResult:
        """Time and memory of the run."""
        return train(self.setup, self.run)

    @cached_property
    def case(self) -> Case:
        """The numbers of its step."""
        return case_of(self.setup, self.run)

    @cached_property
    def interval(self) -> tuple[float, float]:
        """Factors on times between which 80% of measurements lie."""
        half = half_width(self.setup.constants, self.setup.accelerator.family, self.setup.deployment.framework)
        return exp(-half), exp(half)

    @cached_property
    def parts(self) -> dict[str, Quantity]:
        """Seconds of a step by what they go to; they sum to the step."""
        constants, times = self.setup.constants, level(self.case, self.setup.constants)
        parts = step_parts(self.case, constants)
        computing = add(parts.values())
        bubble = computing * bubble_of(self.case)
        parts |= {
            "bubble of the pipeline": bubble,
            "exchange between copies": exchange(self.case, constants, computing + bubble),
            "optimiser": optimizer(self.case, constants),
        }
        return {name: one * times for name, one in parts.items()}

    @cached_property
    def memory(self) -> Mapping[str, Quantity]:
        """Bytes of one accelerator by part."""
        return training_memory(self.case, self.setup.constants)

    @property
    def accelerator_hours(self) -> Quantity:
        """Accelerators times the duration of the run."""
        return accelerator_hours(duration=self.result.duration, accelerators=self.run.accelerators)

    @property
    def given(self) -> tuple[str, ...]:
        """What of the result was stated, not computed: utilisation, goodput, both or nothing."""
        return given_of(self.run)

    def layouts(self) -> pd.DataFrame:
        """Return every layout that was tried, the fastest first; `attrs` says how many were refused before, and why."""
        table = search_training(self.setup, self.run)
        return table.sort_values("step_time", ignore_index=True)


def predict_training(
    catalog: Catalog,
    model: str,
    accelerator: str,
    deployment: Deployment,
    run: TrainingRun,
    tried: Tried | None = None,
) -> TrainingPrediction:
    """Return the prediction of a run in a layout, or where it is said what is `tried`, in the fastest that fits.

    A given layout that cannot run, or does not fit in memory, is refused with the reason.
    """
    chip = find_accelerator(catalog, accelerator)
    check_precision(chip, deployment.precision)
    for fault in short_steps(run.batch, run.sequence_length):
        raise CostModelError(fault)
    setup = Setup(find_model(catalog, model), chip, deployment, load_constants())
    if tried is not None:
        return TrainingPrediction(replace(setup, deployment=fastest(setup, run, tried)), run)
    found = TrainingPrediction(setup, run)
    _check_layout(found)
    _check_memory(found)
    return found


def _check_layout(found: TrainingPrediction) -> None:
    splits = {name: (float(magnitude(getattr(found.case, of), "1")),) for name, of in OF_CASE.items()}
    row = training_layouts(found.setup.model, found.setup.accelerator, found.run, splits).iloc[0]
    asked = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, (value,) in splits.items())
    if row["refused"]:
        msg = f"{asked} on {found.run.accelerators:g~P}: {row['refused']} ({row['data_parallel']:g} copies)"
        raise CostModelError(msg)
    if found.setup.deployment.schedule != "1f1b" and (splits["virtual_stages"] > (1,) or row["pipeline_parallel"] == 1):
        msg = f"{asked}: a zero-bubble pipeline has two stages or more, each of one part"
        raise CostModelError(msg)


def _check_memory(found: TrainingPrediction) -> None:
    used, there = (float(magnitude(one, "GB")) for one in (found.memory["total"], room(found.setup)))
    if used > there:
        states = used - float(magnitude(found.memory["activations"], "GB"))
        msg = (
            f"the layout takes {used:.0f} GB of {there:.0f} GB on each accelerator ({states:.0f} GB weights, gradients "
            f"and optimiser, {used - states:.0f} GB activations): more --tp or --pp, --recompute or --sharding full"
        )
        raise Infeasible(msg)
