"""What is left: of a company's year, and of what users pay."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from costmodel.analysis.accounts import LAST, USD, YEARLY, year_text
from costmodel.analysis.columns import NEVER
from costmodel.analysis.draws import DRAWS, SEED
from costmodel.analysis.study import Study
from costmodel.report.decimals import ranged
from costmodel.report.numerals import chance, figure, figure_of, power
from costmodel.units import Quantity

RESULT = "result_per_user_month"


def year(study: Study, names: Mapping[str, str]) -> str:
    """Return what a company's year costs or invests beside what was reported, and when it first has a profit."""
    lines, first = study.accounts(), next(iter(study.costs))
    rows = {str(row["line"]): row for _, row in lines[lines["offer"] == first].iterrows()}
    asked = "capital" if "capital" in rows else "cost"
    spent = "invests" if asked == "capital" else "costs"
    told = rows.get(f"reported {asked}")
    beside = f", where {figure(told['value'], _unit(told))} were reported" if told is not None else ""
    profit = rows.get(LAST)
    until = "" if profit is None else f"; the first year with a profit is {_years(profit)}"
    return f"With {names[first]} the year {spent} {_ranged(rows[asked])}{beside}{_left(rows['result'])}{until}"


def _left(row: pd.Series[float]) -> str:
    if row["low"] < 0 < row["high"]:
        return f"; whether it earns anything is open: {_ranged(row)}"
    if row["value"] >= 0:
        return f", and it earns {_ranged(row)}"
    return f", and it loses {ranged(-row['value'], -row['high'], -row['low'], _unit(row))}"


def _years(row: pd.Series[float]) -> str:
    value, low, high = (
        year_text(row[name]).replace(year_text(float("inf")), "never") for name in ("value", "low", "high")
    )
    return f"{value} ({low} to {high})"


def _ranged(row: pd.Series[float]) -> str:
    return ranged(row["value"], row["low"], row["high"], _unit(row))


def _unit(row: pd.Series[float]) -> str:
    return USD if str(row["unit"]) in (USD, YEARLY) else str(row["unit"])


def earned(study: Study, best: str, names: Mapping[str, str], mean: str) -> str:
    """Return what a user costs in all beside what he pays, and from how many users on that is less."""
    known = study.costs[best].quantities
    cost, left = known["full_cost_per_user_month"], known[RESULT]
    share = f"{float((left / (cost + left)).to('').magnitude):.0%} is left" if left > 0 else "nothing is left"
    share = f"{share} (a gain in {chance(_share_left(study, best))} of the draws)"
    said = _paid_and_costs(known, cost, left, names[best], mean)
    losing = [id_ for id_, one in study.costs.items() if one.quantities[RESULT] < 0]
    every = f", nothing with {len(losing)} of {len(study.costs)} ways" if losing and left > 0 else ""
    return f"{said}: {share}{every}{_from_users(float(known['break_even_users'].magnitude))}"


def _share_left(study: Study, best: str) -> float:
    """Return in which share of the draws a way leaves something of what users pay."""
    key = (best, RESULT)
    return float(np.mean(study.drawn({key: study.model.costs[best].quantities[RESULT]}, DRAWS, SEED)[key] > 0))


def _paid_and_costs(known: Mapping[str, Quantity], cost: Quantity, left: Quantity, best: str, mean: str) -> str:
    """Return what comes in and what it costs in all, of a million tokens where they are sold, else of a user."""
    if "revenue_per_million_tokens" in known:
        billed = float(known["revenue_per_million_tokens"].to("USD/Mtoken").magnitude)
        whole = billed * float((cost / (cost + left)).to("").magnitude)
        decimals = max(0, 1 - power(whole))
        brought, spent = (f"{one:,.{decimals}f}" for one in (billed, whole))
        return f"A million output tokens bring {brought} {USD} and cost {spent} {USD} in all with {best}"
    return f"A user pays {figure_of(cost + left)}{mean} and costs {figure_of(cost)} in all with {best}"


def _from_users(users: float) -> str:
    if users >= NEVER:
        return "; no number of users pays for it"
    return f"; it pays from {figure(users, 'user')} on" if users > 1 else ""
