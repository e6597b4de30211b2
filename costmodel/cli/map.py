"""`costmodel map SCENARIO --over X --over Y`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from string import ascii_uppercase

import click
import numpy as np
import pandas as pd
from rich.text import Text

from costmodel.analysis.changes import in_unit
from costmodel.analysis.draws import CHUNK
from costmodel.analysis.model import Model
from costmodel.analysis.regions import DRAWN, POINTS, Axis, Ends, Regions
from costmodel.analysis.study import Study
from costmodel.cli.opening import open_study, seed_option
from costmodel.cli.option_types import NewFile
from costmodel.cli.shared import format_option, note, print_answer, say, set_option, specs_option
from costmodel.cli.tables import console, figure, print_table
from costmodel.errors import CostModelError
from costmodel.writing import write_file

SHOWN = 12
"""Points of the frontier in the printed table; JSON has all."""

COLOURS = ("cyan", "yellow", "magenta", "green", "blue", "red", "white")
SURE, LIKELY = 0.9, 0.6
"""Shares of the draws from which on a letter stands large, and below which a point stands beside it."""


@click.command("map")
@click.argument("scenario")
@click.option(
    "--over",
    multiple=True,
    metavar="NAME[=LOW..HIGH]",
    help="An input that moves, to be given twice: across, then up. Ends in its own unit or with one "
    "(demand.users=1e6..1e8, volume='1e4..1e6 accelerator'); a tenth to ten times its own value, if not given.",
)
@click.option("--points", type=click.IntRange(2, 200), default=POINTS, show_default=True, help="Values of each input.")
@click.option(
    "--draws",
    type=click.IntRange(1, CHUNK),
    default=DRAWN,
    show_default=True,
    help="Draws of all other inputs behind the probabilities.",
)
@seed_option
@click.option("--html", type=NewFile(), metavar="FILE", help="Draw it on a page.")
@format_option()
@set_option
@specs_option
def command(
    scenario: str,
    over: tuple[str, ...],
    points: int,
    draws: int,
    seed: int,
    html: Path | None,
    style: str,
    specs: tuple[Path, ...],
    settings: tuple[str, ...],
) -> None:
    """Show which offer is the cheapest, and how likely, as two inputs move against each other, and the frontier."""
    if len(over) != 2:  # noqa: PLR2004 - a map has two sides
        msg = "a map needs two inputs: --over volume --over demand.users"
        raise click.UsageError(msg)
    study = open_study(scenario, specs, settings)
    names = [one.partition("=")[0].strip() for one in over]
    ends = {name: _ends(study.model, name, text) for name, text in zip(names, over, strict=True) if "=" in text}
    found = study.map(names[0], names[1], ends, points=points, draws=draws, seed=seed)
    if html is not None:
        _page(found, study, html)
    print_answer(style, json=lambda: as_json(found), csv=lambda: found.cells, table=lambda: _print(found))


def _page(found: Regions, study: Study, file: Path) -> None:
    from costmodel.report.page import page_html  # noqa: PLC0415 - charts take half a second to load
    from costmodel.report.regions_page import regions_page  # noqa: PLC0415 - as above

    names = {offer.id: offer.name for offer in study.scenario.offers}
    page = regions_page(found, study.scenario.question, names)
    note(f"wrote {write_file(file, page_html(page))}")


def as_json(found: Regions) -> dict[str, object]:
    """Return a map as plain data."""
    return {
        "x": _axis(found.x),
        "y": _axis(found.y),
        "unit": found.unit,
        "draws": found.draws,
        "cells": [_cell(found, row) for _, row in found.cells.iterrows()],
        "frontier": found.frontier.to_dict("records"),
    }


def _cell(found: Regions, row: pd.Series[float]) -> dict[str, object]:
    own = {name: row[name] for name in ("x", "y", "cheapest", "cost")}
    return {**own, "probability_cheapest": {offer: row[offer] for offer in found.offers}}


def _axis(one: Axis) -> dict[str, object]:
    return {**asdict(one), "values": one.values.tolist()}


def _ends(model: Model, name: str, text: str) -> Ends:
    """Return the ends of an input, in its own unit, of a text such as demand.users=1e6..1e8."""
    span, *unit = text.partition("=")[2].strip().split(maxsplit=1)
    low, dots, high = span.partition("..")
    if not (low and dots and high):
        msg = f'"{text}" names no ends: write {name}=LOW..HIGH, such as demand.users=1e6..1e8'
        raise CostModelError(msg)
    own = f"{model.leaves[model.find(name)[0]].value.units}"
    first, last = (float(in_unit(name, " ".join([end, *unit]), own).magnitude) for end in (low, high))
    return first, last


def _print(found: Regions) -> None:
    letters = dict(zip(found.offers, ascii_uppercase, strict=False))
    y = f"{found.y.name}{_unit(found.y)}"
    say(f"Who is the cheapest: {y} upwards, {found.x.name}{_unit(found.x)} to the right\n")
    wide = max(len(figure(value)) for value in found.y.values)
    for value in found.y.values[::-1]:
        row = found.cells[found.cells["y"] == value]
        line = Text(f"{figure(value):>{wide}}  ").append_text(_line(row, letters, found.offers))
        console().print(line)
    low, high = (figure(found.x.values[end]) for end in (0, -1))
    say(f"{'':>{wide}}  {low:<{max(2 * len(found.x.values) - len(high), len(low) + 1)}}{high}\n")
    _print_legend(found, letters)
    _print_frontier(found)


def _line(row: pd.DataFrame, letters: dict[str, str], offers: tuple[str, ...]) -> Text:
    """Return a row of the map: a letter for the cheapest, small where it is so in less than 60% of the draws."""
    line = Text()
    for _, cell in row.iterrows():
        offer = str(cell["cheapest"])
        letter = letters.get(offer, "-")
        share = float(cell[offer]) if offer else 0.0
        shown = letter if share >= LIKELY else letter.lower()
        colour = COLOURS[offers.index(offer) % len(COLOURS)] if offer else "white"
        line.append(f"{shown} ", style=f"bold {colour}" if share >= SURE else colour)
    return line


def _print_legend(found: Regions, letters: dict[str, str]) -> None:
    seen = [offer for offer in found.offers if (found.cells["cheapest"] == offer).any()]
    shares = {offer: float(np.mean(found.cells["cheapest"] == offer)) for offer in seen}
    for offer in seen:
        say(f"{letters[offer]}  {offer}, on {shares[offer]:.0%} of the map")
    if (found.cells["cheapest"] == "").any():
        say("-  no offer has an answer there")
    say(f"a small letter: the cheapest in less than {LIKELY:.0%} of {found.draws:,} draws of all other inputs\n")


def _print_frontier(found: Regions) -> None:
    points = found.frontier
    if points.empty:
        return
    some = points.iloc[np.unique(np.linspace(0, len(points) - 1, SHOWN).astype(int))]
    heads = [f"{found.x.name}{_unit(found.x)}", f"{found.y.name}{_unit(found.y)}", "before", "beyond"]
    rows = [[figure(row["x"]), figure(row["y"]), str(row["first"]), str(row["second"])] for _, row in some.iterrows()]
    print_table(f"Points of the frontier ({len(some)} of {len(points)})", heads, rows, right=heads[:2])


def _unit(one: Axis) -> str:
    return f" [{one.unit}]" if one.unit not in ("", "dimensionless") else ""
