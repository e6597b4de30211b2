"""Tables of numbers from CSV files: the one way in, with faults by file, line and column."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from costmodel.errors import SpecError, did_you_mean
from costmodel.specs.bounds import LARGEST_COUNT
from costmodel.specs.files import LARGEST_TABLE, check_file

MOST_COLUMNS = 1_000
FILE = "file"
"""Attribute of rows that says which file they were read from."""


@dataclass(frozen=True)
class Bounds:
    """What the numbers of a column may be, from the least to the most."""

    least: float = 0.0
    most: float = 1e18
    whole: bool = False

    def broken(self, values: pd.Series[float]) -> pd.Series[bool]:
        """Return which values are outside; what is no number is not."""
        outside = ~values.between(self.least, self.most) | (self.whole & (values % 1 != 0))
        return values.notna() & outside

    def __str__(self) -> str:
        """Return the bounds in words."""
        return f"{'a whole number' if self.whole else ''} from {self.least:g} to {self.most:g}".strip()


COUNT = Bounds(least=1, most=LARGEST_COUNT, whole=True)
MAYBE_NONE = Bounds(most=LARGEST_COUNT, whole=True)
"""A count, and one that is zero where there are none."""


def read_rows(file: Path) -> pd.DataFrame:
    """Return the rows of a CSV file, or a SpecError that says why it cannot be read."""
    check_file(file, LARGEST_TABLE, "split it")
    try:
        _check_width(file)
        rows = pd.read_csv(file)
    except pd.errors.EmptyDataError:
        raise SpecError([f"{file}: is empty: its first line names the columns"]) from None
    except (OSError, ValueError) as error:
        raise SpecError([f"{file}: cannot be read as a table: {error}"]) from None
    if rows.empty:
        raise SpecError([f"{file}: has no rows"])
    if not isinstance(rows.index, pd.RangeIndex):  # pandas takes what is too much for names of rows
        raise SpecError([f"{file}:2: rows have more cells than there are columns in line 1"])
    rows.attrs[FILE] = file
    return rows


def _check_width(file: Path) -> None:
    """Refuse a table with more columns than any has, in whichever line, before each of them is read."""
    with file.open("rb") as opened:
        for line, text in enumerate(opened, 1):
            if (columns := text.count(b",") + 1) > MOST_COLUMNS:
                raise SpecError([f"{file}:{line}: has {columns:,} columns; a table has at most {MOST_COLUMNS:,}"])


def check_numbers(rows: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    """Refuse a column of numbers that holds something else, with the line of the first in the file."""
    for column in (one for one in columns if one in rows):
        found = numbers(rows, column)
        _refuse(rows, name, column, rows[column].notna() & found.isna(), "is no number")
        _refuse(rows, name, column, found.abs() == np.inf, "is no finite number")


def as_numbers(rows: pd.DataFrame, name: str, columns: Mapping[str, Bounds]) -> pd.DataFrame:
    """Return the rows with those columns as numbers, and nothing where a cell is empty; a file may lack a column.

    Errors: SpecError with the line of the first cell that holds something else, or a number out of bounds.
    """
    present = [one for one in columns if one in rows]
    check_numbers(rows, name, present)
    found = {column: numbers(rows, column) for column in present}
    for column, values in found.items():
        _refuse(rows, name, column, columns[column].broken(values), f"is not {columns[column]}")
    return rows.assign(**found)


def check_columns(rows: pd.DataFrame, name: str, needed: Sequence[str]) -> None:
    """Refuse a table that lacks a column, with the columns that it has instead."""
    present = [str(one) for one in rows.columns]
    if missing := [one for one in needed if one not in present]:
        has = f"it has {', '.join(present)[:200]}"
        near = did_you_mean(missing[0], present)
        raise SpecError([f"{name}:1: has no column {' and '.join(missing)}; {has}.{near}"])


def check_bounds(rows: pd.DataFrame, name: str, column: str, least: float, most: float) -> None:
    """Refuse a column that leaves some bounds or is not filled, with the line of the first in the file."""
    values = numbers(rows, column)
    bad = ~values.between(least, most) | ~values.abs().lt(np.inf)
    _refuse(rows, name, column, bad, f"is not from {least:g} to {most:g}")


def numbers(rows: pd.DataFrame, column: str) -> pd.Series[float]:
    """Return a column as numbers; what is none is not a number."""
    found: pd.Series[float] = pd.to_numeric(rows[column], errors="coerce").astype(float)
    return found


def _refuse(rows: pd.DataFrame, name: str, column: str, bad: pd.Series[bool], why: str) -> None:
    if bad.any():
        at = rows.index[bad][0]
        raise SpecError([f"{name}:{line_of(rows, at)}: {column}: {str(rows.at[at, column])[:60]!r} {why}"])


def line_of(rows: pd.DataFrame, row: int) -> int:
    """Return the line of the file in which a row begins: cells may hold line ends, and empty lines are no rows."""
    file = rows.attrs.get(FILE)
    if file is None:
        return row + 2
    begun, rows_before = 1, -1  # the names of columns are no row
    with suppress(csv.Error), file.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
        reader = csv.reader(opened)
        for cells in reader:
            if len(cells) > 1 or "".join(cells).strip():
                if rows_before == row:
                    return begun
                rows_before += 1
            begun = reader.line_num + 1
    return row + 2
