"""The other verbs, as a user meets them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from costmodel import cli
from costmodel.cli.main import VERBS, costmodel
from costmodel.specs.catalog import data_folder
from tests.cli.conftest import Ran

Run = Callable[..., Ran]

H100 = "accelerators/nvidia/h100-sxm5-80gb.toml"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a folder of one's own that overrides the H100."""
    copy = tmp_path / H100
    copy.parent.mkdir(parents=True)
    copy.write_text((data_folder("hardware") / H100).read_text())
    return tmp_path


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(run: Run, verb: str) -> None:
    """Each verb explains itself and its options."""
    ran = run(verb, "--help")
    assert ran.code == 0
    assert "--help" in ran.out
    assert VERBS[verb].split()[0] in costmodel.get_help(costmodel.make_context("costmodel", ["list"]))


def test_misspelt_verb_is_explained(run: Run) -> None:
    """A verb that does not exist ends with exit code 2 and the nearest one."""
    ran = run("compar")
    assert ran.code == 2
    assert 'Did you mean "compare"?' in ran.err


def test_check_passes_a_file_without_a_fault(run: Run, own: Path) -> None:
    """A copy of a shipped file is in order."""
    ran = run("check", str(own / H100))
    assert ran.code == 0, ran.err
    assert "in order" in ran.out


def test_check_names_file_line_key_and_what_it_must_be(run: Run, own: Path) -> None:
    """A data amount where a data rate belongs is named with its place."""
    file = own / H100
    file.write_text(file.read_text().replace("3.35 TB/s", "3.35 TB"))
    ran = run("check", str(file))
    line = next(i for i, text in enumerate(file.read_text().splitlines(), 1) if '"3.35 TB"' in text)
    assert ran.code == 2
    assert f"{file}:{line}: memory.bandwidth" in ran.err
    assert "an amount of data" in ran.err
    assert "it must be a data rate" in ran.err


def test_override_is_said_aloud(run: Run, own: Path) -> None:
    """A file of one's own with the id of a shipped one replaces it, and the command says so."""
    ran = run("show", "h100-sxm5-80gb", "--specs", str(own))
    assert ran.code == 0
    assert "Note: accelerator nvidia/h100-sxm5-80gb is read from" in ran.err


def test_explain_goes_down_to_facts_with_sources(run: Run) -> None:
    """The tree ends in facts with file and line, and names assumptions as such."""
    ran = run("explain", "copilot", "cost_per_user_month", "--offer", "program/maia-100")
    assert ran.code == 0
    assert "maia-100.toml:" in ran.out
    assert "assumption:" in ran.out
    assert not any(odd in ran.out for odd in ("= -0 ", "×10"))
    years = "program/maia-100.time_to_tape_out = 18 month"
    assert [line.endswith("(as above)") for line in ran.out.splitlines() if years in line][:2] == [False, True]
    assert re.search(r"and \d+ more of flow_present_value \(--format json has all\)", ran.out)


def test_explain_json_is_a_tree(run: Run) -> None:
    """The JSON tree has values, units and, at its leaves, sources."""
    tree = json.loads(run("explain", "copilot", "energy_cost", "--offer", "hgx-h100", "--format", "json").out)
    leaves = [child for child in tree["children"] if "source" in child]
    assert tree["formula"] == "energy_cost"
    assert any(leaf["name"] == "us-hyperscale.pue" for leaf in leaves)


def test_explain_unknown_quantity_is_explained(run: Run) -> None:
    """A misspelt quantity ends with exit code 2 and the nearest one."""
    ran = run("explain", "copilot", "cost_per_querry")
    assert ran.code == 2
    assert 'Did you mean "cost_per_query"?' in ran.err


def test_break_even_json(run: Run) -> None:
    """Break-evens are rows with a status and, where costs meet, the value and both costs there."""
    found = json.loads(run("break-even", "copilot", "--format", "json").out)
    assert {one["variable"] for one in found} == {"volume", "utilization"}
    for one in found:
        assert (one["value"] is not None) == (one["status"] in {"crosses", "steps"})
        assert one["status"] != "crosses" or one["cost_first"] == pytest.approx(one["cost_second"], rel=1e-9)


def test_break_even_over_any_input_of_two_offers(run: Run) -> None:
    """Any key of the scenario moves, and a pair may be named by the last part of its ids."""
    asked = ("break-even", "copilot", "--over", "us-hyperscale.electricity_price", "--between", "hgx-h100", "maia-100")
    (found,) = json.loads(run(*asked, "--format", "json").out)
    assert (found["first"], found["second"]) == ("purchase/hgx-h100", "program/maia-100")
    assert found["unit"] == "USD/kWh"


def test_break_even_over_what_does_not_exist_is_explained(run: Run) -> None:
    """A misspelt variable ends with exit code 2 and the nearest one."""
    ran = run("break-even", "copilot", "--over", "utilisation")
    assert ran.code == 2
    assert 'Did you mean "utilization"?' in ran.err


def test_list_counts_kinds_and_filters(run: Run) -> None:
    """Lists are filtered by column and sorted."""
    rows = json.loads(
        run("list", "accelerators", "--where", "maker=NVIDIA", "--sort", "-power", "--format", "json").out
    )
    powers = [row["power [watt/accelerator]"] for row in rows]
    assert all(row["maker"] == "NVIDIA" for row in rows)
    assert powers == sorted(powers, reverse=True)


def test_list_unknown_kind_is_explained(run: Run) -> None:
    """A misspelt kind ends with exit code 2 and the nearest one."""
    ran = run("list", "acelerators")
    assert ran.code == 2
    assert 'Did you mean "accelerators"?' in ran.err


def test_show_prints_facts_with_sources(run: Run) -> None:
    """JSON of one spec has each fact with value and source."""
    shown = json.loads(run("show", "h100-sxm5-80gb", "--format", "json").out)
    bandwidth = next(row for row in shown["values"] if row["key"] == "memory.bandwidth")
    assert bandwidth["value"] == "3.35 TB/s"
    assert bandwidth["source"]


def test_names_from_files_are_not_read_as_markup_or_control_codes(run: Run, own: Path) -> None:
    """What a file says is shown as text: no terminal codes, no markup."""
    file = own / H100
    text = file.read_text().splitlines()
    text[0] = 'name = "[red]evil[/red]\\u001b[31m"'
    file.write_text("\n".join(text))
    ran = run("show", "h100-sxm5-80gb", "--specs", str(own))
    assert "[red]evil[/red]" in ran.out
    assert "\x1b" not in ran.out


def test_runs_as_a_module() -> None:
    """`python -m costmodel` is the same command, and imports nothing heavy for its help."""
    code = "import sys; import costmodel.cli.main; print(sorted({'pint', 'pandas', 'altair'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    version = subprocess.run(
        [sys.executable, "-m", "costmodel", "--version"], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"
    assert "costmodel" in version.stdout


def test_verbs_have_one_way_to_answer_in_a_format() -> None:
    """No verb prints JSON or CSV by itself: all formats of an answer go through `print_answer`."""
    verbs = [file for file in Path(cli.__file__).parent.glob("*.py") if file.name != "shared.py"]
    own = [f"{one.name}: {way}" for one in verbs for way in ("print_json", "print_csv") if way in one.read_text()]
    assert own == []


def test_a_schema_for_editors_is_that_of_a_named_kind(run: Run) -> None:
    """Without a kind there is none to print: the table of kinds is no JSON Schema."""
    result = run("schema", "--format", "json-schema")
    assert result.code == 2
    assert "accelerator" in result.err
