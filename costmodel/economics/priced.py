"""What a fleet costs whatever it computes, and with what its workload makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from costmodel.domain.offers import Mix, Offer, Program
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Deployment
from costmodel.economics.charging import charged, readings
from costmodel.economics.components import Components, cost_lines, mixed, unit_cost_of
from costmodel.economics.costs import Costs
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import demand
from costmodel.economics.lines import START, Lines, levelised, monthly, present_value
from costmodel.economics.mixed import Mixed, systems_paid
from costmodel.economics.physical import monthly_footprint
from costmodel.economics.waited import with_cheapest
from costmodel.formula import label
from costmodel.units import Quantity, add, quantity

Per = Callable[[Fleet, Lines, Components], Quantity]
"""The headline cost of a fleet's lines, and of the monthly components that they are levelised to."""

ONE = quantity(1.0)


def priced(scenario: Scenario, offer: Offer, deployment: Deployment, fleet: Fleet) -> Costs:
    """Return what a fleet costs whatever it computes: its lines, components, total, present value and footprint."""
    fleet = replace(fleet, whole=fleet.servers)
    if isinstance(offer, Program):
        fleet = charged(scenario, offer, fleet)
    if offer.comes_later:
        fleet = with_cheapest(offer, fleet)
    mix = mixed(offer, fleet) if isinstance(offer, Mix) else None
    lines, money = cost_lines(offer, fleet) if mix is None else mix.lines, fleet.money(offer)
    worths = [(line.name, present_value(line, money)) for line in lines]
    components = {name: label(cost, name) for name, cost in levelised(worths, money).items()}
    quantities = {
        "total_per_month": add(components.values()),
        "net_present_value": add(worth for _, worth in worths),
        "servers": fleet.servers if mix is None else mix.servers,
        **_of_offer(offer, lines, mix),
    }
    footprint = monthly_footprint(offer, fleet if mix is None else mix.of_both(fleet))
    return Costs(offer, deployment, fleet, money, components, quantities, footprint, lines)


def _of_offer(offer: Offer, lines: Lines, mix: Mixed | None) -> dict[str, Quantity]:
    """Return what only offers of some kinds have: capital, the share that is held, the cost of a unit."""
    found: dict[str, Quantity] = {}
    if bought := [line.amount for line in lines if line.start is START and line.months is None]:
        found["capital"] = add(bought)
    if mix is not None:
        found["held_share"] = mix.held
    if isinstance(offer, Program):
        found["unit_cost"] = unit_cost_of(offer)
    return found


def with_quantities(scenario: Scenario, found: Costs, quantities: dict[str, Quantity], per: Per) -> Costs:
    """Return the costs with the quantities of a workload before those of every fleet, and what else a program costs."""
    offer = found.offer
    if not isinstance(offer, Program):
        return replace(found, quantities={**quantities, **found.quantities})

    def of(fleet: Fleet) -> Quantity:
        lines = cost_lines(offer, fleet)
        return per(fleet, lines, monthly(lines, fleet.money(offer)))

    otherwise = _WhenAsked(of, readings(scenario, offer, found.held))
    return replace(found, quantities={**quantities, **found.quantities}, otherwise=otherwise, per=of)


class _WhenAsked(Mapping[str, Quantity]):
    """What other fleets cost, each when first asked for: sets of levers are tried without, dozens of them."""

    def __init__(self, of: Callable[[Fleet], Quantity], fleets: Mapping[str, Fleet]) -> None:
        self._of, self._fleets = of, fleets
        self._known: dict[str, Quantity] = {}

    def __getitem__(self, name: str) -> Quantity:
        if name not in self._known:
            self._known[name] = self._of(self._fleets[name])
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fleets)

    def __len__(self) -> int:
        return len(self._fleets)


def per_held_hour(offer: Offer, fleet: Fleet, found: Costs) -> Quantity:
    """Return the cost of an hour of one accelerator that is there and held, or rented while it is needed."""
    paid = mixed(offer, fleet).paid if isinstance(offer, Mix) else systems_paid(offer, fleet)
    return demand.cost_per_accelerator_hour(
        fleet_cost=found["total_per_month"], accelerators=paid * offer.system.accelerators, utilization=ONE
    )
