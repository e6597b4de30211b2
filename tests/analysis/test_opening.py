"""Scenarios by id, by path and by run, and what is none of these."""

from __future__ import annotations

from pathlib import Path

import pytest

from costmodel.analysis.opening import load
from costmodel.errors import CostModelError, UnknownName
from costmodel.specs.catalog import data_folder

TEXT = (data_folder("reports") / "gpt3-2020.toml").read_text()


def test_a_shipped_scenario_and_a_path_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An id is one, whatever lies beside it; a path with its ending is the file; a run goes by the name of its file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gpt3-2020").write_text("no scenario")
    (tmp_path / "gpt3-2020.toml").write_text(TEXT.replace("title = ", 'title = "Mine" # '))
    assert load("gpt3-2020").scenario.title != "Mine"
    assert load("gpt3-2020.toml").scenario.title == load(tmp_path / "gpt3-2020.toml").scenario.title == "Mine"
    assert load("frontier-training/gpt-3").scenario.title


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gpt3-2021", 'Did you mean "gpt3-2020"'),
        ("gpt3-2020x.toml", "scenario file"),
        ("frontier-training", "holds several training runs"),
        ("notes.txt", "exists, but is no .toml file"),
        (".", "is a folder: a scenario is the path of a .toml file"),
        ("/dev/null", "exists, but is no .toml file"),
        ("", 'No scenario ""'),
    ],
)
def test_what_is_no_scenario_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, says: str) -> None:
    """A slip in an id, a file that is not there, one that is another, a folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(UnknownName, match=says):
        load(name)


def test_layouts_to_choose_among_and_changes_are_passed_on() -> None:
    """One layout where nothing is said."""
    assert (load("gpt3-2020").fronts, load("gpt3-2020", fronts=3).fronts) == (1, 3)
    with pytest.raises(CostModelError, match="fronts is a number from 1 to 1000, not 0"):
        load("gpt3-2020", fronts=0)
    with pytest.raises(CostModelError, match='"nosuch" is not a folder'):
        load("gpt3-2020", specs="nosuch")
    changed = load("gpt3-2020", changes={"training.tokens": "1e12 token"})
    assert changed.inputs()["training.tokens"].value.to("token").magnitude == 1e12
    with pytest.raises(CostModelError, match="give values by name"):
        load("gpt3-2020", changes=["training.tokens"])  # type: ignore[arg-type]
