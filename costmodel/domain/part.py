"""What tables of a scenario's own file share: their leaves go by their keys, and their shares sum to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import fsum
from typing import Any, TypeVar

from costmodel.domain.noun import Noun
from costmodel.errors import SpecError
from costmodel.specs.fact import Fact
from costmodel.specs.record import Record
from costmodel.units import Quantity

ROUNDING = 1e-6
"""Shares that are written with six digits add up to one within it."""


@dataclass(frozen=True, kw_only=True)
class Part(Noun):
    """A table of the scenario's own file, by whose keys its leaves go."""

    def leaf_name(self, name: str) -> str:
        """Return the key in the file; below its id where no file gave it."""
        return self.facts[name].key if name in self.facts else f"{self.id}.{name}"


P = TypeVar("P", bound=Part)


def part_of(cls: type[P], record: Record, name: str, table: str, **texts: Any) -> P:
    """Return a noun of the facts of a table."""
    names = {one.name for one in fields(cls)}
    below = {key: fact for key, fact in record.facts.items() if key.rpartition(".")[0] == table}
    facts: dict[str, Fact] = {key.rpartition(".")[2]: fact for key, fact in below.items()}
    values: Mapping[str, Any] = {key: fact.value for key, fact in facts.items()} | texts
    given = {key: value for key, value in values.items() if key in names}
    return cls(id=f"{record.id}/{table}", name=name, facts=facts, place=str(record.file), **given)


def check_sum(record: Record, table: str, shares: Mapping[str, Quantity]) -> None:
    """Refuse shares of the parts of a whole that do not sum to one, at the last of them."""
    numbers = {name: float(share.to("").magnitude) for name, share in shares.items()}
    total = fsum(numbers.values())
    if abs(total - 1) > ROUNDING:
        last = f"{table}.{[*numbers][-1]}.share"
        said = f"the shares of the {table} are {' + '.join(f'{one:g}' for one in numbers.values())} = {total:g}"
        raise SpecError([f"{record.place(last)}: {last}: {said}; they must add up to 1"])
