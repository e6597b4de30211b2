"""The lines of systems that one owns: bought and bought again, sold at the end of the need, kept running meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from costmodel.domain.offers import Program, Purchase
from costmodel.domain.terms import Terms
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import finance, flows, owning, renting
from costmodel.economics.lines import Line, Money
from costmodel.economics.power import held_power, mean_power, peak_draw
from costmodel.errors import MissingData
from costmodel.units import Quantity, add, quantity

RESALE, FACILITY_RESALE = "resale", "facility resale"
PER_ACCELERATOR = ("software", "storage", "support", "egress")
"""What is paid for each accelerator and year; nothing only where the terms say so."""
NEW = quantity(0.0, "month")
YEAR = quantity(12.0, "month")


@dataclass(frozen=True)
class Lives:
    """Lives of a thing that follow each other until the horizon."""

    months: Quantity
    count: Quantity
    last_start: Quantity
    age: Quantity
    """How old the last of them is at the horizon."""


def lives_of(lifetime: Quantity, horizon: Quantity) -> Lives:
    """Return the lives of what lasts so long, until a horizon."""
    return lives_in(flows.whole_months(time=lifetime), horizon)


def lives_in(months: Quantity, horizon: Quantity) -> Lives:
    """Return the lives of so many months each until a horizon."""
    count = flows.lives_begun(horizon=horizon, life=months)
    age = flows.age_at_end(horizon=horizon, life=months, lives=count)
    return Lives(months, count, flows.last_start(term=months, terms=count), age)


def owned_lines(offer: Purchase | Program, price: Quantity, fleet: Fleet) -> Iterator[Line]:
    """Yield the lines of systems bought, or made, at a price each."""
    money = fleet.money(offer)
    lives = lives_of(offer.lifetime, money.horizon)
    bought = [bought_line(name, sum_, lives, money) for name, sum_ in _prices(offer, price, fleet).items()]
    yield from bought
    yield from _resale(offer, add(line.amount for line in bought), lives, money)
    yield from _upkeep(offer, price, fleet, lives)
    yield from _facility(offer, fleet, money)
    yield from _running(offer, fleet, money)


def bought_line(name: str, amount: Quantity, lives: Lives, money: Money) -> Line:
    """Return the line of what is bought at the start of every life."""
    decline = fall_of_replacement(money.terms)
    return Line(name, amount, every=lives.months, times=lives.count, decline=decline, end="resale, then replaced")


def fall_of_replacement(terms: Terms) -> Quantity:
    """Return the fall per year of the price of what does as much and replaces a system: as given, or by the trend."""
    if terms.hardware_price_decline is not None:
        return terms.hardware_price_decline
    return finance.yearly_fall(decline=terms.price_performance_decline)


def through_lives(line: Line, lives: Lives) -> Iterator[Line]:
    """Yield a monthly line that is a share of what was bought, which costs less at the start of each later life."""
    cheaper = flows.declined_price(years=lives.last_start, decline=line.decline)
    yield replace(line, months=lives.months, every=lives.months, times=lives.count - 1)
    yield Line(line.name, line.amount * cheaper, start=lives.last_start, months=lives.age)


def _prices(offer: Purchase | Program, price: Quantity, fleet: Fleet) -> dict[str, Quantity]:
    systems = owning.purchase(price=price, servers=fleet.servers)
    found = {"servers": systems}
    if offer.network_share_of_cluster_cost is not None:
        share = offer.network_share_of_cluster_cost
        found["network"] = owning.network_price(systems=systems, share_of_cluster_cost=share)
    if offer.failures is not None:
        repair_time = offer.need("repair_time")
        found["spares"] = owning.spares_price(systems=systems, failures=offer.failures, repair_time=repair_time)
    return found


def _resale(offer: Purchase | Program, price: Quantity, lives: Lives, money: Money) -> Iterator[Line]:
    """Yield what is got back: at the end of each whole life, and at the horizon for the age reached by then."""
    decline = fall_of_replacement(money.terms)
    old = owning.sale(price=price, share=value_at(offer, lives.months, lives.months, money))
    worn = flows.declined_price(years=lives.months, decline=decline)
    ended = replace(bought_line(RESALE, -old / worn, lives, money), start=lives.months, times=lives.count - 1)
    yield replace(ended, end="nothing")
    used = owning.sale(price=price, share=value_at(offer, lives.age, lives.months, money))
    cheaper = flows.declined_price(years=lives.last_start, decline=decline)
    yield Line(RESALE, -used * cheaper, start=money.horizon)


def value_at(offer: Purchase | Program, age: Quantity, life: Quantity, money: Money) -> Quantity:
    """Return the share of its price that a system sells for at an age, by the offer's own curve or by the terms."""
    discount = money.terms.resale_discount
    if offer.resale:
        return _by_curve(offer, age, money)
    decline = money.terms.price_performance_decline
    if offer.residual_value is None:
        return flows.used_value_by_trend(age=age, resale_discount=discount, decline=decline)
    return flows.used_value(
        age=age, life=life, resale_discount=discount, decline=decline, residual_value=offer.residual_value
    )


def _by_curve(offer: Purchase | Program, age: Quantity, money: Money) -> Quantity:
    """Return the value between the ages at which the offer gives it; it keeps the last of them."""
    known = [(NEW, 1 - money.terms.resale_discount)]
    known += [(int(year) * YEAR, offer.resale[year]) for year in sorted(offer.resale, key=int)]
    found = known[0][1]
    for (first, value), (last, next_value) in pairwise(known):
        between = {"first": first, "span": last - first, "value": value, "next_value": next_value}
        found = found + flows.used_value_between(age=age, **between) - value
    return found


def _facility(offer: Purchase | Program, fleet: Fleet, money: Money) -> Iterator[Line]:
    site, servers, peak = fleet.site, fleet.servers, held_power(offer, fleet)
    if site.facility_rent is not None:
        rent = owning.power_based_cost(rent=site.facility_rent, peak_power=peak, servers=servers)
        yield Line("facility", rent, months=money.horizon)
        if site.facility_term is not None:
            bound = flows.months_bound(term=flows.whole_months(time=site.facility_term), horizon=money.horizon)
            unused = renting.unused_rent(rent=rent, take_or_pay=quantity(1.0), sublet=money.terms.sublet_share)
            yield Line("unused commitment", unused, months=bound, skip=money.horizon)
        return
    if site.facility_cost is None:
        msg = f"{site.id} gives neither facility_rent nor facility_cost with facility_life: add one to {site.place}"
        raise MissingData(msg)
    price = owning.facility_price(facility_cost=site.facility_cost, peak_power=peak, servers=servers)
    lives = lives_of(site.need("facility_life"), money.horizon)
    yield Line("facility", price, every=lives.months, times=lives.count, end="serves what comes next")
    rest, whole = money.worth(lives.months - lives.age), money.worth(lives.months)
    left = owning.facility_value(price=price, remaining=rest, life=whole)
    yield Line(FACILITY_RESALE, left * -1.0, start=money.horizon)


def _running(offer: Purchase | Program, fleet: Fleet, money: Money) -> Iterator[Line]:
    site, servers = fleet.site, fleet.servers
    staff = owning.power_based_cost(rent=site.operations, peak_power=held_power(offer, fleet), servers=servers)
    yield Line("operations", staff, months=money.horizon)
    energy = owning.energy_cost(
        power=mean_power(offer, fleet), servers=servers, pue=site.pue, electricity_price=site.electricity_price
    )
    rise = site.electricity_escalation
    yield Line("energy", energy, months=money.horizon, escalation=rise)
    if site.demand_charge is not None:
        charge = owning.demand_charge(
            rate=site.demand_charge, power=peak_draw(offer, fleet), pue=site.pue, servers=servers
        )
        yield Line("demand charge", charge, months=money.horizon)


def _upkeep(offer: Purchase | Program, price: Quantity, fleet: Fleet, lives: Lives) -> Iterator[Line]:
    """Yield what owners pay besides: shares of the price of what they have, and sums for each accelerator."""
    decline = fall_of_replacement(fleet.terms)
    terms, servers, per_system = fleet.terms, fleet.servers, offer.system.accelerators
    for name, share in (("maintenance", offer.maintenance), ("insurance", terms.insurance)):
        cost = owning.maintenance_cost(price=price, servers=servers, share_per_year=share)
        yield from through_lives(Line(name, cost, decline=decline), lives)
    for name in PER_ACCELERATOR:
        yearly = getattr(terms, name)
        cost = owning.yearly_per_accelerator(servers=servers, accelerators=per_system, per_year=yearly)
        yield Line(name, cost, months=fleet.money(offer).horizon)
