"""`costmodel levers SCENARIO`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from math import isclose, isnan
from pathlib import Path
from typing import Any

import click

from costmodel.analysis.lever_trial import UNIT, Outcome
from costmodel.analysis.levers import LARGEST_SET, SHOWN, LeverTable
from costmodel.analysis.statement import ENDS
from costmodel.cli.opening import open_study
from costmodel.cli.quantity_type import QuantityType
from costmodel.cli.shared import format_option, note, print_answer, say, set_option, specs_option
from costmodel.cli.tables import between, figure, known, print_table, share
from costmodel.units import Quantity, magnitude

SAME = 1e-9
"""Part of a figure by which the ends of its interval may differ where all draws agree."""


@click.command("levers")
@click.argument("scenario")
@click.option("--offer", metavar="OFFER", help="The way that is taken today; the first of the scenario, if not given.")
@click.option(
    "--target",
    type=QuantityType(UNIT),
    help="A margin of the mean user, such as 8 or '8 USD/user/month': the smallest sets of levers that reach it, and "
    "how likely each does.",
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
    combined. Sets that reach a target do so at the inputs' own values; intervals are over the same draws of all ranges.
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
        "today": _plain(found, found.today),
        "levers": frame[1:].to_dict("records"),
        "target": found.target,
        "reaching": [_plain(found, one) for one in found.reaching],
    }


def _plain(found: LeverTable, one: Outcome) -> dict[str, object]:
    return {**asdict(one), "levers": list(one.levers), **found.spread(one)}


def _print(found: LeverTable) -> None:
    heads = ["lever", "alone", "change", "after it and all before", "step", "cost", "pays", "lose money", "worst loss"]
    heads += [] if found.target is None else [f"reaches {figure(found.target)}"]
    rows = [_row(row) for row in found.frame().reset_index().to_dict("records")]
    title = f"{found.figure.replace('_', ' ').capitalize()} ({UNIT}; 80% intervals below each figure)"
    print_table(title, [*heads, "way"], rows, right=heads[1:])
    for name, why in found.passed_over.items():
        note(f"{name} is not combined: {why}")
    if found.target is not None:
        _print_reaching(found, found.target)


def _row(row: Mapping[Any, Any]) -> list[str | tuple[str, ...]]:
    numbers = ("margin_alone", "change_alone", "margin_after", "change_after", "cost_after")
    reached = [share(row["probability_after"], 1)] if "probability_after" in row else []
    figures = (_with_ends(row, one) for one in numbers)
    losing, worst = share(row["share_losing_after"], 1), known(row["worst_loss_after"])
    return [(row["lever"], row["title"]), *figures, known(row["revenue_after"]), losing, worst, *reached, row["offer"]]


def _with_ends(row: Mapping[Any, Any], name: str) -> tuple[str, ...]:
    low, high = (row[f"{name}{end}"] for end in ENDS)
    below = () if isnan(low) or isclose(low, high, rel_tol=SAME) else (between(low, high),)
    return (known(row[name]), *below)


def _print_reaching(found: LeverTable, target: float) -> None:
    if not found.reaching:
        say(f"No set of up to {LARGEST_SET} levers reaches {figure(target)} {UNIT}.")
        return
    if not found.reaching[0].levers:
        reached = share(found.spread(found.today)["probability"], 1)
        say(f"Today's margin reaches {figure(target)} {UNIT} already, in {reached} of the draws.")
        return
    heads = ["levers", "margin", "cost", "reach it in so many draws"]
    print_table(f"Fewest levers that reach {figure(target)} {UNIT}", heads, list(_reaching(found)), heads[1:])


def _reaching(found: LeverTable) -> Iterator[list[str | tuple[str, ...]]]:
    for one in found.reaching[:SHOWN]:
        row = {"margin": one.margin, "cost": one.cost, **found.spread(one)}
        yield [", ".join(one.levers), _with_ends(row, "margin"), _with_ends(row, "cost"), share(row["probability"], 1)]
