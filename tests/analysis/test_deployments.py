"""Deployments of a model on an offer: feasible, within the targets, with a front that nothing beats."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from costmodel.analysis.deployments import COST, UNITS, front_of, scenario_deployments, search_deployments
from costmodel.analysis.study import Study, load
from costmodel.economics.components import monthly_total
from costmodel.errors import CostModelError, Infeasible, UnknownName
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, parse

H100 = "purchase/hgx-h100"
ASKED = {"model": "llama-3.1-70b", "offer": H100, "prompt": 1000, "output": 500}


def search(catalog: Catalog, **changes: Any) -> pd.DataFrame:
    """Search with the usual question, changed."""
    return search_deployments(catalog, **{**ASKED, "real_discount_rate": parse("8 percent/year"), **changes})


def test_cost_and_speed_rise_along_the_front(catalog: Catalog) -> None:
    """From the cheapest on, every deployment of the front is dearer and faster than the one before."""
    front = front_of(search(catalog))
    assert len(front) > 10
    assert front[COST].is_monotonic_increasing
    assert front["user_rate"].is_monotonic_increasing
    assert front["user_rate"].is_unique


def test_nothing_beats_the_front_and_the_front_beats_the_rest(catalog: Catalog) -> None:
    """A deployment is on the front exactly if no other is at least as good in both and better in one."""
    found = search(catalog, precisions=("bf16",))
    for _, row in found.iterrows():
        as_good = found[(found[COST] <= row[COST]) & (found["user_rate"] >= row["user_rate"])]
        beaten = ((as_good[COST] < row[COST]) | (as_good["user_rate"] > row["user_rate"])).any()
        assert row["on_front"] == (not beaten)


@pytest.mark.parametrize("scenario", ["copilot", "maia"])
def test_the_cheapest_is_no_dearer_than_the_layout_of_the_study(scenario: str) -> None:
    """The study's own layout, busy all the time, is among the candidates at the cost that its parts give."""
    study = load(scenario)
    for offer in study.scenario.offers:
        found, own = scenario_deployments(study, offer.id), _full_cost(study, offer.id)
        assert found[COST].min() <= own * (1 + 1e-9)
        assert found[COST].sub(own).abs().min() == pytest.approx(0, abs=1e-6 * own)


def _full_cost(study: Study, offer: str) -> float:
    """Return USD per million tokens of the study's fleet if it were busy all the time, from its own totals."""
    one, fleet = study.costs[offer], study.costs[offer].fleet
    busy = replace(fleet, utilization=parse("1"))
    installed = magnitude(fleet.servers * one.offer.system.accelerators, "accelerator")
    tokens = magnitude(one["output_rate"], "token/second/accelerator") * installed
    return float(magnitude(monthly_total(one.offer, busy), "USD/second")) / tokens * 1e6


def test_targets_are_respected(catalog: Catalog) -> None:
    """Deployments that are slower than the targets are left out, and a tighter target never lowers the cost."""
    free = search(catalog)
    tight = search(catalog, time_to_first_token=parse("300 ms"), time_per_output_token=parse("20 ms"))
    assert tight["time_to_first_token"].max() <= 0.3
    assert tight["time_per_output_token"].max() <= 0.02
    assert tight[COST].min() >= free[COST].min()
    assert set(tight.attrs["units"]) == set(UNITS)


def test_several_precisions_contain_each_alone(catalog: Catalog) -> None:
    """The cheapest of two number types is the cheaper of the cheapest of each."""
    alone = [search(catalog, precisions=(one,))[COST].min() for one in ("fp8", "bf16")]
    assert search(catalog)[COST].min() == min(alone)


@pytest.mark.parametrize(("model", "size"), [("llama-3.1-70b", 8), ("deepseek-v3", 16)])
def test_a_replica_spans_systems_only_where_one_cannot_hold_it(catalog: Catalog, model: str, size: int) -> None:
    """A replica stays on the eight accelerators of a server, but for a model that needs two."""
    found = search(catalog, model=model, precisions=("fp8",))
    assert (found["tensor_parallel"] * found["pipeline_parallel"]).max() == size
    assert (found["concurrency"] >= found["pipeline_parallel"]).all()


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"model": "llama-3.1-7b"}, UnknownName, "Did you mean"),
        ({"offer": "hgx-h10"}, UnknownName, "Did you mean"),
        ({"precisions": ("pf8",)}, UnknownName, 'Did you mean "fp8"'),
        ({"precisions": ("mx9",)}, Infeasible, "computes in"),
        ({"time_per_output_token": parse("1 us")}, Infeasible, "none meets the latency targets; the shortest"),
        ({"model": "gpt-3-175b", "prompt": 1e8}, Infeasible, "no layout fits in memory"),
        ({"prompt": 131_000}, Infeasible, "at most 131,072 tokens in a sequence, fewer than 131,000 of prompt and 500"),
        ({"output": 0}, CostModelError, "at least one token"),
    ],
)
def test_questions_without_an_answer_say_why(
    catalog: Catalog, changes: dict[str, Any], error: type[Exception], says: str
) -> None:
    """Unknown names get a suggestion, impossible wishes a reason."""
    with pytest.raises(error, match=says):
        search(catalog, **changes)


def test_a_scenario_that_serves_nobody_has_no_deployments() -> None:
    """Deployments are searched for serving scenarios alone."""
    with pytest.raises(CostModelError, match="serves nobody"):
        scenario_deployments(load("gpt3-training"), H100)
