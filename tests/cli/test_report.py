"""`costmodel report` and README."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from costmodel.report.accuracy_page import accuracy_page
from costmodel.report.building import Made
from costmodel.report.write import Sheet
from tests.cli.conftest import Ran

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def shown(pattern: str) -> str:
    """Return a part of README."""
    found = re.search(pattern, README, re.DOTALL)
    assert found
    return found[1]


LINES = shown(r"## Ask\n\n```bash\n(.*?)```").replace("\\\n", " ").splitlines()
COMMANDS = [words for words in (shlex.split(line, comments=True) for line in LINES) if words]


def test_report_writes_a_page_for_each_scenario_and_an_index(run: Callable[..., Ran], tmp_path: Path) -> None:
    """Named scenarios become pages beside an index."""
    ran = run("report", "gpt3-training", "--out", str(tmp_path))
    assert ran.code == 0, ran.err
    assert {path.name for path in tmp_path.iterdir()} == {"gpt3-training.html", "index.html"}


def test_an_unknown_name_is_refused_before_the_first_page_is_made(run: Callable[..., Ran], tmp_path: Path) -> None:
    """An unknown name beside a known one ends with exit code 2 and a hint at once, and no page is there."""
    begun = process_time()
    ran = run("report", "gpt3-2020", "gpt3-trainin", "--out", str(tmp_path))
    assert ran.code == 2
    assert 'Did you mean "gpt3-training"?' in ran.err
    assert not list(tmp_path.iterdir())
    assert process_time() - begun < 2


def test_folder_that_cannot_be_made_is_explained(run: Callable[..., Ran], tmp_path: Path) -> None:
    """A file in the way of the output folder ends with exit code 2 and its name, without a traceback."""
    (tmp_path / "taken").write_text("")
    ran = run("report", "gpt3-training", "--out", str(tmp_path / "taken" / "out"))
    assert ran.code == 2
    assert "taken" in ran.err


def test_the_index_leads_to_the_pages_of_coverage_and_accuracy_and_back(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all pages go those of what is known about hardware and of errors; the index names them, they lead back."""
    made = Made("one", Sheet("one.html", "One", "Buy or rent?", "Buying is cheaper.", "<html></html>"))
    monkeypatch.setattr("costmodel.cli.report.build", lambda *_, **__: [made])
    monkeypatch.setattr(
        "costmodel.report.accuracy_page.accuracy_page", lambda catalog: accuracy_page(catalog, ["serving"])
    )
    ran = run("report", "--out", str(tmp_path))
    assert ran.code == 0, ran.err
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert 'href="one.html"' in index
    for name in ("coverage.html", "accuracy.html"):
        assert f'href="{name}"' in index
        assert '<a href="index.html">' in (tmp_path / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_readme_commands_run(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """Every command that README shows under Ask ends well; what it writes goes to the folder where it is run."""
    monkeypatch.chdir(tmp_path)
    assert words[0] == ".venv/bin/costmodel"
    ran = run(*words[1:])
    assert ran.code == 0, ran.err
    assert [file.name for file in tmp_path.iterdir()] == [file for file in ("page.html",) if file in words]


def test_readme_library_example_runs() -> None:
    """The Python example of README runs as it stands."""
    exec(compile(shown(r"```python\n(.*?)```"), "README.md", "exec"), {})  # noqa: S102 - our own README
