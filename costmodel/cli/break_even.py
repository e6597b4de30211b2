"""`costmodel break-even SCENARIO`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from math import isnan

import click
import pandas as pd

from costmodel.analysis.break_even_spread import DRAWS
from costmodel.analysis.crossing import DATE, BreakEven, Spread
from costmodel.analysis.draws import CHUNK
from costmodel.analysis.study import Study
from costmodel.cli.opening import seed_option, study_options
from costmodel.cli.shared import print_answer
from costmodel.cli.tables import figure, print_table

COLUMNS = ("first", "second", "variable", "unit", "status", "value", "cost_first", "cost_second", "cost_unit")
INTERVAL = ("low", "high", "probability_crosses", "probability_always")

LEAST = 0.01
"""Shares of draws below it are no figure."""

FEW = 3
"""Crossings of one pair that a table shows all of."""


@click.command("break-even")
@click.argument("scenario")
@click.option(
    "--over",
    metavar="VARIABLE",
    help="What moves: utilization, volume, queries_per_day, or any input by its key (demand.users, us-hyperscale.pue); "
    "time, the months over which cash adds up, also against what users pay; date, of the prices. Utilization, volume "
    "and queries_per_day (of APIs), if not given.",
)
@click.option(
    "--between",
    nargs=2,
    metavar="FIRST SECOND",
    help="Two offers; all that the variable sets against each other, if not given.",
)
@click.option(
    "--draws",
    type=click.IntRange(0, CHUNK),
    default=DRAWS,
    show_default=True,
    help="Draws of all other inputs behind the 80% interval of each crossing; 0 for none.",
)
@seed_option
@study_options()
def command(study: Study, over: str | None, between: tuple[str, str] | None, draws: int, seed: int, style: str) -> None:
    """Show where two offers cost the same: from which volume a program pays, from which utilisation a purchase.

    And up to how many queries a day an API is cheaper than systems.
    """
    found = study.break_even(over, between or None, draws=draws, seed=seed)
    rows = [row for one in found for row in _rows(one)]
    csv = partial(pd.DataFrame, rows, columns=[*COLUMNS, *INTERVAL])
    print_answer(style, json=lambda: rows, csv=csv, table=lambda: _print(found))


def _print(found: Sequence[BreakEven]) -> None:
    heads = ["over", "first", "second", "status", "at", "80% interval", "unit", "cost there", "the first is"]
    shown = [row for one in found for row in _table_rows(one)]
    print_table("Where the first costs as much as the second", heads, shown, right=["at", "80% interval", "cost there"])


def _rows(one: BreakEven) -> Iterator[dict[str, object]]:
    """Yield a row per crossing; one without a value where there is none."""
    head = {"first": one.first, "second": one.second, "variable": one.variable, "unit": one.unit}
    for at in one.crossings:
        costs = {"cost_first": at.cost_first, "cost_second": at.cost_second, "cost_unit": one.cost_unit}
        ends = {"value": _value(one, at.value), **costs, "before": _value(one, at.before)}
        yield {**head, "status": at.status, **ends, **_interval(one, at.spread)}
    if not one.crossings:
        costs = {"cost_first": one.own[0], "cost_second": one.own[1]}
        yield {
            **head,
            "status": one.status,
            "value": None,
            **costs,
            "cost_unit": one.cost_unit,
            **_interval(one, one.spread),
        }


def _value(one: BreakEven, value: float) -> float | str | None:
    """Return a value as it is written: a date as one; nothing for no number."""
    if isnan(value):
        return None
    return f"{date.fromordinal(int(value))}" if one.variable == DATE else value


def _interval(one: BreakEven, found: Spread | None) -> dict[str, object]:
    """Return the interval of a crossing, and how likely there is one."""
    if found is None:
        return {}
    ends = _value(one, found.low), _value(one, found.high)
    return dict(zip(INTERVAL, (*ends, found.crossing, found.always), strict=True))


def _table_rows(one: BreakEven) -> Iterator[list[str]]:
    """Yield the first and the last crossing, and how many there are between, where whole systems change the order."""
    rows = list(_rows(one))
    for place, row in enumerate(rows):
        if place in (0, len(rows) - 1) or len(rows) <= FEW:
            yield _shown(one, row, place)
        elif place == 1:
            between = f"({len(rows) - 2} between, as systems are whole)"
            yield [one.variable, one.first, one.second, "", "", "", "", "", between]


def _shown(one: BreakEven, row: dict[str, object], place: int) -> list[str]:
    at = _written(row["value"])
    cost = f"{figure(float(str(row['cost_first'])))} {one.cost_unit}" if at else ""
    return [
        one.variable,
        one.first,
        one.second,
        str(row["status"]),
        at,
        _ends(one, one.crossings[place].spread if one.crossings else one.spread),
        one.unit,
        cost,
        one.meaning_at(place),
    ]


def _ends(one: BreakEven, found: Spread | None) -> str:
    """Return the interval in words, with the share of the draws in which there is this crossing."""
    if found is None or not found.crossing:
        return ""
    share = "" if found.crossing == 1 else f" (in {_share(found.crossing)})"
    low, high = (_written(_value(one, end)) for end in (found.low, found.high))
    return f"{low} to {high}{share}"


def _share(share: float) -> str:
    return f"{share:.0%}" if share >= LEAST else f"under {LEAST:.0%}"


def _written(value: object) -> str:
    return figure(value) if isinstance(value, float) else str(value or "")
