"""`costmodel search`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest

from tests.cli.conftest import Ran

Run = Callable[..., Ran]
ASKED = ("search", "--model", "llama-3.1-70b", "--prompt", "1000", "--output", "500")
H100 = (*ASKED, "--offer", "purchase/hgx-h100")
COLUMNS = {
    *("precision", "tensor_parallel", "pipeline_parallel", "concurrency", "time_to_first_token"),
    *("time_per_output_token", "user_rate", "output_rate", "usd_per_million_tokens", "on_front"),
}


def test_json_has_the_promised_shape(run: Run) -> None:
    """JSON has the cheapest, the front and the units of all columns."""
    answer = json.loads(run(*H100, "--top", "4", "--format", "json").out)
    assert set(answer) == {"units", "cheapest", "front"}
    assert len(answer["cheapest"]) == 4
    assert all(set(row) == COLUMNS for row in (*answer["cheapest"], *answer["front"]))
    assert answer["cheapest"][0] == answer["front"][0]
    assert all(row["on_front"] is True for row in answer["front"])


def test_targets_and_precisions_are_those_asked_for(run: Run) -> None:
    """Every row of the CSV meets the targets, in the number type named, cheapest first."""
    asked = ("--ttft", "0.5", "--tpot", "0.03", "--precision", "bf16", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(run(*H100, *asked).out)))
    assert len(rows) == 10
    assert {row["precision"] for row in rows} == {"bf16"}
    assert max(float(row["time_to_first_token"]) for row in rows) <= 0.5
    assert max(float(row["time_per_output_token"]) for row in rows) <= 0.03
    costs = [float(row["usd_per_million_tokens"]) for row in rows]
    assert costs == sorted(costs)


def test_the_table_marks_the_front(run: Run) -> None:
    """The table says what is marked, and the cheapest is on the front."""
    ran = run(*H100, "--top", "1")
    assert ran.code == 0
    assert "The front" in ran.out
    assert "*" in ran.out


def test_the_site_and_the_discount_rate_count(run: Run) -> None:
    """Owned systems cost more at a higher cost of capital."""
    costs = [
        json.loads(run(*H100, "--discount-rate", rate, "--format", "json").out)["cheapest"][0]["usd_per_million_tokens"]
        for rate in ("4", "12")
    ]
    assert costs[0] < costs[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*ASKED, "--offer", "hgx-h10"), 'Did you mean "hgx-h100"'),
        ((*H100, "--model", "llama-3.1-7b"), "Did you mean"),
        ((*H100, "--tpot", "1e-6"), "none meets the latency targets"),
        ((*H100, "--precision", "fp9"), "No number type"),
        ((*H100, "--site", "us-hyperscal"), 'Did you mean "us-hyperscale"'),
    ],
)
def test_mistakes_are_explained(run: Run, arguments: tuple[str, ...], says: str) -> None:
    """A mistake ends with exit code 2 and what to do about it."""
    ran = run(*arguments)
    assert ran.code == 2
    assert says in ran.err
