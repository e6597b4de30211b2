"""Calling an API: tokens at list prices beside systems, from a scenario's file to its break-even in queries a day."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from costmodel.analysis.opening import load
from costmodel.analysis.remarks import old_prices, remarks
from costmodel.analysis.study import Study
from costmodel.cli.main import costmodel
from costmodel.errors import CostModelError, Infeasible, MissingData
from costmodel.units import magnitude, quantity
from tests.changes import with_scenario

API, BOUGHT = "api/aws-llama-3.1-70b", "purchase/hgx-h100"
QUERIES = "queries_per_day"
NAME, UNIT = "revenue_per_million_tokens", "USD/Mtoken"


@pytest.fixture(scope="module")
def assistant() -> Study:
    """Return the shipped scenario that compares all four ways."""
    return load("assistant")


def test_a_query_costs_its_tokens_at_list_price(assistant: Study) -> None:
    """2,000 tokens in and 300 out at 0.72 USD a million each are 0.001656 USD, by hand."""
    found = magnitude(assistant.costs[API]["cost_per_query"], "USD/query")
    assert found == pytest.approx((2000 * 0.72 + 300 * 0.72) / 1e6, rel=1e-12)


def test_tokens_in_the_cache_have_their_own_price() -> None:
    """Half of 2,000 tokens at 0.025 USD a million instead of 0.25; own servers read fewer tokens too."""
    plain, cached = load("assistant"), load("assistant", changes={"query.cached_share": "0.5"})
    found = magnitude(cached.costs["api/openai-gpt-5-mini"]["cost_per_query"], "USD/query")
    assert found == pytest.approx((1000 * 0.25 + 1000 * 0.025 + 300 * 2) / 1e6, rel=1e-12)
    assert cached.costs[BOUGHT]["query_rate"] > plain.costs[BOUGHT]["query_rate"]
    same = cached.costs[API]["cost_per_query"] / plain.costs[API]["cost_per_query"]
    assert magnitude(same, "1") == pytest.approx(1, rel=1e-12)


def test_nothing_is_held_for_an_api(assistant: Study) -> None:
    """No accelerators, no accelerator-hours, no energy, in numbers, tables and JSON alike."""
    one = assistant.costs[API]
    assert not {"servers", "accelerators", "cost_per_accelerator_hour"} & one.quantities.keys()
    assert not one.footprint
    with pytest.raises(Infeasible, match="has no systems"):
        _ = one.held
    said = CliRunner().invoke(costmodel, ["compare", "assistant", "--years", "2", "--format", "json"]).output
    row = next(each for each in json.loads(said)["offers"] if each["offer"] == API)
    assert "cost_per_accelerator_hour" not in row
    assert "accelerators" not in row
    assert sum(year["value"] for year in row["cash_by_year"]) == pytest.approx(24 * row["total_per_month"]["value"])


def test_the_break_even_in_queries_a_day_is_where_both_cost_the_same(assistant: Study) -> None:
    """Below it the API is the cheaper one, above it the servers; the costs there are equal."""
    (found,) = assistant.break_even(QUERIES, (API, BOUGHT))
    first = found.crossings[0]
    assert found.first_is_cheaper_below
    assert found.unit == "query/d"
    assert first.cost_first == pytest.approx(first.cost_second, rel=1e-9)
    for factor, cheaper in ((0.9, API), (1.1, BOUGHT)):
        moved = assistant.with_({"demand.users": quantity(first.value * factor / 10, "user")})
        assert min((API, BOUGHT), key=lambda id_: moved.costs[id_][moved.headline]) == cheaper


def test_an_api_is_swept_explained_and_drawn_as_other_ways(assistant: Study) -> None:
    """Its price is an input like any other: twice the prices are twice the cost, its interval holds its cost."""
    names = [f"{API}.input_price", f"{API}.output_price"]
    table = assistant.sweep({name: [0.72, 1.44] for name in names})
    assert table[API][1] == pytest.approx(2 * table[API][0])
    assert names[0] in {part.name for part in assistant.explain("cost_per_query", API).walk()}
    band = assistant.intervals()[API]
    assert band.low < band.value < band.high
    lines = assistant.statement().query("offer == @API")
    assert set(lines["quantity_unit"]) == {"Mtoken"}
    assert lines["unit_price"].to_numpy() == pytest.approx(0.72, rel=1e-9)


def test_what_an_api_would_have_to_charge_is_solved_for(assistant: Study) -> None:
    """It has no layout that is searched again: half the cost of a query is half of both of its prices, by hand."""
    asked = f"cost_per_query = {(2000 * 0.36 + 300 * 0.72) / 1e6!r} USD/query"
    (found,) = assistant.solve(f"{API}.input_price", asked, API)
    assert found.value == pytest.approx(0.36, rel=1e-6)


def test_users_who_come_by_and_by_do_not_change_what_a_query_costs(assistant: Study) -> None:
    """Tokens are paid as they are used."""
    workload = replace(assistant.scenario.workload, ramp=quantity(1.0, "year"))
    slow = with_scenario(assistant, replace(assistant.scenario, workload=workload))
    ratio = slow.costs[API]["cost_per_query"] / assistant.costs[API]["cost_per_query"]
    assert magnitude(ratio, "1") == pytest.approx(1, rel=1e-12)


def test_a_model_that_stands_for_another_is_declared(write: Callable[[str, str], Path]) -> None:
    """An API of another model is refused until the scenario names it, with a reason; then the answer says so."""
    text = Path(load("assistant").scenario.place).read_text(encoding="utf-8")
    for gone, said in (('models = ["gpt-5-mini"]', r"stand_in.models"), ('reason = "a small', r"stand_in.reason")):
        lines = [line for line in text.splitlines() if not line.startswith(gone)]
        with pytest.raises(MissingData, match=said):
            load(write("reports/asked.toml", "\n".join(lines)))
    study = load("assistant")
    assert any("gpt-5-mini stands for llama-3.1-70b" in one for one in remarks(study))
    named = " ".join(remarks(study, lambda _: "its name"))
    assert "its name" in named
    assert not any(f"{one.id}." in named or f"{one.id}:" in named for one in study.scenario.offers)


@pytest.mark.parametrize("scenario", ["gpt3-training", "coreweave-contract"])
def test_what_is_no_query_has_no_answer_from_an_api(scenario: str) -> None:
    """A training run and a capacity have a row that says why, and all other rows."""
    study = load(scenario, changes={"offers": f"{BOUGHT}, {API}"} | _no_model(scenario))
    assert "sells the tokens of queries" in study.without[API]
    assert BOUGHT in study.costs


def _no_model(scenario: str) -> dict[str, str]:
    return {"architecture": "llama-3.1-70b"} if scenario == "gpt3-training" else {}


def test_a_search_says_that_an_api_has_no_systems() -> None:
    """It is a way to answer queries, not a place for a layout."""
    asked = ["search", "--model", "llama-3.1-8b", "--offer", API, "--prompt", "100", "--output", "10"]
    found = CliRunner().invoke(costmodel, asked)
    assert isinstance(found.exception, CostModelError)
    assert "sells tokens and has no systems" in str(found.exception)


def test_old_prices_are_named_with_their_age() -> None:
    """Asked for 2031, prices of 2026 are old; asked for the day after a price, it is not."""
    late = load("copilot", changes={"price_date": "2031-01-01"})
    assert f"{BOUGHT}.price" in old_prices(late)
    assert any(one.startswith("On 2031-01-01 these prices are older than 1 year") for one in remarks(late))
    later = load("copilot", changes={"price_date": "2031-01-01", "finance.price_age": "9 year"})
    assert not old_prices(later)


def test_who_bills_what_he_pays_keeps_nothing() -> None:
    """A plan that bills the list prices of an API, served by calling it, has no margin, in no draw, cached or not."""
    called = {"offers": "api/groq-gpt-oss-120b", "finance.horizon": "1 year"}
    for cached in ({}, {"query.cached_share": "0.4"}):
        study = load("api-price-war", changes={**called, **cached})
        table = study.users()
        ends = [f"margin_per_million_tokens{end}" for end in ("", "_low", "_high")]
        assert table[ends].to_numpy() == pytest.approx(0.0, abs=1e-12)
        assert table["revenue_per_million_tokens_low"].item() < table["revenue_per_million_tokens_high"].item()


def test_list_prices_by_name_are_those_that_one_would_type() -> None:
    """An own price of the plan goes before that of the API; both are those of the day."""
    own = {"plan.api": "deepseek-v3", "price_date": "2025-02-01", "finance.horizon": "1 year"}
    called = {"offers": "api/deepseek-v3", "architecture": "deepseek-v3"}
    typed = {"plan.prompt_token_price": "0.14 USD/Mtoken", "plan.output_token_price": "0.28 USD/Mtoken"}
    found = [
        float(magnitude(load("api-price-war", changes={**called, **own, **one}).costs["api/deepseek-v3"][NAME], UNIT))
        for one in ({}, typed, {"price_date": "2025-03-01"}, {"plan.output_token_price": "1 USD/Mtoken"})
    ]
    by_hand = [(1500 * price_in + 400 * price_out) / 400 for price_in, price_out in ((0.14, 0.28), (0.27, 1.1))]
    assert found == pytest.approx([by_hand[0], by_hand[0], by_hand[1], (1500 * 0.14 + 400) / 400])


def test_a_plan_at_an_api_without_a_price_yet_is_refused() -> None:
    """The plan, the API's file and its first day are named."""
    day = {"price_date": "2024-06-01"}
    with pytest.raises(CostModelError, match=r"plan\.api: .*no input_price up to 2024-06-01; its first is of 2024"):
        load("api-price-war", changes={"plan.api": "deepseek-v3", **day, "offers": "purchase/hgx-h100"})
