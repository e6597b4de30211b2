"""The statement: the long table of cost lines, the one source of every total; all other tables are pivots of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import frexp, ldexp

import pandas as pd

from costmodel.domain.scenario import Scenario
from costmodel.economics.costs import Costs
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, convert, magnitude

MONTHLY = "USD/month"
OUTPUT_UNITS = {"cost_per_million_tokens": "USD/Mtoken", "duration": "day"}
SIGNIFICANT_BITS = 40


def statement(scenario: Scenario, found: Mapping[str, Costs]) -> pd.DataFrame:
    """Return one row per offer and component: quantity x unit price = cost, per month."""
    rows = [row for one in found.values() for row in _lines(scenario, one)]
    return pd.DataFrame(rows)


def comparison(found: Mapping[str, Costs], columns: Sequence[str]) -> pd.DataFrame:
    """Return one row per offer with plain numbers; `attrs["units"]` holds the unit of each column."""
    rows = [{"offer": id_, **{name: value(one, name)[0] for name in columns}} for id_, one in found.items()]
    frame = pd.DataFrame(rows).set_index("offer")
    first = next(iter(found.values()))
    frame.attrs["units"] = {name: value(first, name)[1] for name in columns}
    return frame


def value(one: Costs, name: str) -> tuple[float, str]:
    """Return a headline quantity as number and unit; the monthly total is the exact sum of its components."""
    if name == "total_per_month":
        return sum(components(one).values()), MONTHLY
    quantity = _in_output_unit(name, one[name])
    return float(quantity.magnitude), f"{quantity.units:~C}"


def components(one: Costs) -> dict[str, float]:
    """Return the monthly cost by component in USD, rounded so that they add up without error in any order."""
    return exact({name: float(magnitude(cost, MONTHLY)) for name, cost in one.components.items()})


def exact(parts: Mapping[str, float]) -> dict[str, float]:
    """Round parts to a common power of two, about 1e-12 of their sum, so that floating sums of them are exact.

    >>> parts = exact({"a": 0.1, "b": 0.2, "c": 0.3})
    >>> sum(parts.values()) == parts["c"] + parts["a"] + parts["b"]
    True
    """
    exponent = frexp(sum(abs(part) for part in parts.values()))[1] - SIGNIFICANT_BITS
    return {name: ldexp(round(ldexp(part, -exponent)), exponent) for name, part in parts.items()}


def _in_output_unit(name: str, quantity: Quantity) -> Quantity:
    return convert(quantity, OUTPUT_UNITS[name]) if name in OUTPUT_UNITS else quantity


def price_fact(one: Costs, scenario: Scenario, component: str) -> Fact | None:
    """Return the fact that gives the price of a component, if a file gives it."""
    owned = dict(one.offer.facts) | {f"site {name}": fact for name, fact in scenario.site.facts.items()}
    names = _PRICES.get(component, ("price", "unit_cost", "value"))
    return next((owned[name] for name in names if name in owned), None)


def cost_range(one: Costs, scenario: Scenario, component: str) -> tuple[float, float]:
    """Return the 90% interval of a component's price over its best value; not a number where no file gives one."""
    fact = price_fact(one, scenario, component)
    if fact is None or fact.low is None or fact.high is None or not fact.value.magnitude:
        return float("nan"), float("nan")
    low, high = (float((end / fact.value).to("").magnitude) for end in (fact.low, fact.high))
    return low, high


_PRICES = {
    "design": ("design_cost",),
    "team": ("team_cost",),
    "facility": ("site facility_rent", "site facility_cost"),
    "operations": ("site operations",),
    "energy": ("site electricity_price",),
    "shares received": ("shares_received",),
    "unused commitment": ("price", "value"),
}
"""The facts that give the price of a component, besides the price of systems or hours."""


def _lines(scenario: Scenario, one: Costs) -> list[dict[str, object]]:
    return [_line(scenario, one, name, cost) for name, cost in components(one).items()]


def _line(scenario: Scenario, one: Costs, name: str, cost: float) -> dict[str, object]:
    servers = float(magnitude(one["servers"], "server"))
    fact = price_fact(one, scenario, name)
    low, high = sorted(cost * end for end in cost_range(one, scenario, name))
    return {
        "scenario": scenario.id,
        "offer": one.offer.id,
        "component": name,
        "period": "month",
        "quantity": servers,
        "quantity_unit": "server",
        "unit_price": cost / servers,
        "unit_price_unit": "USD/server/month",
        "cost": cost,
        "cost_unit": MONTHLY,
        "method": method_of(one, name),
        "source": fact.source if fact else "computed",
        "low": low,
        "high": high,
    }


RENTED = ("rent", "prepayment", "credits", "interruptions", "shares received", "unused commitment")
"""Components of rented systems."""


def method_of(one: Costs, name: str) -> str:
    """Return how a component is counted: as rent, as an annuity of what is paid at once, or as running cost."""
    if name in RENTED:
        return "rent"
    return "annuity" if any(line.months is None for line in one.lines if line.name == name) else "running cost"
