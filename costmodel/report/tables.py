"""A data frame as the cells of an HTML table: numbers right, decimals aligned, everything else as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isnan

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from costmodel.report.content import FactRow
from costmodel.report.numerals import NOTHING, column, unit_text

MANY_COLUMNS = 6
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TOTAL = "Total"
"""A row that begins with this word is set as the sum of the rows above it."""


@dataclass(frozen=True)
class Head:
    """The head of a column."""

    name: str
    unit: str
    is_number: bool
    is_date: bool = False

    @property
    def style(self) -> str:
        """The class of its cells: numbers stand right, days are never broken."""
        return "number" if self.is_number else "date" if self.is_date else ""


@dataclass(frozen=True)
class Row:
    """The texts of a row, one per column."""

    cells: tuple[str, ...]
    is_total: bool


@dataclass(frozen=True)
class Table:
    """A table that is ready to be set."""

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    unit: str = ""
    """The unit of all numbers, where they share one; the heads then leave it out."""

    @property
    def is_wide(self) -> bool:
        """Whether it has so many columns that they must stand closer."""
        return len(self.heads) > MANY_COLUMNS


def table_of(frame: pd.DataFrame, units: Mapping[str, str]) -> Table:
    """Return the table of a data frame; its index is not shown."""
    series = [one for _, one in frame.items()]
    heads = tuple(_head(one, units) for one in series)
    texts = zip(*(_texts(one) for one in series), strict=True)
    rows = tuple(Row(row, row[0] == TOTAL) for row in texts)
    shared = _shared_unit(heads)
    return Table(tuple(replace(head, unit="") for head in heads) if shared else heads, rows, shared)


def grouped(facts: tuple[FactRow, ...]) -> Iterator[tuple[str, list[FactRow]]]:
    """Yield facts with the group they belong to, in the order given; a group that comes back joins its first rows."""
    groups: dict[str, list[FactRow]] = {}
    for fact in facts:
        groups.setdefault(fact.group, []).append(fact)
    yield from groups.items()


def _head(series: pd.Series, units: Mapping[str, str]) -> Head:
    name = str(series.name)
    words = name.replace("_", " ")
    is_number = _is_number(series)
    return Head(
        words[:1].upper() + words[1:], unit_text(units.get(name, "")), is_number, not is_number and _is_date(series)
    )


def _is_date(series: pd.Series) -> bool:
    texts = [text for value in series if not _is_missing(value) and (text := str(value))]
    return bool(texts) and all(map(_DAY.fullmatch, texts))


def _shared_unit(heads: Sequence[Head]) -> str:
    """Return the unit that all of several columns of numbers have, or nothing."""
    units = [head.unit for head in heads if head.is_number]
    return units[0] if len(units) > 1 and len(set(units)) == 1 else ""


def _is_number(series: pd.Series) -> bool:
    return is_numeric_dtype(series) and not is_bool_dtype(series)


def _texts(series: pd.Series) -> list[str]:
    if _is_number(series):
        return column(series.astype(float).tolist())
    return [_text(value) for value in series]


def _text(value: object) -> str:
    if _is_missing(value):
        return NOTHING
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value)


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and isnan(value))
