"""The page of published training runs: hours, and cost by each method, ours beside theirs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from math import isnan, log10
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from costmodel.analysis.changes import NONE, Changes
from costmodel.analysis.runs import HOURS, Run, against_published, load_runs
from costmodel.economics.run_methods import METHODS
from costmodel.report.content import Bar, BarRow, KeyFigure, Page, Section
from costmodel.report.decimals import ranged
from costmodel.report.numerals import figure, number

MONEY, MILLION = "USD", 1e6
EDGE = 2.0
"""Percent of a bar that are left free at its ends."""
INSIDE = "inside"
SEVERAL = "Training runs beside what was published"
QUESTION = "What did published training runs take, in hours and in dollars, and what does the model say?"
BARS = """\
On a bar, blue is the model: its 80% interval, and its own figure as a line. Brown (on a dark screen orange) is what \
was published. All bars of a part share one scale, in powers of ten."""
METHOD = """\
Each run is a scenario of its own: its model, tokens, steps, accelerators and the prices of its time. The fastest \
layout that fits is searched, unless a utilisation is given; failures, checkpoints and restarts lengthen it, unless a \
goodput is given. What was published is no input.

Costs are compared with others of the same method only: what each counts differs by a factor of ten and more. A figure \
is that of the first offer of a run which has it. Figures that follow from what is given have no interval."""


def runs_page(file: Path, specs: Sequence[Path] = (), changes: Changes = NONE) -> Page:
    """Return the page of a file of training runs."""
    runs = load_runs(file, specs=specs, changes=changes)
    titles = {one.record.name: one.title for one in runs}
    table = against_published(runs).replace({"run": titles})
    return Page(
        title=SEVERAL,
        question=QUESTION,
        headline=_headline(table),
        summary=_summary(runs, table),
        sections=(*_sections(table), _what(runs)),
        method=METHOD,
        scenario_file=file.name,
    )


def _predicted(table: pd.DataFrame) -> pd.DataFrame:
    """Return the hours that were published of runs whose time is predicted."""
    return table[(table["figure"] == HOURS) & table["published"].notna() & (table["given"] == "")]


def _headline(table: pd.DataFrame) -> str:
    hours = _predicted(table)
    if hours.empty:
        return "Of no run whose hours are predicted were hours published."
    inside = hours[hours["inside"] == INSIDE]["run"]
    outside = "; ".join(hours[hours["inside"] != INSIDE]["run"]) or "none"
    ends = f"{hours['ratio'].min():.2f} to {hours['ratio'].max():.2f}"
    runs = "run" if len(hours) == 1 else "runs"
    return (
        f"For {len(inside)} of {len(hours)} {runs} whose hours are predicted, the published hours lie inside the 80% "
        f"interval ({'; '.join(inside) or 'none'}), for {len(hours) - len(inside)} outside ({outside}); ours are "
        f"{ends} times theirs."
    )


def _summary(runs: Sequence[Run], table: pd.DataFrame) -> tuple[KeyFigure, ...]:
    said = table[table["published"].notna() & (table["inside"] != "no interval")]
    shares = {name: said[said["figure"] == name] for name in said["figure"].unique()}
    found = [
        KeyFigure(
            _name(name),
            f"{(part['inside'] == INSIDE).sum()} of {len(part)}",
            note="published figures inside the 80% interval",
        )
        for name, part in shares.items()
    ]
    return (KeyFigure("Runs", str(len(runs)), note="each a scenario of its own"), *found)


def _name(figure_name: str) -> str:
    return figure_name.replace("_", " ").capitalize()


def _sections(table: pd.DataFrame) -> Iterator[Section]:
    """Yield a section for each figure; how to read bars stands above the first."""
    for place, (name, part) in enumerate(table.groupby("figure", sort=False)):
        yield _figures(name, part, "" if place else BARS)


def _figures(name: object, rows: pd.DataFrame, bars: str) -> Section:
    unit = str(rows["unit"].iloc[0])
    words = METHODS.get(str(name), "hours of all accelerators of a run, whether they make progress or not")
    given = rows["given"].where(rows["inside"] == "no interval", "")
    table = pd.DataFrame(
        {
            "run": rows["run"] + given.map(lambda one: f" ({one} given)" if one else ""),
            "ours": rows["ours"],
            "low": rows["low"],
            "high": rows["high"],
            "published": rows["published"],
            "ours / published": rows["ratio"],
            "place": rows["inside"],
            "offer": rows["offer"],
        }
    )
    units = dict.fromkeys(("ours", "low", "high", "published"), unit)
    return Section(
        _name(str(name)),
        text=f"{words[0].upper()}{words[1:]}.\n\n{bars}",
        table=table,
        units=units,
        bars=_bars(rows, unit),
    )


def _bars(rows: pd.DataFrame, unit: str) -> tuple[BarRow, ...]:
    """Return a bar for each run, all on one scale of powers of ten."""
    values = rows[["low", "high", "ours", "published"]].to_numpy(dtype=float)
    low, high = log10(np.nanmin(values)), log10(np.nanmax(values))
    span = (high - low) or 1.0

    def place(value: float) -> float:
        return round(EDGE + (100 - 2 * EDGE) * (log10(value) - low) / span, 2)

    return tuple(_bar(row, unit, place) for row in rows.to_dict("records"))


def _bar(row: dict[Hashable, Any], unit: str, place: Callable[[float], float]) -> BarRow:
    low, ours, high, said = (float(row[name]) for name in ("low", "ours", "high", "published"))
    words = _written(ours, unit) if low == high else _with_ends(ours, low, high, unit)
    if isnan(said):
        return BarRow(row["run"], words, Bar(place(low), place(ours), place(high), words=f"Model {words}"))
    words = f"{words}; published {_written(said, unit)}"
    bar = Bar(place(low), place(ours), place(high), place(said), place(said), f"Model {words}")
    return BarRow(row["run"], words, bar)


def _with_ends(ours: float, low: float, high: float, unit: str) -> str:
    return ranged(ours, low, high, unit if unit == MONEY else "hour")


def _written(value: float, unit: str) -> str:
    """Return a figure in short: hours of accelerators by the million."""
    return figure(value, unit) if unit == MONEY else f"{number(value / MILLION)} million hours"


def _what(runs: Sequence[Run]) -> Section:
    """Return what a reader has to know of each run."""
    rows = [{"run": one.title, "remarks": " ".join(map(_sentence, one.remarks))} for one in runs]
    return Section("What the runs are", table=pd.DataFrame(rows))


def _sentence(words: str) -> str:
    return f"{words.rstrip('.')}."
