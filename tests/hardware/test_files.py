"""Every file of the library: no number without a unit, no figure without a source, no sparse peak, no lost price."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from costmodel.analysis.listing import listing
from costmodel.domain.hardware import load_accelerator
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import Fact
from costmodel.specs.kinds import KINDS
from costmodel.specs.record import Record
from costmodel.specs.sparse import family_faults, own_faults
from tests.shipped import HARDWARE

FILES = sorted(path for path in HARDWARE.rglob("*.toml") if path.name != "sources.toml")
LEAST = {"accelerators": 40, "systems": 20, "prices": 80, "sites": 8, "processes": 6}


def records(catalog: Catalog) -> Iterator[Record]:
    """Yield every spec below hardware/."""
    for kind in KINDS:
        yield from (record for record in catalog.all(kind) if record.file.is_relative_to(HARDWARE))


def naked(content: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of numbers and dates that stand in no table with a source."""
    if isinstance(content, dict):
        inside = {} if "source" in content else content
        for key, value in inside.items():
            yield from naked(value, f"{path}.{key}")
    elif isinstance(content, list):
        for place, value in enumerate(content):
            yield from naked(value, f"{path}.{place}")
    elif isinstance(content, (int, float, date)):
        yield path


@pytest.mark.parametrize("kind", LEAST)
def test_there_are_enough(catalog: Catalog, kind: str) -> None:
    """The library has what people compare."""
    frame = listing(catalog, kind)
    assert len(frame) >= LEAST[kind]
    assert frame["id"].is_unique


def test_no_number_or_date_stands_without_a_source() -> None:
    """Walking the files themselves, every number and every date lies in a table that names its source."""
    found = [f"{file}{path}" for file in FILES for path in naked(tomllib.loads(file.read_text()))]
    assert found == []


def test_every_file_is_read_as_a_spec(catalog: Catalog) -> None:
    """No file lies where nobody looks for it."""
    assert {record.file for record in records(catalog)} == set(FILES)


def test_every_fact_has_a_unit_and_a_source_in_the_bibliography(catalog: Catalog) -> None:
    """Each fact has the dimension of its attribute; its source is an entry, or an assumption with a reason."""
    for record in records(catalog):
        rows = record.kind.by_key()
        for fact in record.all_facts:
            row = rows[fact.key.rpartition(".")[0] if fact.key not in rows else fact.key]
            assert fact.value.is_compatible_with(row.unit or "dimensionless"), fact.place
        for one in record.stated:
            assert one.source in catalog.sources or (one.source == "assumption" and one.reason), one.place


def _counts(fact: Fact) -> bool:
    return fact.key == "scale_up.domain" or (fact.attribute is not None and fact.attribute.whole)


def test_every_assumption_has_a_range(catalog: Catalog) -> None:
    """What the project assumes says within which bounds, but for counts: with another number it is another design."""
    bare = [
        f"{f.place}: {f.key}"
        for r in records(catalog)
        for f in r.all_facts
        if f.source == "assumption" and f.low is None and not _counts(f)
    ]
    assert bare == []


def test_every_source_can_be_found(catalog: Catalog) -> None:
    """An entry of the bibliography has title, publisher, date, day of access, and an address where there is one."""
    cited = {one.source for record in records(catalog) for one in record.stated} - {"assumption"}
    thin = [
        id_ for id_ in cited if not all(getattr(catalog.sources[id_], key) for key in ("title", "publisher", "date"))
    ]
    assert thin == []
    assert all(catalog.sources[id_].accessed for id_ in cited)


def test_alternatives_say_why_they_were_not_chosen(catalog: Catalog) -> None:
    """Where sources differ, the others are kept with a reason."""
    others = [one for record in records(catalog) for fact in record.all_facts for one in fact.alternatives]
    assert len(others) > 100
    assert all(one.reason for one in others)


def test_no_dense_peak_is_a_sparse_one(catalog: Catalog) -> None:
    """No shipped peak is what its own file or its family reach only with sparsity."""
    found = catalog.all("accelerator")
    assert [
        fault for one in found for fault in (*own_faults(one), *family_faults(one, (o for o in found if o is not one)))
    ] == []


def test_links_are_slower_than_memory_and_faster_than_the_network(catalog: Catalog) -> None:
    """A factor of eight or two between bits and bytes, or one way and both, would turn some of these round."""
    for id_ in catalog.ids("accelerator"):
        one = load_accelerator(catalog, id_)
        if one.has_links:
            assert one.link_bandwidth < one.memory_bandwidth, id_
            assert one.scale_out_bandwidth_one_way is None or one.scale_out_bandwidth_one_way <= one.link_bandwidth


def test_the_network_of_a_system_is_that_of_its_accelerators(catalog: Catalog) -> None:
    """Both files give one figure for the network of one accelerator in one direction, where both give any."""
    for record in catalog.all("system"):
        stated = {fact.key: fact.value for fact in record.all_facts}.get("network_per_accelerator")
        own = load_accelerator(catalog, record.values["accelerator"]).scale_out_bandwidth_one_way
        if stated is not None and own is not None:
            assert abs(stated / own - 1) < 1e-9, record.id


def test_prices_are_dated_and_not_in_the_future(catalog: Catalog) -> None:
    """A price has the day on which it was seen, no day twice with another figure from the same source."""
    for record in records(catalog):
        for history in record.histories.values():
            seen = [(fact.as_of, fact.source) for fact in history]
            assert len(set(seen)) == len(seen), record.file
            assert all(fact.as_of and fact.as_of <= date(2026, 12, 31) for fact in history), record.file


def test_a_file_lies_where_its_maker_is() -> None:
    """Ids of accelerators and systems begin with their maker."""
    assert all(
        len(file.relative_to(HARDWARE / folder).parts) == 2
        for folder in ("accelerators", "systems")
        for file in _below(folder)
    )


def _below(folder: str) -> list[Path]:
    return [file for file in FILES if file.is_relative_to(HARDWARE / folder)]
