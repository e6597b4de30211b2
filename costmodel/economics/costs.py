"""What a scenario costs under one offer: the fleet it needs, its monthly cost, and the unit costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import frexp, ldexp

from costmodel.domain.offers import Way
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Capacity, Deployment, Serving, TrainingRun
from costmodel.economics.components import Components
from costmodel.economics.fleet import Fleet
from costmodel.economics.lines import Lines, Money
from costmodel.errors import Infeasible
from costmodel.units import Quantity, magnitude, quantity

MONTHLY = "USD/month"
SIGNIFICANT_BITS = 40


@dataclass(frozen=True)
class Costs:
    """The answer for one offer: quantities by name, and monthly cost by component."""

    offer: Way
    deployment: Deployment | None
    """Where systems compute it; None where an API does."""
    fleet: Fleet | None
    """The systems that are held or rented; None where an API answers."""
    money: Money
    components: Components
    quantities: dict[str, Quantity] = field(default_factory=dict)
    """Every headline quantity that the workload has, such as `cost_per_query`."""
    footprint: dict[str, Quantity] = field(default_factory=dict)
    """Energy, greenhouse gas and water per month; what the files do not give is absent."""
    lines: Lines = ()
    """The dated flows of money, of which the components, the present value and the cash by month are readings."""
    otherwise: Mapping[str, Quantity] = field(default_factory=dict)
    """For programs: the headline cost if charged to others or begun otherwise, by the names in `readings`."""
    per: Callable[[Fleet], Quantity] | None = None
    """The headline cost of another fleet on these systems, as who shares its program and when it begins have it."""

    @property
    def held(self) -> Fleet:
        """The fleet, or an Infeasible error for an API, which has none."""
        if self.fleet is None:
            msg = f"{self.offer.id} has no systems: its tokens are bought"
            raise Infeasible(msg)
        return self.fleet

    @property
    def accelerators(self) -> Quantity:
        """The accelerators that are paid for at the peak: those of whole systems."""
        offer = self.offer
        assert not isinstance(offer, TokenApi)  # noqa: S101 - it has no fleet
        return self["servers"] * offer.system.accelerators

    def __getitem__(self, name: str) -> Quantity:
        """Return a headline quantity."""
        return self.quantities[name]

    def rounded(self) -> Costs:
        """Return plain costs whose components add up to their total without error, in any order (decision 4)."""
        parts = exact({name: float(magnitude(cost, MONTHLY)) for name, cost in self.components.items()})
        components = {name: quantity(part, MONTHLY) for name, part in parts.items()}
        total = {"total_per_month": quantity(sum(parts.values()), MONTHLY)}
        return replace(self, components=components, quantities=self.quantities | total)


def exact(parts: Mapping[str, float]) -> dict[str, float]:
    """Round parts to a common power of two, about 1e-12 of their sum, so that floating sums of them are exact.

    >>> parts = exact({"a": 0.1, "b": 0.2, "c": 0.3})
    >>> sum(parts.values()) == parts["c"] + parts["a"] + parts["b"]
    True
    """
    exponent = frexp(sum(abs(part) for part in parts.values()))[1] - SIGNIFICANT_BITS
    return {name: ldexp(round(ldexp(part, -exponent)), exponent) for name, part in parts.items()}


def headline_of(workload: Serving | TrainingRun | Capacity) -> str:
    """Return the quantity by which the offers of a workload are ranked."""
    if isinstance(workload, Serving):
        return "cost_per_user_month" if workload.per_user else "cost_per_million_tokens"
    return "cost_per_training_run" if isinstance(workload, TrainingRun) else "cost_per_accelerator_hour"
