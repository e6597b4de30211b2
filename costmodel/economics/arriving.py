"""The lines of systems that are there only later: what serves meanwhile, their own, what serves after their life."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from costmodel.domain.offers import Offer
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import flows, program
from costmodel.economics.lines import Line, Lines, Money, monthly, scaled
from costmodel.errors import MissingData
from costmodel.formula.ops import minimum
from costmodel.units import Quantity, add, quantity

MEANWHILE, INSTEAD = "meanwhile", "instead if it fails"
SURE = quantity(1.0)

Priced = Callable[[Offer, Fleet], Lines]
"""How the lines of an offer are found."""


@dataclass(frozen=True)
class Schedule:
    """When systems arrive, in whole months from the start, and how long they and others serve."""

    arrival: Quantity
    served: Quantity
    """Months for which others serve, from the start."""
    lived: Quantity
    """Months of their life before the horizon."""
    after: Quantity
    """Months between the end of their life and the horizon, in which others serve again."""
    here: Quantity
    """One where they arrive before the horizon, else zero."""


def schedule(arrival: Quantity, served: Quantity, lifetime: Quantity, money: Money) -> Schedule:
    """Return the schedule of systems that arrive after some time, while others serve for as long or longer."""
    start, life = flows.whole_months(time=arrival), flows.whole_months(time=lifetime)
    lived = program.months_lived(life=life, horizon=money.horizon, arrival=start)
    after = program.months_after(horizon=money.horizon, arrival=start, lived=lived)
    others = minimum(flows.whole_months(time=served), money.horizon)
    return Schedule(start, others, lived, after, program.arrives(arrival=start, horizon=money.horizon))


def arriving_lines(
    own: Callable[[Fleet], Iterable[Line]], fleet: Fleet, when: Schedule, priced: Priced, likely: Quantity = SURE
) -> Iterator[Line]:
    """Yield the lines of systems that arrive, as likely as they do, and of what serves before and after."""
    for line in own(replace(fleet, horizon=when.lived)):
        yield replace(scaled(line, when.here * likely), start=line.start + when.arrival)
    offer, others = _others(fleet)
    part = part_of_demand(fleet) * likely
    for line in priced(offer, replace(others, horizon=when.served)):
        yield scaled(line, part, MEANWHILE)
    level = instead_per_month(fleet, priced)
    rate = program.served_instead(level=level, probability=likely)
    yield Line(MEANWHILE, rate, start=when.arrival + when.lived, months=when.after, end="nothing")


def instead_per_month(fleet: Fleet, priced: Priced) -> Quantity:
    """Return what the demand of a fleet costs a month, over the whole horizon, on what else serves it."""
    offer, others = _others(fleet)
    level = add(monthly(priced(offer, others), others.money(offer)).values())
    return level * part_of_demand(fleet)


def part_of_demand(fleet: Fleet) -> Quantity:
    """Return the part of what else serves that stands for a fleet: its part of the demand, by the work that both do."""
    work = SURE if fleet.meanwhile is None else fleet.meanwhile.share
    return work if fleet.whole is None else work * program.part_of_fleet(systems=fleet.servers, whole=fleet.whole)


def _others(fleet: Fleet) -> tuple[Offer, Fleet]:
    if fleet.meanwhile is None:
        msg = "what arrives later needs an offer that serves meanwhile: add one that is no program to the offers"
        raise MissingData(msg)
    return fleet.meanwhile.offer, fleet.meanwhile.fleet
