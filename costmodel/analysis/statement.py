"""The statement: the long table of cost lines, the one source of every total; all other tables are pivots of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from costmodel.analysis.columns import endless
from costmodel.analysis.model import Model
from costmodel.analysis.uncertainty import Interval
from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.economics.costs import MONTHLY, Costs
from costmodel.units import convert, magnitude

OUTPUT_UNITS = {
    "cost_per_million_tokens": "USD/Mtoken",
    "cost_per_million_tokens_processed": "USD/Mtoken",
    "duration": "day",
    "capital": "USD",
}
ENDS = ("_low", "_high")
"""What the names of the columns of an interval end with."""

Grounds = Mapping[tuple[str, str], tuple[str, float, float]]
"""Sources of the prices of a component, and the ends of its 80% interval over its value, by offer and component."""

COMPUTED = "computed"
Rows = Mapping[str, Mapping[str, float]]
"""Plain numbers by offer and name."""

Bands = Mapping[tuple[str, str], Interval]
"""The 80% interval of every quantity and component, by offer and name."""


def statement(scenario: Scenario, model: Model, bands: Bands) -> pd.DataFrame:
    """Return one row per offer and component: quantity x unit price = cost, per month, with its 80% interval."""
    rows = [
        _line(scenario, model, id_, name, cost, bands)
        for id_, one in model.plain.items()
        for name, cost in components(one).items()
    ]
    return pd.DataFrame(rows)


def comparison(found: Mapping[str, Costs], columns: Sequence[str], bands: Bands) -> pd.DataFrame:
    """Return one row per offer: plain numbers and the ends of their 80% intervals; `attrs["units"]` has the units."""
    rows, units = figures(found, columns, bands)
    frame = pd.DataFrame([{"offer": id_, **row} for id_, row in rows.items()]).set_index("offer")
    frame.attrs["units"] = units
    return frame


def figures(found: Mapping[str, Costs], columns: Sequence[str], bands: Bands) -> tuple[Rows, dict[str, str]]:
    """Return plain numbers of each offer, each with the ends of its 80% interval, and the units of all."""
    first = next(iter(found.values()))
    units = {f"{name}{end}": value(first, name)[1] for name in columns for end in ("", *ENDS)}
    return {id_: _with_ends(id_, one, columns, bands) for id_, one in found.items()}, units


def _with_ends(id_: str, one: Costs, columns: Sequence[str], bands: Bands) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in columns:
        band = bands[id_, name]
        found[name], unit = value(one, name)
        sides = zip(ENDS, (band.low, band.high), strict=True)
        found |= {f"{name}{end}": endless(float(magnitude(side, unit)), unit) for end, side in sides}
    return found


def further(found: Mapping[str, Costs], columns: Sequence[str]) -> pd.DataFrame:
    """Return columns of a comparison that need no interval; not a number where an offer has no such figure."""
    known = {name: {id_: value(one, name) for id_, one in found.items() if name in one.quantities} for name in columns}
    plain = {name: {id_: number for id_, (number, _) in of.items()} for name, of in known.items()}
    frame = pd.DataFrame(plain, index=list(found), dtype=float)
    frame.attrs["units"] = {name: next(iter(of.values()))[1] for name, of in known.items()}
    return frame


def joined(table: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Return a table with those columns of another that it lacks beside it, and the units of both."""
    new = more[[name for name in more.columns if name not in table.columns]]
    found = table.join(new)
    units = table.attrs["units"] | {name: more.attrs["units"][name] for name in new.columns}
    found.attrs = {**table.attrs, "units": units}
    return found


def value(one: Costs, name: str) -> tuple[float, str]:
    """Return a headline quantity as number and unit."""
    quantity = convert(one[name], OUTPUT_UNITS[name]) if name in OUTPUT_UNITS else one[name]
    unit = f"{quantity.units:~C}"
    return endless(float(quantity.magnitude), unit), unit


def components(one: Costs) -> dict[str, float]:
    """Return the monthly cost by component in USD; they add up without error in any order."""
    return {name: float(magnitude(cost, MONTHLY)) for name, cost in one.components.items()}


def sources(model: Model, offer: str, component: str) -> str:
    """Return the ids of the sources of the prices that a component rests on, as the graph has them."""
    return "; ".join(dict.fromkeys(fact.source for fact in model.price_facts(model.costs[offer].components[component])))


def grounds(model: Model, bands: Bands) -> Grounds:
    """Return what each component of each offer rests on, as the graph has it: its prices, and how sure it is."""
    found: dict[tuple[str, str], tuple[str, float, float]] = {}
    for id_, one in model.plain.items():
        for name, cost in one.components.items():
            band = bands[id_, name]
            ends = [float((end / cost).to("").magnitude) if cost.magnitude else np.nan for end in (band.low, band.high)]
            found[id_, name] = (sources(model, id_, name) or COMPUTED, ends[0], ends[1])
    return found


def _line(scenario: Scenario, model: Model, id_: str, name: str, cost: float, bands: Bands) -> dict[str, object]:
    one, band = model.plain[id_], bands[id_, name]
    counted, unit = counted_in(one, name)
    return {
        "scenario": scenario.id,
        "offer": id_,
        "component": name,
        "period": "month",
        "quantity": counted,
        "quantity_unit": unit,
        "unit_price": cost / counted if counted else 0.0,
        "unit_price_unit": f"USD/{unit}/month" if unit == SYSTEM else f"USD/{unit}",
        "cost": cost,
        "cost_unit": MONTHLY,
        "method": method_of(one, name),
        "source": sources(model, id_, name) or COMPUTED,
        "low": float(magnitude(band.low, MONTHLY)),
        "high": float(magnitude(band.high, MONTHLY)),
    }


SYSTEM, MILLION_TOKENS = "server", "Mtoken"


def counted_in(one: Costs, name: str) -> tuple[float, str]:
    """Return what a component of a month is counted in: millions of tokens of an API, else the systems held."""
    if isinstance(one.offer, TokenApi):
        used = one[name.replace(" ", "_")]
        return float(magnitude(used, "Mtoken/month")), MILLION_TOKENS
    return float(magnitude(one["servers"], "server")), SYSTEM


RENTED = ("rent", "prepayment", "credits", "interruptions", "shares received", "unused commitment")
"""Components of rented systems."""


def method_of(one: Costs, name: str) -> str:
    """Return how a component is counted: as rent, an annuity of what is paid at once, running cost, or tokens."""
    if isinstance(one.offer, TokenApi):
        return "token price"
    if name in RENTED:
        return "rent"
    return "annuity" if any(line.months is None for line in one.lines if line.name == name) else "running cost"
