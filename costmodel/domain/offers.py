"""The ways to get a system's hours: buy it, rent it, or build an accelerator of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, TypeAlias

from costmodel.domain.hardware import System, load_system
from costmodel.domain.noun import Noun, build
from costmodel.domain.process import Materials, load_materials
from costmodel.domain.token_api import TokenApi, load_api
from costmodel.domain.usual_program import age_on, completed, outcomes
from costmodel.errors import Infeasible, MissingData
from costmodel.once import once
from costmodel.specs.catalog import Catalog
from costmodel.specs.record import Record
from costmodel.units import Quantity, quantity

ELASTIC = ("on demand", "spot")
"""Commitments under which hours that are not used are not paid."""

FOLLOWS = "follows load"
"""How rented hours are used that are not held around the clock: as the load asks for them."""

UNKNOWN = quantity(1.0)
"""How a program goes, where nothing is drawn."""

TOGETHER = (("failures", "repair_time"), ("credits_share", "credits_cost"), ("interruptions", "lost_time"))
"""Facts of an offer that mean nothing without each other."""


@dataclass(frozen=True, kw_only=True)
class Purchase(Noun):
    """Buying systems at a price."""

    system: System
    price: Quantity
    lifetime: Quantity
    maintenance: Quantity
    failures: Quantity | None = None
    repair_time: Quantity | None = None
    residual_value: Quantity | None = None
    resale: Mapping[str, Quantity] = field(default_factory=dict)
    """Share of the price that a used system sells for, by its age in years; without it, what the terms assume."""
    network_share_of_cluster_cost: Quantity | None = None
    arrival: Quantity | None = None
    """Time until it is bought, where that is later, at the price of then; what serves meanwhile is part of its cost."""
    copies: str = ""
    """Another purchase whose facts are its own, all but when it is bought; these go by that one's names."""

    @property
    def comes_later(self) -> bool:
        """Whether it waits for what nobody sells yet, at a price extrapolated: no choice of today."""
        return self.arrival is not None

    @property
    def in_files(self) -> str:
        """The purchase that files describe: its own id, or that of the one that it copies."""
        return self.copies or self.id

    def leaf_name(self, name: str) -> str:
        """Return the name of a leaf: what it copies has one name for both."""
        found = super().leaf_name(name)
        return found if name == "arrival" else self.in_files + found.removeprefix(self.id)


@dataclass(frozen=True, kw_only=True)
class Rental(Noun):
    """Renting the hours of systems, at a price per hour or under a contract of a given value."""

    comes_later: ClassVar[bool] = False

    provider: str
    commitment: str
    system: System
    price: Quantity | None = None
    discount: Quantity | None = None
    value: Quantity | None = None
    accelerators: Quantity | None = None
    smallest: Quantity | None = None
    """Fewest accelerators that are rented; more come in multiples of it."""
    term: Quantity | None = None
    ramp: Quantity | None = None
    escalation: Quantity | None = None
    prepayment: Quantity | None = None
    take_or_pay: Quantity | None = None
    shares_received: Quantity | None = None
    credits_share: Quantity | None = None
    credits_cost: Quantity | None = None
    interruptions: Quantity | None = None
    lost_time: Quantity | None = None
    use: str = ""
    minimum_time: Quantity | None = None

    @property
    def is_elastic(self) -> bool:
        """Whether only the hours in use are paid: by what the file says of its use, else by its commitment."""
        return self.use == FOLLOWS if self.use else self.commitment in ELASTIC


@dataclass(frozen=True, kw_only=True)
class Program(Noun):
    """An in-house accelerator program: designed, taped out and brought up, then systems made at cost.

    What its file leaves out is what `domain/program.toml` takes as usual; see the table of its kind for each field.
    """

    comes_later: ClassVar[bool] = True
    """Whether systems may arrive later than on the day of the question."""

    system: System
    team_cost: Quantity
    system_cost: Quantity
    design_tools: Quantity
    licensed_blocks: Quantity
    derivatives: Quantity
    reused_design: Quantity
    tape_outs: Quantity
    bring_up: Quantity
    respin_probability: Quantity
    respin_share: Quantity
    respin_delay: Quantity
    time_to_tape_out: Quantity
    time_to_silicon: Quantity
    time_to_volume: Quantity
    ramp: Quantity
    software_start: Quantity
    software_time: Quantity
    porting: Quantity
    team_before: Quantity
    team_after: Quantity
    failure_probability: Quantity
    program_life: Quantity
    lifetime: Quantity
    maintenance: Quantity
    design_cost: Quantity | None = None
    mask_set: Quantity | None = None
    other_volume: Quantity | None = None
    shipped: date | None = None
    age: Quantity | None = None
    """How long its chips have shipped by the day of the question; none where they have not."""
    respin_outcome: Quantity = UNKNOWN
    failure_outcome: Quantity = UNKNOWN
    """How a draw goes, e^score of a normal distribution; exactly one where all that may happen counts."""
    unit_cost: Quantity | None = None
    partner_margin: Quantity | None = None
    materials: Materials | None = None
    """What its accelerator is made of, where no unit cost is given."""
    failures: Quantity | None = None
    repair_time: Quantity | None = None
    residual_value: Quantity | None = None
    resale: Mapping[str, Quantity] = field(default_factory=dict)
    """Share of the price that a used system sells for, by its age in years; without it, what the terms assume."""
    network_share_of_cluster_cost: Quantity | None = None

    @property
    def lead(self) -> Quantity:
        """Time from the start to the first systems in use, without a re-spin."""
        return self.time_to_tape_out + self.time_to_silicon + self.time_to_volume

    @property
    def arrival(self) -> Quantity:
        """Time until half of the fleet is there, the middle of the ramp, with a re-spin as far as one is expected."""
        return self.lead + self.respin_probability * self.respin_delay + self.ramp / 2


@dataclass(frozen=True, kw_only=True)
class Mix(Noun):
    """The cheapest mix of a base that is held, and of hours that follow the load above it, on one system."""

    comes_later: ClassVar[bool] = False

    system: System
    bases: tuple[Purchase | Rental | Program, ...]
    peaks: tuple[Rental, ...]


Offer: TypeAlias = Purchase | Rental | Program | Mix
Way: TypeAlias = Offer | TokenApi
"""A way to get a workload computed: an offer of systems, or tokens from who has them."""

MIX = "mix"

ONE_SYSTEM = quantity(1.0, "server")
AT_LEAST = quantity(1.0, "year")
"""What a rental without a term is looked at over."""


def span(offer: Way) -> Quantity:
    """Return the life of what an offer sells, or the term that it binds for; a year where it does not bind."""
    if isinstance(offer, Rental):
        return AT_LEAST if offer.term is None else offer.term
    return AT_LEAST if isinstance(offer, (Mix, TokenApi)) else offer.lifetime


def unit_of(offer: Offer) -> Quantity:
    """Return the accelerators that an offer provides at a time: those of a system, or fewer where so rented."""
    if isinstance(offer, Rental) and offer.smallest is not None:
        return offer.smallest
    return offer.system.accelerators * ONE_SYSTEM


_CLASSES: dict[str, type[Purchase | Rental]] = {"purchase": Purchase, "rental": Rental}


def load_way(catalog: Catalog, id_: str, on: date | None) -> Way:
    """Return an offer of systems or an API, at the newest price up to a day; its id is `purchase/...` and the like."""
    record = catalog.get("offer", id_)
    if record.kind.name == "api":
        return load_api(catalog, record.id, on)
    return load_offer(catalog, id_, on)


@once
def load_offer(catalog: Catalog, id_: str, on: date | None) -> Offer:
    """Return an offer with its system, at the newest price up to a day.

    Raises
    ------
    Infeasible
        For an API, which has no systems.
    """
    record = catalog.get("offer", id_)
    if record.kind.name == "api":
        msg = f"api/{record.id} sells tokens and has no systems: compare it with others in a serving scenario"
        raise Infeasible(msg)
    system = load_system(catalog, record.values["system"])
    full = f"{record.kind.name}/{record.id}"
    if record.kind.name == "program":
        return _program(catalog, record, system, on)
    return checked(build(_CLASSES[record.kind.name], record, on=on, system=system, id=full))


def _program(catalog: Catalog, record: Record, system: System, on: date | None) -> Offer:
    chip, age = system.accelerator, age_on(record, on)
    materials = None if "unit_cost" in record.facts else load_materials(catalog, chip, on)
    full = completed(catalog, record, chip)
    made = build(Program, full, on=on, system=system, id=f"program/{record.id}", materials=materials)
    derived = {**outcomes(), **({} if age is None else {"age": age})}
    values: dict[str, Any] = {name: fact.value for name, fact in derived.items()}
    return checked(replace(made, **values, facts={**made.facts, **derived}))


def mixes(offers: Sequence[Way], place: str) -> tuple[Mix, ...]:
    """Return the mixes that offers allow: one for each system that can be held, and also rented by the load.

    Raises
    ------
    MissingData
        Where no system is offered in both ways.
    """
    rentals = [one for one in offers if isinstance(one, Rental) and one.is_elastic]
    held = [one for one in offers if isinstance(one, (Purchase, Rental, Program)) and one not in rentals]
    both = {one.system.id: one.system for one in held if any(one.system.id == each.system.id for each in rentals)}
    if not both:
        needs = "needs one system that an offer holds (bought, built or reserved) and another rents on demand"
        msg = f"{place}: offers: {MIX} {needs}: name two such, or leave {MIX} out"
        raise MissingData(msg)
    return tuple(_mix(system, held, rentals, alone=len(both) == 1) for system in both.values())


def _mix(system: System, held: Sequence[Any], rentals: Sequence[Rental], *, alone: bool) -> Mix:
    bases = tuple(one for one in held if one.system.id == system.id)
    peaks = tuple(one for one in rentals if one.system.id == system.id)
    id_ = MIX if alone else f"{MIX}/{system.id.rpartition('/')[2]}"
    return Mix(id=id_, name=f"Cheapest mix on {system.name}", system=system, bases=bases, peaks=peaks)


def checked(offer: Offer) -> Offer:
    """Return the offer, or a MissingData error if facts that belong together are not all given."""
    for first, second in TOGETHER:
        if (getattr(offer, first, None) is None) != (getattr(offer, second, None) is None):
            offer.need(first)
            offer.need(second)
    if isinstance(offer, Rental) and offer.price is None:
        for name in ("value", "accelerators", "term"):
            offer.need(name)
    return offer
