"""What a spec file may say: one table of attributes per kind drives validation, help, docs and scaffolds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Type = Literal[
    "quantity", "history", "text", "count", "date", "choice", "source", "reference", "references", "tables", "changes"
]


@dataclass(frozen=True)
class Attribute:
    """One row of a kind's table.

    `key` is the dotted key in the file; a last part of `*` stands for any of `choices`. A `quantity` is a fact with
    unit and source; a `history` a list of dated facts; a `count` a whole number, which takes the file's own `source`,
    or a fact where it is an estimate;
    a `source` an id in the bibliography; a `reference` the id of another spec. `tables` are any number of tables with
    names of their own, whose rows are `rows`; `changes` are values by the names of inputs.
    """

    key: str
    description: str
    type: Type = "quantity"
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    refers_to: str = ""
    besides: tuple[str, ...] = ()
    """Words that a reference may be, beside the ids of specs."""
    signed: bool = False
    share: bool = False
    """A pure number that must lie between 0 and 1."""
    whole: bool = False
    """A number that must be whole in the unit that it is written in."""
    positive: bool = False
    """A quantity that cannot be zero."""
    least: float | None = None
    """The smallest value that its formulas take, in the unit of the row."""
    most: float | None = None
    """The largest value that they take."""
    cited: bool = False
    """A text or date that states a fact: it needs a source like a quantity."""
    indexed: bool = False
    """A cost of wages, buildings or energy, which is counted in dollars of the year of a question."""
    default: str = ""
    """What holds where a file says nothing."""
    needed_for: str = ""
    """What cannot be computed without it, for an attribute that a file may leave out."""
    or_else: tuple[str, ...] = ()
    """Keys of which any one serves as well."""
    rows: tuple[Attribute, ...] = ()
    """What each of several tables with names of their own may say."""

    @cached_property
    def field(self) -> str:
        """The name of the attribute in Python: dots become underscores, a last `.*` is dropped."""
        return self.key.removesuffix(".*").replace(".", "_")

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys that the row allows in a file."""
        stem = self.key.removesuffix("*")
        return tuple(f"{stem}{choice}" for choice in self.choices) if self.key.endswith("*") else (self.key,)


@dataclass(frozen=True)
class Kind:
    """A kind of spec file: where its files lie and what they may say."""

    name: str
    folder: str
    description: str
    attributes: tuple[Attribute, ...]

    def __iter__(self) -> Iterator[Attribute]:
        """Yield the rows of the table."""
        return iter(self.attributes)

    def by_key(self) -> Mapping[str, Attribute]:
        """Return the row for every allowed key."""
        return self._by_key

    @cached_property
    def required(self) -> tuple[Attribute, ...]:
        """The rows that every file must have."""
        return tuple(attribute for attribute in self.attributes if attribute.required)

    @cached_property
    def references(self) -> tuple[Attribute, ...]:
        """The rows that name other specs."""
        return tuple(attribute for attribute in self.attributes if attribute.refers_to)

    @cached_property
    def tables(self) -> frozenset[str]:
        """The tables that keys of the kind lie in."""
        return frozenset(key.rpartition(".")[0] for key in self._by_key if "." in key)

    @cached_property
    def _by_key(self) -> dict[str, Attribute]:
        return {key: attribute for attribute in self.attributes for key in attribute.keys}
