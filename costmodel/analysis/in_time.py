"""Break-even in time: over the months of a horizon by cash, and over dates by the prices of the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.cash import cash_of
from costmodel.analysis.crossing import DATE, TIME, BreakEven, Crossing, Status
from costmodel.analysis.gaps import gap_of, sameness
from costmodel.analysis.model import leaves_of
from costmodel.domain.offers import Mix, Program, Purchase, Rental, Way, load_offer
from costmodel.domain.scenario import SHIPPED, Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Serving
from costmodel.economics.costs import Costs
from costmodel.economics.formulas import flows
from costmodel.economics.lines import Line, expand, last_month
from costmodel.errors import MissingData
from costmodel.formula import compile_numpy
from costmodel.formula.graph import Leaf
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity

PLAN = "plan"
"""What stands beside the offers where users pay for a plan: all that they have paid."""

Array = npt.NDArray[np.float64]
NO_DRAWS: Mapping[str, Array] = MappingProxyType({})
Pairs = Sequence[tuple[str, str]]


def cumulative_cash(found: Mapping[str, Costs]) -> pd.DataFrame:
    """Return what has been paid under each offer up to each month (row 0: the start), in real USD, undiscounted."""
    paid = {id_: np.cumsum(cash_of(one).total) for id_, one in found.items()}
    last = max(map(len, paid.values()))
    wide = {id_: np.pad(total, (0, last - len(total)), mode="edge") for id_, total in paid.items()}
    table = pd.DataFrame(wide).rename_axis("month")
    table.attrs["units"] = dict.fromkeys(wide, "USD")
    return table


def paid_by_users(scenario: Scenario, found: Mapping[str, Costs]) -> pd.Series[float] | None:
    """Return what users have paid up to each month, where they come by the ramp of the demand.

    revenue of a user x users x share of the ramp, up to the horizon; nothing where the scenario has no plan.
    """
    first = next(iter(found.values()))
    line = plan_line(scenario, first)
    if line is None:
        return None
    last = max(last_month(one.lines) for one in found.values())
    return pd.Series(np.cumsum(expand(line, last, first.money.terms).total), name=PLAN)


def plan_line(scenario: Scenario, one: Costs) -> Line | None:
    """Return what users pay, as margins count it, up to the horizon; None where they pay for no plan."""
    workload, paid = scenario.workload, paid_by_user(scenario, one)
    if not isinstance(workload, Serving) or paid is None:
        return None
    ramp = None if workload.ramp is None else flows.whole_months(time=workload.ramp)
    return Line(PLAN, paid * workload.users, months=one.money.horizon, ramp=ramp)


def paid_by_user(scenario: Scenario, one: Costs) -> Quantity | None:
    """Return what the mean user pays a month: his plan's price, less what is let off, and what is billed beside it."""
    workload = scenario.workload
    if not isinstance(workload, Serving):
        return None
    return one.quantities.get("revenue_per_user_month", workload.plan_price)


def paybacks(table: pd.DataFrame, pairs: Pairs) -> list[BreakEven]:
    """Return the months from which on a first offer has cost less cash in all than a second, or more.

    Against `plan`: the months from which on users have paid more than the offer has cost.
    """
    months = table.index.to_numpy(dtype=float)
    costs = {str(id_): table[id_].to_numpy() for id_ in table}
    return [_by_steps(months, costs, pair, (TIME, "month", "USD"), len(months) - 1) for pair in pairs]


def by_date(scenario: Scenario, catalog: Catalog, outputs: Mapping[str, Quantity], pairs: Pairs) -> list[BreakEven]:
    """Return the days on which, by the prices of the day, the order of two offers changes; layouts stay.

    A day is a number as `date.toordinal` has it. Prices are looked at from the first day on which every offer has one.

    Raises
    ------
    MissingData
        Where no price of an offer has a date, or none changes.
    """
    days = price_days(scenario, catalog)
    if len(days) == 1:
        msg = f"{scenario.id}: no price of its offers changes after {days[0]}, the first day on which all have one"
        raise MissingData(msg)
    costs = {id_: row[0] for id_, row in costs_by_day(scenario, catalog, outputs, days).items()}
    own = max(place for place, day in enumerate(days) if day <= scenario.price_date or not place)
    unit = f"{next(iter(outputs.values())).units:~C}"
    return [_by_steps(numbers_of(days), costs, pair, (DATE, "date", unit), own) for pair in pairs]


def numbers_of(days: Sequence[date]) -> Array:
    """Return days as numbers."""
    return np.array([float(day.toordinal()) for day in days])


def costs_by_day(
    scenario: Scenario,
    catalog: Catalog,
    outputs: Mapping[str, Quantity],
    days: Sequence[date],
    drawn: Mapping[str, Array] = NO_DRAWS,
) -> dict[str, Array]:
    """Return the cost of each offer at the prices of each day, a row for each draw of inputs: one without draws.

    A price of a day is as far from what is listed for it, as a ratio, as the drawn one is from that of the scenario's.
    """
    inputs = leaves_of(outputs.values())
    moved = _moved(scenario, catalog, inputs, days)
    rows = {name: column[:, None] for name, column in drawn.items() if name in inputs}
    for name, row in moved.items():
        rows[name] = row * (rows[name] / inputs[name].value.magnitude) if name in rows else row
    found = compile_numpy(outputs, list(rows)).mark(**rows)
    shape = max((len(column) for column in drawn.values()), default=1), len(days)
    return {id_: np.broadcast_to(row, shape) for id_, row in found.items()}


def price_days(scenario: Scenario, catalog: Catalog) -> list[date]:
    """Return the days on which a price of an offer changes, from the first on which all have one.

    A program that counts as shipped has to have shipped by then.
    """
    histories = [
        [fact.as_of for fact in history if fact.as_of is not None]
        for offer in _single(scenario.offers)
        for history in catalog.get("offer", _in_files(offer)).histories.values()
    ]
    dated = [days for days in histories if days]
    if not dated:
        msg = f"{scenario.id}: no price of its offers has a date, so that none changes from day to day"
        raise MissingData(msg)
    first = max([*(min(days) for days in dated), *_shipped(scenario)])
    return sorted({first, *(day for days in dated for day in days if day >= first)})


def _single(offers: Iterable[Way]) -> Iterator[Purchase | Rental | Program]:
    """Yield the offers of systems that files describe: a mix is made of them, and APIs keep their price."""
    for offer in offers:
        if not isinstance(offer, (Mix, TokenApi)):
            yield offer


def _shipped(scenario: Scenario) -> Iterator[date]:
    for offer in scenario.offers if scenario.program_start == SHIPPED else ():
        if isinstance(offer, Program) and offer.shipped is not None and offer.age is not None:
            yield offer.shipped


def _in_files(offer: Purchase | Rental | Program) -> str:
    """Return the id of the file behind an offer: what is bought later copies a purchase of the library."""
    return offer.in_files if isinstance(offer, Purchase) else offer.id


def _moved(scenario: Scenario, catalog: Catalog, inputs: Mapping[str, Leaf], days: Sequence[date]) -> dict[str, Array]:
    """Return the leaves that have another value on some of the days, with their values; what a user set stays set."""
    own, by_day = _leaves(scenario, catalog, scenario.price_date), [_leaves(scenario, catalog, day) for day in days]
    found = {
        name: np.array([float(leaves[name].to(leaf.value.units).magnitude) for leaves in by_day])
        for name, leaf in inputs.items()
        if name in own and own[name] == leaf.value
    }
    return {name: row for name, row in found.items() if np.ptp(row) > 0}


def _leaves(scenario: Scenario, catalog: Catalog, day: date) -> dict[str, Quantity]:
    offers = [load_offer(catalog, _in_files(offer), day) for offer in _single(scenario.offers)]
    return {name: value for offer in offers for name, (value, _) in offer.leaves().items()}


def _by_steps(
    x: Array, costs: Mapping[str, Array], pair: tuple[str, str], named: tuple[str, str, str], own: int
) -> BreakEven:
    """Return the break-even of two costs that hold from one value of a variable to the next."""
    first, second = (costs[id_] for id_ in pair)
    signs = np.sign(gap_of(first, second))
    places = [place for place in np.flatnonzero(signs) if _last(signs[:place]) not in (0.0, signs[place])]
    crossings = tuple(
        Crossing(float(x[at]), "steps", float(first[at]), float(second[at]), float(x[at - 1])) for at in places
    )
    below = _first(signs) < 0
    status: Status = "steps" if crossings else ("always" if below else "never")
    variable, unit, cost_unit = named
    curve = pd.concat([pd.DataFrame({"x": x, "offer": id_, "cost": costs[id_]}) for id_ in pair], ignore_index=True)
    at_own = (float(first[own]), float(second[own]))
    same = sameness(signs[(first != 0) | (second != 0)])
    return BreakEven(*pair, variable, unit, cost_unit, status, crossings, at_own, curve, below, same=same)


def _first(signs: Array) -> float:
    known = signs[signs != 0]
    return float(known[0]) if known.size else 0.0


def _last(signs: Array) -> float:
    return _first(signs[::-1])
