"""`costmodel predict serving`, as a user meets it: the answer, disaggregated serving, and mistakes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran

Run = Callable[..., Ran]
ASKED = ("predict", "serving", "--model", "llama-3.1-70b", "--accelerator", "h100-sxm5-80gb", "--tp", "4")
APART = (*ASKED, "--concurrency", "64", "--disaggregated", "--read-tp", "1")
EXPERTS = ("predict", "serving", "--model", "deepseek-r1", "--accelerator", "h200", "--tp", "8")


def value(answer: dict[str, dict[str, float]], name: str) -> float:
    """Return the number of a quantity of an answer in JSON."""
    return answer[name]["value"]


def test_the_answer_explains_itself(run: Run) -> None:
    """It says what a step waits for, percentiles, power, the interval, and where the numbers come from."""
    ran = run(*ASKED, "--concurrency", "64")
    words = ("decode waits for", "memory", "links", "time_to_first_token_p90", "energy_per_token", "80% interval")
    assert [word for word in words if word not in ran.out] == []
    assert "datasheet" in ran.out
    assert "constants: fitted on" in ran.out


@pytest.mark.parametrize("arguments", [ASKED, APART, (*EXPERTS, "--ep", "8", "--draft", "2", "--acceptance", "0.6")])
def test_the_answer_fits_a_narrow_terminal(
    run: Run, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is much wider than 80 columns."""
    monkeypatch.setattr("costmodel.cli.tables.WIDE", 80)
    lines = run(*arguments).out.splitlines()
    assert [line for line in lines if len(line) > 90] == []


def test_disaggregated_serving_shows_the_parts_of_the_wait(run: Run) -> None:
    """The wait for the first token is overhead, queue, prompt, transfer and first step."""
    answer = json.loads(run(*APART, "--format", "json").out)
    parts = ("request_overhead", "queue", "prompt_time", "transfer", "first_steps")
    assert value(answer, "time_to_first_token") == pytest.approx(sum(value(answer, part) for part in parts))
    assert answer["reading_replicas"] >= 1
    assert value(answer, "reading_load") <= 0.8
    assert "disaggregated ones were not" in answer["interval"]


def test_disaggregated_serving_is_explained_down_to_facts(run: Run) -> None:
    """The tree of the wait has the transfer of the cache, and the network of the data sheet."""
    ran = run(*APART, "--explain", "time_to_first_token", "--depth", "3")
    assert "transfer = " in ran.out
    assert "the move of its cache" in ran.out


def test_csv_has_a_row_for_each_quantity(run: Run) -> None:
    """Quantity, value and unit, as in JSON."""
    rows = list(csv.DictReader(io.StringIO(run(*ASKED, "--format", "csv").out)))
    answer = json.loads(run(*ASKED, "--format", "json").out)
    assert {row["quantity"] for row in rows} == {name for name, one in answer.items() if isinstance(one, dict)} - {
        "operators_ms"
    }
    assert all(float(row["value"]) == value(answer, row["quantity"]) for row in rows)


def test_a_name_that_is_guessed_is_said_aloud(run: Run) -> None:
    """Whoever writes a name that no file has reads which accelerator was taken."""
    assert "taken for nvidia/h200-sxm5-141gb" in run(*EXPERTS[:-3], "h200_sxm", "--tp", "8").err
    assert run(*EXPERTS).err == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*ASKED[:-1], "3"), "use 1, 2, 4, 8, 16, 32 or 64"),
        ((*ASKED[:-1], "0"), "not in the range"),
        ((*ASKED[:-1], "2.5"), "not a valid integer"),
        ((*ASKED, "--concurrency", "nan"), "not a finite number"),
        ((*ASKED, "--concurrency", "8", "--rate", "1 query/s"), "either --concurrency or --rate"),
        ((*ASKED, "--rate", "-2 query/s"), "must be above 0 query/second"),
        ((*ASKED, "--rate", "fast"), "such as"),
        ((*ASKED, "--draft", "3"), "go together"),
        ((*ASKED, "--acceptance", "0.7"), "go together"),
        ((*ASKED, "--ep", "4"), "has no experts"),
        ((*ASKED, "--prompt", "1e8"), "at most 131,072 tokens in a sequence"),
        ((*ASKED, "--model", "codex-12b", "--tp", "1", "--prompt", "1e6"), "not the cache of a request"),
        ((*ASKED, "--format", "yaml"), "is not one of"),
        ((*ASKED, "--precision", "fp9"), "is not one of"),
        ((*ASKED, "--read-tp", "2"), "is for --disaggregated"),
        ((*ASKED, "--explain", "output_rat"), 'Did you mean "output_rate"'),
        ((*ASKED, "--explain", "output_rate", "--format", "csv"), "--format json"),
        ((*ASKED[:-1], "1", "--precision", "bf16"), "the fewest that hold it are 2 accelerators (tensor parallel 2)"),
        ((*EXPERTS, "--copies", "999999999"), "'--copies': 999999999 is not in the range"),
        ((*EXPERTS, "--tp", "999999"), "use 1, 2, 4, 8, 16, 32, 64 or 128"),
        ((*EXPERTS, "--ep", "3"), "use 1, 2, 4 or 8"),
        ((*ASKED, "--concurrency", "1e9"), "s for their first token, more than 1,000,000 s"),
        ((*APART, "--readers", "1", "--writers", "9"), "fall behind"),
        ((*APART, "--concurrency", "9999"), "do not fit on a writing replica"),
        ((*APART, "--transfer-bandwidth", "-1 GB/s"), "must be above 0 GB/s"),
        ((*APART, "--transfer-bandwidth", "5 apples"), "is not a unit"),
        ((*ASKED, "--disaggregated", "--rate", "1 query/s"), "leave out --rate"),
    ],
)
def test_mistakes_are_explained(run: Run, arguments: tuple[str, ...], says: str) -> None:
    """A mistake ends with exit code 2 and what to do about it, never with a traceback."""
    ran = run(*arguments)
    assert ran.code == 2
    assert says in ran.err


def test_assumed_spreads_are_traced_to_their_reason(run: Run) -> None:
    """The tree of the wait names the assumption on how lengths differ, unless it is given."""
    assert "output_spread = 0.8  assumption" in run(*ASKED, "--explain", "time_to_first_token", "--depth", "40").out
    tree = json.loads(run(*ASKED, "--explain", "output_rate", "--format", "json").out)
    assert (tree["name"], tree["unit"]) == ("output_rate", "token/accelerator/s")
    given = run(*ASKED, "--output-spread", "0.3", "--explain", "time_to_first_token", "--depth", "40").out
    assert "request.output_spread = 0.3" in given


def test_a_trace_is_replayed(run: Run, tmp_path: Path) -> None:
    """JSON has the latencies of all requests, CSV those of each; what a trace says is not said twice."""
    file = tmp_path / "trace.csv"
    file.write_text("arrival_s,prompt_tokens,output_tokens\n" + "".join(f"{i / 2},{900 + i},50\n" for i in range(40)))
    answer = json.loads(run(*ASKED, "--trace", str(file), "--format", "json").out)
    rows = list(csv.DictReader(io.StringIO(run(*ASKED, "--trace", str(file), "--format", "csv").out)))
    mean = sum(float(row["time_to_first_token"]) for row in rows) / len(rows)
    assert (value(answer, "requests"), value(answer, "arrival_rate")) == (40, 2)
    assert value(answer, "time_to_first_token") == pytest.approx(mean)
    wrong = run(*ASKED, "--trace", str(file), "--prompt", "1000")
    assert (wrong.code, "leave out --prompt" in wrong.err) == (2, True)
