"""One question: offers x workload x demand x finance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeAlias

from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import Site
from costmodel.domain.levers import Lever
from costmodel.domain.offers import Program, Way, span
from costmodel.domain.terms import Terms
from costmodel.domain.workload import Asked, Capacity, Serving, TrainingRun
from costmodel.errors import FormulaError, MissingData, unknown
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.specs.tables.finance import CONSUMER_PRICES
from costmodel.units import Quantity, quantity

Workload: TypeAlias = Serving | TrainingRun | Capacity

OWN, ALL = "own demand", "all uses"
"""Who pays for the design and the team of a program."""
ANEW, SHIPPED = "anew", "as shipped"
"""Whether a program begins on the day of the question, or what it has cost so far is sunk."""


@dataclass(frozen=True, kw_only=True)
class Scenario(Asked):
    """A question as a file asks it, with all objects it names."""

    title: str
    question: str
    price_date: date
    architecture: Architecture | None = None
    workload: Workload
    site: Site
    offers: tuple[Way, ...]
    finance_real_discount_rate: Quantity | None = None
    finance_return_on_equity: Quantity | None = None
    finance_debt_share: Quantity | None = None
    finance_debt_rate: Quantity | None = None
    finance_depreciation: str = "bonus"
    finance_property_tax: Quantity | None = None
    finance_sales_tax: Quantity | None = None
    finance_horizon: Quantity | None = None
    finance_tax_rate: Quantity | None = None
    finance_cost_index: str = CONSUMER_PRICES
    program_charged_to: str = OWN
    program_start: str = ANEW
    program_other_volume: Quantity | None = None
    program_meanwhile: str = ""
    best_on_sale: str = ""
    """The purchase that is the best on the market of the day, where a program has to beat it."""
    rivals: tuple[str, ...] = ()
    """Offers that stand beside those that the file lists, since a program has to beat them."""
    terms: Terms
    precisions: tuple[str, ...] = ("bf16",)
    kv_cache_precision: str = ""
    framework: str = "vllm"
    stand_in_models: tuple[str, ...] = ()
    """Listed models whose APIs stand for the scenario's own model, and why."""
    stand_in_reason: str = ""
    deal_name: str = ""
    """A deal that shares profit in stages, and the sum that it shares out."""
    deal_profit: Quantity | None = None
    note: str = ""
    levers: tuple[Lever, ...] = ()

    @property
    def model(self) -> Architecture:
        """The shape of the model, or a MissingData error."""
        if self.architecture is None:
            msg = f"{self.id} names no model: add architecture = ... to {self.place or self.id}"
            raise MissingData(msg)
        return self.architecture

    def offer(self, id_: str) -> Way:
        """Return one of the scenario's offers by its id or the last part of it."""
        fits = [offer for offer in self.offers if id_ in (offer.id, offer.id.rpartition("/")[2])]
        if len(fits) != 1:
            raise unknown("offer of this scenario", id_, [offer.id for offer in self.offers])
        return fits[0]

    def with_offers(self, *offers: Way) -> Scenario:
        """Return the scenario with other offers."""
        return replace(self, offers=offers)


def over(scenario: Scenario, years: float) -> Scenario:
    """Return the scenario over another horizon; a capacity is needed until then.

    Raises
    ------
    FormulaError
        For a horizon below a month.
    """
    if not years * 12 >= 1:
        msg = f"a horizon of {years:g} years; it must be at least 1 month"
        raise FormulaError(msg)
    horizon = quantity(float(years), "year")
    workload = scenario.workload
    if isinstance(workload, Capacity):
        workload = workload.with_leaves(duration=horizon)
    return replace(scenario, workload=workload, finance_horizon=horizon)


def with_horizon(found: Scenario, place: Path) -> Scenario:
    """Return the scenario with a horizon: its own, the duration of its capacity, or the longest life or term."""
    if found.finance_horizon is not None:
        return found
    if isinstance(found.workload, Capacity):
        fact = found.workload.facts["duration"]
    else:
        years = max((_needed(found, one) for one in found.offers), key=lambda one: one.to("year").magnitude)
        why = "the longest life or term among the offers, with the time until an own chip arrives"
        fact = Fact("finance.horizon", years.to("year"), ASSUMPTION, place, reason=why)
    return replace(found, finance_horizon=fact.value, facts={**found.facts, "finance_horizon": fact})


def _needed(found: Scenario, offer: Way) -> Quantity:
    """Return the span of an offer, which begins for programs when their systems are there."""
    if isinstance(offer, Program) and (found.program_start == ANEW or offer.age is None):
        return offer.arrival + offer.lifetime
    return span(offer)
