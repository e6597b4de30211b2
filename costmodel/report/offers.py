"""The table of offers: what each costs, sorted, with its interval and how likely it is the cheapest."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from costmodel.analysis.columns import CHEAPEST
from costmodel.analysis.study import Study
from costmodel.report.live import figure_id
from costmodel.report.naming import names_of
from costmodel.report.numerals import number, unit_text

LABELS = {
    "cost_per_user_month": "Cost per user",
    "margin_per_user_month": "Margin per user",
    "cost_per_query": "Cost per query",
    "cost_per_million_tokens": "Cost per million output tokens",
    "total_per_month": "Whole cost",
    "cost_per_accelerator_hour": "Cost per accelerator-hour",
    "cost_per_training_run": "Cost of the run",
    "accelerators_for_budget": "Accelerators for the budget",
    "duration": "Duration",
}
BASES = {"capacity": "Cost per used accelerator-hour", "serving": "Cost per accelerator-hour held"}


@dataclass(frozen=True)
class Cell:
    """One figure: its name, its full number, and the text and the ends of its interval for people."""

    figure: str
    value: float
    text: str
    low: float = math.nan
    high: float = math.nan
    interval: str = ""


@dataclass(frozen=True)
class OfferRow:
    """One offer; without cells where it cannot do the work, and then why."""

    id: str
    name: str
    cells: tuple[Cell, ...]
    why: str = ""


@dataclass(frozen=True)
class Offers:
    """The table: names and units of its columns, and a row an offer, the cheapest first."""

    heads: tuple[tuple[str, str], ...]
    rows: tuple[OfferRow, ...]


def offers_of(study: Study, compared: pd.DataFrame) -> Offers:
    """Return the table of a comparison."""
    columns = [study.headline, *(name for name in study.columns if name != study.headline)]
    units, without = compared.attrs["units"], compared.attrs["without"]
    heads = ((LABELS.get(name, name.replace("_", " ")), unit_text(units[name])) for name in columns)
    names = names_of(study.scenario)
    rows = [
        OfferRow(str(id_), names[str(id_)], _cells(str(id_), row, columns), without.get(id_, ""))
        for id_, row in compared.sort_values(study.headline).iterrows()
    ]
    return Offers((*heads, ("Chance to be cheapest", "")), tuple(rows))


def _cells(id_: str, row: pd.Series, columns: list[str]) -> tuple[Cell, ...]:
    if math.isnan(row[columns[0]]):
        return ()
    cells = (
        Cell(figure_id(id_, name), float(row[name]), number(row[name]), *ends, _interval(*ends))
        for name, ends in ((name, (float(row[f"{name}_low"]), float(row[f"{name}_high"]))) for name in columns)
    )
    share = float(row[CHEAPEST])
    return (*cells, Cell(figure_id(id_, CHEAPEST), share, "–" if math.isnan(share) else f"{share:.0%}"))


def _interval(low: float, high: float) -> str:
    return "" if low == high else f"{number(low)} – {number(high)}"
