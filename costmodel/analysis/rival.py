"""The rival of a chip of one's own: the best accelerator on the market in the year in which the chip ships."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from costmodel.analysis.changes import NONE, Changes, with_values
from costmodel.analysis.on_sale import best_on_sale
from costmodel.analysis.scenario_layouts import Layouts
from costmodel.domain.offers import Program, Purchase
from costmodel.domain.scenario import ANEW, Scenario
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.units import Quantity, magnitude, quantity

RIVAL = "purchase/rival"
DAYS = 365.25


def with_rivals(catalog: Catalog, scenario: Scenario, layouts: Layouts, changes: Changes = NONE) -> Scenario:
    """Return a scenario with what its programs have to beat, in place of such as it has; without programs, as it is.

    That is the best on the market of the day, unless it is listed, and one for each year in which a program that begins
    anew ships. Both are those of the scenario with `changes`, of which a fact of something on sale chooses that.
    """
    listed = scenario.with_offers(*(one for one in scenario.offers if one.id not in scenario.rivals))
    asked = _asked(listed, changes)
    programs = [one for one in asked.offers if isinstance(one, Program)]
    named = _set_of_rivals(listed, changes)
    best = best_on_sale(catalog, layouts.of(asked), named) if programs else None
    if best is None:
        return scenario
    anew = [one for one in programs if one.age is None or scenario.program_start == ANEW]
    waits = {_year(scenario, one.arrival): one.arrival for one in anew}
    later = [rival(best, scenario.price_date, waits[year]) for year in sorted(waits)]
    today = replace(best, name=f"Best on the market of {scenario.price_date.year}: {_sold(best)}")
    rivals = [*(() if any(one.id == best.id for one in listed.offers) else (today,)), *later]
    added = tuple(one.id for one in rivals)
    return replace(listed.with_offers(*listed.offers, *rivals), best_on_sale=best.id, rivals=added)


def _asked(scenario: Scenario, changes: Changes) -> Scenario:
    """Return a scenario with those of the changes that are its leaves."""
    if not changes:
        return scenario
    leaves = scenario.leaves()
    return with_values(scenario, {name: value for name, value in changes.items() if name in leaves})


def _set_of_rivals(listed: Scenario, changes: Changes) -> str:
    """Return the purchase of which changes set a fact though nobody lists it, if they do."""
    ids = {one.id for one in listed.offers}
    set_ = (name.rpartition(".")[0] for name in changes if name.startswith("purchase/"))
    return next((id_ for id_ in set_ if id_ not in ids), "")


def rival_of(scenario: Scenario, offer: Program, *, anew: bool) -> str:
    """Return the id of the rival of a program: the best on the market in the year in which it ships."""
    shipped = offer.age is not None and not anew
    return scenario.best_on_sale if shipped else f"{RIVAL}-{_year(scenario, offer.arrival)}"


def rival(best: Purchase, day: date, later: Quantity) -> Purchase:
    """Return the purchase of the best accelerator some time after a day, at its price of then by the trend.

    Where nobody has launched yet what is sold by then, it stands for as much performance, at what that costs by then.
    All its facts but the time are those of the purchase of today, and go by their names.
    """
    years = quantity(float(magnitude(later, "year")), "year")
    ships = day + timedelta(days=float(years.magnitude) * DAYS)
    words = "extrapolated" if _is_beyond(best, ships) else "at the price of then"
    why = f"until {ships}, when the chips of the program whose rival it is are there"
    wait = Fact("arrival", years, ASSUMPTION, Path(best.place), confidence=ASSUMPTION, reason=why)
    facts = {**best.facts, "arrival": wait}
    name = f"Best on the market of {ships.year}: {_sold(best)}, {words}"
    made = replace(best, id=f"{RIVAL}-{ships.year}", name=name, copies=best.id)
    return replace(made, facts=facts, arrival=years)


def _sold(best: Purchase) -> str:
    return best.name.removeprefix("Buy ")


def _is_beyond(best: Purchase, ships: date) -> bool:
    """Return whether the library ends before a day: what it has on sale was launched in an earlier year."""
    launch = best.system.accelerator.launch
    return launch is None or launch.year < ships.year


def _year(scenario: Scenario, later: Quantity) -> int:
    return (scenario.price_date + timedelta(days=float(magnitude(later, "year")) * DAYS)).year
