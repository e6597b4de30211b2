"""What can be bought on a day, and which of it a question is answered with at the least cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np

from costmodel.analysis.scenario_layouts import Layouts
from costmodel.domain.offers import Purchase, load_offer
from costmodel.domain.scenario import Scenario
from costmodel.economics.costs import headline_of
from costmodel.errors import CostModelError, Infeasible, MissingData
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION
from costmodel.units import magnitude

BARE = "-baseboard"
NO_ANSWER = float("inf")


def best_on_sale(catalog: Catalog, layouts: Layouts, named: str = "") -> Purchase | None:
    """Return the purchase that answers a scenario at the least cost, in the whole systems that its demand takes.

    Counted are systems with a sourced price by the day of the question, of which none is dearer both as a whole and
    for its performance than another, by the prices of their files or as they are set, so that what is set leaves out
    none; where none has an answer, that with the most performance for its price. One that is `named` is taken as it is.
    """
    scenario = layouts.scenario
    known = {one.id: one for one in _on_sale(catalog, scenario)}
    sold = {id_: of_listed(scenario, one) for id_, one in known.items()}
    if named in sold:
        return sold[named]
    if not sold:
        return None
    front = dict.fromkeys(one.id for some in (sold, known) for one in _front(some, scenario))
    found = {id_: _cost(sold[id_], layouts) for id_ in front}
    return sold[min(front, key=lambda id_: found[id_])]


def of_listed(scenario: Scenario, offer: Purchase) -> Purchase:
    """Return a purchase as a scenario lists it, with what is set of it, if it does."""
    listed = [one for one in scenario.offers if one.id == offer.id]
    return next((one for one in listed if isinstance(one, Purchase)), offer)


def _on_sale(catalog: Catalog, scenario: Scenario) -> Iterator[Purchase]:
    day: date = scenario.price_date
    for id_ in catalog.ids("purchase"):
        record = catalog.get("purchase", id_)
        prices = [one for one in record.histories["price"] if one.as_of is not None and one.as_of <= day]
        if id_.endswith(BARE) or all(one.source == ASSUMPTION for one in prices):
            continue
        try:
            offer = load_offer(catalog, f"purchase/{id_}", day)
            offer.system.accelerator.best_type(scenario.precisions)
        except (MissingData, Infeasible):
            continue
        if isinstance(offer, Purchase) and (offer.system.accelerator.launch or date.max) <= day:
            yield offer


def _front(sold: Mapping[str, Purchase], scenario: Scenario) -> Iterator[Purchase]:
    """Yield, from the most performance for its price on, what is cheaper as a whole system than all before it."""
    ranked = sorted(sold.values(), key=lambda one: _price_of_performance(one, scenario))
    least = NO_ANSWER
    for one in ranked:
        price = float(magnitude(one.price, "USD/server"))
        if price < least:
            least = price
            yield one


def _cost(offer: Purchase, layouts: Layouts) -> float:
    """Return the cost by which a scenario ranks offers; infinite where a purchase does not answer it."""
    try:
        found = layouts.ranking_costs(offer)
    except CostModelError:
        return NO_ANSWER
    return float(found[headline_of(layouts.scenario.workload)].magnitude)


def _price_of_performance(offer: Purchase, scenario: Scenario) -> float:
    """Return the price of one accelerator over the geometric mean of its dense peak and its bandwidth."""
    chip = offer.system.accelerator
    peak = float(magnitude(chip.peak_for(chip.best_type(scenario.precisions)), "TFLOP/s"))
    bandwidth = float(magnitude(chip.memory_bandwidth, "TB/s"))
    price = float(magnitude(offer.price / offer.system.accelerators, "USD/accelerator"))
    return price / float(np.sqrt(peak * bandwidth))
