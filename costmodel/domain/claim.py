"""A public claim: what is said, when, and what of the model it is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from costmodel.errors import SpecError, unknown
from costmodel.specs.catalog import Catalog
from costmodel.specs.claims import STATED, claims_file, read_claims
from costmodel.specs.fact import Fact
from costmodel.specs.record import Record
from costmodel.units import Quantity


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim; `needs` says what a check would need, where nothing of the model is compared with it."""

    id: str
    subject: str
    text: str
    value: Fact | None = None
    at_least: Fact | None = None
    at_most: Fact | None = None
    scenario: str = ""
    lessor: str = ""
    offer: str = ""
    figure: str = ""
    unknowns: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    beside: tuple[Claim, ...] = ()
    """Claims on the same offer that would have to be true at once."""
    moved: str = ""
    factor: Quantity | None = None
    needs: str = ""
    note: str = ""
    place: str = ""

    @property
    def stated(self) -> tuple[Fact, ...]:
        """The facts that it states."""
        return tuple(one for one in (self.value, self.at_least, self.at_most) if one is not None)

    @property
    def unit(self) -> str:
        """The unit of what it states; nothing where it states no figure."""
        return f"{self.stated[0].value.units:~C}" if self.stated else ""

    @property
    def day(self) -> date | None:
        """The day on which it was made."""
        return self.stated[0].as_of if self.stated else None

    @property
    def ends(self) -> tuple[float, float]:
        """Between which figures it is true, in its unit."""
        low, high = (self.value or one for one in (self.at_least, self.at_most))
        return _number(low, self.unit, -float("inf")), _number(high, self.unit, float("inf"))


def load_claims(catalog: Catalog, file: Path | None = None) -> list[Claim]:
    """Return the claims of a file; the shipped ones without one."""
    records = list(read_claims(catalog, file or claims_file()))
    known = {record.id: _claim(record) for record in records}
    return [replace(known[record.id], beside=tuple(_beside(known, record))) for record in records]


def _beside(known: Mapping[str, Claim], record: Record) -> Iterator[Claim]:
    """Yield the claims that go with one, or refuse those that are compared with something else."""
    one, place = known[record.id], f"{record.place('beside')}: {record.id}: beside"
    for name in record.values.get("beside", ()):
        if name not in known:
            what = f"claim of {record.file.name}"
            raise unknown(what, name, known)
        other = known[name]
        if (one.scenario, one.offer, one.settings) != (other.scenario, other.offer, other.settings) or one.lessor:
            msg = f"{place}: {name} is compared with another offer or scenario: both must be on one"
            raise SpecError([msg])
        if not (one.unknowns and other.unknowns):
            msg = f"{place}: {name} and {record.id} each need unknowns: the first of both move together"
            raise SpecError([msg])
        yield other


def _claim(record: Record) -> Claim:
    facts: dict[str, Any] = {key: record.facts.get(key) for key in STATED}
    texts: dict[str, Any] = {key: record.values[key] for key in _TEXTS if key in record.values}
    factor = record.facts.get("factor")
    return Claim(
        id=record.id,
        text=record.values["claim"],
        **facts,
        **texts,
        unknowns=tuple(record.values.get("unknowns", ())),
        settings=tuple(record.values.get("set", ())),
        factor=None if factor is None else factor.value,
        place=record.place("claim"),
    )


_TEXTS = ("subject", "scenario", "lessor", "offer", "figure", "moved", "needs", "note")


def _number(fact: Fact | None, unit: str, without: float) -> float:
    return without if fact is None else float(fact.value.to(unit).magnitude)
