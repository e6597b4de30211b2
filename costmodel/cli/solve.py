"""`costmodel solve SCENARIO --for UNKNOWN --such-that FIGURE=VALUE`."""

from __future__ import annotations

from collections.abc import Sequence

import click
import pandas as pd

from costmodel.analysis.solution import Solution
from costmodel.analysis.study import Study
from costmodel.cli.opening import study_options
from costmodel.cli.shared import print_answer
from costmodel.cli.tables import between, figure, print_table

CLOSE = 8
"""Digits of a figure, so that both sides of a jump are told apart."""
INSIDE = {True: "inside", False: "outside", None: ""}


@click.command("solve")
@click.argument("scenario")
@click.option(
    "--for",
    "unknowns",
    metavar="UNKNOWN",
    multiple=True,
    required=True,
    help="An input by its key (demand.users, us-hyperscale.pue); may be given several times: each moves alone, or, "
    "where as many figures are asked for, all together, the first for the first figure and so on.",
)
@click.option(
    "--such-that",
    metavar="FIGURE=VALUE",
    multiple=True,
    required=True,
    help='What is asked for, such as "cost_per_user_month = 30 USD/user/month"; figures may be added and taken off. '
    "Several are met together.",
)
@click.option("--offer", help="One offer; all, if none is named.")
@study_options()
def command(study: Study, unknowns: tuple[str, ...], such_that: tuple[str, ...], offer: str | None, style: str) -> None:
    """Say what would have to be true: the value of an input, all else as it is, at which a figure is as asked."""
    found = study.solve(unknowns, such_that, offer)
    rows = [row_of(one) for one in found]
    print_answer(style, json=lambda: rows, csv=lambda: pd.DataFrame(rows), table=lambda: _print(found, such_that))


def _print(found: Sequence[Solution], such_that: Sequence[str]) -> None:
    asked = " and ".join(one.strip() for one in such_that)
    heads = ["offer", "unknown", "is", "would be", "unit", "status", "its range", "figures"]
    print_table(f"{asked} would take", heads, [_shown(one) for one in found], right=["is", "would be"])


def row_of(one: Solution) -> dict[str, object]:
    """Return a solution as plain data; `before` and `figure_before` are the other side of a jump."""
    low, high = one.range or (None, None)
    return {
        "offer": one.offer,
        "unknown": one.unknown,
        "value": one.value,
        "unit": one.unit,
        "status": one.status,
        "inside_range": one.inside_range,
        "own": one.own,
        "low": low,
        "high": high,
        "figure": one.figure,
        "before": one.before,
        "figure_before": one.figure_before,
        "figure_unit": one.figure_unit,
    }


def _shown(one: Solution) -> list[str]:
    found = one.status != "never"
    ends = f"{INSIDE[one.inside_range]} {between(*one.range)}" if one.range else ""
    both = [one.figure_before, one.figure] if one.status == "steps" else [one.figure] if found else list(one.reach)
    figures = " to ".join(figure(value, CLOSE) for value in both) if one.is_moving else "not moved by it"
    value = figure(one.value) if found else ""
    return [one.offer, one.unknown, figure(one.own), value, one.unit, one.status, ends.strip(), figures]
