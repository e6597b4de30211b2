"""Tables of numbers from CSV files: the one way in, with faults by file, line and column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from costmodel.errors import SpecError, did_you_mean
from costmodel.specs.files import LARGEST_TABLE, check_file


def read_rows(file: Path) -> pd.DataFrame:
    """Return the rows of a CSV file, or a SpecError that says why it cannot be read."""
    check_file(file, LARGEST_TABLE, "split it")
    try:
        rows = pd.read_csv(file)
    except (OSError, ValueError) as error:
        raise SpecError([f"{file}: cannot be read as a table: {error}"]) from None
    if rows.empty:
        raise SpecError([f"{file}: has no rows"])
    if not isinstance(rows.index, pd.RangeIndex):  # pandas takes what is too much for names of rows
        raise SpecError([f"{file}:2: rows have more cells than there are columns in line 1"])
    return rows


def check_numbers(rows: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    """Refuse a column of numbers that holds something else, with the line of the first in the file."""
    for column in (one for one in columns if one in rows):
        found = numbers(rows, column)
        _refuse(rows, name, column, rows[column].notna() & found.isna(), "is no number")
        _refuse(rows, name, column, found.abs() == np.inf, "is no finite number")


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
    found: pd.Series[float] = pd.to_numeric(rows[column], errors="coerce")
    return found


def _refuse(rows: pd.DataFrame, name: str, column: str, bad: pd.Series[bool], why: str) -> None:
    if bad.any():
        at = rows.index[bad][0]
        raise SpecError([f"{name}:{at + 2}: {column}: {str(rows.at[at, column])[:60]!r} {why}"])
