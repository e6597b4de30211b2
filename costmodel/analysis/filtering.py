"""Conditions on the rows of a table, as one types them: `maker=nvidia`, `memory.capacity>=80 GB`, `launch<2024`."""

from __future__ import annotations

import operator
import re

import pandas as pd

from costmodel.errors import CostModelError, unknown
from costmodel.units import convert, parse

_CONDITION = re.compile(r"\s*([\w.]+(?: \[[^\]]*\])?)\s*(>=|<=|!=|=|<|>)\s*(.*)")
_ORDER = {">=": operator.ge, "<=": operator.le, "<": operator.lt, ">": operator.gt}


def kept(frame: pd.DataFrame, condition: str) -> pd.DataFrame:
    """Return the rows that fulfil a condition; a row that says nothing about it does not."""
    match = _CONDITION.fullmatch(condition)
    if match is None:
        msg = f'"{condition[:80]}" is no condition: write for example maker=nvidia or "memory.capacity>=80 GB"'
        raise CostModelError(msg)
    name, sign, text = match.groups()
    column = column_named(frame, name)
    values = frame[column]
    if sign in _ORDER:
        return frame[_ordered(values, column, sign, text)]
    fits = values.astype(str).str.contains(text, case=False, regex=False)
    return frame[~fits if sign == "!=" else fits]


def column_named(frame: pd.DataFrame, name: str) -> str:
    """Return a column by its whole name or by the name before its unit."""
    names = [str(column) for column in frame.columns]
    fits = [column for column in names if name in (column, column.partition(" [")[0])]
    if not fits:
        raise unknown("column", name, [column.partition(" [")[0] for column in names])
    return fits[0]


def _ordered(values: pd.Series[float], column: str, sign: str, text: str) -> pd.Series[bool]:
    """Compare numbers with a number in the unit of the column or its own; dates and texts as texts."""
    if not pd.api.types.is_numeric_dtype(values):
        texts = values.astype(str)
        known: pd.Series[bool] = values.notna() & _ORDER[sign](texts, text)
        return known
    limit = parse(text)
    unit = column.partition(" [")[2].removesuffix("]")
    number = float(limit.magnitude if limit.unitless else convert(limit, unit or "1").magnitude)
    number = float(f"{number:.12g}")  # 0.08 TB in GB is 80, and not a rounding beside it
    fits: pd.Series[bool] = _ORDER[sign](values, number)
    return fits
