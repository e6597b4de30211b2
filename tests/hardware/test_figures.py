"""The library against figures that were gathered apart from it (`figures.csv`)."""

from __future__ import annotations

import csv
from pathlib import Path

from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import Fact
from costmodel.specs.record import Record
from costmodel.units import Quantity, parse

ROWS = list(csv.DictReader((Path(__file__).parent / "figures.csv").read_text(encoding="utf-8").splitlines()))
CLOSE = 0.003


def test_every_figure_is_in_the_library(catalog: Catalog) -> None:
    """Each gathered figure is the one of the file, or an alternative that the file keeps with a reason."""
    assert [row for row in ROWS if not _known(catalog, row)] == []


def _known(catalog: Catalog, row: dict[str, str]) -> bool:
    record = catalog.get(row["kind"], row["id"])
    if row["key"] in record.values:
        return str(record.values[row["key"]]) == row["value"]
    wanted = parse(row["value"])
    found = [value for fact in _facts(record, row["key"]) for value in _values(catalog, record, fact, wanted)]
    return any(abs(float((value / wanted).to("").magnitude) - 1) <= CLOSE for value in found)


def _facts(record: Record, key: str) -> tuple[Fact, ...]:
    return record.histories.get(key) or (record.facts[key],)


def _values(catalog: Catalog, record: Record, fact: Fact, wanted: Quantity) -> list[Quantity]:
    """Return the fact and its alternatives, per accelerator or per system as the gathered figure is."""
    values = [fact.value, *(one.value for one in fact.alternatives)]
    if values[0].is_compatible_with(wanted):
        return values
    size = catalog.get("system", record.values["system"]).facts["accelerators"].value
    return [value / size if (value / size).is_compatible_with(wanted) else value * size for value in values]
