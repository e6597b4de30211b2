"""A fact: a quantity with its range, source, place, date and confidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

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


@dataclass(frozen=True)
class Fact:
    """One datum of a spec file."""

    key: str
    value: Quantity
    source: str
    file: Path
    line: int
    low: Quantity | None = None
    high: Quantity | None = None
    at: str = ""
    as_of: date | None = None
    confidence: str = "primary"
    note: str = ""
    reason: str = ""
    alternatives: tuple[Alternative, ...] = ()

    @property
    def place(self) -> str:
        """File and line, as an editor understands it."""
        return f"{self.file}:{self.line}"


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
