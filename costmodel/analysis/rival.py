"""The rival of a chip of one's own: the best accelerator on the market in the year in which the chip ships."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from costmodel.analysis.changes import NONE, Changes, with_values
from costmodel.domain.hardware import Accelerator
from costmodel.domain.offers import Program, Purchase, load_offer
from costmodel.domain.scenario import ANEW, Scenario
from costmodel.errors import Infeasible, MissingData
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.units import Quantity, magnitude, quantity

RIVAL = "purchase/rival"
CURRENT = 3
"""Years back from the newest launch on sale in which an accelerator still counts as of today."""
BARE = "-baseboard"
DAYS = 365.25


def with_rivals(catalog: Catalog, scenario: Scenario, changes: Changes = NONE) -> Scenario:
    """Return a scenario with what its programs have to beat; without programs, as it is.

    That is the best on the market of the day, unless it is listed, and one for each year in which a program that begins
    anew ships, also where `changes` set the times of a program.
    """
    programs = [one for one in _asked(scenario, changes).offers if isinstance(one, Program)]
    best = best_on_sale(catalog, scenario) if programs else None
    if best is None:
        return scenario
    anew = [one for one in programs if one.age is None or scenario.program_start == ANEW]
    waits = {_year(scenario, one.arrival): one.arrival for one in anew}
    later = [rival(best, scenario.price_date, waits[year]) for year in sorted(waits)]
    listed = any(one.id == best.id for one in scenario.offers)
    today = replace(best, name=f"Best on the market of {scenario.price_date.year}: {_sold(best)}")
    rivals = [*(() if listed else (today,)), *later]
    return replace(scenario.with_offers(*scenario.offers, *rivals), best_on_sale=best.id)


def _asked(scenario: Scenario, changes: Changes) -> Scenario:
    """Return a scenario with those of the changes that are leaves of its programs."""
    of_programs = {name: value for name, value in changes.items() if name.startswith("program/")}
    known = of_programs.keys() & scenario.leaves().keys() if of_programs else set()
    return with_values(scenario, {name: of_programs[name] for name in known})


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
    words = "extrapolated by the price trend" if _is_beyond(best, ships) else "at the price of then by the trend"
    why = f"until {ships}, when the chips of the program whose rival it is are there"
    wait = Fact("arrival", years, ASSUMPTION, Path(best.place), confidence=ASSUMPTION, reason=why)
    facts = {**best.facts, "arrival": wait}
    name = f"Best on the market of {ships.year} ({_sold(best)}, {words}), until then the cheapest of today"
    made = replace(best, id=f"{RIVAL}-{ships.year}", name=name, copies=best.id)
    return replace(made, facts=facts, arrival=years)


def _sold(best: Purchase) -> str:
    return best.name.removeprefix("Buy ")


def _is_beyond(best: Purchase, ships: date) -> bool:
    """Return whether the library ends before a day: what it has on sale was launched in an earlier year."""
    launch = best.system.accelerator.launch
    return launch is None or launch.year < ships.year


def best_on_sale(catalog: Catalog, scenario: Scenario) -> Purchase | None:
    """Return the purchase with the most performance for its price: dense operations and bandwidth count alike.

    Counted are whole systems with a sourced price up to the day of the question, of the generations of today.
    """
    found = [one for one in _on_sale(catalog, scenario.price_date) if _type_of(one.system.accelerator, scenario)]
    days = [one.system.accelerator.launch for one in found if one.system.accelerator.launch]
    if not days:
        return None
    oldest = max(days) - timedelta(days=CURRENT * DAYS)
    current = [one for one in found if (one.system.accelerator.launch or date.min) >= oldest]
    return min(current, key=lambda one: _price_of_performance(one, scenario))


def _year(scenario: Scenario, later: Quantity) -> int:
    return (scenario.price_date + timedelta(days=float(magnitude(later, "year")) * DAYS)).year


def _on_sale(catalog: Catalog, day: date) -> Iterator[Purchase]:
    for id_ in catalog.ids("purchase"):
        record = catalog.get("purchase", id_)
        prices = [one for one in record.histories["price"] if one.as_of is not None and one.as_of <= day]
        if id_.endswith(BARE) or not prices or prices[-1].source == ASSUMPTION:
            continue
        try:
            offer = load_offer(catalog, f"purchase/{id_}", day)
        except MissingData:
            continue
        if isinstance(offer, Purchase) and (offer.system.accelerator.launch or date.max) <= day:
            yield offer


def _type_of(accelerator: Accelerator, scenario: Scenario) -> str:
    try:
        return accelerator.best_type(scenario.precisions)
    except Infeasible:
        return ""


def _price_of_performance(offer: Purchase, scenario: Scenario) -> float:
    """Return the price of one accelerator over the geometric mean of its dense peak and its bandwidth."""
    chip = offer.system.accelerator
    peak = float(magnitude(chip.peak_for(_type_of(chip, scenario)), "TFLOP/s"))
    bandwidth = float(magnitude(chip.memory_bandwidth, "TB/s"))
    price = float(magnitude(offer.price / offer.system.accelerators, "USD/accelerator"))
    return price / float(np.sqrt(peak * bandwidth))
