"""A fact: a quantity with its range, source, place, date and confidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from costmodel.specs.attribute import Attribute
from costmodel.specs.locate import line_of
from costmodel.units import Quantity

ASSUMPTION = "assumption"
CONFIDENCES = ("primary", "secondary", "recalled", ASSUMPTION)
"""Read in a primary source, read in a secondary one, recalled, or an assumption of this project."""


@dataclass(frozen=True)
class Alternative:
    """A figure that another source gives, and why it was not chosen."""

    value: Quantity
    source: str
    reason: str
    at: str = ""


@dataclass(frozen=True)
class Fact:
    """One datum of a spec file."""

    key: str
    value: Quantity
    source: str
    file: Path
    where: Mapping[str, int] | int = field(default=1, repr=False, compare=False)
    """Its line, or the lines of the file's keys, among which it is looked for on demand."""
    low: Quantity | None = None
    high: Quantity | None = None
    at: str = ""
    as_of: date | None = None
    confidence: str = "primary"
    note: str = ""
    reason: str = ""
    alternatives: tuple[Alternative, ...] = ()
    moved: str = ""
    """How the value of the file, in money of its date, was brought into dollars of the year of a question."""
    attribute: Attribute | None = field(default=None, repr=False, compare=False)
    """The row of its kind's table, which bounds it."""

    @property
    def input(self) -> str:
        """The key of the input that it gives: a dated fact has its place among those of other days behind it."""
        dated = self.attribute is not None and self.attribute.type == "history"
        return self.key.rpartition(".")[0] if dated else self.key

    @property
    def line(self) -> int:
        """The line of the file that it begins on."""
        return self.where if isinstance(self.where, int) else line_of(self.where, self.key)

    @property
    def place(self) -> str:
        """File and line, as an editor understands it."""
        return f"{self.file}:{self.line}"

    def times(self, factor: float) -> Fact:
        """Return the fact with its value and the ends of its range so many times as large."""
        low, high = (None if end is None else end * factor for end in (self.low, self.high))
        return replace(self, value=self.value * factor, low=low, high=high)


@dataclass(frozen=True)
class Citation:
    """Where a text or date of a spec file was read: a launch day, a kind of memory."""

    key: str
    value: object
    source: str
    file: Path
    where: Mapping[str, int] | int = field(default=1, repr=False, compare=False)
    at: str = ""
    confidence: str = ""
    note: str = ""
    reason: str = ""

    @property
    def place(self) -> str:
        """File and line, as an editor understands it."""
        return f"{self.file}:{self.where if isinstance(self.where, int) else line_of(self.where, self.key)}"


@dataclass(frozen=True)
class Source:
    """One entry of the bibliography."""

    id: str
    title: str
    url: str = ""
    publisher: str = ""
    date: str = ""
    accessed: str = ""
    confidence: str = "secondary"
