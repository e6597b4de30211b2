"""A company's year from its parts: revenue, compute, further costs, capital; and the years after it."""

from __future__ import annotations

from dataclasses import replace

from costmodel.domain.plans import Accounts, FurtherCost, Investment
from costmodel.domain.workload import Capacity
from costmodel.economics.formulas import accounts as f
from costmodel.economics.formulas import plans as p
from costmodel.formula import label
from costmodel.units import Quantity, add, quantity

AHEAD = 25
"""Years that are looked ahead for the first profitable one: beyond, growth that stays the same means nothing."""

NEVER = 9999.0
"""The year that stands for none within these."""

LEVEL = quantity(0.0, "1/year")
NOTHING = quantity(0.0, "USD/month")
ZERO = quantity(0.0)
NOBODY = quantity(0.0, "user")
FREE = quantity(0.0, "USD/user/month")


def year_of_company(
    workload: Capacity, compute: Quantity, bought: Quantity | None, year: Quantity
) -> dict[str, Quantity]:
    """Return revenue, costs and result of the year, its capital, and the first year whose result is above zero.

    Each part grows at its own rate from the year on, what is written off with the compute; without a growth of the
    revenue none is looked for. A first profitable year of 9999 means none within 25 years.
    """
    accounts, further = accounts_of(workload), workload.further_costs
    revenue = label((accounts.revenue * quantity(1.0)).to("USD/month"), "revenue")
    lines = {one.name: label(_line(one, revenue), f"costs.{one.name}") for one in further}
    lines |= {f"{one.name} written off": _written_off(one) for one in _charged(workload)}
    cost = label(add([compute, *lines.values()]), "cost")
    found = {
        "revenue_per_month": revenue,
        **{f"further_cost_{name}": value for name, value in lines.items()},
        "cost_per_month": cost,
        "result_per_month": p.margin_per_month(revenue=revenue, cost=cost),
        **_capital(workload, bought),
    }
    if accounts.revenue_growth is None:
        return found
    return found | {"first_profitable_year": _first_year(workload, revenue, compute, year)}


def accounts_of(workload: Capacity) -> Accounts:
    """Return the accounts of the company that uses a capacity."""
    assert workload.accounts is not None  # noqa: S101 - asked of companies only
    return workload.accounts


def _capital(workload: Capacity, bought: Quantity | None) -> dict[str, Quantity]:
    """Return what the year invests: in what an offer buys, in each thing beside it, and in all."""
    if not workload.investments:
        return {}
    beside = {f"capital_{one.name}": label(one.amount * quantity(1.0), one.name) for one in workload.investments}
    every = [*beside.values(), *([] if bought is None else [bought])]
    return {**beside, "capital_of_year": label(add(every), "capital of the year")}


def _charged(workload: Capacity) -> list[Investment]:
    return [one for one in workload.investments if one.lifetime is not None]


def _written_off(one: Investment) -> Quantity:
    return f.written_off(amount=one.amount, lifetime=one.need("lifetime"))


def results(workload: Capacity, revenue: Quantity, compute: Quantity, years: float) -> tuple[Quantity, Quantity]:
    """Return revenue and cost of a month some years later."""
    accounts = accounts_of(workload)
    ahead = quantity(float(years), "year")
    then = f.grown(amount=revenue, growth=_or_level(accounts.revenue_growth), years=ahead)
    lasting = add([compute, *map(_written_off, _charged(workload))])
    parts = [f.grown(amount=lasting, growth=_or_level(accounts.compute_growth), years=ahead)]
    for one in workload.further_costs:
        if one.amount is not None:
            parts.append(f.grown(amount=one.amount, growth=_or_level(one.growth), years=ahead))
        if one.revenue_share is not None:
            parts.append(_line(replace(one, amount=None), then))
    return then, add(parts)


def _first_year(workload: Capacity, revenue: Quantity, compute: Quantity, year: Quantity) -> Quantity:
    found = quantity(NEVER, "year")
    for ahead in range(AHEAD, -1, -1):
        then, cost = results(workload, revenue, compute, ahead)
        result = p.margin_per_month(revenue=then, cost=cost)
        found = f.first_year(result=result, year=year + quantity(float(ahead), "year"), later=found)
    return found


def _or_level(growth: Quantity | None) -> Quantity:
    return LEVEL if growth is None else growth


def _line(one: FurtherCost, revenue: Quantity) -> Quantity:
    return p.further_cost(
        amount=NOTHING if one.amount is None else one.amount,
        per_user=FREE,
        users=NOBODY,
        revenue_share=ZERO if one.revenue_share is None else one.revenue_share,
        revenue=revenue,
    )
