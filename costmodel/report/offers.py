"""The table of offers: what each costs, sorted, with its interval and how likely it is the cheapest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from costmodel.analysis.columns import CHEAPEST
from costmodel.analysis.statement import ENDS, joined
from costmodel.analysis.study import Study
from costmodel.economics.costs import MONTHLY
from costmodel.report.decimals import Row, alike
from costmodel.report.live import figure_id
from costmodel.report.naming import names_of
from costmodel.report.numerals import FEW, NOTHING, QUERIES_TOGETHER, axis_unit, chance, number, unit_in_head, unit_text

LABELS = {
    "cost_per_user_month": "Cost per user",
    "margin_per_user_month": "Margin per user",
    "cost_per_query": "Cost per query",
    "cost_per_million_tokens": "Cost per million output tokens",
    "cost_per_million_tokens_processed": "Cost per million tokens in and out",
    "cost_per_accelerator_hour": "Cost per accelerator held",
    "cost_per_training_run": "Cost of the run",
    "duration": "Duration",
    "accelerators_for_budget": "Accelerators for the budget",
    "total_per_month": "Whole cost",
    "capital": "Bought at the start",
}
"""What columns are called, in the order in which they stand after the one that ranks."""
USED_HOUR = "Cost per used hour"
"""What a question about capacity counts: hours in which accelerators work."""
PAYBACK = "payback"


@dataclass(frozen=True)
class Cell:
    """One figure: its name, its full number, and the text and the ends of its interval for people."""

    figure: str
    value: float
    text: str
    low: float = math.nan
    high: float = math.nan
    interval: tuple[str, ...] = ()
    still: bool = False
    """Whether it stays as it is when inputs move."""


@dataclass(frozen=True)
class OfferRow:
    """One offer; without cells where it cannot do the work, and then why."""

    id: str
    name: str
    cells: tuple[Cell, ...]
    why: str = ""


@dataclass(frozen=True)
class Offers:
    """The table: names and units of its columns, a row an offer, the cheapest first, and what to know of a column."""

    heads: tuple[tuple[str, str, str], ...]
    """Name, unit in which it is shown, and unit of the full numbers."""
    rows: tuple[OfferRow, ...]
    notes: tuple[str, ...] = ()
    scales: Mapping[str, float] = field(default_factory=dict)
    """How many of a column's unit are one of the unit in its head."""


def offers_of(study: Study, compared: pd.DataFrame) -> Offers:
    """Return the table of a comparison, with the years after which what is bought has paid back."""
    places = list(LABELS)
    columns = sorted((*study.columns, *study.further), key=lambda name: (name != study.headline, places.index(name)))
    base = _base(study)
    table = compared if base is None else joined(compared, study.returns(base)[[PAYBACK]])
    names, units = names_of(study.scenario), table.attrs["units"]
    shown = {name: _scale(name, table[name], units[name]) for name in columns}
    heads = [_head(label_of(study, name), shown[name][1], units[name]) for name in columns]
    heads += [_head("Payback against renting", "year", "year")] if base else []
    factors = {name: factor for name, (factor, _) in shown.items()}
    ranked = table.sort_values(study.headline)
    cells = [_column(ranked, name, factor) for name, factor in factors.items()]
    cells += [_paybacks(study, ranked, base)] if base else []
    cells += [[_chance(str(id_), float(share)) for id_, share in ranked[CHEAPEST].items()]]
    rows = [
        OfferRow(str(id_), names[str(id_)], row if is_known else (), table.attrs["without"].get(id_, ""))
        for id_, is_known, row in zip(
            ranked.index, ranked[study.headline].notna(), zip(*cells, strict=True), strict=True
        )
    ]
    note = f"Payback: the years after which less has been paid in all than for “{names[base]}”" if base else ""
    return Offers((*heads, ("Chance to be cheapest", "", "")), tuple(rows), (note,) if note else (), factors)


def label_of(study: Study, name: str) -> str:
    """Return what a column is called: an hour is a used one where hours of work are asked for, else a held one."""
    if name == "cost_per_accelerator_hour" and name == study.headline:
        return USED_HOUR
    return LABELS[name]


def _base(study: Study) -> str | None:
    """Return the cheapest offer that nothing is bought for, if there are others: what they have to pay back against."""
    rented = [id_ for id_ in study.choices if "capital" not in study.costs[id_].quantities]
    if not rented or len(rented) == len(study.costs):
        return None
    return min(rented, key=lambda id_: float(study.costs[id_][study.headline].magnitude))


def _scale(name: str, column: pd.Series, unit: str) -> tuple[float, str]:
    """Return the factor and the unit in which a column is read: millions of dollars, a thousand queries."""
    sizes = column.abs()[column != 0]
    middle = float(sizes.median())
    if name == "cost_per_query" and middle < FEW:
        return 1 / QUERIES_TOGETHER, f"USD/{QUERIES_TOGETHER:,} queries"
    return axis_unit(middle, unit) if unit in (MONTHLY, "USD") else (1.0, unit)


def _head(label: str, unit: str, own: str) -> tuple[str, str, str]:
    return label, unit_in_head(label, unit), unit_text(own)


def _column(table: pd.DataFrame, name: str, factor: float) -> list[Cell]:
    """Return the cells of a figure, with as many decimals as the narrowest of its intervals bears."""
    ends = [table[f"{name}{end}"] if f"{name}{end}" in table else table[name] * math.nan for end in ENDS]
    full = list(zip(table[name].astype(float), *(one.astype(float) for one in ends), strict=True))
    texts = alike([(value / factor, low / factor, high / factor) for value, low, high in full])
    return [_cell(figure_id(str(id_), name), *both) for id_, *both in zip(table.index, full, texts, strict=True)]


def _cell(figure: str, full: Row, texts: tuple[str, str, str]) -> Cell:
    value, low, high = full
    return Cell(figure, value, texts[0], low, high, texts[1:] if low < high else ())


def _paybacks(study: Study, table: pd.DataFrame, base: str) -> list[Cell]:
    """Return the years until each offer of today has paid back: none for what is not bought, and never is a word."""
    asked = table["capital"].notna() & table.index.isin(study.choices) & (table.index != base)
    years = table[PAYBACK].astype(float).where(asked).tolist()
    return [
        Cell(figure_id(str(id_), PAYBACK), one, _years(one, is_asked=is_asked), still=True)
        for id_, one, is_asked in zip(table.index, years, asked, strict=True)
    ]


def _years(value: float, *, is_asked: bool) -> str:
    """Return years in tenths, since payments are counted by the month, and what rounds to none by its digits."""
    if math.isnan(value):
        return "never" if is_asked else NOTHING
    return f"{value:,.1f}" if round(value, 1) else number(value)


def _chance(id_: str, share: float) -> Cell:
    return Cell(figure_id(id_, CHEAPEST), share, chance(share))
