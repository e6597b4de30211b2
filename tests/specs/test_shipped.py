"""Every shipped file: valid, sourced, with a unit and a date where money is."""

from __future__ import annotations

from datetime import date

import pytest

from costmodel.analysis.check import check_all
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, CONFIDENCES, Fact
from costmodel.specs.record import Record
from tests.shipped import ARCHITECTURES, HARDWARE, SPECS

each_spec = pytest.mark.parametrize(("kind", "id_"), SPECS, ids=lambda part: part)


def test_the_check_finds_no_fault(catalog: Catalog) -> None:
    """All shipped files are in order, together."""
    assert check_all(catalog).faults == []


def test_every_file_of_hardware_belongs_to_a_kind(catalog: Catalog) -> None:
    """No file lies where nobody reads it."""
    read = {catalog.get(kind, id_).file for kind, id_ in SPECS}
    below = [file for file in HARDWARE.rglob("*.toml") if file.name != "sources.toml"]
    ignored = {"measurements"}
    assert [file for file in below if file not in read and not ignored & set(file.parts)] == []


@each_spec
def test_every_fact_has_unit_source_and_place(catalog: Catalog, kind: str, id_: str) -> None:
    """A fact names its source or its reason, and stands in a line of its file that says its key."""
    record = catalog.get(kind, id_)
    for fact in record.all_facts:
        assert fact.value.units is not None
        assert fact.source in catalog.sources or (fact.source == ASSUMPTION and fact.reason), fact.key
        assert _last_word(fact) in _line(fact), fact.place


@each_spec
def test_ranges_are_around_their_values(catalog: Catalog, kind: str, id_: str) -> None:
    """Low is at most the value, and the value at most high."""
    for fact in catalog.get(kind, id_).all_facts:
        assert (fact.low is None) == (fact.high is None)
        assert fact.low is None or fact.low <= fact.value <= fact.high


@each_spec
def test_prices_have_a_date_of_the_past(catalog: Catalog, kind: str, id_: str) -> None:
    """Every entry of a history says when it was seen, oldest first."""
    for history in catalog.get(kind, id_).histories.values():
        days = [fact.as_of for fact in history]
        assert days == sorted(days)
        assert days[-1] <= date.today()  # noqa: DTZ011 - a day is exact enough


@each_spec
def test_confidences_are_known_words(catalog: Catalog, kind: str, id_: str) -> None:
    """A confidence is one of the few, or that of the source."""
    assert all(fact.confidence in {*CONFIDENCES, ""} for fact in catalog.get(kind, id_).all_facts)


@pytest.mark.parametrize("id_", ARCHITECTURES)
def test_architectures_stand_on_one_source(catalog: Catalog, id_: str) -> None:
    """The shape of a model is from the source that its file names; what is estimated has a range and a reason."""
    record: Record = catalog.get("architecture", id_)
    estimated = [fact for fact in record.all_facts if fact.source == "assumption"]
    assert all(fact.reason and fact.low is not None for fact in estimated)
    assert {fact.source for fact in record.all_facts if fact not in estimated} == {record.values["source"]}


def test_sources_have_titles_and_addresses(catalog: Catalog) -> None:
    """Every entry of the bibliography says what it is and who made it."""
    for source in catalog.sources.values():
        assert source.title, source.id
        assert source.url or source.publisher, source.id


def _last_word(fact: Fact) -> str:
    return next(word for word in reversed(fact.key.split(".")) if not word.isdigit())


def _line(fact: Fact) -> str:
    return fact.file.read_text().splitlines()[fact.line - 1]
