"""`costmodel levers SCENARIO`."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import Any

import click
import pandas as pd

from costmodel.analysis.lever_trial import UNIT, Outcome
from costmodel.analysis.levers import LARGEST_SET, LeverTable
from costmodel.cli.opening import open_study
from costmodel.cli.quantity_type import QuantityType
from costmodel.cli.shared import (
    figure,
    format_option,
    note,
    print_answer,
    print_table,
    say,
    set_option,
    specs_option,
)
from costmodel.units import Quantity, magnitude

SHOWN = 5
"""Sets that reach the target in a table; JSON has all of their size."""


@click.command("levers")
@click.argument("scenario")
@click.option("--offer", metavar="OFFER", help="The way that is taken today; the first of the scenario, if not given.")
@click.option(
    "--target",
    type=QuantityType(UNIT),
    help="A margin of the mean user, such as 8 or '8 USD/user/month': the smallest sets of levers that reach it.",
)
@click.option(
    "--lever",
    "further",
    multiple=True,
    metavar="'NAME: KEY=VALUE; ...'",
    help="A further lever: inputs by their names as with --set, +20% or -30% of today's value, offer=ID for another "
    "way, cascade.architecture=ID with cascade.passed_on=SHARE for a smaller model first; may be given several times.",
)
@format_option()
@set_option
@specs_option
def command(
    scenario: str,
    offer: str | None,
    target: Quantity | None,
    further: tuple[str, ...],
    style: str,
    specs: tuple[Path, ...],
    settings: tuple[str, ...],
) -> None:
    """Show what each lever of a scenario does to the margin of a mean user, alone and after those before it.

    Levers stand in the file, [levers.cap] and so on. Of those that set the same input, the one that brings most is
    combined. All inputs have their own values; ranges are not drawn.
    """
    wanted = None if target is None else float(magnitude(target, UNIT))
    found = open_study(scenario, specs, settings).levers(target=wanted, offer=offer, levers=further)
    print_answer(
        style,
        json=lambda: as_json(scenario, found),
        csv=lambda: found.frame().reset_index(),
        table=lambda: _print(found),
    )


def as_json(scenario: str, found: LeverTable) -> dict[str, object]:
    """Return a table of levers as plain data."""
    frame = found.frame().reset_index()
    return {
        "scenario": scenario,
        "figure": found.figure,
        "unit": UNIT,
        "today": _plain(found.today),
        "levers": frame[1:].to_dict("records"),
        "target": found.target,
        "reaching": [_plain(one) for one in found.reaching],
    }


def _plain(one: Outcome) -> dict[str, object]:
    return {**asdict(one), "levers": list(one.levers)}


def _print(found: LeverTable) -> None:
    heads = ["lever", "alone", "change", "after it and all before", "step", "cost", "pays", "lose money", "way"]
    rows = [_row(str(name), row) for name, row in found.frame().iterrows()]
    print_table(f"{found.figure.replace('_', ' ').capitalize()} ({UNIT})", heads, rows, right=heads[1:-1])
    for name, why in found.passed_over.items():
        note(f"{name} is not combined: {why}")
    if found.target is not None:
        _print_reaching(found, found.target)


def _row(name: str, row: pd.Series[Any]) -> list[str | tuple[str, ...]]:
    numbers = ("margin_alone", "change_alone", "margin_after", "change_after", "cost_after", "revenue_after")
    losing = row["share_losing_after"]
    share = "-" if isnan(losing) else f"{losing:.1%}"
    return [(name, row["title"]), *(_figure(row[one]) for one in numbers), share, row["offer"]]


def _figure(value: float) -> str:
    return "-" if isnan(value) else figure(value)


def _print_reaching(found: LeverTable, target: float) -> None:
    if not found.reaching:
        say(f"No set of up to {LARGEST_SET} levers reaches {figure(target)} {UNIT}.")
        return
    if not found.reaching[0].levers:
        say(f"Today's margin reaches {figure(target)} {UNIT} already.")
        return
    rows = [[", ".join(one.levers), figure(one.margin), figure(one.cost)] for one in found.reaching[:SHOWN]]
    print_table(
        f"Fewest levers that reach {figure(target)} {UNIT}", ["levers", "margin", "cost"], rows, ["margin", "cost"]
    )
