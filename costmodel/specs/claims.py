"""Files of claims: a table for each, with the facts that it states."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from costmodel.errors import SpecError, UnitError
from costmodel.specs.attribute import Kind
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.specs.locate import line_of
from costmodel.specs.record import Record, read_records
from costmodel.specs.tables.claims import claim_kind
from costmodel.units import parse

STATED = ("value", "at_least", "at_most")


def claims_file() -> Path:
    """Return the shipped file of claims."""
    return data_folder("reports") / "claims.toml"


def read_claims(catalog: Catalog, file: Path) -> list[Record]:
    """Return the claims of a file, or raise a SpecError with all its faults."""
    records = [catalog.checked(one) for one in read_records(_kind, file)]
    if not records:
        raise SpecError([f"{file}: has no claims: write a table for each, which begins with its id: [my-claim]"])
    if faults := [fault for one in records for fault in _faults(one)]:
        raise SpecError(faults)
    return records


def _kind(table: Any) -> Kind:
    """Return what a table may say, in the unit of the first figure that it states."""
    given = table if isinstance(table, dict) else {}
    for name in STATED:
        stated = given.get(name)
        if isinstance(stated, dict) and isinstance(stated.get("value"), str):
            try:
                return claim_kind(f"{parse(stated['value']).units}" or "1")
            except UnitError:
                break
    return claim_kind("1")


def _faults(record: Record) -> Iterator[str]:
    def fault(key: str, text: str) -> str:
        return f"{record.file}:{line_of(record.lines, key)}: {record.id}: {text}"

    against = [key for key in ("scenario", "lessor", "needs") if key in record.values]
    if len(against) != 1:
        given = " and ".join(against) or "none"
        yield fault("claim", f"gives {given}: give one of scenario or lessor, or needs where nothing can check it")
    elif against != ["needs"] and "figure" not in record.values:
        yield fault(against[0], "is missing figure: the figure that is compared, such as total_per_month")
    if not set(STATED) & set(record.facts) and "needs" not in record.values:
        yield fault("claim", f"states no figure: write one of {', '.join(STATED)}")
    if ("moved" in record.values) != ("factor" in record.facts):
        yield fault("claim", "moved and factor belong together: which input is multiplied, and by what")
    yield from (
        fault(key, "has no day: add as_of = YYYY-MM-DD, the day of the claim")
        for key in STATED
        if key in record.facts and record.facts[key].as_of is None
    )
