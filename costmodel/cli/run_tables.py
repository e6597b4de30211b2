"""How training runs are printed: their figures, their cost by each method of the field, and what was published."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from costmodel.analysis.changes import pairs
from costmodel.analysis.runs import Run, against_published, load_runs
from costmodel.analysis.training_run import FIGURES, OWN, SAID, methods_of, parts_of
from costmodel.cli.comparison import print_frame
from costmodel.cli.shared import note, print_answer
from costmodel.cli.tables import between, figure, known, print_table
from costmodel.economics.run_methods import METHODS

HEADS = ("run", "figure", "ours", "80% interval", "published", "unit", "ours / published", "")


def print_run(run: pd.DataFrame) -> None:
    """Print the figures of a run, then its costs by method, and what each method counts."""
    given = run.attrs["given"]
    figures = _columns(run, [name for name in FIGURES if name in run])
    heads = {name: f"{name} (given)" for name in given}
    figures.attrs["units"] |= {head: run.attrs["units"][name] for name, head in heads.items()}
    print_frame("The run", figures.rename(columns=heads))
    methods = methods_of(run)
    print_frame("Its cost by method", _columns(run, list(methods)))
    for name, words in methods.items():
        note(f"{name} is {words}")
    if parts := parts_of(run):
        print_frame("What that cost falls on, and what is paid beside it", _columns(run, [OWN, *parts]))
        for name in parts:
            if name in SAID:
                note(f"{name} is {SAID[name]}")
    for offer, reason in run.attrs["without"].items():
        note(f"{offer}: no cost_at_spot_price: {reason}")


def _columns(run: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return some columns with the ends of their intervals."""
    found = run[[one for one in run.columns if one in names or one.removesuffix("_low").removesuffix("_high") in names]]
    found.attrs = {**run.attrs, "units": dict(run.attrs["units"])}
    return found


def print_runs(file: Path, style: str, specs: Sequence[Path], settings: Sequence[str]) -> None:
    """Print the training runs of a file beside what was published of them."""
    runs = load_runs(file, specs=specs, changes=pairs(settings))
    table = against_published(runs)
    print_answer(
        style,
        json=lambda: {"runs": [_as_json(one, table[table["run"] == one.record.name]) for one in runs]},
        csv=lambda: table,
        table=lambda: _print(runs, table),
    )


def _print(runs: Sequence[Run], table: pd.DataFrame) -> None:
    print_table(
        "Training runs beside what was published", HEADS, [_cells(row) for _, row in table.iterrows()], HEADS[2:7]
    )
    for one in runs:
        for sentence in one.remarks:
            note(f"{one.record.name}: {sentence}")
        for offer, reason in one.study.without.items():
            note(f"{one.record.name}: {offer} has no answer: {reason}")
    for name in METHODS:
        if name in set(table["figure"]):
            note(f"{name} is {METHODS[name]}")


def _cells(row: pd.Series[Any]) -> list[str]:
    ratio = "" if pd.isna(row["ratio"]) else f"{row['ratio']:.2f}"
    given = " (given)" if row["given"] and row["inside"] == "no interval" else ""
    return [
        row["run"],
        f"{row['figure']}{given}",
        figure(row["ours"]),
        between(row["low"], row["high"]),
        known(row["published"], ""),
        row["unit"],
        ratio,
        row["inside"],
    ]


def _as_json(one: Run, table: pd.DataFrame) -> dict[str, object]:
    rows = table.drop(columns=["run", "given"]).to_dict("records")
    plain = [{name: None if pd.isna(value) else value for name, value in row.items()} for row in rows]
    said = {"run": one.record.name, "title": one.title, "given": list(one.given), "remarks": one.remarks}
    return {**said, "without": one.study.without, "figures": plain}
