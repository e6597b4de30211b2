"""Every shipped file: valid, sourced, with a unit and a date where money is."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, CONFIDENCES, Fact
from costmodel.specs.record import Record
from tests.shipped import ARCHITECTURES, HARDWARE, SPECS


@pytest.fixture(scope="module")
def records(catalog: Catalog) -> list[Record]:
    """Return what every file says."""
    return [catalog.get(kind, id_) for kind, id_ in SPECS]


def test_every_file_of_hardware_belongs_to_a_kind(catalog: Catalog) -> None:
    """No file lies where nobody reads it."""
    read = {catalog.get(kind, id_).file for kind, id_ in SPECS}
    below = [file for file in HARDWARE.rglob("*.toml") if file.name != "sources.toml"]
    ignored = {"measurements"}
    assert [file for file in below if file not in read and not ignored & set(file.parts)] == []


@pytest.fixture(scope="module")
def facts(records: list[Record]) -> list[Fact]:
    """Return every fact of every file."""
    return [fact for record in records for fact in record.all_facts]


def test_every_fact_has_unit_source_and_place(catalog: Catalog, facts: list[Fact]) -> None:
    """A fact names its source or its reason, and stands in a line of its file that says its key."""
    for fact in facts:
        assert fact.value.units is not None, fact.place
        assert fact.source in catalog.sources or (fact.source == ASSUMPTION and fact.reason), fact.place
        assert _last_word(fact) in _line(fact), fact.place


def test_ranges_are_around_their_values(facts: list[Fact]) -> None:
    """Low is at most the value, and the value at most high."""
    for fact in facts:
        assert (fact.low is None) == (fact.high is None), fact.place
        assert fact.low is None or fact.low <= fact.value <= fact.high, fact.place


def test_prices_have_a_date_of_the_past(records: list[Record]) -> None:
    """Every entry of a history says when it was seen, oldest first."""
    for history in (one for record in records for one in record.histories.values()):
        days = [fact.as_of for fact in history]
        assert days == sorted(days), history[0].place
        assert days[-1] <= date.today(), history[0].place  # noqa: DTZ011 - a day is exact enough


def test_confidences_are_known_words(facts: list[Fact]) -> None:
    """A confidence is one of the few, or that of the source."""
    assert [fact.place for fact in facts if fact.confidence not in {*CONFIDENCES, ""}] == []


def test_architectures_stand_on_one_source(catalog: Catalog) -> None:
    """The shape of a model is from the source that its file names; what is estimated has a range and a reason."""
    for record in (catalog.get("architecture", id_) for id_ in ARCHITECTURES):
        estimated = [fact for fact in record.all_facts if fact.source == ASSUMPTION]
        assert all(fact.reason and fact.low is not None for fact in estimated), record.id
        stated = {fact.source for fact in record.all_facts if fact.source != ASSUMPTION}
        assert stated == {record.values["source"]}, record.id


def test_sources_have_titles_and_addresses(catalog: Catalog) -> None:
    """Every entry of the bibliography says what it is and who made it."""
    for source in catalog.sources.values():
        assert source.title, source.id
        assert source.url or source.publisher, source.id


def _last_word(fact: Fact) -> str:
    return next(word for word in reversed(fact.key.split(".")) if not word.isdigit())


def _line(fact: Fact) -> str:
    return _lines(fact.file)[fact.line - 1]


@cache
def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines()
