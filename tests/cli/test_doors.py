"""What users hand to the command: a message with file, line and key, and exit code 2; no traceback, nothing raw."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pandas as pd
import pytest
import tomli
import tomli_w

from costmodel.cli.shared import print_csv
from costmodel.errors import SpecError
from costmodel.specs.catalog import Catalog
from tests.cli.conftest import Ran

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ROOT / "hardware" / "measurements"
_REFUSED = [
    ("copilot", 'value = "1.5e6 user"', 'value = "0 user"', "demand.users"),
    ("copilot", 'range = ["100 query', 'range = ["0 query', "demand.queries_per_user"),
    ("copilot", 'value = "1500 token', 'value = "0 token', "query.prompt_tokens"),
    ("copilot", 'range = ["10 token', 'range = ["0 token', "query.output_tokens"),
    ("copilot", '{ value = "3", range = ["2", "5"]', '{ value = "0.3"', "demand.peak_to_mean"),
    (
        "copilot",
        'range = ["5 percent/year", "12 percent',
        'range = ["5 percent/year", "1200 percent',
        "real_discount_rate",
    ),
    ("coreweave-contract", 'value = "5 year"', 'value = "0 year"', "capacity.duration"),
    ("coreweave-contract", 'value = "5 year"', 'value = "1e30 year"', "capacity.duration"),
    ("copilot", 'value = "1.5e6 user"', 'value = "1e30 user"', "demand.users"),
    ("coreweave-contract", 'value = "110e3 acc', 'value = "0 acc', "capacity.accelerators"),
    ("coreweave-contract", 'value = "0.9"', 'value = "0"', "capacity.utilization"),
    ("coreweave-contract", 'range = ["0.7", "1"]', 'range = ["0", "1"]', "capacity.utilization"),
    ("coreweave-contract", 'range = ["85e3 acc', 'range = ["0 acc', "capacity.accelerators"),
]


_LATE = {
    "accuracy {measured}/serving.csv --by modell": 'Did you mean "model"?',
    "accuracy {measured}/serving.csv --by ''": "No column",
    "accuracy {measured}/serving.csv {taken}": "taken: has no rows",
    "search --model llama-3.1-70b --offer purchase/hgx-h100 --prompt 1000 --output 200 --html {taken}/x": "taken/x",
    "map copilot --over utilization --over demand.users --html {taken}/x.html": "taken/x.html: cannot be written",
    "report gpt3-2020 --out {taken}/out": "taken/out",
    "users copilot --offer hgx-h1000": 'Did you mean "purchase/hgx-h100"?',
}
"""Mistakes that show once an answer is to be split up or written."""


def changed(folder: Path, name: str, before: str, after: str) -> Path:
    """Return a copy of a shipped scenario in which one text is another."""
    text = (ROOT / "reports" / f"{name}.toml").read_text(encoding="utf-8")
    assert before in text
    file = folder / "case.toml"
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize(("line", "said"), _LATE.items(), ids=lambda one: str(one)[:30])
def test_what_matters_last_is_looked_at_first(run: Callable[..., Ran], tmp_path: Path, line: str, said: str) -> None:
    """An option that only the end of an answer needs is refused before the answer is computed."""
    (tmp_path / "taken").write_text("model")
    begun = process_time()
    ran = run(*(word.format(measured=MEASURED, taken=tmp_path / "taken") for word in shlex.split(line)))
    assert ran.code == 2
    assert said in ran.err.replace("\n", " ")
    assert process_time() - begun < 2


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


def refusing(hidden: Path) -> Callable[[str], object]:
    """Return a way to look into folders that one of them refuses; the superuser is refused nothing."""
    scan = os.scandir

    def looked(path: str) -> object:
        if Path(path) == hidden:
            raise PermissionError(13, "Permission denied", str(hidden))
        return scan(path)

    return looked


def test_a_folder_that_cannot_be_read_is_named(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spec files that cannot be seen are not left out in silence."""
    hidden = tmp_path / "accelerators" / "hidden"
    hidden.mkdir(parents=True)
    monkeypatch.setattr(os, "scandir", refusing(hidden))
    ran = run("list", "accelerators", "--specs", str(tmp_path))
    assert ran.code == 2
    assert f"{hidden}: the folder cannot be read" in ran.err


def test_a_folder_that_is_checked_is_read_whole_or_refused(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A subfolder that cannot be read is named; a disk, of which nobody means all files, is not searched."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (tmp_path / "x.toml").write_text("a = [")
    monkeypatch.setattr("costmodel.analysis.check.MOST_BELOW", 1)
    assert "has more than 1 files: name the folder" in run("check", str(tmp_path)).err
    monkeypatch.undo()
    monkeypatch.setattr(os, "scandir", refusing(hidden))
    ran = run("check", str(tmp_path))
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


@pytest.mark.parametrize(
    ("verb", "name", "text", "said"),
    [
        ("accuracy", "t.csv", "a,b\n1,2,3\n", "t.csv:2: rows have more cells than there are columns"),
        (
            "accuracy",
            "t.csv",
            f"a,b\n1,2\n1{',' * 200_000}\n",
            "t.csv:3: has 200,001 columns; a table has at most 1,000",
        ),
        ("accuracy", "t.csv", "model,system,isl,osl,concurrency,tp_size\n", "has no rows"),
        ("waterfall --profit 1GUSD", "d.toml", "[[stage]]\nrest = 2\n", "stage.0.rest: must be a text"),
        ("waterfall --profit 1GUSD", "d.toml", "stage = [1]\n", "stage.0: must be a table"),
        ("import architecture", "c.json", "[" * 100_000, "no readable JSON"),
        ("import architecture", "c.json", '{\n"a": 1,\n}', "c.json:3: no readable JSON"),
        ("import architecture", "c.json", " \n", "c.json: is empty: a config.json holds an object"),
        ("accuracy", "t.csv", "", "t.csv: is empty: its first line names the columns"),
    ],
)
def test_what_has_another_form_is_named(
    run: Callable[..., Ran], tmp_path: Path, verb: str, name: str, text: str, said: str
) -> None:
    """A file that is no table, no deal or no configuration is told so with its place."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    ran = run(*verb.split(), str(tmp_path / name))
    assert ran.code == 2
    assert said in ran.err


@pytest.mark.parametrize(
    "command",
    ["accuracy {}", "size --model llama-3.1-8b --offer purchase/hgx-h100 --trace {} --ttft 1s", "claims --file {}"],
)
def test_a_pipe_is_refused_at_every_door(run: Callable[..., Ran], tmp_path: Path, command: str) -> None:
    """What would never end is not read: tables and traces as well as spec files."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    ran = run(*(word.format(pipe) for word in command.split()))
    assert ran.code == 2
    assert "pipe" in ran.err


@pytest.mark.parametrize("command", ["compare {}", "check {}", "waterfall {} --profit 1GUSD", "diff gpt3-2020 {}"])
@pytest.mark.parametrize("target", ["/dev/zero", "absent", "x.toml", "."])
def test_a_link_to_no_file_is_told_as_what_it_is(
    run: Callable[..., Ran], tmp_path: Path, command: str, target: str
) -> None:
    """A device, nothing, the link itself or a folder is not called a name that nobody knows."""
    (tmp_path / "x.toml").symlink_to(target)
    if command.startswith("check") and target == ".":
        return  # a folder can be checked
    ran = run(*(word.format(tmp_path / "x.toml") for word in command.split()))
    assert ran.code == 2
    assert "x.toml: is no regular file" in ran.err or "x.toml: is a link to nothing" in ran.err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("compare --accelerators 1e300 --hardware h100 --years 3", "up to 999,999,999 accelerators"),
        (
            "size --model llama-3.1-8b --offer purchase/hgx-h100 --rate 1e99 --prompt 9 --output 9 --ttft 1",
            "rate must be above 0 and up to 1e+09 query/second",
        ),
    ],
)
def test_more_than_can_exist_is_refused_by_its_name(run: Callable[..., Ran], command: str, said: str) -> None:
    """Not by that of the formula which it overflows."""
    ran = run(*command.split())
    assert ran.code == 2
    assert said in ran.err


def test_a_bibliography_that_is_none_is_told_at_once(run: Callable[..., Ran], tmp_path: Path) -> None:
    """It is read once, not again for each file that cites it, and no other fault can be told without it."""
    (tmp_path / "sources.toml").write_text("[own]\rtitle = 1", encoding="utf-8", newline="")
    begun = process_time()
    ran = run("check", "--specs", str(tmp_path))
    assert process_time() - begun < 1
    assert ran.code == 2
    assert ran.err.count("sources.toml:1: not valid TOML") == 1


@pytest.mark.parametrize("sample", ["pipe.csv", "zero\\u0000.csv", "binary.csv"])
def test_a_sample_of_users_that_cannot_be_read_is_named(run: Callable[..., Ran], tmp_path: Path, sample: str) -> None:
    """A pipe, a name that no file has, and bytes that are no text."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "binary.csv").write_bytes(b"usage\n\xff\xfe\n")
    text = (ROOT / "reports" / "copilot-2023.toml").read_text(encoding="utf-8").partition("\n[usage]")
    rest = text[2][text[2].find("\n[") :] if "\n[" in text[2] else ""
    usage = f'\n[usage]\ndistribution = "sample"\nsample = "{sample}"\n'
    (tmp_path / "case.toml").write_text(text[0] + usage + rest, encoding="utf-8")
    ran = run("users", str(tmp_path / "case.toml"))
    assert ran.code == 2
    assert sample.partition("\\")[0] in ran.err


def test_a_fault_is_told_once(run: Callable[..., Ran], tmp_path: Path) -> None:
    """Neither the files that name the faulty one, nor a second reading of it, tell it again."""
    _own(tmp_path, "purchase", "hgx-h100", "maintenance", "5 1/year")
    ran = run("check", "--specs", str(tmp_path))
    assert ran.code == 2
    assert ran.err.count("maintenance") == 2  # the key, and what is allowed


@pytest.mark.parametrize(
    ("kind", "id_", "key", "value"),
    [
        ("site", "us-hyperscale", "pue", "0.5"),
        ("program", "maia-100", "program_life", "0 year"),
        ("program", "maia-100", "design_cost", "-1 USD"),
        ("purchase", "hgx-h100", "maintenance", "500 percent/year"),
        ("purchase", "hgx-h100", "residual_value", "1"),
        ("purchase", "hgx-h100", "lifetime", "0 year"),
        ("purchase", "hgx-h100", "network_share_of_cluster_cost", "1"),
        ("system", "nvidia/hgx-h100", "accelerators", "0.5 accelerator/server"),
        ("system", "nvidia/hgx-h100", "network_per_accelerator", "-0 Gbit/s"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_line(
    tmp_path: Path, kind: str, id_: str, key: str, value: str
) -> None:
    """Whatever formula would use it, the file, the line, the key and the bound are told."""
    file = _own(tmp_path, kind, id_, key, value)
    with pytest.raises(SpecError) as caught:
        Catalog([tmp_path]).get(kind, id_)
    line = next(n for n, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if f'"{value}"' in text)
    assert caught.value.faults[0].startswith(f'{file}:{line}: {key}.value: "{value}" ')


def _own(folder: Path, kind: str, id_: str, key: str, value: str) -> Path:
    """Return a copy of a shipped file in which a fact has another value."""
    shipped = Catalog().files(kind)[id_]
    content = tomli.loads(shipped.read_text(encoding="utf-8"))
    content[key] = {"value": value, "source": "assumption", "reason": "tried", "range": [value, value]}
    file = folder / shipped.relative_to(ROOT / "hardware")
    file.parent.mkdir(parents=True)
    file.write_text(tomli_w.dumps(content), encoding="utf-8")
    return file


def test_columns_are_no_markup(run: Callable[..., Ran], tmp_path: Path) -> None:
    """A name in brackets is one that the table does not have."""
    pd.read_csv(MEASURED / "serving.csv", nrows=2).to_csv(tmp_path / "t.csv", index=False)
    ran = run("accuracy", str(tmp_path / "t.csv"), "--by", "[/x]")
    assert ran.code == 2
    assert 'No column of t.csv "[/x]"' in ran.err


def test_an_empty_cell_groups_as_nothing(run: Callable[..., Ran], tmp_path: Path) -> None:
    """Rows without a chip are a group without a name."""
    rows = pd.read_csv(MEASURED / "serving.csv", nrows=2).assign(recipe=["", "a"])
    rows.to_csv(tmp_path / "t.csv", index=False)
    by = json.loads(run("accuracy", str(tmp_path / "t.csv"), "--by", "recipe", "--format", "json").out)["t.csv"]["by"]
    assert {one["recipe"] for one in by} == {"", "a"}


def test_what_never_comes_is_an_empty_cell(capsys: pytest.CaptureFixture[str]) -> None:
    """CSV has no infinite number, as JSON has none."""
    print_csv(pd.DataFrame({"a": [1.5, float("inf"), float("-inf")], "b": ["x", "y", "z"]}))
    assert capsys.readouterr().out == "a,b\n1.5,x\n,y\n,z\n"


def test_a_fault_of_a_config_has_its_line(run: Callable[..., Ran], tmp_path: Path) -> None:
    """As that of a spec file."""
    text = (ROOT / "tests" / "golden" / "published" / "gemma-2-9b.json").read_text(encoding="utf-8")
    content = json.dumps(json.loads(text) | {"num_hidden_layers": 10**9}, indent=1)
    (tmp_path / "config.json").write_text(content, encoding="utf-8")
    line = next(n for n, one in enumerate(content.splitlines(), 1) if "num_hidden_layers" in one)
    ran = run("import", "architecture", str(tmp_path / "config.json"))
    assert f"config.json:{line}: num_hidden_layers: 1000000000 is not" in ran.err


def test_a_claim_on_no_figure_is_refused(run: Callable[..., Ran], tmp_path: Path) -> None:
    """An empty name is no sum of nothing."""
    text = (ROOT / "reports" / "claims.toml").read_text(encoding="utf-8").partition("\n[chatgpt-cents")[0]
    file = tmp_path / "claims.toml"
    file.write_text(text.replace('figure = "total_per_month"', 'figure = ""'), encoding="utf-8")
    ran = run("claims", "--file", str(file))
    assert ran.code == 2
    assert "No figure of" in ran.err


def test_a_bibliography_that_is_no_text_is_left_alone(run: Callable[..., Ran], tmp_path: Path) -> None:
    """A source is added to nothing that cannot be read."""
    (tmp_path / "sources.toml").write_bytes(b"\xff\xfe")
    config = str(ROOT / "tests" / "golden" / "published" / "gemma-2-9b.json")
    ran = run("import", "architecture", config, "--out", str(tmp_path), "--name", "own")
    assert ran.code == 2
    assert "not UTF-8 text" in ran.err
    assert [file.name for file in tmp_path.iterdir()] == ["sources.toml"]


def test_a_model_without_attention_trains(run: Callable[..., Ran]) -> None:
    """The products of layers with states count, and attention takes nothing: by six operations a weight, 20 to 60%."""
    config = str(ROOT / "tests" / "golden" / "published" / "mamba-2.8b.json")
    ran = run(
        *f"predict training --model {config} --accelerator h100 --accelerators 8 --tokens 1e12 --format json".split()
    )
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert found["seconds_by_part"]["attention"] == 0
    assert 0.2 < found["model_flops_utilization"]["value"] < 0.6
