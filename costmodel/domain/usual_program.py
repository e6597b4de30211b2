"""What a program of one's own is taken to cost and to take where its file says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from math import exp
from pathlib import Path
from statistics import NormalDist
from types import MappingProxyType

from costmodel.domain.hardware import Accelerator
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.specs.record import Record, read_record
from costmodel.specs.tables.program import PROGRAM
from costmodel.units import quantity

FILE = Path(__file__).with_name("program.toml")
OF_PROCESS = ("design_cost", "mask_set")
"""What the silicon node of the accelerator gives where the program does not."""
OUTCOMES = ("respin_outcome", "failure_outcome")
"""What is drawn, beside the facts: whether a program that may be late or fail is or does."""
HAPPENS = MappingProxyType({name: name.replace("outcome", "probability") for name in OUTCOMES})
"""How likely that is: what may be set, while draws decide the outcome."""
DAYS = 365.25


@cache
def usual() -> Mapping[str, Fact]:
    """Return the facts of the file of assumptions by their keys in files of programs."""
    rows = tuple(replace(row, required=False) for row in PROGRAM)
    return read_record(replace(PROGRAM, attributes=rows), "program", FILE).facts


def completed(catalog: Catalog, record: Record, accelerator: Accelerator) -> Record:
    """Return the record of a program with what it leaves out: that of its process, else what is usual."""
    return replace(record, facts={**usual(), **_of_process(catalog, accelerator), **record.facts})


def age_on(record: Record, on: date | None) -> Fact | None:
    """Return how long the chips of a program have shipped by a day; None where they have not."""
    shipped = record.values.get("shipped")
    if shipped is None or on is None or shipped > on:
        return None
    age = quantity((on - shipped).days / DAYS, "year")
    reason = f"from {shipped}, when it shipped, to {on}, the day of the question"
    return Fact("age", age, ASSUMPTION, record.file, confidence=ASSUMPTION, reason=reason)


@cache
def outcomes() -> Mapping[str, Fact]:
    """Return how a program goes, which is drawn for each outcome: e^score of a normal distribution, one if unknown."""
    middle, ends = quantity(1.0), NormalDist().inv_cdf(0.95)
    low, high = (quantity(exp(one)) for one in (-ends, ends))
    why = "what happens in a draw: a re-spin, or a failure, where it lies among the highest, as many as are likely"
    return {
        name: Fact(name, middle, ASSUMPTION, FILE, low=low, high=high, confidence=ASSUMPTION, reason=why)
        for name in OUTCOMES
    }


def _of_process(catalog: Catalog, accelerator: Accelerator) -> dict[str, Fact]:
    name = accelerator.die_process
    if name not in catalog.ids("process"):
        return {}
    facts = catalog.get("process", name).facts
    return {key: facts[key] for key in OF_PROCESS if key in facts}
