"""What a spec file may say: one table of attributes per kind drives validation, help, docs and scaffolds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Type = Literal["quantity", "history", "text", "count", "date", "choice", "source", "reference", "references"]


@dataclass(frozen=True)
class Attribute:
    """One row of a kind's table.

    `key` is the dotted key in the file; a last part of `*` stands for any of `choices`. A `quantity` is a fact with
    unit and source; a `history` a list of dated facts; a `count` a whole number, which takes the file's own `source`;
    a `source` an id in the bibliography; a `reference` the id of another spec.
    """

    key: str
    description: str
    type: Type = "quantity"
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    refers_to: str = ""
    signed: bool = False
    share: bool = False
    """A pure number that must lie between 0 and 1."""

    @property
    def field(self) -> str:
        """The name of the attribute in Python: dots become underscores, a last `.*` is dropped."""
        return self.key.removesuffix(".*").replace(".", "_")

    @property
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

    def by_key(self) -> dict[str, Attribute]:
        """Return the row for every allowed key."""
        return {key: attribute for attribute in self.attributes for key in attribute.keys}
