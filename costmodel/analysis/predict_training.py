"""One training run on accelerators of one kind: time, utilisation, memory, and what its step is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp

import pandas as pd

from costmodel.analysis.checked import find_accelerator, find_model
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.errors import CostModelError, Infeasible
from costmodel.performance.layout.training import fastest, room, search_training
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training import TrainingResult, train
from costmodel.performance.training.case import Case, case_of
from costmodel.performance.training.interval import half_width
from costmodel.performance.training.memory import training_memory
from costmodel.performance.training.step import bubble_of, exchange, level, optimizer, step_parts
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, add, magnitude


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
        return (self.result.duration * self.run.accelerators).to("accelerator * hour")

    def layouts(self) -> pd.DataFrame:
        """Return every layout that was tried, the fastest first; `attrs` says how many were refused before, and why."""
        table = search_training(self.setup, self.run)
        return table.sort_values("step_time", ignore_index=True)


def predict_training(
    catalog: Catalog, model: str, accelerator: str, deployment: Deployment, run: TrainingRun, *, searched: bool
) -> TrainingPrediction:
    """Return the prediction of a run; a given layout that does not fit in memory is refused with what it takes."""
    chip = find_accelerator(catalog, accelerator)
    setup = Setup(find_model(catalog, model), chip, deployment, load_constants())
    if searched:
        return TrainingPrediction(replace(setup, deployment=fastest(setup, run)), run)
    found = TrainingPrediction(setup, run)
    _check(found)
    return found


def _check(found: TrainingPrediction) -> None:
    copies = float(magnitude(found.case.copies, "1"))
    if copies < 1 or copies % 1:
        msg = (
            f"{found.run.accelerators:g~P} do not divide into copies of --tp x --pp x --cp accelerators: "
            f"that makes {copies:g} copies"
        )
        raise CostModelError(msg)
    sequences = float(magnitude(found.run.batch / found.run.sequence_length / found.case.micro_batch, "1"))
    if copies > sequences:
        msg = f"{copies:g} copies of the model share {sequences:g} micro-batches of a step: give a larger --batch"
        raise CostModelError(msg)
    used, there = (float(magnitude(one, "GB")) for one in (found.memory["total"], room(found.setup)))
    if used > there:
        states = float(magnitude(found.memory["states"], "GB"))
        msg = (
            f"the layout takes {used:.0f} GB of {there:.0f} GB on each accelerator ({states:.0f} GB weights, gradients "
            f"and optimiser, {used - states:.0f} GB activations): more --tp or --pp, --recompute or --sharding full"
        )
        raise Infeasible(msg)
