"""Figures of offers without a scenario behind them, for what only reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

from costmodel.analysis.uncertainty import Interval
from costmodel.economics.costs import Costs
from costmodel.units import parse

Band = tuple[str, str, str]
"""A value, and the ends of its interval."""


def costs_of(
    quantities: Mapping[str, str],
    components: Mapping[str, str] | None = None,
    *,
    offer: object = None,
    lines: Sequence[object] = (),
) -> Costs:
    """Return the costs of an offer that has these figures."""
    return Costs(
        cast("Any", offer or SimpleNamespace(id="one", name="One")),
        None,
        None,
        cast("Any", None),
        {name: parse(text) for name, text in (components or {}).items()},
        {name: parse(text) for name, text in quantities.items()},
        lines=cast("Any", tuple(lines)),
    )


def interval(value: str, low: str, high: str) -> Interval:
    """Return a number with its interval."""
    return Interval(parse(value), parse(low), parse(high), 1)


def made(kind: type, **fields: object) -> Any:
    """Return an object of a class that has these fields alone."""
    found = object.__new__(kind)
    for name, value in fields.items():
        object.__setattr__(found, name, value)
    return found
