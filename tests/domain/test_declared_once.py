"""What a file may say reaches what computes: no key of a table is dropped in silence."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import Accelerator, Site, System, load_system
from costmodel.domain.lessor import LessorYear
from costmodel.domain.noun import Noun, build
from costmodel.domain.offers import Program, Purchase, Rental
from costmodel.domain.process import Memory, Packaging, Process
from costmodel.domain.scenario import Scenario
from costmodel.domain.scenario_file import load_scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.usual_program import completed
from costmodel.errors import CostModelError
from costmodel.specs.attribute import Attribute
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.specs.kinds import KINDS
from costmodel.specs.record import Record
from costmodel.units import magnitude, quantity
from tests.shipped import ROOT

CLASSES: dict[str, type[Noun]] = {
    "accelerator": Accelerator,
    "system": System,
    "site": Site,
    "process": Process,
    "memory": Memory,
    "packaging": Packaging,
    "purchase": Purchase,
    "rental": Rental,
    "program": Program,
    "api": TokenApi,
    "lessor": LessorYear,
    "architecture": Architecture,
}
SHOWN = "analysis/listing.py"
"""Reads every key of a file, to list and show it: enough for what only people need to know."""

READERS = {
    "accelerator": {
        "sparse_peak.*": "specs/sparse.py",
        "status": SHOWN,
        "die.transistors": SHOWN,
    },
    "system": {"rack_units": SHOWN, "host": "cli/show.py", "cooling": SHOWN},
    "rental": {"region": SHOWN},
    "architecture": {"source": "specs/catalog.py"},
}
"""Keys that no class carries, and the module that reads them from the record; remarks are for people only."""

DERIVED = {"purchase": {"arrival", "copies"}, "program": {"age", "respin_outcome", "failure_outcome"}}
"""Fields that no file gives, since the model sets them: when a rival is sold and whose facts it has; how long a program
has shipped by the day of the question, and how it goes in a draw."""

BESIDE = {"note", "set"}
"""Keys of a scenario that its object does not have: a remark for people, and what `analysis/changes.py` sets in it."""

ATTRIBUTES = [(kind, attribute) for kind in CLASSES for attribute in KINDS[kind] if attribute.key != "note"]


def names(value: object) -> str:
    """Return how a case is called."""
    return value.key if isinstance(value, Attribute) else str(value)


def _carried(kind: str) -> set[str]:
    return {one.name for one in fields(CLASSES[kind])}


def test_each_key_has_a_field_or_a_reader() -> None:
    """A key is a field of its class, or stands in the list of those that another module reads, and never in both."""
    for kind, attribute in ATTRIBUTES:
        reader = READERS.get(kind, {}).get(attribute.key)
        assert (attribute.field in _carried(kind)) != (reader is not None), (kind, attribute.key)
        assert reader is None or (ROOT / "costmodel" / reader).is_file(), (kind, attribute.key)


@pytest.mark.parametrize("kind", CLASSES)
def test_each_field_has_a_key(kind: str) -> None:
    """A field of a class that no file can give would always have its default."""
    given = {attribute.field for attribute in KINDS[kind]}
    assert _carried(kind) - given <= {"id", "facts", "place", "materials"} | DERIVED.get(kind, set())
    assert not DERIVED.get(kind, set()) & given
    assert READERS.get(kind, {}).keys() <= {attribute.key for attribute in KINDS[kind]}


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if Catalog().ids(kind)])
def test_what_files_say_is_in_the_object(kind: str, catalog: Catalog) -> None:
    """The quantities of every shipped file are those of its object, to the last bit."""
    for record in catalog.all(kind):
        noun = build(CLASSES[kind], _whole(kind, record, catalog), **_fillers(kind))
        for attribute in KINDS[kind]:
            if attribute.field in _carried(kind) and attribute.type in ("quantity", "count"):
                for key in attribute.keys:
                    if key in record.facts:
                        found = getattr(noun, attribute.field)
                        found = found[key.rpartition(".")[2]] if attribute.key.endswith("*") else found
                        assert found is record.facts[key].value, f"{record.id} {key}"


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if Catalog().ids(kind)])
def test_each_key_is_an_input_of_its_own_name(kind: str, catalog: Catalog) -> None:
    """Also keys that are numbers, such as the years of a resale curve: they are no places among dated prices."""
    record = _whole(kind, next(iter(catalog.all(kind))), catalog)
    rows = {key: row for row in KINDS[kind] for key in row.keys if row.field in _carried(kind)}
    facts = {key: _fact_of(row, key, record) for key, row in rows.items() if row.type in ("quantity", "history")}
    given = {key: fact for key, fact in facts.items() if rows[key].type == "quantity"}
    histories = {key: [fact] for key, fact in facts.items() if key not in given}
    extra = {name: value for name, value in _fillers(kind).items() if name not in histories}
    noun = build(CLASSES[kind], replace(record, facts=given, histories=histories), **extra)
    assert noun.leaves().keys() == {f"{noun.root}{key}" for key in facts}


def _fact_of(row: Attribute, key: str, record: Record) -> Fact:
    place = key if row.type == "quantity" else f"{key}.0"
    return Fact(place, quantity(0.123, row.unit or "1"), ASSUMPTION, record.file, attribute=row)


def _fillers(kind: str) -> dict[str, None]:
    return {name: None for name in ("system", "accelerator", "price", "wafer_price") if name in _carried(kind)}


def _whole(kind: str, record: Record, catalog: Catalog) -> Record:
    """Return a record with what its class needs and its file may leave out."""
    if kind != "program":
        return record
    return completed(catalog, record, load_system(catalog, record.values["system"]).accelerator)


def _other(attribute: Attribute, record: Record, catalog: Catalog) -> Record:
    """Return a scenario with something else under a key than it says."""
    key, said = attribute.key, record.values.get(attribute.key)
    if attribute.type == "quantity":
        fact = Fact(key, quantity(0.123, attribute.unit), ASSUMPTION, record.file)
        return replace(record, facts={**record.facts, key: fact})
    ids = catalog.ids(attribute.refers_to) if attribute.refers_to else ()
    others = {
        "date": [date(2026, 10, 1)],
        "references": [list(said)[:1] if said else ["something else"]] if attribute.type == "references" else [],
        "reference": [one for one in ids if one != said],
        "tables": [{"other": {"title": "t", "reason": "r", "change": {"demand.users": "+1%"}}}],
        "choice": [one for one in attribute.choices if one != (said or attribute.default)],
    }
    return replace(record, values={**record.values, key: others.get(attribute.type, ["something, else"])[0]})


def _makes_a_difference(attribute: Attribute, record: Record, usual: Scenario, catalog: Catalog) -> bool:
    try:
        return load_scenario(catalog, _other(attribute, record, catalog)) != usual
    except CostModelError:
        return True


@pytest.fixture(scope="module")
def usual(catalog: Catalog) -> dict[str, tuple[Record, Scenario]]:
    """Return every scenario as its file says it."""
    return {one.id: (one, load_scenario(catalog, one)) for one in catalog.all("scenario")}


@pytest.mark.parametrize("attribute", [one for one in KINDS["scenario"] if one.key not in BESIDE], ids=names)
def test_each_key_of_a_scenario_makes_a_difference(
    attribute: Attribute, usual: dict[str, tuple[Record, Scenario]], catalog: Catalog
) -> None:
    """Something else under a key gives another scenario of at least one kind of workload, or an error."""
    assert any(_makes_a_difference(attribute, record, as_it_is, catalog) for record, as_it_is in usual.values())


def test_accelerators_have_the_network_of_their_system(catalog: Catalog) -> None:
    """The 50 Gbit/s that an L40S server gives to each card are those of the card, with the server's source."""
    system = load_system(catalog, "nvidia/l40s-server")
    assert system.network_per_accelerator is system.accelerator.scale_out_bandwidth_one_way
    assert magnitude(system.accelerator.scale_out_bandwidth_one_way, "GB/s") == pytest.approx(50 / 8)
    fact = system.accelerator.facts["scale_out_bandwidth_one_way"]
    assert fact is catalog.get("system", "nvidia/l40s-server").facts["network_per_accelerator"]


def test_the_network_of_a_system_goes_before_that_of_its_accelerator(catalog: Catalog) -> None:
    """A server may give less network to each accelerator than the accelerator could have."""
    record = catalog.get("system", "nvidia/hgx-h100")
    slower = replace(record.facts["network_per_accelerator"], value=quantity(100.0, "Gbit/s"))
    changed = replace(record, facts={**record.facts, "network_per_accelerator": slower})
    system = load_system(_With(catalog, changed), record.id)
    assert magnitude(system.accelerator.scale_out_bandwidth_one_way, "Gbit/s") == 100
    usual = load_system(catalog, record.id).accelerator
    assert usual.facts["scale_out_bandwidth_one_way"].key == "scale_out.bandwidth_one_way"


class _With(Catalog):
    """A catalogue with one record changed."""

    def __init__(self, usual: Catalog, record: Record) -> None:
        super().__init__()
        self._usual, self._record = usual, record

    def get(self, kind: str, id_: str) -> Record:
        """Return the changed record under its id."""
        return self._record if (kind, id_) == ("system", self._record.id) else self._usual.get(kind, id_)
