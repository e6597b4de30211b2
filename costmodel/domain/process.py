"""What accelerators are made of: silicon nodes, generations of memory, ways of packaging."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from costmodel.domain.hardware import Accelerator
from costmodel.domain.noun import Noun, build
from costmodel.errors import MissingData
from costmodel.specs.catalog import Catalog
from costmodel.specs.kinds import KINDS
from costmodel.units import Quantity

T = TypeVar("T", bound=Noun)


@dataclass(frozen=True, kw_only=True)
class Process(Noun):
    """A silicon node of one foundry."""

    foundry: str
    wafer_price: Quantity
    defect_density: Quantity
    salvage: Quantity | None = None
    mask_set: Quantity | None = None
    design_cost: Quantity | None = None
    year: Quantity | None = None


@dataclass(frozen=True, kw_only=True)
class Memory(Noun):
    """A generation of memory stacks."""

    price: Quantity
    stack_capacity: Quantity
    stack_area: Quantity
    aliases: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Packaging(Noun):
    """A way to join dies and memory into a package."""

    wafer_price: Quantity
    area_scale: Quantity
    substrate: Quantity
    auxiliary: Quantity
    assembly_yield: Quantity
    aliases: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Materials(Noun):
    """What one accelerator is made of, at the prices of one day."""

    process: Process
    memory: Memory
    packaging: Packaging
    io_process: Process | None = None
    """Node of its further dies, where it has any."""


def load_process(catalog: Catalog, id_: str, on: date | None = None) -> Process:
    """Return a node by id, with the newest wafer price up to a day."""
    return build(Process, catalog.get("process", id_), on=on)


def load_materials(catalog: Catalog, accelerator: Accelerator, on: date | None = None) -> Materials:
    """Return what an accelerator is made of, at the newest prices up to a day.

    Raises
    ------
    MissingData
        Where its file does not name a process, a memory or a packaging that there are files of.
    """
    io_process = load_process(catalog, accelerator.io_die_process, on) if accelerator.io_die_process else None
    return Materials(
        id=accelerator.id,
        name=accelerator.name,
        place=accelerator.place,
        process=load_process(catalog, _given(accelerator, "die.process", accelerator.die_process), on),
        memory=_named(catalog, Memory, accelerator, "memory.type", accelerator.memory_type)(on),
        packaging=_named(catalog, Packaging, accelerator, "packaging", accelerator.packaging)(on),
        io_process=io_process,
    )


def _given(accelerator: Accelerator, key: str, value: str) -> str:
    if not value:
        msg = (
            f"{accelerator.id} gives no {key}, so that what it costs to make cannot be computed: "
            f"add it to {accelerator.place or accelerator.id}, or give the program a unit_cost"
        )
        raise MissingData(msg)
    return value


def _named(
    catalog: Catalog, cls: type[T], accelerator: Accelerator, key: str, value: str
) -> Callable[[date | None], T]:
    """Return how to load the noun that goes by the name, or the other name, which an accelerator's file gives."""
    wanted, kind = _given(accelerator, key, value).lower(), KINDS[cls.__name__.lower()]
    found = {
        name.lower(): record
        for record in catalog.all(kind.name)
        for name in (record.values["name"], *record.values.get("aliases", ()))
    }
    if wanted not in found:
        msg = (
            f'{accelerator.place or accelerator.id}: {key} = "{value}" is none of the known {kind.folder} '
            f"({', '.join(sorted(found))}): add a file below hardware/{kind.folder}/, or give the program a unit_cost"
        )
        raise MissingData(msg)
    return lambda on: build(cls, found[wanted], on=on)
