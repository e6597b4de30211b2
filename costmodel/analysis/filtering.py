"""Conditions on the rows of a table, as one types them: `maker=nvidia`, `memory.capacity>=80 GB`, `launch<2024`."""

from __future__ import annotations

import operator
import re
from typing import Any

import numpy as np
import pandas as pd

from costmodel.errors import CostModelError, unknown
from costmodel.units import convert, parse

_CONDITION = re.compile(r"\s*([\w.]+(?: \[[^\]]*\])?)\s*(>=|<=|!=|=|<|>)\s*(.*)")
_DATE = re.compile(r"\d{4}(-\d\d){0,2}")
_ROUNDING = 1e-9
"""Numbers that differ by less are equal: 0.08 TB in GB is 80, and not a rounding beside it."""
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
    fits = _equal(values, column, text)
    return frame[~fits if sign == "!=" else fits]


def _equal(values: pd.Series[Any], column: str, text: str) -> pd.Series[bool]:
    """Return where a number is equal, or a text contains another."""
    if _is_text(values, text):
        return values.astype(str).str.contains(text, case=False, regex=False)
    return pd.Series(np.isclose(values, _limit(column, text), rtol=_ROUNDING, atol=0), index=values.index)


def _is_text(values: pd.Series[Any], text: str) -> bool:
    """Return whether a column, or what it is compared with, holds texts: of numbers, only a word is compared so."""
    return not pd.api.types.is_numeric_dtype(values) or not any(sign.isdigit() for sign in text)


def column_named(frame: pd.DataFrame, name: str) -> str:
    """Return a column by its whole name or by the name before its unit."""
    names = [str(column) for column in frame.columns]
    fits = [column for column in names if name in (column, column.partition(" [")[0])]
    if not fits:
        raise unknown("column", name, [column.partition(" [")[0] for column in names])
    return fits[0]


def _ordered(values: pd.Series[Any], column: str, sign: str, text: str) -> pd.Series[bool]:
    """Compare numbers with a number in the unit of the column or its own; dates and texts as texts."""
    if pd.api.types.is_numeric_dtype(values):
        fits: pd.Series[bool] = _ORDER[sign](values, _limit(column, text))
        return fits
    texts = values.astype(str)
    if texts[values.notna()].str.fullmatch(_DATE).all() and not _DATE.fullmatch(text):
        msg = f'"{text}" is no date, as those of {column} are: write for example {column}{sign}2024 or 2024-06-30'
        raise CostModelError(msg)
    known: pd.Series[bool] = values.notna() & _ORDER[sign](texts, text)
    return known


def _limit(column: str, text: str) -> float:
    """Return a number in the unit of a column."""
    limit = parse(text)
    unit = column.partition(" [")[2].removesuffix("]")
    number = float(limit.magnitude if limit.unitless else convert(limit, unit or "1").magnitude)
    return float(f"{number:.12g}")  # rounded as columns are
