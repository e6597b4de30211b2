"""Who pays for the design and the team of a program: the scenario's own demand, or all who use its chips."""

from __future__ import annotations

from dataclasses import replace

from costmodel.domain.offers import Program
from costmodel.domain.scenario import OWN, Scenario
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import program
from costmodel.errors import MissingData
from costmodel.units import Quantity

OWN_DEMAND, SHARED, AS_SHIPPED = "own", "shared", "as_shipped"
"""Begun anew and paid by the own demand; shared with all who use its chips; by the own demand without what is sunk."""


def charged(scenario: Scenario, offer: Program, fleet: Fleet) -> Fleet:
    """Return the fleet of a program with who shares it, as the scenario asks.

    Raises
    ------
    MissingData
        Where a program is to be charged to all uses and nothing says how many these are.
    """
    if scenario.program_charged_to == OWN:
        return _alone(fleet, offer)
    others = other_volume(scenario, offer)
    if others is None:
        msg = f"{offer.id} says of no other users: give program.other_volume in {scenario.place or scenario.id}"
        raise MissingData(msg)
    return _shared(fleet, offer, others)


def readings(scenario: Scenario, offer: Program, fleet: Fleet) -> dict[str, Fleet]:
    """Return the fleet as other questions would have it, by name; those that the facts do not answer are left out."""
    others = other_volume(scenario, offer)
    found = {OWN_DEMAND: replace(_alone(fleet, offer), anew=True)}
    if others is not None:
        found[SHARED] = _shared(fleet, offer, others)
    if offer.age is not None:
        found[AS_SHIPPED] = replace(_alone(fleet, offer), anew=False)
    return found


def other_volume(scenario: Scenario, offer: Program) -> Quantity | None:
    """Return the accelerators of a program that others use, as the scenario says, or the program."""
    return offer.other_volume if scenario.program_other_volume is None else scenario.program_other_volume


def own_volume(offer: Program, fleet: Fleet) -> Quantity:
    """Return the accelerators that a fleet holds."""
    return program.accelerators_of_fleet(systems=fleet.servers, per_system=offer.system.accelerators)


def _alone(fleet: Fleet, offer: Program) -> Fleet:
    return replace(fleet, own_demand=True, made=own_volume(offer, fleet))


def _shared(fleet: Fleet, offer: Program, others: Quantity) -> Fleet:
    made = program.accelerators_made(own=own_volume(offer, fleet), others=others)
    return replace(fleet, own_demand=False, made=made)
