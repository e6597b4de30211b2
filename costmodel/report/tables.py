"""A data frame as the cells of an HTML table: numbers right, decimals aligned, everything else as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import repeat
from math import isfinite, isnan, nan
from statistics import median

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from costmodel.report.content import FactRow
from costmodel.report.decimals import together
from costmodel.report.numerals import NOTHING, axis_unit, unit_in_head, unit_text

MANY_COLUMNS = 6
SCALED = ("USD", "user")
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
    scale: float = 1.0
    """What its numbers are divided by to be in its unit."""

    @property
    def style(self) -> str:
        """The class of its cells: numbers stand right, days are never broken."""
        return "number" if self.is_number else "date" if self.is_date else ""


@dataclass(frozen=True)
class Row:
    """The texts of a row, one per column."""

    cells: tuple[str, ...]
    is_total: bool
    values: tuple[float, ...] = ()
    """Its numbers in full, one per column; none where no column is scaled."""


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
    heads = _scaled([_head(one, units) for one in series], series)
    texts = zip(*_columns(series, heads), strict=True)
    full = zip(*map(_values, series), strict=True) if any(head.scale != 1 for head in heads) else repeat(())
    rows = tuple(Row(row, row[0] == TOTAL, values) for row, values in zip(texts, full, strict=False))
    shared = _shared_unit(heads)
    return Table(tuple(_shown(head, shared) for head in heads), rows, shared)


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


def _shown(head: Head, shared: str) -> Head:
    """Return a head with its unit as it is read: none where all have it, or where its name says it."""
    return replace(head, unit="" if shared else unit_in_head(head.name, head.unit))


def _is_date(series: pd.Series) -> bool:
    texts = [text for value in series if not _is_missing(value) and (text := str(value))]
    return bool(texts) and all(map(_DAY.fullmatch, texts))


def _scaled(heads: Sequence[Head], series: Sequence[pd.Series]) -> list[Head]:
    """Return the heads in units whose numbers can be read: one for all columns that share one, else one for each."""
    if unit := _shared_unit(heads):
        sizes = [size for head, one in zip(heads, series, strict=True) if head.is_number for size in _sizes(one)]
        scale, word = _unit_of(sizes, unit)
        return [replace(head, unit=word, scale=scale) if head.is_number else head for head in heads]
    read = [_unit_of(_sizes(one), head.unit) for head, one in zip(heads, series, strict=True)]
    return [replace(head, unit=word, scale=scale) for head, (scale, word) in zip(heads, read, strict=True)]


def _unit_of(sizes: Sequence[float], unit: str) -> tuple[float, str]:
    """Return by what to divide sums of money or numbers of users, and their unit then: as the middle one has it."""
    return axis_unit(median(sizes), unit) if sizes and unit.startswith(SCALED) else (1.0, unit)


def _sizes(series: pd.Series) -> list[float]:
    return [abs(value) for value in _values(series) if value and isfinite(value)] if _is_number(series) else []


def _values(series: pd.Series) -> list[float]:
    if not _is_number(series):
        return [nan] * len(series)
    return series.astype(float).tolist()


def _shared_unit(heads: Sequence[Head]) -> str:
    """Return the unit that all of several columns of numbers have, or nothing."""
    units = [head.unit for head in heads if head.is_number]
    return units[0] if len(units) > 1 and len(set(units)) == 1 else ""


def _is_number(series: pd.Series) -> bool:
    return is_numeric_dtype(series) and not is_bool_dtype(series)


def _columns(series: Sequence[pd.Series], heads: Sequence[Head]) -> list[list[str]]:
    """Return the texts of columns: numbers of one unit have alike decimals."""
    texts = [[] if head.is_number else [_text(value) for value in one] for one, head in zip(series, heads, strict=True)]
    units: dict[str, list[int]] = {}
    for place, head in enumerate(heads):
        if head.is_number:
            units.setdefault(head.unit or head.name, []).append(place)
    for places in units.values():
        numbers = [[value / heads[place].scale for value in _values(series[place])] for place in places]
        for place, written in zip(places, together(numbers), strict=True):
            texts[place] = written
    return texts


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
