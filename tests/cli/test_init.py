"""`costmodel init`: files to fill in, and the way of a newcomer from a chip of one's own to its costs."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from costmodel.specs.bounds import out_of_bounds
from costmodel.specs.kinds import KINDS
from costmodel.specs.scaffold import FILL_IN, _figure
from costmodel.units import parse
from tests.cli.conftest import Ran

Run = Callable[..., Ran]


def fill(file: Path, **figures: str) -> None:
    """Put figures and names in place of the examples, as a newcomer does in an editor."""
    text = file.read_text()
    for key, value in figures.items():
        text, found = re.subn(rf"^(?:# )?{key} = .*$", f"{key} = {value}", text, count=1, flags=re.MULTILINE)
        assert found, key
    file.write_text(text.replace(f'source = "{FILL_IN}"', 'source = "my-datasheet"'))


@pytest.fixture
def own(run: Run, tmp_path: Path) -> Path:
    """Return a folder in which a newcomer has described a chip, a server and its price."""
    out = tmp_path / "specs"
    assert run("init", "accelerator", "my-chip", "--out", str(out)).code == 0
    chip = out / "accelerators/my-chip.toml"
    fill(chip, maker='"Us"', family='"mine"', power='{ value = "600 W/accelerator", source = "my-datasheet" }')
    fill(chip, fp8='{ value = "1600 TFLOP/s", source = "my-datasheet" }')
    fill(chip, bandwidth_both_ways='{ value = "900 GB/s", source = "my-datasheet" }')
    sources = out / "sources.toml"
    sources.write_text(sources.read_text().replace("# [", "[").replace("\n# ", "\n"))
    assert run("init", "system", "my-server", "--out", str(out)).code == 0
    fill(out / "systems/my-server.toml")
    assert run("init", "purchase", "my-purchase", "--out", str(out)).code == 0
    fill(out / "offers/purchase/my-purchase.toml")
    return out


def test_newcomer_gets_from_a_chip_to_its_cost(run: Run, own: Path) -> None:
    """Chip, server, price, a copy of a scenario: `compare` says what a query costs on the new chip."""
    assert run("check", str(own), "--specs", str(own)).code == 0
    assert run("init", "scenario", "mine", "--like", "copilot", "--out", str(own)).code == 0
    question = own / "reports/mine.toml"
    question.write_text(
        re.sub(r"offers = \[.*?\]", 'offers = ["my-purchase", "hgx-h100"]', question.read_text(), flags=re.DOTALL)
    )
    ran = run("compare", str(question), "--specs", str(own), "--format", "json")
    assert ran.code == 0, ran.err
    assert "purchase/my-purchase" in ran.out
    assert json.loads(ran.out)


@pytest.mark.parametrize("kind", KINDS)
def test_every_scaffold_is_toml_and_names_what_is_missing(run: Run, tmp_path: Path, kind: str) -> None:
    """The file of each kind is read; its check names the places to fill in and does not let an example through."""
    assert run("init", kind, "mine", "--out", str(tmp_path)).code == 0
    file = tmp_path / KINDS[kind].folder / "mine.toml"
    assert tomllib.loads(file.read_text())
    ran = run("check", str(file), "--specs", str(tmp_path))
    assert ran.code == 2
    assert "still to be filled in" in ran.err


def test_required_lines_are_marked(run: Run, tmp_path: Path) -> None:
    """Each line without a # follows a comment that says REQUIRED, apart from tables and the name."""
    run("init", "accelerator", "mine", "--out", str(tmp_path))
    text = (tmp_path / "accelerators/mine.toml").read_text()
    blocks = [block for block in text.split("\n\n") if re.search(r"^\w+ = ", block, flags=re.MULTILINE)]
    assert len(blocks) >= 7
    assert all("REQUIRED" in block for block in blocks)


def test_existing_file_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    """A second `init` of the same name changes nothing."""
    run("init", "site", "mine", "--out", str(tmp_path))
    file = tmp_path / "sites/mine.toml"
    file.write_text("mine")
    ran = run("init", "site", "mine", "--out", str(tmp_path))
    assert ran.code == 2
    assert "is there already" in ran.err
    assert file.read_text() == "mine"


def test_copy_begins_as_a_shipped_file(run: Run, tmp_path: Path) -> None:
    """`--like` copies a shipped spec, which is in order as it is; an unknown one is explained."""
    assert run("init", "accelerator", "mine", "--like", "b200", "--out", str(tmp_path)).code == 0
    assert run("check", str(tmp_path / "accelerators/mine.toml"), "--specs", str(tmp_path)).code == 0
    assert 'Did you mean "' in run("init", "accelerator", "other", "--like", "b20", "--out", str(tmp_path)).err


def test_other_names_of_what_is_copied_go_on_to_mean_it(run: Run, tmp_path: Path) -> None:
    """A copy has no aliases until its author gives it some."""
    run("init", "accelerator", "own", "--like", "b200", "--out", str(tmp_path))
    text = (tmp_path / "accelerators" / "own.toml").read_text()
    assert "\naliases" not in text
    assert "\n# aliases" in text


def test_figures_of_a_scaffold_are_in_bounds() -> None:
    """What a file is begun with could stand in it: no share above one."""
    rows = [row for kind in KINDS.values() for row in kind if row.type == "quantity"]
    assert [row.key for row in rows if out_of_bounds(row, "", parse(_figure(row).strip('"')))] == []


def test_a_folder_of_ones_own_is_known_to_its_files(run: Run, tmp_path: Path) -> None:
    """Its sources, chips and systems were unknown to `check DIR` unless the folder was said twice."""
    for kind, name, like in (("accelerator", "chip", "b200"), ("system", "server", "hgx-b200")):
        assert run("init", kind, name, "--like", like, "--out", str(tmp_path)).code == 0
    system = tmp_path / "systems" / "server.toml"
    system.write_text(re.sub("accelerator = .*", 'accelerator = "chip"', system.read_text(), count=1))
    ran = run("check", str(tmp_path))
    assert (ran.code, ran.err) == (0, "")
    assert run("check", str(system)).code == 2, "a file alone knows of no folder"
