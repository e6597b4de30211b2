"""The rival of a chip of one's own: the best accelerator on the market in the year in which the chip ships."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from costmodel.analysis.trends import Trend, price_trend
from costmodel.domain.hardware import Accelerator
from costmodel.domain.offers import Program, Purchase, Way, load_offer
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
NOW = quantity(0.0, "year")


def with_rivals(catalog: Catalog, scenario: Scenario) -> Scenario:
    """Return a scenario with a rival for each year in which one of its programs ships; without programs, as it is.

    A program that has shipped has two: that of today, and that of the year in which it would be there if begun anew.
    """
    waits = {_year(scenario, later): later for one in scenario.offers for later in _waits(scenario, one)}
    best = best_on_sale(catalog, scenario) if waits else None
    if best is None:
        return scenario
    trend = price_trend(catalog, "purchase")
    rivals = [rival(best, scenario.price_date, later, trend) for _, later in sorted(waits.items())]
    return scenario.with_offers(*scenario.offers, *rivals)


def rival_of(scenario: Scenario, offer: Program, *, anew: bool) -> str:
    """Return the id of the rival of a program: the best on the market in the year in which it ships."""
    return f"{RIVAL}-{_year(scenario, offer.arrival if anew or offer.age is None else NOW)}"


def rival(best: Purchase, day: date, later: Quantity, trend: Trend) -> Purchase:
    """Return the purchase of the best accelerator some time after a day, at its price of then by the trend.

    Where nobody has launched yet what is sold by then, it stands for as much performance, at what that costs by then.
    """
    years = quantity(float(magnitude(later, "year")), "year")
    ships = day + timedelta(days=float(years.magnitude) * DAYS)
    sold = best.name.removeprefix("Buy ")
    made = replace(best, id=f"{RIVAL}-{ships.year}", name=f"Best on the market of {ships.year}: {sold}")
    if not years.magnitude:
        return made
    fact = decline_of(trend)
    words = "extrapolated by the price trend" if _is_beyond(best, ships) else "at the price of then by the trend"
    why = f"until {ships}, when the chips of the program whose rival it is are there"
    wait = Fact("arrival", years, ASSUMPTION, Path(made.place), confidence=ASSUMPTION, reason=why)
    facts = {**made.facts, "price_decline": fact, "arrival": wait}
    name = f"Best on the market of {ships.year} ({sold}, {words}), until then the cheapest of today"
    return replace(made, name=name, facts=facts, arrival=years, price_decline=fact.value)


def _is_beyond(best: Purchase, ships: date) -> bool:
    """Return whether the library ends before a day: what it has on sale was launched in an earlier year."""
    launch = best.system.accelerator.launch
    return launch is None or launch.year < ships.year


def decline_of(trend: Trend) -> Fact:
    """Return the fall of price for performance that the trend gives, in powers of ten a year, with its interval."""
    low, value, high = (
        quantity(float(-np.log10(1 - one)), "1/year") for one in (trend.low, trend.yearly_decline, trend.high)
    )
    reason = f"line through {len(trend.rows)} dated prices of purchases in the library, per dense 16-bit operation"
    place = Path(__file__).with_name("trends.py")
    return Fact("price_decline", value, ASSUMPTION, place, low=low, high=high, confidence=ASSUMPTION, reason=reason)


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


def _waits(scenario: Scenario, offer: Way) -> Iterator[Quantity]:
    """Yield how long a program's chips are waited for: not at all where it has shipped, and as long as anew."""
    if isinstance(offer, Program):
        yield from () if offer.age is None else (NOW,)
        yield from (offer.arrival,) if offer.age is None or scenario.program_start == ANEW else ()


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
