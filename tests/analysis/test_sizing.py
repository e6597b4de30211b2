"""Fleets for a request rate: they hold the peak, cost what their systems cost, and say why where they cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import costmodel as cm
from costmodel.errors import CostModelError, MissingData
from costmodel.units import magnitude

H100 = "purchase/hgx-h100"
L40S = "rental/coreweave-l40s-on-demand"
ASKED = {"rate": 40, "prompt": 1000, "output": 200, "ttft_p95": 1.0, "tpot_p95": 0.03, "precisions": ("fp8",)}


def size(offers: str | tuple[str, ...] = H100, model: str = "llama-3.1-8b", **changes: Any) -> pd.DataFrame:
    """Size with the usual question, changed."""
    return cm.size(model, offers, **{**ASKED, **changes})


@pytest.fixture(scope="module")
def usual() -> dict[Any, Any]:
    """Return the fleet of the usual question."""
    return dict(size().iloc[0])


def test_the_fleet_holds_the_peak_within_its_targets(usual: dict[Any, Any]) -> None:
    """Headroom is over the peak, and the latencies shown keep the limits."""
    assert usual["highest_rate"] == pytest.approx(40 * (1 + usual["headroom"]))
    assert usual["headroom"] >= 0
    assert usual["time_to_first_token_p95"] <= 1.0
    assert usual["time_per_output_token_p95"] <= 0.03
    stay = usual["time_to_first_token"] + 199 * usual["time_per_output_token"]
    assert usual["in_flight"] == pytest.approx(40 / usual["replicas"] * stay), "Little's law"


def test_costs_per_token_are_the_month_over_its_tokens(usual: dict[Any, Any]) -> None:
    """By hand: a month has 8766 / 12 hours; a fifth as much where the prompt of five times the answer counts too."""
    tokens = 40 * 200 * 8766 / 12 * 3600 / 1e6
    assert usual["usd_per_million_output_tokens"] == pytest.approx(usual["cost_per_month"] / tokens)
    assert usual["usd_per_million_tokens"] == pytest.approx(usual["cost_per_month"] / tokens / 6)
    assert usual["cost_per_month_low"] <= usual["cost_per_month"] <= usual["cost_per_month_high"]


def test_an_answer_of_one_token_has_no_time_per_token() -> None:
    """So it keeps every limit of it, is done with its first token, and needs a limit of that."""
    one = size(output=1, rate=5, tpot_p95="1 us").iloc[0]
    assert one["time_per_output_token_p95"] == 0
    assert one["in_flight"] == pytest.approx(5 / one["replicas"] * one["time_to_first_token"])
    assert one["highest_rate"] == size(output=1, rate=5, tpot_p95=None).iloc[0]["highest_rate"]
    with pytest.raises(MissingData, match="give a limit of the time to first token"):
        size(output=1, ttft_p95=None)


def test_a_spare_system_is_added_and_paid(usual: dict[Any, Any]) -> None:
    """One more server of eight; if nothing is said, one of the replicas stands by."""
    bare, spared = size(spare=0).iloc[0], size(spare=1).iloc[0]
    assert spared["servers"] == bare["servers"] + 1
    assert (bare["spare_accelerators"], spared["spare_accelerators"]) == (0, 8)
    assert spared["replicas"] == bare["replicas"] == usual["replicas"] + 1
    assert spared["cost_per_month"] > bare["cost_per_month"]


def test_a_scenario_with_the_same_inputs_has_the_same_fleet_and_cost() -> None:
    """That of the shipped file: layouts, systems and cost of a month."""
    study = cm.load("support-desk")
    asked = {"rate": 50, "prompt": 2000, "output": 300, "ttft_p95": "1.5 s", "tpot_p95": "40 ms", "peak_to_mean": 2}
    sized = size(tuple(study.costs), "llama-3.1-70b", **asked).set_index("offer")
    for id_, found in study.costs.items():
        assert sized["servers"][id_] == pytest.approx(magnitude(found["servers"], "server"))
        assert sized["cost_per_month"][id_] == pytest.approx(magnitude(found["total_per_month"], "USD/month"))
        assert f"tp{magnitude(found.deployment.tensor_parallel, '1'):g}" in sized["layout"][id_]


def test_the_fleet_is_built_for_the_peak() -> None:
    """Whether the mean or its ratio to the peak says so; the fewer queries on average cost more each."""
    steady, peaked = size(rate=4000).iloc[0], size(rate=400, peak_to_mean=10).iloc[0]
    assert peaked["servers"] == steady["servers"]
    assert peaked["highest_rate"] == steady["highest_rate"]
    assert peaked["usd_per_million_output_tokens"] > 5 * steady["usd_per_million_output_tokens"]


def test_a_tighter_target_needs_no_fewer_systems() -> None:
    """Each limit on its own."""
    loose = size(rate=400).iloc[0]
    for target in ({"tpot_p95": 0.015}, {"ttft_p95": 0.25}):
        assert size(rate=400, **target).iloc[0]["servers"] >= loose["servers"]


def test_offers_that_cannot_are_rows_that_say_why() -> None:
    """Last, with the limit that they miss; the others are answered."""
    found = size((L40S, H100), "llama-3.1-70b", ttft_p95=0.5, precisions=())
    assert list(found["offer"]) == [H100, L40S]
    assert found["why"][0] == ""
    assert "limit 0.5 s" in found["why"][1]
    assert pd.isna(found["cost_per_month"][1])


def test_offers_stand_by_cost() -> None:
    """The cheapest first."""
    found = size((H100, "purchase/hgx-h200", "purchase/mi300x-server"))
    assert found["cost_per_month"].is_monotonic_increasing
    assert set(found["why"]) == {""}


def test_texts_quantities_and_numbers_say_the_same(usual: dict[Any, Any]) -> None:
    """As in files, or in the unit named."""
    told = size(rate="2400 query/minute", ttft_p95="1000 ms", tpot_p95=cm.parse("0.03 s")).iloc[0]
    assert told["cost_per_month"] == pytest.approx(usual["cost_per_month"])


def test_a_trace_stands_for_rate_and_lengths(tmp_path: Path) -> None:
    """Requests that come in pairs need no fewer replicas than as many that come evenly."""
    found = []
    for name, together in (("even", 1), ("paired", 2)):
        rows = [f"{i // together * together / 40},1000,200\n" for i in range(4000)]
        file = tmp_path / f"{name}.csv"
        file.write_text("arrival_s,prompt_tokens,output_tokens\n" + "".join(rows))
        asked = {"rate": None, "prompt": None, "output": None, "trace": file, "peak_to_mean": 10}
        found.append(size(**asked).iloc[0])
    even, paired = found
    assert even["highest_rate"] >= 400
    assert paired["servers"] >= even["servers"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rate": 0}, "rate must be above 0"),
        ({"prompt": None}, "or for a trace file"),
        ({"rate": "3 s"}, "query/second"),
        ({"peak_to_mean": 0.5}, "peak_to_mean is a number from 1"),
        ({"spare": -1}, "spare is a number from 0"),
        ({"ttft_p95": None, "tpot_p95": None}, "at least one"),
        ({"ttft_p95": -1}, "ttft_p95 must be above 0 s"),
        ({"tfft_p95": 1}, "ttft_p95"),
        ({"ttft_p20": 1}, "ttft_p20"),
        ({"precisions": ("fp9",)}, "fp9"),
        ({"framework": "vlm"}, "vllm"),
        ({"prompt": 0}, "at least one token"),
    ],
)
def test_mistakes_are_named(changes: dict[str, Any], said: str) -> None:
    """With what is allowed."""
    with pytest.raises(CostModelError, match=said):
        size(**changes)


def test_a_prediction_takes_a_concurrency_or_a_rate() -> None:
    """One of both; at the rate that a concurrency answers, requests in flight are about as many."""
    asked = {"prompt": 1000, "output": 200}
    found = cm.predict("llama-3.1-8b", "h100-sxm5-80gb", rate="5 query/s", **asked)  # type: ignore[arg-type]
    assert magnitude(found.result.query_rate, "query/second/accelerator") == pytest.approx(5)
    for both in ({}, {"rate": 1, "concurrency": 4}):
        with pytest.raises(CostModelError, match="concurrency"):
            cm.predict("llama-3.1-8b", "h100-sxm5-80gb", **asked, **both)  # type: ignore[arg-type]
