"""A lessor's published year, reproduced line by line from its fleet, rents and debt."""

from __future__ import annotations

import pandas as pd

from costmodel.domain.lessor import LessorYear
from costmodel.economics.formulas import accounts
from costmodel.units import Quantity, magnitude, quantity

NOTHING = quantity(0.0, "USD")
NO_LAG = quantity(0.0, "year")
A_YEAR = quantity(1.0, "year")


def income_statement(lessor: LessorYear) -> dict[str, Quantity]:
    """Return the lines of a year, costs negative, in USD; what the file does not give is nothing."""
    powered = accounts.mean_fleet(start=lessor.accelerators_start, end=lessor.accelerators_end, lag=NO_LAG)
    earning = accounts.mean_fleet(start=lessor.accelerators_start, end=lessor.accelerators_end, lag=lessor.earning_lag)
    revenue = accounts.rent_revenue(accelerators=earning, rent=lessor.rent, sold=lessor.sold) * A_YEAR
    depreciation = accounts.fleet_depreciation(
        accelerators=powered, installed_cost=lessor.installed_cost, lifetime=lessor.depreciation_life
    )
    debt = accounts.mean_debt(start=lessor.debt_start, end=lessor.debt_end)
    lines = {
        "revenue": revenue,
        "power, sites and staff": -revenue * lessor.cash_cost_share,
        "depreciation": -depreciation * A_YEAR,
        "interest": _given(lessor.interest_capitalised) - debt * lessor.nominal_debt_rate * A_YEAR,
        "fair value and other": -_given(lessor.fair_value_loss),
        "income tax": -_given(lessor.income_tax),
    }
    return {name: value.to("USD") for name, value in lines.items()}


def reproduction(lessor: LessorYear) -> pd.DataFrame:
    """Return computed against reported: revenue, operating income and net income, with the relative deviation."""
    lines = {name: float(magnitude(value, "USD")) for name, value in income_statement(lessor).items()}
    operating = lines["revenue"] + lines["power, sites and staff"] + lines["depreciation"]
    reported = {
        "revenue": lessor.reported_revenue,
        "operating income": lessor.reported_operating_income,
        "net income": lessor.reported_loss * -1.0,
    }
    computed = {"revenue": lines["revenue"], "operating income": operating, "net income": sum(lines.values())}
    rows = [
        {"line": name, "computed": computed[name], "reported": float(magnitude(value, "USD"))}
        for name, value in reported.items()
        if value is not None
    ]
    frame = pd.DataFrame(rows).set_index("line")
    frame["deviation"] = (frame["computed"] - frame["reported"]) / frame["reported"].abs()
    return frame


def _given(value: Quantity | None) -> Quantity:
    return NOTHING if value is None else value
