"""What users hand to the command: a message with file, line and key, and exit code 2; no traceback, nothing raw."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import Ran

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ROOT / "hardware" / "measurements"
_REFUSED = [
    ("copilot", 'value = "1.5e6 user"', 'value = "0 user"', "demand.users"),
    ("copilot", 'range = ["100 query', 'range = ["0 query', "demand.queries_per_user"),
    ("copilot", 'range = ["10 token', 'range = ["0 token', "query.output_tokens"),
    ("copilot", '{ value = "3", range = ["2", "5"]', '{ value = "0.3"', "demand.peak_to_mean"),
    (
        "copilot",
        'range = ["5 percent/year", "12 percent',
        'range = ["5 percent/year", "1200 percent',
        "real_discount_rate",
    ),
    ("coreweave-contract", 'value = "5 year"', 'value = "0 year"', "capacity.duration"),
    ("coreweave-contract", 'range = ["0.7", "1"]', 'range = ["0", "1"]', "capacity.utilization"),
    ("coreweave-contract", 'range = ["85e3 acc', 'range = ["0 acc', "capacity.accelerators"),
]


def changed(folder: Path, name: str, before: str, after: str) -> Path:
    """Return a copy of a shipped scenario in which one text is another."""
    text = (ROOT / "reports" / f"{name}.toml").read_text(encoding="utf-8")
    assert before in text
    file = folder / "case.toml"
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize(("name", "before", "after", "key"), _REFUSED, ids=lambda one: str(one)[:30])
@pytest.mark.parametrize("verb", ["check", "compare"])
def test_what_no_formula_takes_is_refused_at_the_door(
    run: Callable[..., Ran], tmp_path: Path, verb: str, name: str, before: str, after: str, key: str
) -> None:
    """`check` and every other verb say which line of which file holds the value, and what it must be."""
    ran = run(verb, str(changed(tmp_path, name, before, after)))
    assert ran.code == 2
    assert "case.toml:" in ran.err
    assert key in ran.err


def test_a_question_is_shown_as_it_is_written(run: Callable[..., Ran], tmp_path: Path) -> None:
    """Markup is text, control and bidirectional characters are codes."""
    file = changed(tmp_path, "copilot", 'question = "', r'question = "[/b] [bold]x[/bold] \u001b[31m \u202e ')
    ran = run("compare", str(file))
    assert ran.code == 0, ran.err
    assert r"[/b] [bold]x[/bold] \u001b[31m \u202e" in ran.out


def test_errors_show_codes(run: Callable[..., Ran]) -> None:
    """What a user typed comes back without its control characters, whoever finds the mistake."""
    for arguments in (("show", "x\x1b]0;\u202e"), ("verb\x1b[31m\u202e",)):
        ran = run(*arguments)
        assert ran.code == 2
        assert r"\u202e" in ran.err
        assert "\x1b" not in ran.err
        assert "\u202e" not in ran.err


def test_a_name_that_a_spreadsheet_would_run_is_neutralised(run: Callable[..., Ran], tmp_path: Path) -> None:
    """A formula in a spec file is a text in the CSV of `list` and `show`."""
    shipped = next((ROOT / "hardware" / "systems").rglob("hgx-h100.toml"))
    file = tmp_path / "systems" / "own.toml"
    file.parent.mkdir()
    lines = shipped.read_text(encoding="utf-8").splitlines()
    named = ['name = "=HYPERLINK(1)"' if line.startswith("name = ") else line for line in lines]
    file.write_text("\n".join(named), encoding="utf-8")
    for arguments in (("list", "systems"), ("show", "own")):
        ran = run(*arguments, "--format", "csv", "--specs", str(tmp_path))
        cells = [one for row in csv.reader(io.StringIO(ran.out)) for one in row]
        assert "'=HYPERLINK(1)" in cells
        assert not [one for one in cells if one.startswith("=")]


def test_a_pipe_among_spec_files_is_refused(run: Callable[..., Ran], tmp_path: Path) -> None:
    """A file that would never end is named at once."""
    (tmp_path / "accelerators").mkdir()
    os.mkfifo(tmp_path / "accelerators" / "x.toml")
    ran = run("check", "--specs", str(tmp_path))
    assert ran.code == 2
    assert "x.toml: is no regular file" in ran.err


def test_a_folder_that_cannot_be_read_is_named(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spec files that cannot be seen are not left out in silence."""
    hidden = tmp_path / "accelerators" / "hidden"
    hidden.mkdir(parents=True)
    scan = os.scandir

    def refusing(path: str | os.PathLike[str]) -> object:
        if Path(path) == hidden:
            raise PermissionError(13, "Permission denied", str(hidden))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    ran = run("list", "accelerators", "--specs", str(tmp_path))
    assert ran.code == 2
    assert f"{hidden}: the folder cannot be read" in ran.err


@pytest.mark.parametrize("style", ["table", "csv", "json"])
def test_a_column_named_twice_is_shown_once(run: Callable[..., Ran], style: str) -> None:
    """Asking twice is no mistake."""
    twice = run("list", "sites", "--columns", "id,id", "--format", style)
    assert (twice.code, twice.out) == (0, run("list", "sites", "--columns", "id", "--format", style).out)


def test_another_file_than_toml_is_told_so(run: Callable[..., Ran], tmp_path: Path) -> None:
    """A file that is there is not called unknown."""
    (tmp_path / "other.csv").write_text("a\n")
    ran = run("compare", str(tmp_path / "other.csv"))
    assert ran.code == 2
    assert "exists, but is no .toml file" in ran.err


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("serving", "ttft_ms"),
        ("serving", "repeats"),
        ("mlperf_inference", "per_chip"),
        ("mlperf_inference", "chips_per_node"),
        ("inference_throughput", "mfu_pct"),
    ],
)
def test_columns_that_are_not_needed_may_be_missing(
    run: Callable[..., Ran], tmp_path: Path, table: str, column: str
) -> None:
    """A table is judged by the columns that tell its kind and its measured value."""
    pd.read_csv(MEASURED / f"{table}.csv", nrows=4).drop(columns=column).to_csv(tmp_path / "t.csv", index=False)
    ran = run("accuracy", str(tmp_path / "t.csv"))
    assert ran.code == 0, ran.err


@pytest.mark.parametrize("column", ["n_chips", "chips_per_node", "beams"])
def test_what_is_no_number_is_named_with_its_line(run: Callable[..., Ran], tmp_path: Path, column: str) -> None:
    """A word in a column of numbers is a fault with file, line and column."""
    rows = pd.read_csv(MEASURED / "mlperf_inference.csv", nrows=4).astype(object)
    rows.loc[2, column] = "x"
    rows.to_csv(tmp_path / "t.csv", index=False)
    ran = run("accuracy", str(tmp_path / "t.csv"))
    assert ran.code == 2
    assert f"t.csv:4: {column}: 'x' is no number" in ran.err
