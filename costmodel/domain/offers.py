"""The ways to get a system's hours: buy it, rent it, or build an accelerator of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from costmodel.domain.hardware import System, load_system
from costmodel.domain.noun import build
from costmodel.domain.noun import Noun
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity


@dataclass(frozen=True, kw_only=True)
class Purchase(Noun):
    """Buying systems at a price."""

    system: System
    price: Quantity
    lifetime: Quantity
    maintenance: Quantity
    residual_value: Quantity | None = None
    network_share_of_cluster_cost: Quantity | None = None


@dataclass(frozen=True, kw_only=True)
class Rental(Noun):
    """Renting the hours of systems."""

    provider: str
    commitment: str
    system: System
    price: Quantity
    term: Quantity | None = None


@dataclass(frozen=True, kw_only=True)
class Program(Noun):
    """An in-house accelerator program: design once, then make systems at cost."""

    system: System
    design_cost: Quantity
    team_cost: Quantity
    program_life: Quantity
    volume: Quantity
    unit_cost: Quantity
    system_cost: Quantity
    lifetime: Quantity
    maintenance: Quantity
    residual_value: Quantity | None = None
    network_share_of_cluster_cost: Quantity | None = None


Offer: TypeAlias = Purchase | Rental | Program

_CLASSES: dict[str, type[Purchase] | type[Rental] | type[Program]] = {
    "purchase": Purchase,
    "rental": Rental,
    "program": Program,
}


def load_offer(catalog: Catalog, id_: str, on: date) -> Offer:
    """Return an offer with its system, at the newest price up to a day; its id is `purchase/...` and the like."""
    record = catalog.get("offer", id_)
    system = load_system(catalog, record.values["system"])
    full = f"{record.kind.name}/{record.id}"
    return build(_CLASSES[record.kind.name], record, on=on, system=system, id=full)
