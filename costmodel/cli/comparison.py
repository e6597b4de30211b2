"""How the rows of a comparison are written: as plain data, and as figures with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isnan
from typing import Any

import pandas as pd

from costmodel.analysis.columns import in_words
from costmodel.analysis.statement import ENDS
from costmodel.analysis.study import Study
from costmodel.cli.tables import figure, print_table
from costmodel.economics.basis import horizon_in_words, money_of

CASH = "cash_year_"


def numbers_of(row: pd.Series[Any], units: Mapping[str, str]) -> dict[str, object]:
    """Return the numbers of a row with their units and intervals, and cash by year where it has any."""
    known = [str(name) for name in row.index if name in units and pd.notna(row[name])]
    names = [name for name in known if not name.endswith(ENDS)]
    found: dict[str, object] = {name: _cell(row, name, units[name]) for name in names if not name.startswith(CASH)}
    years = [name for name in names if name.startswith(CASH)]
    cash = [{"year": int(n.removeprefix(CASH)), "value": float(row[n]), "unit": units[n]} for n in years]
    return found | ({"cash_by_year": cash} if cash else {})


def _cell(row: pd.Series[Any], name: str, unit: str) -> dict[str, object]:
    ends = {end.removeprefix("_"): float(row[f"{name}{end}"]) for end in ENDS if f"{name}{end}" in row}
    return {"value": float(row[name]), "unit": unit, **ends}


def counted(study: Study) -> str:
    """Return over which time and in which money a study counts."""
    money = money_of(study.scenario)
    return (
        f"over {horizon_in_words(study.scenario)}, real USD of {money['dollar_year']}, prices of {money['price_date']}"
    )


def print_frame(title: str, frame: pd.DataFrame) -> None:
    """Print a comparison: each figure with its interval below it."""
    print_rows(title, ((str(id_), row) for id_, row in frame.iterrows()), frame.attrs["units"], frame.columns)


def print_bases(bases: Iterable[tuple[str, str]]) -> None:
    """Print what a cost per accelerator-hour counts in, for offers and their bases: which hours, and who pays them."""
    offers: dict[str, list[str]] = {}
    for offer, basis in bases:
        offers.setdefault(basis, []).append(offer)
    rows = [[basis, ", ".join(dict.fromkeys(found))] for basis, found in offers.items()]
    print_table("What a cost per accelerator hour counts in", ["basis", "offers"], rows)


def print_rows(title: str, rows: Iterable[tuple[str, Any]], units: Mapping[str, str], columns: Iterable[str]) -> None:
    """Print the figures of offers: each with its interval below it."""
    shown = [name for name in columns if not str(name).endswith(ENDS)]
    heads = ["offer", *(f"{in_words(str(name))}\n{units[name]}" for name in shown)]
    cells: list[list[str | tuple[str, ...]]] = [[id_, *(_shown(row, name) for name in shown)] for id_, row in rows]
    print_table(title, heads, cells, right=heads[1:])


def _shown(row: Any, name: str) -> str | tuple[str, ...]:
    """Return a figure, and on a line below it its interval where it has one; a dash where there is no answer."""
    value = row.get(name)
    if isinstance(value, str):
        return value
    if value is None or isnan(value):
        return "-"
    ends = [figure(float(row[f"{name}{end}"])) for end in ENDS if f"{name}{end}" in row]
    return (figure(float(value)), *([" to ".join(ends)] if ends else []))
