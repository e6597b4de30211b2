"""The library against figures that were gathered apart from it (`figures.csv`)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import Fact
from costmodel.specs.record import Record
from costmodel.units import Quantity, parse

ROWS = list(csv.DictReader((Path(__file__).parent / "figures.csv").read_text(encoding="utf-8").splitlines()))
CLOSE = 0.003


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['id']}-{row['key']}-{row['value']}")
def test_figure_is_in_the_library(catalog: Catalog, row: dict[str, str]) -> None:
    """Each gathered figure is the one of the file, or an alternative that the file keeps with a reason."""
    record = catalog.get(row["kind"], row["id"])
    if row["key"] in record.values:
        assert str(record.values[row["key"]]) == row["value"]
        return
    wanted = parse(row["value"])
    found = [value for fact in _facts(record, row["key"]) for value in _values(catalog, record, fact, wanted)]
    assert any(abs(float((value / wanted).to("").magnitude) - 1) <= CLOSE for value in found), found


def _facts(record: Record, key: str) -> tuple[Fact, ...]:
    return record.histories.get(key) or (record.facts[key],)


def _values(catalog: Catalog, record: Record, fact: Fact, wanted: Quantity) -> list[Quantity]:
    """Return the fact and its alternatives, per accelerator or per system as the gathered figure is."""
    values = [fact.value, *(one.value for one in fact.alternatives)]
    if values[0].is_compatible_with(wanted):
        return values
    size = catalog.get("system", record.values["system"]).facts["accelerators"].value
    return [value / size if (value / size).is_compatible_with(wanted) else value * size for value in values]
