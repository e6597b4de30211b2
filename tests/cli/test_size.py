"""`costmodel size`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest

from costmodel.cli.size import _room
from tests.cli.conftest import Ran

Run = Callable[..., Ran]
H100, L40S = ("--offer", "purchase/hgx-h100"), ("--offer", "rental/coreweave-l40s-on-demand")
LENGTHS = ("--prompt", "500", "--output", "100", "--precision", "fp8")
ASKED = ("size", "--model", "llama-3.1-8b", *H100, "--rate", "20 query/s", *LENGTHS)


def test_json_has_a_row_for_each_offer_with_units(run: Run) -> None:
    """Percentiles that were asked for have columns; an offer that cannot has its reason."""
    asked = ("size", "--model", "llama-3.1-70b", *H100, *L40S, "--rate", "5", *LENGTHS)
    answer = json.loads(run(*asked, "--ttft-p99", "400 ms", "--tpot-p50", "30ms", "--format", "json").out)
    able, unable = answer["fleets"]
    assert able["time_to_first_token_p99"] <= 0.4
    assert able["time_per_output_token_p50"] <= 0.03
    assert unable["offer"] == L40S[1]
    assert unable["cost_per_month"] is None
    assert "at least" in unable["why"]
    assert answer["units"].items() >= {"time_to_first_token_p99": "s", "cost_per_month": "USD/month"}.items()


def test_csv_and_table_name_the_fleet(run: Run) -> None:
    """The table has replicas, spares, headroom, cost, and its interval."""
    asked = (*ASKED, "--tpot", "20 ms", "--spare", "2")
    row = next(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").out)))
    table = run(*asked).out
    assert f"{float(row['accelerators']):g}+16" in table
    room = 100 * float(row["headroom"])
    assert (f"{room:.0f}%" if room < 999 else ">999%") in table
    assert "USD/Mtok" in table


def test_a_headroom_beyond_any_plan_is_told_as_that() -> None:
    """A rate that one replica could hold a billion times over has no digits that say anything."""
    assert [_room(one) for one in (0.0, 0.456, 9.9, 7.6e7)] == ["0%", "46%", "990%", ">999%"]


def test_where_no_offer_can_the_exit_code_says_so(run: Run) -> None:
    """With the reason on standard error."""
    ran = run(*ASKED, "--ttft-p95", "1 ms")
    assert ran.code == 2
    assert "limit 0.001 s" in ran.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "at least one"),
        (("--tpot", "20 GB"), "must be a time"),
        (("--tpot", "0,03"), "decimal point"),
        (("--tpot", "-1 s"), "above 0"),
    ],
)
def test_mistakes_are_named(run: Run, options: tuple[str, ...], said: str) -> None:
    """Without a traceback."""
    ran = run(*ASKED, *options)
    assert ran.code == 2
    assert said in ran.err
