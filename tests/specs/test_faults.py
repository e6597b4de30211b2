"""Faults in spec files: each is refused with the file, the line, the key and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from costmodel.errors import SpecError, UnknownName
from costmodel.specs.catalog import Catalog
from tests.specs.conftest import Faults
from tests.specs.samples import ACCELERATOR, FILES

BANDWIDTH = 'bandwidth = { value = "3.35 TB/s", source = "acme" }'
SYSTEM, PURCHASE = "systems/acme/server.toml", "offers/purchase/test.toml"


def test_the_sample_is_valid(own: Path) -> None:
    """Without a change, the files of these tests have no fault."""
    catalog = Catalog([own])
    assert catalog.get("accelerator", "acme/chip").facts["memory.bandwidth"].line == 11
    assert catalog.get("system", "acme/server")
    assert catalog.get("purchase", "test").histories["price"][0].line == 6


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("3.35 TB", 'an amount of data; it must be a data rate, such as "3.35 TB/s"'),
        ("3,35 TB/s", "comma"),
        ("3.35.1 TB/s", "not one number"),
        ("nan TB/s", "finite"),
        ("inf TB/s", "finite"),
        ("1e400 TB/s", "finite"),
        ("3 TB/s + 1 TB/s", "not a unit"),
        ("9**9**9**9 TB/s", "not one number"),
        ("-3.35 TB/s", "negative"),
        ("3.35 tb/s", "Did you mean"),
        ("3.35", "a pure number"),
        ("1 " + "TB*TB*" * 12 + "TB/s", "too long"),
        ("3 TB^4^4", "not"),
        ("700 W", "a power; it must be a data rate"),
    ],
)
def test_a_wrong_quantity_names_file_line_and_key(faults: Faults, value: str, says: str) -> None:
    """A value that is no data rate is refused where it stands."""
    (fault,) = faults("3.35 TB/s", value)
    assert "chip.toml:11: memory.bandwidth.value: " in fault
    assert says in fault


@pytest.mark.parametrize(("count", "says"), [("0.5", "must be a whole number"), ("0", "must be above 0")])
def test_a_system_holds_whole_accelerators(faults: Faults, count: str, says: str) -> None:
    """Half an accelerator, or none, is refused where it stands: a slice is an accelerator of its own."""
    (fault,) = faults("8 accelerator/server", f"{count} accelerator/server", SYSTEM)
    assert "server.toml:3: accelerators.value: " in fault
    assert says in fault


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ('bandwidth = "3.35 TB/s"', "has no source"),
        ("bandwidth = 3.35", "must be a quantity in quotes"),
        ('bandwidth = { value = 3.35, source = "acme" }', "must be a quantity in quotes"),
        ('bandwidth = { value = "3.35 TB/s" }', "has no source"),
        ('bandwidth = { value = "3.35 TB/s", source = "" }', "has no source"),
        ('bandwidth = { value = "3.35 TB/s", source = "assumption" }', "without a reason"),
        ('bandwidth = { value = "3.35 TB/s", source = "amce" }', 'Did you mean "acme"'),
        ('bandwidth = { source = "acme" }', "has no value"),
        ('bandwidth = { value = "3.35 TB/s", source = "acme", ragne = [] }', 'Did you mean "range"'),
        ('bandwidth = { value = "3 TB/s", source = "acme", range = ["4 TB/s", "5 TB/s"] }', "not around the value"),
        ('bandwidth = { value = "3 TB/s", source = "acme", range = ["4 TB/s", "2 TB/s"] }', "not around the value"),
        ('bandwidth = { value = "3 TB/s", source = "acme", range = ["2 TB/s"] }', "list of two quantities"),
        ('bandwidth = { value = "3 TB/s", source = "acme", range = ["2 TB", "4 TB"] }', "it must be a data rate"),
        ('bandwidth = { value = "3 TB/s", source = "acme", as_of = "2023" }', "must be a date"),
        ('bandwidth = { value = "3 TB/s", source = "acme", as_of = 2023-01-01T00:00:00 }', "must be a date"),
        ('bandwidth = { value = "3 TB/s", source = "acme", as_of = 9999-12-31 }', "is not from 1950-01-01 to"),
        ('bandwidth = { value = "3 TB/s", source = "acme", confidence = "sure" }', "must be one of"),
        ('bandwidth = { value = "3 TB/s", source = "acme", alternatives = 5 }', "must be a list"),
        ('bandwidth = { value = "3 TB/s", source = "acme", alternatives = [5] }', "each alternative needs"),
        ("bandwidth = [1, 2]", "must be a quantity in quotes"),
        ("bandwidth = true", "must be a quantity in quotes"),
    ],
)
def test_a_wrong_fact_names_file_line_and_key(faults: Faults, new: str, says: str) -> None:
    """A fact without unit, source, or sense is refused where it stands."""
    found = faults(BANDWIDTH, new)
    assert all("chip.toml:11: memory.bandwidth" in fault for fault in found)
    assert any(says in fault for fault in found)


def test_an_unknown_key_is_not_also_missing(faults: Faults) -> None:
    """A misspelled key is one fault, which names the right one."""
    (fault,) = faults("bandwidth =", "bandwith =")
    assert "chip.toml:11: memory.bandwith" in fault
    assert 'Did you mean "memory.bandwidth"?' in fault


def test_a_missing_key_says_how_to_write_it(faults: Faults) -> None:
    """A required key that is absent is named, with an example of its unit."""
    (fault,) = faults(BANDWIDTH, "")
    assert "memory.bandwidth: is missing" in fault
    assert 'write memory.bandwidth = { value = "' in fault


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('maker = "Acme"', 'maker = "Acme"\nmaker = "Acme"', 3),
        ("[memory]", "[peak]", 9),
    ],
)
def test_a_key_given_twice_is_refused(faults: Faults, old: str, new: str, line: int) -> None:
    """Of two values of a key, none is chosen silently."""
    (fault,) = faults(old, new)
    assert f"chip.toml:{line}: not valid TOML" in fault
    assert new.splitlines()[-1] in fault


def test_a_dangling_reference_names_the_near_id(faults: Faults) -> None:
    """A reference to what no file describes is refused, with the id that was probably meant."""
    (fault,) = faults("acme/chip", "acme/chpi", SYSTEM)
    assert "server.toml:2: accelerator: " in fault
    assert 'Did you mean "acme/chip"' in fault


@pytest.mark.parametrize("id_", ["../../../etc/passwd", "/etc/passwd", "..", "acme/../acme/chip", "chip\\..", "", "\0"])
def test_ids_cannot_leave_the_folder(own: Path, id_: str) -> None:
    """An id is looked up among the files there are, never made into a path."""
    with pytest.raises(UnknownName):
        Catalog([own]).get("accelerator", id_)


def test_references_cannot_leave_the_folder(faults: Faults) -> None:
    """A reference is an id as well."""
    (fault,) = faults("acme/chip", "../accelerators/acme/chip", SYSTEM)
    assert "server.toml:2: accelerator: No accelerator" in fault


def test_a_cycle_of_references_is_refused(faults: Faults) -> None:
    """A system cannot hold itself: a reference leads to a file of one kind only."""
    (fault,) = faults("acme/chip", "acme/server", SYSTEM)
    assert "server.toml:2: accelerator: No accelerator" in fault


@pytest.mark.parametrize("name", ["Chip", "chip one", "-chip", "ch'ip"])
def test_file_names_that_are_no_ids_are_refused(
    own: Path, write: Callable[[str, str | bytes], Path], name: str
) -> None:
    """Ids are lower case, so that they are the same on every computer."""
    write(f"accelerators/acme/{name}.toml", ACCELERATOR)
    with pytest.raises(SpecError, match="an id has lower-case letters"):
        Catalog([own]).ids("accelerator")


def test_an_ambiguous_last_part_is_refused(own: Path, write: Callable[[str, str | bytes], Path]) -> None:
    """Where two ids end alike, the last part alone names neither."""
    write("accelerators/other/chip.toml", ACCELERATOR)
    with pytest.raises(UnknownName, match="acme/chip, other/chip"):
        Catalog([own]).get("accelerator", "chip")


def test_an_own_file_overrides_a_shipped_one_openly(own: Path, write: Callable[[str, str | bytes], Path]) -> None:
    """A second file with an id replaces the first, and the catalogue says so."""
    shipped = Catalog().ids("accelerator")[0]
    write(f"accelerators/{shipped}.toml", ACCELERATOR)
    catalog = Catalog([own])
    assert catalog.get("accelerator", shipped).values["name"] == "Test chip"
    (sentence,) = catalog.overrides
    assert shipped in sentence


def test_several_faults_are_reported_together(faults: Faults) -> None:
    """One run shows all faults of a file, each once, with its own line."""
    found = faults(
        ACCELERATOR,
        ACCELERATOR.replace("3.35 TB/s", "3.35 TB").replace("700 W/accelerator", "700 GB").replace("maker", "mkaer"),
    )
    assert [fault.split(": ")[0].rpartition(":")[2] for fault in sorted(found)] == ["11", "2", "4"]
    assert len(found) == 3


def test_a_history_without_a_date_is_refused(faults: Faults) -> None:
    """A price says when it was seen."""
    (fault,) = faults("as_of = 2023-05-29\n", "", PURCHASE)
    assert "test.toml:6: price.0: has no date" in fault
    another = '[[price]]\nvalue = "1 GB"\nas_of = 2023-05-29\nsource = "acme"\n'
    both = faults('as_of = 2023-05-29\nsource = "acme"\n', f'source = "acme"\n{another}', PURCHASE)
    assert sorted(place for one in both for place in ("price.0", "price.1") if place in one) == ["price.0", "price.1"]


def test_two_prices_of_one_day_are_refused(faults: Faults) -> None:
    """Which of them holds nobody could say, so that none wins in silence."""
    another = '\n[[price]]\nvalue = "300 kUSD/server"\nas_of = 2023-05-29\nsource = "acme"\n'
    (fault,) = faults('source = "acme"\n', f'source = "acme"\n{another}', PURCHASE)
    assert "test.toml:14: price.1.as_of: 300 kUSD/server is of 2023-05-29, as 270 kUSD/server is" in fault
    assert "keep one of them with a range around both" in fault


def test_a_share_above_one_is_refused(faults: Faults) -> None:
    """A share lies between 0 and 1, as a number or in percent."""
    (fault,) = faults("[[price]]", 'residual_value = { value = "120 percent", source = "acme" }\n[[price]]', PURCHASE)
    assert "residual_value" in fault
    assert "share" in fault


def test_yaml_is_recognised(own: Path, write: Callable[[str, str | bytes], Path]) -> None:
    """A file in another language is told apart from one with a typing error."""
    file = write("accelerators/acme/yaml.toml", "name: Test chip\nmaker: Acme\nmemory:\n  capacity: 80 GB\n")
    with pytest.raises(SpecError, match="looks like YAML") as error:
        Catalog([own]).get("accelerator", "acme/yaml")
    assert error.value.faults[0].startswith(f"{file}:1: ")


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_wrong_encoding_is_named(own: Path, write: Callable[[str, str | bytes], Path], encoding: str) -> None:
    """A file that is not UTF-8 is refused with advice."""
    write("accelerators/acme/chip.toml", ACCELERATOR.replace("Acme", "Acmé").encode(encoding))
    with pytest.raises(SpecError, match="save the file as UTF-8"):
        Catalog([own]).get("accelerator", "acme/chip")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[acme]\npublisher = 'x'\n", "at least a title"),
        ("acme = 5\n", "at least a title"),
        ("[acme]\ntitle = 'x'\nurl = 'javascript:alert(1)'\n", "https://"),
        ("[acme]\ntitle = 'x'\nlink = 'x'\n", "not a key of a source"),
        ("[acme\n", "not valid TOML"),
        (b"[acme]\ntitle = '\xff'\n", "UTF-8"),
    ],
)
def test_a_faulty_bibliography_is_refused(
    own: Path, write: Callable[[str, str | bytes], Path], content: str | bytes, says: str
) -> None:
    """The bibliography is checked like any other file."""
    file = write("sources.toml", content)
    with pytest.raises(SpecError, match=says) as error:
        Catalog([own]).get("accelerator", "acme/chip")
    assert all(fault.startswith(f"{file}:") for fault in error.value.faults)


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """A wrong path to own specs is not an empty folder."""
    with pytest.raises(UnknownName, match="not a folder"):
        Catalog([tmp_path / "nowhere"])


def test_samples_are_complete() -> None:
    """The samples hold one file of each kind that these tests change."""
    assert {SYSTEM, PURCHASE} < set(FILES)
