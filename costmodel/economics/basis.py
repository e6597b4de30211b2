"""What a figure is counted in: whose hours, of which accelerator, over how long, in money of which year."""

from __future__ import annotations

from costmodel.domain.offers import Mix, Offer, Rental, Way
from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Capacity
from costmodel.economics.present_value import MONTHS
from costmodel.units import magnitude


def basis_of(scenario: Scenario, offer: Way) -> str:
    """Return in words what a cost is counted in: which hours it is spread over and which are paid, or whose tokens."""
    if isinstance(offer, TokenApi):
        return f"tokens of {offer.model} at {offer.provider}, as they are used; no accelerator-hours"
    workload = scenario.workload
    if isinstance(workload, Capacity):
        return f"per used hour of the dense peak of one {workload.reference.name}; {paid_hours(offer)}"
    return f"per hour of one {offer.system.accelerator.name}; {paid_hours(offer)}"


def paid_hours(offer: Offer) -> str:
    """Return in words which hours an offer is paid for."""
    if isinstance(offer, Mix):
        return "a base in all hours, the rest by the load"
    if not isinstance(offer, Rental):
        return "owned, all hours"
    if offer.is_elastic:
        return "hours follow the load"
    return "committed, all hours" if offer.term is not None else "held, all hours"


def horizon_in_words(scenario: Scenario) -> str:
    """Return the time over which a scenario compares: in months where these are few and make no whole years."""
    years = _horizon(scenario)
    months = round(years * MONTHS)
    few = months < 2 * MONTHS and months % MONTHS
    return _several(months, "month") if few else _several(years, "year")


def _several(count: float, unit: str) -> str:
    return f"{count:g} {unit}{'s' * (count != 1)}"


def _horizon(scenario: Scenario) -> float:
    assert scenario.finance_horizon is not None  # noqa: S101 - every loaded scenario has one
    return float(magnitude(scenario.finance_horizon, "year"))


def money_of(scenario: Scenario) -> dict[str, object]:
    """Return day, that money is real, the year of its dollars, the horizon in years, and when payments count."""
    return {
        "price_date": scenario.price_date.isoformat(),
        "money": "real",
        "dollar_year": scenario.price_date.year,
        "horizon_years": _horizon(scenario),
        "timing": scenario.terms.timing,
    }
