"""A training run as a user asks for it, on numbers of accelerators, in layouts that may be tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from costmodel.analysis.arguments import named, numbers
from costmodel.analysis.checked import check_types
from costmodel.analysis.deployments import ONE
from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import Accelerator
from costmodel.domain.terms import disturbances
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.errors import CostModelError, Infeasible, unknown
from costmodel.performance.layout.training import FIELDS, SPLITS, Tried
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.setup import Setup
from costmodel.units import Quantity, magnitude, quantity

TRAINING_SOFTWARE = ("megatron-bridge", "megatron", "llm-foundry", "torchtitan", "maxtext", "neuron", "own", "other")
"""Software whose steps were measured, that of companies' own, and other: the middle of all, with a wider interval."""
MOST_ACCELERATORS = 10_000_000
MOST_TOKENS = 1e18
"""Tokens of a run, a step or a sequence from which on a unit is likely to be wrong."""


@dataclass(frozen=True)
class TrainingQuestion:
    """A model that is trained, on how many accelerators, and what may be tried."""

    model: Architecture
    batch: Quantity
    sequence_length: Quantity
    accelerators: tuple[float, ...]
    tokens: Quantity | None = None
    goodput: float | None = None
    """Share of time that counts, given instead of computed from what interrupts a run."""
    precisions: tuple[str, ...] = ("bf16",)
    framework: str = "other"
    tried: Tried = field(default_factory=Tried)

    def __post_init__(self) -> None:
        """Refuse what no run can be."""
        if self.framework not in TRAINING_SOFTWARE:
            raise unknown("software", self.framework, TRAINING_SOFTWARE)
        if faults := [*self._counts(), *self._lengths()]:
            raise CostModelError("; ".join(faults))

    def _counts(self) -> Iterator[str]:
        """Return in words what is wrong with the numbers of accelerators, and with the share of time that counts."""
        if not self.accelerators:
            yield "a search needs at least one number of accelerators"
        yield from (
            f"accelerators are whole numbers from 1 to {MOST_ACCELERATORS:,}, not {one:g}"
            for one in self.accelerators
            if not 1 <= one <= MOST_ACCELERATORS or one % 1
        )
        if self.goodput is not None and not 0 < self.goodput <= 1:
            yield f"goodput is a share of time above 0 and up to 1, not {self.goodput:g}"

    def _lengths(self) -> Iterator[str]:
        """Return in words what is wrong with tokens."""
        named = {"batch": self.batch, "sequence": self.sequence_length, "tokens": self.tokens}
        for name, value in named.items():
            if value is not None and not 1 <= magnitude(value, "token") <= MOST_TOKENS:
                yield f"{name} is from 1 to {MOST_TOKENS:g} tokens, not {value:g~P}"
        yield from short_steps(self.batch, self.sequence_length)

    def setups(self, chip: Accelerator) -> Iterator[tuple[Setup, TrainingRun]]:
        """Return the model on an accelerator in each number type, in no layout yet, with the run on each number."""
        for precision in self.precisions:
            check_precision(chip, precision)
        for precision in dict.fromkeys(self.precisions):
            for count in dict.fromkeys(self.accelerators):
                yield self.setup(chip, precision), self.run(count)

    def run(self, count: float) -> TrainingRun:
        """Return the run on so many accelerators; of a step alone all time counts."""
        share = 1.0 if self.tokens is None else self.goodput
        disturbed: dict[str, Any] = {name: fact.value for name, fact in disturbances().items()}
        return TrainingRun(
            id="run",
            name="training run",
            tokens=self.batch if self.tokens is None else self.tokens,
            batch=self.batch,
            sequence_length=self.sequence_length,
            accelerators=quantity(count, "accelerator"),
            goodput=None if share is None else quantity(share),
            **disturbed,
        )

    def setup(self, chip: Accelerator, precision: str) -> Setup:
        """Return the model on an accelerator, in no layout yet."""
        base = Deployment(
            id="deployment",
            name="deployment",
            precision=precision,
            framework=self.framework,
            tensor_parallel=ONE,
            pipeline_parallel=ONE,
            micro_batch=ONE,
        )
        return Setup(self.model, chip, base, load_constants())


def tried(splits: Mapping[str, Sequence[float]], **choices: Sequence[str]) -> Tried:
    """Return what a search tries: named values and choices in place of the usual ones."""
    counts = {name: numbers(name, values) for name, values in named("splits", splits).items()}
    for name, values in counts.items():
        if name not in SPLITS:
            raise unknown("split", name, SPLITS)
        if wrong := [one for one in values if not 1 <= one <= MOST_ACCELERATORS or one % 1]:
            msg = f"{name} is a whole number from 1 on, not {wrong[0]:g}"
            raise CostModelError(msg)
    for name, chosen in choices.items():
        if wrong_words := [one for one in chosen if one not in FIELDS[name][0]]:
            raise unknown(name, wrong_words[0], FIELDS[name][0])
    some = {name: values for name, values in counts.items() if values}
    return Tried(some, **{name: tuple(dict.fromkeys(chosen)) for name, chosen in choices.items() if chosen})


def short_steps(batch: Quantity, sequence_length: Quantity) -> Iterator[str]:
    """Return in words that a step has less than one sequence, if so."""
    if magnitude(batch, "token") < magnitude(sequence_length, "token"):
        yield (
            f"a step of {batch:g~P} is less than one sequence of {sequence_length:g~P}: "
            "give a larger batch or shorter sequences"
        )


def check_precision(chip: Accelerator, precision: str) -> None:
    """Refuse a number type that is not known, or in which an accelerator multiplies nothing."""
    check_types([precision])
    if precision not in chip.peak:
        msg = f"{chip.name} does not multiply in {precision}, but in {', '.join(chip.peak)}"
        raise Infeasible(msg)
