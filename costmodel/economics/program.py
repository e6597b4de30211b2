"""The lines of a program of one's own: what is paid until its chips ship, its team, and its systems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from costmodel.domain.offers import Program
from costmodel.economics.arriving import (
    INSTEAD,
    SURE,
    Priced,
    Schedule,
    arriving_lines,
    instead_per_month,
    schedule,
)
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import flows
from costmodel.economics.formulas import program as f
from costmodel.economics.lines import Line, Lines, scaled
from costmodel.economics.owned import owned_lines
from costmodel.economics.taxes import tax_lines
from costmodel.formula.ops import maximum
from costmodel.units import Quantity, quantity

DESIGN, TOOLS, BLOCKS, MASKS, TAPE_OUTS, RESPINS, TEAM, PORTING = FIXED = (
    "design",
    "design tools",
    "licensed blocks",
    "masks",
    "tape-outs",
    "re-spins",
    "team",
    "porting",
)
"""What a program pays however many chips it makes, which all of them share."""
FIRST = quantity(1.0, "month")


def program_lines(offer: Program, price: Quantity, fleet: Fleet, priced: Priced) -> Iterator[Line]:
    """Yield the lines of a program whose systems cost a price each: its own, and of what serves meanwhile or instead.

    Of systems apart from any question that could say what serves meanwhile, these are the systems alone.
    """
    if not fleet.meanwhile:
        yield from _systems(offer, price, fleet)
        return
    if is_sunk(offer, fleet):
        yield from _charged(_kept_going(offer, fleet), offer, fleet)
        yield from _systems(offer, price, fleet)
        return
    branches = branches_of(offer, fleet)
    shipping = (line for one in branches for line in _in_volume(offer, one))
    yield from _charged((*_until_volume(offer), *shipping), offer, fleet)
    for one in branches:
        yield from arriving_lines(lambda later: _systems(offer, price, later), fleet, one.when, priced)
    instead = f.served_instead(level=instead_per_month(fleet, priced), probability=failure_of(offer))
    yield Line(INSTEAD, instead, months=fleet.money(offer).horizon)


def is_sunk(offer: Program, fleet: Fleet) -> bool:
    """Return whether what the program has cost so far is left out: it has shipped, and the question asks so."""
    return offer.age is not None and not fleet.anew


@dataclass(frozen=True)
class Branch:
    """One way in which a program goes: when it reaches volume, and when its systems arrive, as likely as that is."""

    lead: Quantity
    """Months from the start to volume."""
    when: Schedule


def branches_of(offer: Program, fleet: Fleet) -> tuple[Branch, ...]:
    """Return when the systems of a program arrive, if it does not fail: with its first silicon, and with a re-spin.

    What its software falls short of counts as time in which others serve.
    """
    success, respun = SURE - failure_of(offer), respin_of(offer)
    cases = ((offer.lead, SURE - respun), (offer.lead + offer.respin_delay, respun))
    return tuple(_branch(offer, fleet, lead, success * likely) for lead, likely in cases)


def respin_of(offer: Program) -> Quantity:
    """Return how likely a re-spin is needed; in a draw, whether."""
    return f.happens(probability=offer.respin_probability, outcome=offer.respin_outcome)


def failure_of(offer: Program) -> Quantity:
    """Return how likely a program fails; in a draw, whether it does."""
    return f.happens(probability=offer.failure_probability, outcome=offer.failure_outcome)


def _branch(offer: Program, fleet: Fleet, lead: Quantity, likely: Quantity) -> Branch:
    arrival = lead + offer.ramp / 2
    served = f.time_served_meanwhile(
        arrival=arrival, software_start=offer.software_start, software_time=offer.software_time
    )
    when = schedule(arrival, served, offer.lifetime, fleet.money(offer))
    return Branch(flows.whole_months(time=lead), replace(when, likely=likely))


def _systems(offer: Program, price: Quantity, fleet: Fleet) -> Iterator[Line]:
    lines = tuple(owned_lines(offer, price, fleet))
    yield from lines
    yield from () if fleet.tax is None else tax_lines(lines, offer, fleet, fleet.tax)


def _charged(lines: Lines, offer: Program, fleet: Fleet) -> Iterator[Line]:
    """Yield what of the lines of all chips falls on this fleet, with its taxes."""
    own = f.accelerators_of_fleet(systems=fleet.servers, per_system=offer.system.accelerators)
    made = own if fleet.made is None else fleet.made
    mine = tuple(scaled(line, f.charged_share(own=own, made=made)) for line in lines)
    yield from mine
    yield from () if fleet.tax is None else tax_lines(mine, offer, fleet, fleet.tax)


def _until_volume(offer: Program) -> Lines:
    tape_out = flows.whole_months(time=offer.time_to_tape_out)
    silicon = flows.whole_months(time=offer.time_to_tape_out + offer.time_to_silicon)
    masks = offer.need("mask_set")
    respun = respin_of(offer)
    respins = f.respin_cost(
        respin_probability=respun,
        respin_share=offer.respin_share,
        mask_set=masks,
        bring_up=offer.bring_up,
    )
    lead = flows.whole_months(time=offer.lead)
    later = flows.whole_months(time=offer.lead + offer.respin_delay)
    early = f.team_rate(team_cost=offer.team_cost, share=offer.team_before, probability=SURE)
    return (
        *_design(offer, maximum(tape_out, FIRST)),
        Line(MASKS, f.tape_out_cost(tape_outs=offer.tape_outs, cost=masks), start=tape_out),
        Line(TAPE_OUTS, f.tape_out_cost(tape_outs=offer.tape_outs, cost=offer.bring_up), start=silicon),
        Line(RESPINS, respins, start=silicon),
        Line(TEAM, early, months=lead),
        Line(TEAM, early * respun, start=lead, months=later - lead),
    )


def _design(offer: Program, months: Quantity) -> Iterator[Line]:
    design = f.design_of_generation(
        design_cost=offer.need("design_cost"), reused_design=offer.reused_design, derivatives=offer.derivatives
    )
    tools, blocks = offer.design_tools, offer.licensed_blocks
    for name, share in ((DESIGN, SURE - tools - blocks), (TOOLS, tools), (BLOCKS, blocks)):
        yield Line(name, f.design_rate(design_cost=design, share=share, months=months), months=months)


def _in_volume(offer: Program, branch: Branch) -> Lines:
    """Return what a program pays once it ships, as likely as it does so in a branch."""
    lead, when = branch.lead, branch.when
    reaches = when.likely * when.here
    end = when.arrival + when.lived
    return (
        Line(PORTING, f.tape_out_cost(tape_outs=reaches, cost=offer.porting), start=lead),
        *_team(offer, lead, end - lead, offer.program_life, reaches),
    )


def _kept_going(offer: Program, fleet: Fleet) -> Lines:
    """Return what a shipped program still pays: its team for the rest of production, and while systems live."""
    age = quantity(0.0, "year") if offer.age is None else offer.age
    left = f.production_left(program_life=offer.program_life, age=age)
    return tuple(_team(offer, FIRST * 0, fleet.money(offer).horizon, left, SURE))


def _team(offer: Program, start: Quantity, months: Quantity, production: Quantity, likely: Quantity) -> Iterator[Line]:
    """Yield the whole team during production, and the part of it that stays until the last systems go."""
    whole = flows.months_needed(months=flows.whole_months(time=production), horizon=months)
    full = f.team_rate(team_cost=offer.team_cost, share=SURE, probability=likely)
    yield Line(TEAM, full, start=start, months=whole)
    rest = replace(Line(TEAM, full), amount=full * offer.team_after, start=start + whole, months=months - whole)
    yield rest
