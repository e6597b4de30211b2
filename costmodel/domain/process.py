"""A silicon node: what its wafers cost, how many defects they have, and what it costs to design in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from costmodel.domain.noun import Noun, build
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity


@dataclass(frozen=True, kw_only=True)
class Process(Noun):
    """A silicon node of one foundry."""

    foundry: str
    wafer_price: Quantity
    defect_density: Quantity
    design_cost: Quantity | None = None
    year: Quantity | None = None


def load_process(catalog: Catalog, id_: str, on: date | None = None) -> Process:
    """Return a node by id, with the newest wafer price up to a day."""
    return build(Process, catalog.get("process", id_), on=on)
