"""The systems that a scenario holds under an offer, and the capital and taxes that they are counted by."""

from __future__ import annotations

from costmodel.domain.offers import Offer, unit_of
from costmodel.domain.scenario import ANEW, Scenario
from costmodel.economics.fleet import Fleet, Meanwhile, Tax
from costmodel.economics.formulas import finance, owning
from costmodel.units import Quantity, quantity

ACCELERATOR = quantity(1.0, "accelerator")
NONE = quantity(0.0)


def systems(offer: Offer, accelerators: Quantity) -> Quantity:
    """Return the systems that hold so many accelerators under an offer: whole ones, unless fewer are rented."""
    return owning.systems_needed(accelerators=accelerators, unit=unit_of(offer), per_system=offer.system.accelerators)


def fleet_of(scenario: Scenario, servers: Quantity, utilization: Quantity, meanwhile: tuple[Meanwhile, ...]) -> Fleet:
    """Return so many systems of a scenario, busy for a share of their time, and what may serve until they are there."""
    return Fleet(
        servers,
        utilization,
        scenario.site,
        cost_of_capital(scenario),
        tax=_tax(scenario),
        horizon=scenario.finance_horizon,
        terms=scenario.terms,
        anew=scenario.program_start == ANEW,
        meanwhile=meanwhile,
    )


def cost_of_capital(scenario: Scenario) -> Quantity:
    """Return the real rate of a scenario: as given, or weighted over its equity and debt."""
    if scenario.finance_real_discount_rate is not None:
        return scenario.finance_real_discount_rate
    return finance.weighted_cost_of_capital(
        nominal_return_on_equity=scenario.need("finance_return_on_equity"),
        nominal_debt_rate=scenario.need("finance_debt_rate"),
        debt_share=scenario.need("finance_debt_share"),
        tax_rate=NONE if scenario.finance_tax_rate is None else scenario.finance_tax_rate,
        inflation=scenario.terms.inflation,
    )


def _tax(scenario: Scenario) -> Tax | None:
    given = (scenario.finance_tax_rate, scenario.finance_property_tax, scenario.finance_sales_tax)
    if all(one is None for one in given):
        return None
    income, held, sold = given
    return Tax(income, scenario.terms.inflation, scenario.finance_depreciation, held, sold)
