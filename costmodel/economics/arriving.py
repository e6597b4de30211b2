"""The lines of systems that are there only later: what serves meanwhile, their own, what serves after their life."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from costmodel.domain.offers import Offer
from costmodel.economics.fleet import Fleet, Meanwhile
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
    likely: Quantity = SURE
    """How likely they arrive, and then."""


def schedule(arrival: Quantity, served: Quantity, lifetime: Quantity, money: Money) -> Schedule:
    """Return the schedule of systems that arrive after some time, while others serve for as long or longer."""
    start, life = flows.whole_months(time=arrival), flows.whole_months(time=lifetime)
    lived = program.months_lived(life=life, horizon=money.horizon, arrival=start)
    after = program.months_after(horizon=money.horizon, arrival=start, lived=lived)
    others = minimum(flows.whole_months(time=served), money.horizon)
    return Schedule(start, others, lived, after, program.arrives(arrival=start, horizon=money.horizon))


def arriving_lines(
    own: Callable[[Fleet], Iterable[Line]], fleet: Fleet, when: Schedule, priced: Priced
) -> Iterator[Line]:
    """Yield the lines of systems that arrive, as likely as they do, and of what serves before and after.

    Prices of what arrives are those of then, so that a fall of the price of what replaces it begins then.
    """
    for line in own(replace(fleet, horizon=when.lived)):
        then = flows.declined_price(years=when.arrival, decline=line.decline)
        yield replace(scaled(line, when.here * when.likely / then), start=line.start + when.arrival)
    for one in others(fleet):
        part = part_of_demand(fleet, one, one.chosen) * when.likely
        for line in priced(one.offer, replace(one.fleet, horizon=when.served)):
            yield scaled(line, part, MEANWHILE)
    level = instead_per_month(fleet, priced)
    rate = program.served_instead(level=level, probability=when.likely)
    yield Line(MEANWHILE, rate, start=when.arrival + when.lived, months=when.after, end="nothing")


def instead_per_month(fleet: Fleet, priced: Priced) -> Quantity:
    """Return what the demand of a fleet costs a month, over the whole horizon, on what else serves it."""
    return add(_level(one, priced) * part_of_demand(fleet, one, one.instead) for one in others(fleet))


def _level(one: Meanwhile, priced: Priced) -> Quantity:
    if one.level is not None:
        return one.level
    return add(monthly(priced(one.offer, one.fleet), one.fleet.money(one.offer)).values())


def part_of_demand(fleet: Fleet, one: Meanwhile, chosen: Quantity) -> Quantity:
    """Return the part of what else serves that stands for a fleet: its part of the demand, by the work that both do.

    Nothing where something else is chosen.
    """
    work = one.share * chosen
    return work if fleet.whole is None else work * program.part_of_fleet(systems=fleet.servers, whole=fleet.whole)


def others(fleet: Fleet) -> tuple[Meanwhile, ...]:
    """Return what may serve while systems are not there, or a MissingData error where nothing may."""
    if not fleet.meanwhile:
        msg = "what arrives later needs an offer that serves meanwhile: add one that is no program to the offers"
        raise MissingData(msg)
    return fleet.meanwhile
