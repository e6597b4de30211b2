"""The few fitted or assumed constants of the time model, each a fact with unit, reason and 90% interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Self

from costmodel.domain.noun import Noun
from costmodel.errors import unknown
from costmodel.formula.graph import Graph
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.specs.fact_reader import FactReader
from costmodel.specs.toml_file import read_table
from costmodel.units import Quantity

FILE = Path(__file__).parents[1] / "constants.toml"
TRAINING = FILE.with_name("training.toml")
"""Constants of training steps, which are fitted on other measurements."""


@dataclass(frozen=True, kw_only=True)
class Constants(Noun):
    """Constants by name; `constants["matrix_efficiency"]` is a quantity."""

    value: Mapping[str, Quantity] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Quantity:
        """Return a constant."""
        if name not in self.value:
            raise unknown("constant of the time model", name, self.value)
        return self.value[name]

    def traced(self, graph: Graph) -> Self:
        """Return the constants as inputs of a graph; those that are fitted have no range there.

        Their uncertainty is part of the prediction interval, which is measured on residuals and enters as the factor
        `model_error` of a deployment: to draw both would count it twice.
        """

        def leaf(name: str, value: Quantity, fact: Fact | None) -> Quantity:
            known = fact is not None and fact.source != ASSUMPTION
            return graph.leaf(name, value, replace(fact, low=None, high=None) if known and fact else fact)

        return self.change(leaf)

    def of(self, name: str, variant: str) -> Quantity:
        """Return a constant that differs by software, such as `step_overhead` of `vllm`."""
        return self[f"{name}_{variant}"]


@cache
def load_constants(file: Path = FILE) -> Constants:
    """Return the constants of the time model."""
    facts = read_constants(file)
    if file == FILE:
        facts |= read_constants(TRAINING)
    return Constants(
        id="performance",
        name="constants of the time model",
        value={name: fact.value for name, fact in facts.items()},
        facts={f"value.{name}": fact for name, fact in facts.items()},
        place=str(file),
    )


def read_constants(file: Path) -> dict[str, Fact]:
    """Return the facts of a file with one table per constant."""
    content, lines, faults = read_table(file)
    reader = FactReader(file, lines, lambda path, message: faults.append(f"{file}: {path}: {message}"))
    facts = {}
    for name, table in content.items():
        unit = str(table.pop("unit", "1"))
        table.pop("prior", None)
        facts[name] = reader.fact(Attribute(name, "", unit=unit, signed=True), name, table)
    return facts


def read_priors(file: Path = FILE) -> dict[str, tuple[str, tuple[float, float, float]]]:
    """Return the source, and start, low and high end of the prior, of every fitted constant."""
    content, _, _ = read_table(file)
    return {name: (table["source"], tuple(table["prior"])) for name, table in content.items() if "prior" in table}
