"""`costmodel accuracy CASES.csv...`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click
import pandas as pd

from costmodel.calibration.accuracy import Accuracy, judge, read_measurements
from costmodel.cli.shared import format_option, note, open_catalog, print_answer, specs_option
from costmodel.cli.tables import between, figure, print_table

FIGURES = ("rows", "answered", "median_abs_error", "p90_abs_error", "mean_abs_error", "bias", "coverage_80")
HEADS = ("rows", "answered", "median error", "90th percentile", "mean error", "bias", "inside 80% interval")
OF_ROW = ("row", "ours", "80% interval", "theirs", "ours / theirs", "from what, or why not")
MOST_REASONS = 5


@click.command("accuracy")
@click.argument("cases", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", metavar="COLUMNS", help="Columns of the table, apart by commas: errors for each of their values.")
@click.option("--rows", "each", is_flag=True, help="Also print every row: ours, theirs, their ratio, and from what.")
@click.option(
    "--architectures",
    multiple=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with published config.json files, named like Org--Name_config.json; may be given several times.",
)
@format_option("table", "json")
@specs_option
def command(
    cases: tuple[Path, ...],
    by: str | None,
    each: bool,
    architectures: tuple[Path, ...],
    style: str,
    specs: tuple[Path, ...],
) -> None:
    """Compare predictions with measurements: each row of each table is predicted from its configuration alone.

    The error is |predicted / measured - 1|; a row without an answer counts as an infinite error outside its interval.
    """
    catalog = open_catalog(specs)
    columns = [name.strip() for name in by.split(",")] if by is not None else []
    tables = {file: read_measurements(file, architectures, columns) for file in cases}
    found = {file: judge(rows, file.name, catalog) for file, rows in tables.items()}
    print_answer(
        style,
        json=lambda: {_name(file, cases): _as_json(one, columns, each=each) for file, one in found.items()},
        table=lambda: _print(cases, found, columns, each=each),
    )


def _print(cases: tuple[Path, ...], found: dict[Path, Accuracy], columns: list[str], *, each: bool) -> None:
    rows = [[_name(file, cases), *_cells(one.summary())] for file, one in found.items()]
    print_table("", ("file", *HEADS), rows, HEADS)
    for file, one in found.items():
        if each:
            print_table(
                f"\n{_name(file, cases)}, row by row", OF_ROW, [*map(_row_cells, one.rows_beside())], OF_ROW[1:5]
            )
        _details(_name(file, cases), one, columns)


def _name(file: Path, cases: tuple[Path, ...]) -> str:
    """Return the name of a file, with its folder where two files have one name."""
    same = [other for other in cases if other.name == file.name]
    return file.name if len(same) == 1 else str(file)


def _details(name: str, one: Accuracy, columns: list[str]) -> None:
    """Print errors by group, of other quantities, and reasons why rows have no answer."""
    if columns:
        table = one.by(columns)
        rows = [[*_key(key), *_cells(row)] for key, row in _records(table)]
        print_table(f"\n{name} by {', '.join(columns)}", (*columns, *HEADS), rows, HEADS)
    if one.suspect:
        note(f"{name}: {one.suspect} rows are marked suspect and not judged")
    for what, figures in one.beside().items():
        said = {"median": "median error", "p90": "90th percentile", "mean": "mean error"}
        note(f"{name}: {what}: {', '.join(f'{said[key]} {_percent(value)}' for key, value in figures.items())}")
    reasons = one.unanswered
    for reason, count in list(reasons.items())[:MOST_REASONS]:
        note(f"{name}: {count} rows without an answer: {reason}")
    if len(reasons) > MOST_REASONS:
        note(f"{name}: {len(reasons) - MOST_REASONS} more reasons; see --format json")


def _records(table: pd.DataFrame) -> list[tuple[object, dict[str, float]]]:
    return [(key, {str(name): float(value) for name, value in row.items()}) for key, row in table.iterrows()]


def _key(key: object) -> tuple[str, ...]:
    """Return the values of a group as texts; an empty cell has none."""
    return tuple("" if pd.isna(part) else str(part) for part in (key if isinstance(key, tuple) else (key,)))


def _cells(figures: object) -> list[str]:
    values = [figures[name] for name in FIGURES]  # type: ignore[index]
    return [f"{values[0]:.0f}", f"{values[1]:.0f}", *(_percent(value) for value in values[2:])]


def _percent(value: float) -> str:
    return f"{value:.1%}" if math.isfinite(value) else "infinite"


def _row_cells(row: dict[str, Any]) -> list[str]:
    """Return the cells of a row; what has no answer, or was not measured, is an empty one."""
    ours, theirs = row["ours"], row["theirs"]
    ends = between(row["low"], row["high"]) if math.isfinite(ours) else ""
    ratio = f"{row['ratio']:.2f}" if math.isfinite(row["ratio"]) else ""
    return [row["row"], _known(ours), ends, _known(theirs), ratio, row["reason"]]


def _known(value: float) -> str:
    return figure(value) if math.isfinite(value) else ""


def _as_json(one: Accuracy, columns: list[str], *, each: bool) -> dict[str, object]:
    found: dict[str, object] = {name: value for name, value in one.summary().items() if name != "file"}
    found["beside"] = one.beside()
    found["unanswered"] = {str(reason): int(count) for reason, count in one.unanswered.items()}
    if each:
        found["by_row"] = one.rows_beside()
    if columns:
        rows = _records(one.by(columns))
        found["by"] = [{**dict(zip(columns, _key(key), strict=True)), **row} for key, row in rows]
    return found
