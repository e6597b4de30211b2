"""A company's year line by line, the years after it, and the first one that is profitable."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isinf

import pandas as pd

from costmodel.analysis.statement import ENDS
from costmodel.analysis.uncertainty import Interval
from costmodel.domain.plans import Accounts
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Capacity
from costmodel.economics.company import AHEAD, results
from costmodel.economics.costs import Costs, exact
from costmodel.errors import MissingData
from costmodel.units import Quantity, magnitude

YEARLY = "USD/year"
USD = "USD"
FIRST = "first_profitable_year"
LAST = FIRST.replace("_", " ")
"""The line in which it stands."""
COMPUTE = "compute"
CAPITAL = "capital"
SHOWN = 8
"""Years of a table of what growth does: growth that stays the same is told of no longer time."""


def company_of(scenario: Scenario) -> tuple[Accounts, Capacity]:
    """Return the accounts of a scenario, or a MissingData error that says what to write."""
    workload = scenario.workload
    if not isinstance(workload, Capacity) or workload.accounts is None:
        msg = f'{scenario.place}: has no accounts: write workload = "capacity" and accounts.revenue (see openai-2024)'
        raise MissingData(msg)
    return workload.accounts, workload


def lines_of(one: Costs) -> dict[str, str]:
    """Return the names of the quantities of a year, by line: revenue first, then costs, then the result."""
    further = {name.removeprefix("further_cost_"): name for name in one.quantities if name.startswith("further_cost_")}
    return {
        "revenue": "revenue_per_month",
        COMPUTE: "total_per_month",
        **further,
        "cost": "cost_per_month",
        "result": "result_per_month",
    }


def capital_of(one: Costs) -> dict[str, str]:
    """Return the names of the quantities of the year's capital, by line: that of compute, the others, all; or none."""
    if "capital_of_year" not in one.quantities:
        return {}
    beside = [name for name in one.quantities if name.startswith("capital_") and name != "capital_of_year"]
    parts = {f"{CAPITAL}: {name.removeprefix('capital_')}": name for name in beside}
    bought = {f"{CAPITAL}: {COMPUTE}": "capital"} if "capital" in one.quantities else {}
    return {**bought, **parts, CAPITAL: "capital_of_year"}


def told(one: Costs) -> tuple[str, ...]:
    """Return the names of all quantities of a year."""
    return (*lines_of(one).values(), *capital_of(one).values())


def year(scenario: Scenario, found: Mapping[str, Costs], bands: Mapping[tuple[str, str], Interval]) -> pd.DataFrame:
    """Return one row per offer and line of the year, with its 80% interval; costs sum to their total to the last bit.

    The rows `reported cost` and `first profitable year` have what is reported and from when on money is earned.
    """
    accounts, _ = company_of(scenario)
    last = scenario.price_date.year + AHEAD
    return pd.DataFrame(row for id_, one in found.items() for row in _rows(accounts, last, id_, one, bands))


def _rows(
    accounts: Accounts, last: int, id_: str, one: Costs, bands: Mapping[tuple[str, str], Interval]
) -> list[dict[str, object]]:
    names = lines_of(one)
    parts = {line: _in_year(one[name]) for line, name in names.items() if line not in ("cost", "result")}
    parts = exact(parts)
    cost = sum(value for line, value in parts.items() if line != "revenue")
    values = {**parts, "cost": cost, "result": parts["revenue"] - cost}
    rows = _lines(id_, values, names, bands, YEARLY)
    if accounts.reported_cost is not None:
        told = float(magnitude(accounts.reported_cost, YEARLY))
        rows.append({"offer": id_, "line": "reported cost", "value": told, "unit": YEARLY})
    rows += _rows_of_capital(accounts, id_, one, bands)
    if FIRST in one.quantities:
        band = bands[id_, FIRST]
        dates = {"value": one[FIRST], "low": band.low, "high": band.high}
        numbers = {name: _year_of(float(magnitude(date, "year")), last) for name, date in dates.items()}
        rows.append({"offer": id_, "line": LAST, **numbers, "unit": "year"})
    return rows


def _rows_of_capital(
    accounts: Accounts, id_: str, one: Costs, bands: Mapping[tuple[str, str], Interval]
) -> list[dict[str, object]]:
    """Return the capital of the year, whose parts sum to it to the last bit, and what is reported of it."""
    names = capital_of(one)
    parts = exact({line: float(magnitude(one[name], USD)) for line, name in names.items() if line != CAPITAL})
    rows = _lines(id_, {**parts, CAPITAL: sum(parts.values())}, names, bands, USD)
    if accounts.reported_capital is not None:
        told = float(magnitude(accounts.reported_capital, USD))
        rows.append({"offer": id_, "line": f"reported {CAPITAL}", "value": told, "unit": USD})
    return rows


def _lines(
    id_: str,
    values: Mapping[str, float],
    names: Mapping[str, str],
    bands: Mapping[tuple[str, str], Interval],
    unit: str,
) -> list[dict[str, object]]:
    """Return a row for each line of an offer: its value, and the ends of its interval."""
    rows: list[dict[str, object]] = []
    for line, name in names.items():
        sides = zip(ENDS, (bands[id_, name].low, bands[id_, name].high), strict=True)
        ends = {end[1:]: float(magnitude(side, unit)) for end, side in sides}
        rows.append({"offer": id_, "line": line, "value": values[line], **ends, "unit": unit})
    return rows


def years_ahead(scenario: Scenario, one: Costs) -> pd.DataFrame:
    """Return revenue, cost and result of the year and those after it, each part growing at its own rate."""
    _, workload = company_of(scenario)
    start = scenario.price_date.year
    rows = []
    for ahead in range(min(SHOWN, AHEAD)):
        revenue, cost = results(workload, one["revenue_per_month"], one["total_per_month"], ahead)
        result = _in_year(revenue) - _in_year(cost)
        rows.append({"year": start + ahead, "revenue": _in_year(revenue), "cost": _in_year(cost), "result": result})
    frame = pd.DataFrame(rows).set_index("year")
    frame.attrs["units"] = dict.fromkeys(frame.columns, YEARLY)
    return frame


def year_text(value: float) -> str:
    """Return a calendar year as people write it; none where it never comes.

    >>> year_text(2029.0), year_text(float("inf"))
    ('2029', 'none')
    """
    return "none" if isinf(value) else f"{value:.0f}"


def _year_of(value: float, last: int) -> float:
    """Return a calendar year, without end where none comes up to the last that is looked at.

    An end of an interval between a draw with such a year and one without has none.
    """
    return value if value <= last else inf


def _in_year(value: Quantity) -> float:
    return float(magnitude(value, YEARLY))
