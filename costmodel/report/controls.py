"""The controls of a page: which inputs a reader may move at once, from where to where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from costmodel.analysis.input_names import label_of
from costmodel.analysis.ranges import bounds, is_share
from costmodel.analysis.study import Study
from costmodel.domain.workload import Capacity
from costmodel.formula.graph import Leaf
from costmodel.report.numerals import unit_in_head
from costmodel.specs.fact import Fact

LEVERS = (
    "demand.users",
    "demand.queries_per_user",
    "demand.peak_to_mean",
    "plan.price",
    "training.tokens",
    "training.goodput",
    "fleet.training_utilization",
    "capacity.utilization",
    "capacity.accelerators",
    "capacity.duration",
    "fleet.peak_utilization",
    "*.electricity_price",
    "purchase/*.price",
    "rental/*.price",
    "rental/*.value",
    "program/*.design_cost",
    "program/*.volume",
    "program/*.unit_cost",
    "finance.real_discount_rate",
    "finance.horizon",
    "query.prompt_tokens",
    "query.output_tokens",
)
"""Inputs that get a control where a scenario has them, in this order; any other is added from the table of facts."""

SEARCHED = ("query.*", "target.*", "training.accelerators", "training.batch", "training.sequence_length")
"""Inputs at whose other values a new search may find another layout; the page keeps the layouts that it has."""

SOLD = ("purchase/*.price",)
"""Inputs by which the best of a later market is chosen; the page keeps the one that it has."""

REACH = 2.0
"""A slider goes this many times beyond the ends of an input's range, or of its value where it has none."""


@dataclass(frozen=True)
class Control:
    """One input that a reader may move, in its own unit."""

    leaf: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    searched: bool = False
    """Whether a search might choose another layout at another value."""
    chosen: bool = False
    """Whether at another value another system might be the best of a later market."""


def controls_of(study: Study) -> tuple[Control, ...]:
    """Return the controls of the main levers of a scenario."""
    return tuple(control(study, leaf) for leaf in _levers(study))


def control(study: Study, leaf: Leaf) -> Control:
    """Return the control of an input, which reaches beyond its range on both sides, as far as it may be moved."""
    unit, fact, value = leaf.value.units, leaf.origin, float(leaf.value.magnitude)
    ranged = isinstance(fact, Fact) and fact.low is not None and fact.high is not None
    low, high = (float(end.to(unit).magnitude) for end in (fact.low, fact.high)) if ranged else (value, value)
    least, most = bounds(leaf)
    ends = max(low / REACH, least), most if is_share(leaf) else min(high * REACH, most)
    searched = not isinstance(study.scenario.workload, Capacity) and _fits(leaf.name, SEARCHED)
    chosen = _fits(leaf.name, SOLD) and len(study.costs) > len(study.choices)
    return Control(leaf.name, label_of(study, leaf), unit_in_head("", f"{unit:~C}"), value, *ends, searched, chosen)


def _levers(study: Study) -> Iterator[Leaf]:
    leaves = study.model.inputs
    for pattern in LEVERS:
        yield from (leaf for name, leaf in leaves.items() if fnmatchcase(name, pattern))


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
