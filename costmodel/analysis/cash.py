"""The statement by month and component, and the tables that are pivots of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from costmodel.analysis.statement import COMPUTED, RENTED, Grounds, counted_in, method_of
from costmodel.domain.offers import Rental
from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.economics.costs import Costs, exact
from costmodel.economics.lines import Flows, by_name, expand_all, last_month
from costmodel.economics.present_value import MIDDLE, MONTHS, Array, payback
from costmodel.economics.rented import share_paid
from costmodel.economics.writing_off import ANNUITY, Writing, written_off
from costmodel.units import Quantity, magnitude, quantity

VIEWS = ("cash", "amortised")
HOURS = float(magnitude(quantity(1.0, "month"), "hour"))
"""Hours of a month: 730.5."""
PHYSICAL_UNITS = {"energy": "kWh", "carbon": "kilogram", "embodied carbon": "kilogram", "water": "litre"}
RETURNS = {
    "net_present_value_gained": "USD",
    "internal_rate_of_return": "1/year",
    "payback": "year",
    "discounted_payback": "year",
}
WAYS = ("net_present_value", "cost_per_accelerator_hour")


def writing_off(scenario: Scenario, depreciation: str = "annuity") -> Writing:
    """Return how purchases are written off: annuity, straight_line or price_performance."""
    return Writing(depreciation, float(magnitude(scenario.terms.price_performance_decline, "1/year")))


def statement_by_month(
    scenario: Scenario, found: Mapping[str, Costs], grounds: Grounds, writing: Writing = ANNUITY
) -> pd.DataFrame:
    """Return one row per offer, component, month and view, as cash when paid and amortised over the horizon.

    Month 0 is the start. Quantity x unit price = cost, in real money of the start; physical lines (energy, greenhouse
    gas, water) have a quantity and no cost. Costs of an offer add up without error in any order.
    """
    parts = [part for one in found.values() for part in _tables(scenario, one, grounds, writing)]
    return pd.concat(parts, ignore_index=True)


def by_year(frame: pd.DataFrame, view: str = "cash") -> pd.DataFrame:
    """Return one row per offer and one column per year (0: the start) with the sum of all costs."""
    costs = frame[(frame["view"] == view)]
    years = np.ceil(costs["period"] / MONTHS).astype(int).rename("year")
    wide = costs.pivot_table(index="offer", columns=years, values="cost", aggfunc="sum", fill_value=0.0, sort=False)
    return wide.sort_index(axis="columns")


def ways(scenario: Scenario, found: Mapping[str, Costs], grounds: Grounds) -> pd.DataFrame:
    """Return one row per offer: accelerators, present value, cost per accelerator-hour, cash by year.

    Present value and cost per hour are the quantities of the model, not sums of the table; `attrs["units"]` gives the
    unit of each column. Accelerators are those of the whole systems that are paid for at the peak.
    """
    # An offer that costs nothing has no row in the statement: it pays nothing in every year.
    years = by_year(statement_by_month(scenario, found, grounds)).reindex(list(found), fill_value=0.0)
    units = {"accelerators": "accelerator", "cost_per_accelerator_hour": "USD/accelerator/h"}
    figures = {
        name: [
            _in(one, name, units.get(name, "USD"), missing=isinstance(one.offer, TokenApi)) for one in found.values()
        ]
        for name in WAYS
    }
    table = pd.DataFrame(
        {"accelerators": [_accelerators(one) for one in found.values()], **figures},
        index=pd.Index(list(found), name="offer"),
    ).join(years.rename(columns=lambda year: f"cash_year_{year}"))
    table.attrs["units"] = {name: units.get(name, "USD") for name in table.columns}
    return table


def cash_of(one: Costs) -> Flows:
    """Return all cash of an offer by month, to the last month that anything is paid in."""
    return expand_all(one.lines, last_month(one.lines), one.money.terms)


def returns(found: Mapping[str, Costs], base: str) -> pd.DataFrame:
    """Return one row per other offer: what choosing it instead of a base way gains, as an investment.

    Present value, yearly internal rate of return, and years until it has paid back, simple and discounted. A rate of
    return is that of a way that costs more at first; a payback is 0 where nothing more is paid at first. Not a number
    where there is no such rate, or where in the end it saves nothing. `attrs["units"]` gives the unit of each column.
    """
    rows = {id_: _return(one, found[base]) for id_, one in found.items() if id_ != base}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(RETURNS)).rename_axis("offer")
    table.attrs["units"] = dict(RETURNS)
    return table


def _return(one: Costs, base: Costs) -> list[float]:
    last = max(last_month(one.lines), last_month(base.lines))
    ours, theirs = (expand_all(each.lines, last, each.money.terms) for each in (one, base))
    saved = theirs.less(ours)
    rate = float(magnitude(one.money.real_discount_rate, "1/year"))
    delay = float(magnitude(one.money.terms.payment_delay, "month"))
    return [
        _in(base, "net_present_value", "USD") - _in(one, "net_present_value", "USD"),
        saved.rate_of_return(delay) if saved.total[0] < 0 else float("nan"),
        _paid_back(saved.total),
        _paid_back(saved.worths(rate, delay)),
    ]


def _paid_back(saved: Array) -> float:
    """Return the years after which what was saved outweighs what was paid, if in the end it does."""
    return payback(saved) / MONTHS if float(saved.sum()) >= 0 else float("nan")


def _accelerators(one: Costs) -> float:
    return float("nan") if one.fleet is None else float(magnitude(one.accelerators, "accelerator"))


def _in(one: Costs, name: str, unit: str, *, missing: bool = False) -> float:
    """Return a quantity as a number; no number for one that an API does not have."""
    if missing and name not in one.quantities:
        return float("nan")
    return float(magnitude(one[name], unit))


def _tables(scenario: Scenario, one: Costs, grounds: Grounds, writing: Writing) -> Iterator[pd.DataFrame]:
    last, money = last_month(one.lines), one.money
    horizon = round(float(magnitude(money.horizon, "month")))
    groups = by_name(one.lines)
    cash = [expand_all(group, last, money.terms).total for group in groups.values()]
    charged = [written_off(name, group, horizon, money, writing) for name, group in groups.items()]
    for view, flows in zip(VIEWS, (cash, charged), strict=True):
        for name, costs in zip(groups, _exact(flows), strict=True):
            ground = grounds.get((one.offer.id, name), (COMPUTED, np.nan, np.nan))
            yield _table(scenario, one, name, costs, view, ground, writing)
    for name, per_month in one.footprint.items():
        yield _physical(scenario, one, name, float(magnitude(per_month, f"{PHYSICAL_UNITS[name]}/month")), horizon)


def _exact(flows: list[Array]) -> list[Array]:
    parts = exact({f"{i}.{j}": float(x) for i, row in enumerate(flows) for j, x in enumerate(row) if x})
    return [np.array([parts.get(f"{i}.{j}", 0.0) for j in range(len(row))]) for i, row in enumerate(flows)]


def _table(
    scenario: Scenario,
    one: Costs,
    name: str,
    costs: Array,
    view: str,
    ground: tuple[str, float, float],
    writing: Writing,
) -> pd.DataFrame:
    period = np.flatnonzero(costs)
    counted, unit = _quantity(scenario, one, name, len(costs), view)
    quantity = counted[period]
    ends = np.outer(ground[1:], costs[period])
    return _frame(
        scenario,
        one,
        component=name,
        period=period,
        view=view,
        quantity=quantity,
        quantity_unit=unit,
        unit_price=costs[period] / quantity,
        unit_price_unit=f"USD/{unit}",
        cost=costs[period],
        cost_unit="USD",
        method=_method(one, name, writing),
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


def _quantity(scenario: Scenario, one: Costs, name: str, months: int, view: str) -> tuple[Array, str]:
    """Return what is counted of a component in each month: kilowatt-hours, hours that are paid, tokens, or systems."""
    if isinstance(one.offer, TokenApi):
        counted, unit = counted_in(one, name)
        return counted * _here(getattr(scenario.workload, "ramp", None), months), unit
    if name == "energy":
        price = float(magnitude(scenario.site.electricity_price, "USD/kWh"))
        return _energy(one, months, view) / (price or np.nan), "kWh"
    if name in RENTED:
        return _accelerators(one) * HOURS * _paid(one, months), "accelerator*hour"
    return np.full(months, float(magnitude(one["servers"], "server"))), "server"


def _energy(one: Costs, months: int, view: str) -> Array:
    """Return what the energy of each month costs at the price of the start; on average, where costs are levelled."""
    level = [replace(line, escalation=None) for line in one.lines if line.name == "energy"]
    paid = expand_all(level, last_month(level), one.money.terms).total
    if view != VIEWS[0]:
        return np.full(months, paid.sum() / (months - 1))
    return np.pad(paid, (0, max(months - len(paid), 0)))


def _paid(one: Costs, months: int) -> Array:
    """Return the share of the hours of all systems that is paid in each month: what is used or bound, and is there."""
    if not isinstance(one.offer, Rental):
        return np.ones(months)
    share = share_paid(one.offer, one.held)
    here = _here(one.held.ramp if one.offer.is_elastic else one.offer.ramp, months)
    return here * (1.0 if share is None else float(magnitude(share, "1")))


def _here(ramp: Quantity | None, months: int) -> Array:
    """Return the share that is there in each month of what comes in equal steps over a ramp; all at the start."""
    steps = MIDDLE if ramp is None else max(float(magnitude(ramp, "month")), MIDDLE)
    period = np.arange(float(months))
    here: Array = np.where(period > 0, np.minimum((period - MIDDLE) / steps, 1.0), 1.0)
    return here


def _method(one: Costs, name: str, writing: Writing) -> str:
    found = method_of(one, name)
    return writing.depreciation if found == "annuity" else found
