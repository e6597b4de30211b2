"""What work costs on one system that is busy for a share of its time: who pays for the rest."""

from __future__ import annotations

from dataclasses import replace

from costmodel.domain.offers import Mix, Offer, Rental
from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Serving
from costmodel.economics.components import monthly_total
from costmodel.economics.costs import Costs
from costmodel.economics.formulas import demand
from costmodel.units import Quantity, quantity

UTILIZATION = "utilization"
SYSTEM = quantity(1.0, "server")


def cost_at_load(scenario: Scenario, found: Costs, utilization: Quantity) -> Quantity:
    """Return the cost of a query served or a token trained on one system at a share of the time in use.

    What is owned or committed is paid around the clock; elastic hours are paid as they are used, and
    tokens of an API cost the same however busy whoever serves them is.
    """
    offer = found.offer
    if isinstance(offer, TokenApi):
        return found["cost_per_query"]
    one = replace(found.held, servers=SYSTEM, following={}, together=None, ramp=None)
    fleet = replace(one, utilization=utilization, rented=_rented(offer, utilization))
    total = monthly_total(offer, fleet)
    if isinstance(scenario.workload, Serving):
        rate = found["query_rate"] * found["occupied_share"] * offer.system.accelerators * SYSTEM
        return demand.cost_per_query(fleet_cost=total, queries=rate * utilization)
    work = found["token_rate"] / found["servers"] * SYSTEM
    return demand.cost_per_token_trained(fleet_cost=total, tokens=work * utilization)


def _rented(offer: Offer, utilization: Quantity) -> Quantity | None:
    """Return the share of hours by which a rental is paid; none where all hours are, as in a reservation."""
    by_use = isinstance(offer, Mix) or (
        isinstance(offer, Rental) and (offer.is_elastic or offer.take_or_pay is not None)
    )
    return utilization if by_use else None
