"""What a check finds beside faults: gaps, with what cannot be computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from costmodel.analysis.check import Check, _files, _summary, _tell, check_all, check_paths, gaps, kind_of
from costmodel.errors import CostModelError, SpecError, UnknownName
from costmodel.specs.attribute import Attribute
from costmodel.specs.catalog import Catalog
from costmodel.specs.sparse import family_faults, own_faults
from tests.shipped import HARDWARE

Write = Callable[[str, str | bytes], Path]
H100 = (HARDWARE / "accelerators/nvidia/h100-sxm5-80gb.toml").read_text()


def without(text: str, start: str) -> str:
    """Return a file without the lines that begin so."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(start))


def test_shipped_files_have_no_faults(catalog: Catalog) -> None:
    """The library is in order; what it lacks is said as gaps."""
    found = check_all(catalog)
    assert found.faults == []
    assert any("training on more than one system cannot be computed" in line for line in found.gaps_by_key)


def test_gap_names_file_key_and_what_cannot_be_computed(write: Write) -> None:
    """A chip without a network says which question it cannot answer."""
    file = write("accelerators/us/chip.toml", without(H100, "bandwidth_one_way"))
    found = check_paths(Catalog(), [file])
    assert found.faults == []
    assert [str(gap) for gap in found.gaps] == [
        f"{file}: no scale_out.bandwidth_one_way: training on more than one system cannot be computed"
    ]


@pytest.mark.parametrize(
    ("ids", "named"), [("ab", "a, b"), ("abcd", "a, b, c, d"), ("abcdef", "a, b, c, d and 2 more")]
)
def test_a_summary_names_the_first_four(ids: str, named: str) -> None:
    """And counts the others, if there are any."""
    said = _summary("site", Attribute("pue", "Power usage effectiveness", needed_for="the energy"), list(ids))
    assert said == f"site: no pue in {len(ids)}: the energy cannot be computed for {named}"


def test_either_of_two_keys_fills_a_gap(catalog: Catalog) -> None:
    """Link bandwidth both ways serves as well as one way."""
    record = catalog.get("accelerator", "nvidia/h100-sxm5-80gb")
    assert "scale_up.bandwidth_one_way" not in record.facts
    assert gaps(record) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('1979 TFLOP/s", source = "ml', '3958 TFLOP/s", source = "ml', "is not below sparse_peak"),
        ('note = "same rate as bf16"', 'note = "with sparsity"', "speaks of sparsity"),
        ('at = "on-chip memory table"', 'at = "Table 2, sparse"', ""),
    ],
)
def test_sparse_peaks_are_refused_by_the_file_itself(write: Write, old: str, new: str, said: str) -> None:
    """A peak that equals the sparse one, or whose note says so, is a fault; other remarks are not."""
    assert old in H100
    found = check_paths(Catalog(), [write("accelerators/us/chip.toml", H100.replace(old, new))])
    assert any(said in fault for fault in found.faults) if said else found.faults == []


@pytest.mark.parametrize("drop_sparse", [True, False])
def test_sparse_peaks_are_refused_beside_the_family(write: Write, catalog: Catalog, *, drop_sparse: bool) -> None:
    """A new Hopper whose rates are all twice those of the family is found, though they fit each other."""
    head, _, tail = H100.partition("[sparse_peak]")
    text = head.replace("989 TFLOP/s", "1978 TFLOP/s").replace("1979 TFLOP/s", "3958 TFLOP/s")
    file = write(
        "accelerators/us/chip.toml", text + "[memory]" + tail.partition("[memory]")[2] if drop_sparse else H100
    )
    faults = check_paths(catalog, [file]).faults
    assert bool(faults) == drop_sparse
    assert all("looks like a rate with sparsity" in fault for fault in faults)


def test_what_the_maker_says_is_dense_is_taken_so(catalog: Catalog) -> None:
    """A note that says dense stands against the comparison with the family."""
    chips = catalog.all("accelerator")
    trainium = catalog.get("accelerator", "aws/trainium3")
    assert "dense" in trainium.facts["peak.fp8"].note
    assert [*own_faults(trainium), *family_faults(trainium, (one for one in chips if one is not trainium))] == []


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("/a/hardware/accelerators/nvidia/x.toml", "accelerator"),
        ("/a/systems/offers/rental/x.toml", "rental"),
        ("/a/b/x.toml", "scenario"),
        ("/a/accelerators.toml", "scenario"),
    ],
)
def test_the_kind_of_a_file_is_that_of_the_folder_above_it(file: str, kind: str) -> None:
    """What lies in none is taken for a scenario."""
    assert kind_of(Path(file)) == kind


def test_a_fault_is_told_once(tmp_path: Path) -> None:
    """Nor where a file only repeats that of another."""
    found = Check(faults=["a: wrong"])
    _tell(found, CostModelError("a: wrong\nb: a: wrong\nb: also wrong"))
    assert found.faults == ["a: wrong", "b: also wrong"]
    for name in ("sources.toml", "b.toml", "a.toml", "c.txt"):
        (tmp_path / name).write_text("")
    assert [one.name for one in _files([tmp_path, tmp_path / "c.txt"])] == ["a.toml", "b.toml", "sources.toml", "c.txt"]
    with pytest.raises(UnknownName, match="No file or folder"):
        _files([tmp_path / "d.toml"])
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(SpecError, match="a link to nothing"):
        _files([tmp_path / "link"])


def test_a_file_that_is_no_toml_hides_no_other(tmp_path: Path, catalog: Catalog) -> None:
    """Each of several files has its faults told, also where the first cannot be read at all."""
    (tmp_path / "sites").mkdir()
    for name, text in (("a", b"x = 1\nx = 2"), ("b", b'name = "\xe9"'), ("c", b"region = 1")):
        (tmp_path / "sites" / f"{name}.toml").write_bytes(text)
    told = check_paths(catalog, [tmp_path]).faults
    assert {Path(line.partition(":")[0]).stem for line in told} == {"a", "b", "c"}


def test_a_bibliography_is_checked_by_its_name_and_in_its_folder(tmp_path: Path, catalog: Catalog) -> None:
    """Also where nothing lies beside it that would ask for a source."""
    file = tmp_path / "sources.toml"
    file.write_text('[mine]\ntitle = "x"\nulr = "https://example.org"\n')
    for path in (file, tmp_path):
        (fault,) = check_paths(catalog, [path]).faults
        assert fault.startswith(f'{file}:3: mine.ulr: is not a key of a source. Did you mean "url"?')


@pytest.mark.parametrize("key", ["die.process", "memory.type", "packaging"])
def test_what_the_cost_of_a_chip_needs_is_a_gap_where_it_is_left_out(write: Write, key: str) -> None:
    """All that `costmodel chip` asks for is told by a check, before it is asked."""
    text = "\n".join(line for line in H100.splitlines() if not line.startswith(f"{key.rpartition('.')[2]} ="))
    found = check_paths(Catalog(), [write("accelerators/us/chip.toml", text)])
    assert any(f"no {key}: what a chip of this size costs to make cannot" in str(gap) for gap in found.gaps)


@pytest.mark.parametrize(
    ("place", "text", "told"),
    [
        (
            "chips/h100.toml",
            H100,
            "is no scenario: its keys are those of kind accelerator, whose files lie below accel",
        ),
        ("systems/h100.toml", H100, "is no system: its keys are those of kind accelerator"),
        (
            "pyproject.toml",
            "[project]\nname = 'x'\n[tool.x]\ny = 1\n",
            "is no scenario: it has none of title, question",
        ),
    ],
)
def test_a_file_in_the_wrong_place_is_told_as_that(write: Write, place: str, text: str, told: str) -> None:
    """In one line, with the folder where it belongs, and not a line for each of its keys."""
    file = write(place, text)
    (fault,) = check_paths(Catalog(), [file]).faults
    assert fault.startswith(f"{file}: {told}")
