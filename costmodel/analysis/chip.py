"""What an accelerator costs to make, by part, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from costmodel.analysis.checked import find_accelerator
from costmodel.analysis.uncertainty import Interval, intervals
from costmodel.domain.hardware import Accelerator
from costmodel.domain.process import Materials, load_materials
from costmodel.economics.package import parts
from costmodel.formula import Graph
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, add

TOTAL = "total"


@dataclass(frozen=True)
class Chip:
    """An accelerator, and the cost of each part of it with its 80% interval; the last row is the total."""

    accelerator: Accelerator
    rows: Mapping[str, Interval]

    @property
    def total(self) -> Interval:
        """The cost of one tested package."""
        return self.rows[TOTAL]

    def share(self, *names: str) -> float:
        """Return the share of some parts in the total."""
        return float(sum(self.rows[name].value.magnitude for name in names) / self.total.value.magnitude)


def chip(catalog: Catalog, id_: str, on: date | None = None, margin: Quantity | None = None) -> Chip:
    """Return what an accelerator costs to make at the newest prices up to a day.

    Raises
    ------
    MissingData
        Where its file leaves out the area or process of its dies, its memory or its packaging.

    >>> round(chip(Catalog(), "nvidia/b200", date(2025, 12, 1)).share("memory"), 1)
    0.4
    """
    accelerator = find_accelerator(catalog, id_)
    return made_of(accelerator, load_materials(catalog, accelerator, on), margin)


def made_of(accelerator: Accelerator, materials: Materials, margin: Quantity | None = None) -> Chip:
    """Return what an accelerator costs to make of some materials; a margin may be an input of a graph."""
    graph = Graph()
    costs = parts(accelerator.traced(graph), materials.traced(graph), margin)
    return Chip(accelerator, intervals({**costs, TOTAL: add(costs.values())}))
