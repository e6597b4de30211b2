"""The statement by month and component, and the tables that are pivots of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from costmodel.analysis.statement import COMPUTED, RENTED, Grounds, exact
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Capacity
from costmodel.economics.cash_flow import ANNUITY, Line, Writing, cash_lines, delivered
from costmodel.economics.components import lives
from costmodel.economics.contract import HOURS
from costmodel.economics.costs import Costs
from costmodel.economics.present_value import MONTHS, Array, discount_factors
from costmodel.errors import MissingData
from costmodel.units import magnitude

VIEWS = ("cash", "amortised")
PHYSICAL_UNITS = {"energy": "kWh", "carbon": "kilogram", "embodied carbon": "kilogram", "water": "litre"}


def horizon(scenario: Scenario, years: float | None = None) -> int:
    """Return the months that cash flows are shown over: as asked, the capacity's duration or finance.horizon."""
    if years is not None:
        return round(years * MONTHS)
    if isinstance(scenario.workload, Capacity):
        return round(float(magnitude(scenario.workload.duration, "month")))
    if scenario.finance_horizon is None:
        msg = f"{scenario.id} gives no horizon for cash flows: ask for a number of years, or add finance.horizon to "
        raise MissingData(msg + (scenario.place or scenario.id))
    return round(float(magnitude(scenario.finance_horizon, "month")))


def writing_off(scenario: Scenario, depreciation: str = "annuity") -> Writing:
    """Return how purchases are written off: annuity, straight_line or price_performance."""
    decline = None
    if depreciation == "price_performance":
        decline = float(magnitude(scenario.need("finance_price_performance_decline"), "1/year"))
    return Writing(depreciation, decline)


def statement_by_month(
    scenario: Scenario, found: Mapping[str, Costs], months: int, grounds: Grounds, writing: Writing = ANNUITY
) -> pd.DataFrame:
    """Return one row per offer, component, month and view, as cash when paid and amortised over the months of use.

    Month 0 is the start. Quantity x unit price = cost; physical lines (energy, greenhouse gas, water) have a quantity
    and no cost. Costs of an offer add up without error in any order.
    """
    parts = [part for one in found.values() for part in _tables(scenario, one, months, grounds, writing)]
    return pd.concat(parts, ignore_index=True)


def by_year(frame: pd.DataFrame, view: str = "cash") -> pd.DataFrame:
    """Return one row per offer and one column per year (0: the start) with the sum of all costs."""
    costs = frame[(frame["view"] == view)]
    years = np.ceil(costs["period"] / MONTHS).astype(int).rename("year")
    wide = costs.pivot_table(index="offer", columns=years, values="cost", aggfunc="sum", fill_value=0.0, sort=False)
    return wide.sort_index(axis="columns")


def by_component(frame: pd.DataFrame, view: str = "amortised") -> pd.DataFrame:
    """Return one row per offer and one column per component with its sum over all months."""
    costs = frame[frame["view"] == view]
    return costs.pivot_table(
        index="offer", columns="component", values="cost", aggfunc="sum", fill_value=0.0, sort=False
    )


def present_values(frame: pd.DataFrame, real_discount_rate: float, view: str = "cash") -> pd.Series[float]:
    """Return what all costs of each offer are worth today."""
    costs = frame[frame["view"] == view]
    factors = discount_factors(real_discount_rate, int(costs["period"].max()))
    worth = costs["cost"] * factors[costs["period"].to_numpy()]
    return worth.groupby(costs["offer"], sort=False).sum()


def ways(scenario: Scenario, found: Mapping[str, Costs], months: int, grounds: Grounds) -> pd.DataFrame:
    """Return one row per offer: accelerators, present value, levelised cost per accelerator-hour, cash by year.

    The levelised cost is the present value of all cash over that of the hours used (of reference accelerators, where
    the scenario counts in them); `attrs["units"]` gives the unit of each column.
    """
    frame = statement_by_month(scenario, found, months, grounds)
    rate = float(magnitude(scenario.finance_real_discount_rate, "1/year"))
    worth = present_values(frame, rate)
    hours = pd.Series({id_: _hours_worth(scenario, one, months, rate) for id_, one in found.items()})
    years = by_year(frame)
    table = pd.DataFrame(
        {
            "accelerators": [float(magnitude(one["accelerators"], "accelerator")) for one in found.values()],
            "net_present_value": worth.reindex(list(found)).to_numpy(),
            "cost_per_accelerator_hour": (worth / hours).reindex(list(found)).to_numpy(),
        },
        index=pd.Index(list(found), name="offer"),
    ).join(years.rename(columns=lambda year: f"cash_year_{year}"))
    units = {"accelerators": "accelerator", "cost_per_accelerator_hour": "USD/accelerator/h"}
    table.attrs["units"] = {name: units.get(name, "USD") for name in table.columns}
    return table


def _hours_worth(scenario: Scenario, one: Costs, months: int, rate: float) -> float:
    """Return the accelerator-hours used, discounted as the money is."""
    workload, share = scenario.workload, 1.0
    accelerators = one["accelerators"]
    if isinstance(workload, Capacity):
        accelerators, share = workload.accelerators, float(magnitude(workload.utilization, "1"))
    hours = float(magnitude(accelerators, "accelerator")) * share * HOURS
    return hours * float(delivered(one.offer, one.fleet, months) @ discount_factors(rate, months))


def _tables(scenario: Scenario, one: Costs, months: int, grounds: Grounds, writing: Writing) -> Iterator[pd.DataFrame]:
    lines = cash_lines(one.offer, one.fleet, one.components, months, writing)
    for view in VIEWS:
        rounded = _exact([getattr(line, view) for line in lines])
        for line, costs in zip(lines, rounded, strict=True):
            ground = grounds.get((one.offer.id, line.component), (COMPUTED, np.nan, np.nan))
            yield _table(scenario, one, line, costs, view, ground, writing)
    for name, per_month in one.footprint.items():
        yield _physical(scenario, one, name, float(magnitude(per_month, f"{PHYSICAL_UNITS[name]}/month")), months)


def _exact(flows: list[Array]) -> list[Array]:
    parts = exact({f"{i}.{j}": float(x) for i, row in enumerate(flows) for j, x in enumerate(row) if x})
    return [np.array([parts.get(f"{i}.{j}", 0.0) for j in range(len(row))]) for i, row in enumerate(flows)]


def _table(
    scenario: Scenario,
    one: Costs,
    line: Line,
    costs: Array,
    view: str,
    ground: tuple[str, float, float],
    writing: Writing,
) -> pd.DataFrame:
    period = np.flatnonzero(costs)
    quantity, unit = _quantity(scenario, one, line.component, costs[period])
    ends = np.outer(ground[1:], costs[period])
    return _frame(
        scenario,
        one,
        component=line.component,
        period=period,
        view=view,
        quantity=quantity,
        quantity_unit=unit,
        unit_price=costs[period] / quantity,
        unit_price_unit=f"USD/{unit}",
        cost=costs[period],
        cost_unit="USD",
        method=_method(scenario, one, line.component, writing),
        source=ground[0],
        low=ends.min(axis=0),
        high=ends.max(axis=0),
    )


def _physical(scenario: Scenario, one: Costs, name: str, per_month: float, months: int) -> pd.DataFrame:
    return _frame(
        scenario,
        one,
        component=f"{name} (physical)",
        period=np.arange(1, months + 1),
        view="physical",
        quantity=per_month,
        quantity_unit=PHYSICAL_UNITS[name],
        unit_price=np.nan,
        unit_price_unit="",
        cost=0.0,
        cost_unit="USD",
        method="physical",
        source=COMPUTED,
        low=np.nan,
        high=np.nan,
    )


def _frame(scenario: Scenario, one: Costs, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"scenario": scenario.id, "offer": one.offer.id, **columns})


def _quantity(scenario: Scenario, one: Costs, name: str, costs: Array) -> tuple[Array, str]:
    """Return what is counted in a line: kilowatt-hours, accelerator-hours of a month, or systems."""
    if name == "energy":
        return costs / float(magnitude(scenario.site.electricity_price, "USD/kWh")), "kWh"
    if name in RENTED:
        accelerators = float(magnitude(one.fleet.servers * one.offer.system.accelerators, "accelerator"))
        return np.full(len(costs), accelerators * HOURS), "accelerator*hour"
    return np.full(len(costs), float(magnitude(one.fleet.servers, "server"))), "server"


def _method(scenario: Scenario, one: Costs, name: str, writing: Writing) -> str:
    if name in RENTED:
        return "rent"
    if name == "value left":
        return "paid and not yet used at the horizon"
    return writing.depreciation if name in lives(one.offer, scenario.site) else "running cost"
