"""Deployments of a model on an offer: feasible, within the targets, with a front that nothing beats."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from costmodel.analysis.deployments import COST, HIGH, LOW, UNITS, cheapest_at, front_of, scenario_deployments
from costmodel.analysis.layout_names import is_apart, layout_in_letters, layout_in_words
from costmodel.analysis.opening import load
from costmodel.analysis.searching import search_deployments
from costmodel.analysis.study import Study
from costmodel.analysis.targets import Targets
from costmodel.economics.components import monthly_total
from costmodel.errors import CostModelError, Infeasible, MissingData, UnknownName
from costmodel.performance.layout.candidates import replica_size
from costmodel.performance.service.latency import at_share
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, parse

H100 = "purchase/hgx-h100"
ASKED = {"model": "llama-3.1-70b", "offers": H100, "prompt": 1000, "output": 500}


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
def test_the_layout_of_the_study_is_the_cheapest_within_its_number_types(scenario: str) -> None:
    """No layout that the search finds in the allowed types costs less than the study's own, at full utilisation."""
    study = load(scenario)
    for offer in study.scenario.offers:
        found, own = scenario_deployments(study, offer.id), _full_cost(study, offer.id)
        allowed = found[found["precision"].isin(study.scenario.precisions)]
        assert allowed[COST].min() == pytest.approx(own, rel=1e-9)
        assert study.deployments[offer.id].precision == allowed["precision"].iloc[0]


def _full_cost(study: Study, offer: str) -> float:
    """Return USD per million tokens of the study's fleet if it were busy all the time, from its own totals."""
    one, fleet = study.costs[offer], study.costs[offer].fleet
    busy = replace(fleet, utilization=parse("1"), rented=None)
    installed = magnitude(fleet.servers * one.offer.system.accelerators, "accelerator")
    tokens = magnitude(one["output_rate"], "token/second/accelerator") * installed
    return float(magnitude(monthly_total(one.offer, busy), "USD/second")) / tokens * 1e6


def test_targets_are_respected(catalog: Catalog) -> None:
    """Deployments that are slower than the targets are left out, and a tighter target never lowers the cost."""
    free = search(catalog)
    tight = search(catalog, targets=Targets(parse("300 ms"), parse("20 ms")))
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
    assert replica_size(found).max() == size
    assert (found["concurrency"] >= found["pipeline_parallel"]).all()


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"model": "llama-3.1-7b"}, UnknownName, "Did you mean"),
        ({"offers": "hgx-h10"}, UnknownName, "Did you mean"),
        ({"precisions": ("pf8",)}, UnknownName, 'Did you mean "fp8"'),
        ({"precisions": ("mx9",)}, Infeasible, "computes in"),
        ({"targets": Targets(None, parse("1 us"))}, Infeasible, "none meets the targets.*The nearest deployment"),
        ({"targets": Targets(user_rate=parse("1e6 token/s"))}, Infeasible, "1e.06 tokens/s per user.*relax"),
        ({"draft_tokens": (2,)}, CostModelError, "needs both"),
        ({"acceptance": 0.7}, CostModelError, "needs both"),
        ({"draft_tokens": (99,), "acceptance": 0.7}, CostModelError, "0 to 64 tokens, not 99"),
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


def test_a_model_with_experts_is_tried_with_experts_spread_and_attention_in_copies(catalog: Catalog) -> None:
    """Experts are spread over all or a part of the accelerators that share them; a dense model has none to spread."""
    dense, sparse = search(catalog), search(catalog, model="deepseek-r1", offers="purchase/hgx-b200")
    assert dense["expert_parallel"].max() == dense["attention_copies"].max() == 1
    assert {1.0, 2.0, 4.0, 8.0} <= set(sparse["expert_parallel"])
    assert {1.0, 2.0, 4.0, 8.0} <= set(sparse["attention_copies"])
    shared = sparse["tensor_parallel"] * sparse["attention_copies"]
    assert (shared % sparse["expert_parallel"] == 0).all()


def test_experts_are_served_where_no_file_says_how_many_accelerators_links_join(catalog: Catalog) -> None:
    """The L40S states no scale-up domain; a model with experts has deployments on it all the same."""
    found = search(catalog, model="gpt-oss-20b", offers="rental/coreweave-l40s-on-demand")
    assert (found[COST] > 0).all()


def test_drafts_are_tried_beside_none(catalog: Catalog) -> None:
    """With drafts that are mostly accepted the cheapest costs less; with none accepted it costs the same."""
    plain = search(catalog)[COST].min()
    often = search(catalog, draft_tokens=(1, 3), acceptance=0.8)
    assert set(often["draft_tokens"]) == {0.0, 1.0, 3.0}
    assert often[COST].min() < plain
    assert search(catalog, draft_tokens=(1, 3), acceptance=0.0)[COST].min() == pytest.approx(plain)


def test_a_prefix_cache_makes_answers_cheaper(catalog: Catalog) -> None:
    """Prompt tokens that are found in the cache need not be computed."""
    assert search(catalog, cached=0.8)[COST].min() < search(catalog)[COST].min()


def test_disaggregated_deployments_stand_beside_those_in_one(catalog: Catalog) -> None:
    """Both ways to serve are compared; reading replicas of every disaggregated one keep up."""
    found = search(catalog, disaggregated=True)
    apart = found[found["reading_replicas"] >= 1]
    assert len(found) - len(apart) == len(search(catalog))
    assert apart["reading_load"].between(0, 0.95).all()
    assert set(apart["reading_tensor_parallel"]) != set(apart["tensor_parallel"])


def test_slower_links_make_disaggregation_no_faster(catalog: Catalog) -> None:
    """A cache that takes longer to move delays the first token of the fastest deployment."""
    quick, slow = (search(catalog, disaggregated=True, transfer_bandwidth=parse(one)) for one in ("400 GB/s", "1 GB/s"))
    first = [one.loc[one["reading_replicas"] >= 1, "time_to_first_token"].min() for one in (quick, slow)]
    assert first[0] < first[1]


def test_targets_for_a_share_of_requests_are_stricter(catalog: Catalog) -> None:
    """A limit that 99% of requests keep leaves fewer deployments than one of the mean."""
    limits = {"time_to_first_token": parse("500 ms"), "time_per_output_token": parse("30 ms")}
    mean, most = (search(catalog, targets=Targets(**limits, share=share)) for share in (None, 0.99))
    assert 0 < len(most) < len(mean)
    assert most[at_share("time_to_first_token", 0.99)].max() <= 0.5
    assert at_share("time_to_first_token", 0.99) not in mean


def test_users_get_the_speed_asked_for(catalog: Catalog) -> None:
    """Only deployments are left in which a user sees at least the tokens per second wanted."""
    assert search(catalog, targets=Targets(user_rate=parse("60 token/s")))["user_rate"].min() >= 60


def test_an_answer_of_one_token_is_as_fast_as_its_first(catalog: Catalog) -> None:
    """It has no time per token, so that no limit of it leaves any deployment out; its user waits for the first."""
    asked = {"output": 1, "precisions": ("fp8",)}
    free, limited = (search(catalog, targets=Targets(None, one), **asked) for one in (None, parse("1 us")))
    assert len(limited) == len(free) > 0
    assert (free["time_per_output_token"] == 0).all()
    assert free["user_rate"].to_numpy() == pytest.approx(1 / free["time_to_first_token"].to_numpy())


def test_several_offers_stand_side_by_side(catalog: Catalog) -> None:
    """Rows of all offers are those of each alone, cheapest first; an offer without an answer says why."""
    limits = Targets(user_rate=parse("100 token/s"))
    both = search(catalog, offers=(H100, "purchase/hgx-a100-40gb"), targets=limits)
    assert set(both["offer"]) == {H100}
    assert "none meets the targets" in both.attrs["without"]["purchase/hgx-a100-40gb"]
    free = search(catalog, offers=(H100, "purchase/hgx-b200"))
    assert free[COST].is_monotonic_increasing
    assert free["offer"].value_counts().to_dict() == {
        one: len(search(catalog, offers=one)) for one in (H100, "purchase/hgx-b200")
    }


def test_all_number_types_of_the_accelerator_are_tried(catalog: Catalog) -> None:
    """Without a wish, the types are those in which the accelerator computes."""
    assert set(search(catalog, offers="purchase/hgx-b200")["precision"]) == {"fp4", "fp8", "bf16"}
    assert set(search(catalog)["precision"]) == {"fp8", "bf16"}


def test_the_cost_lies_inside_its_interval(catalog: Catalog) -> None:
    """The 80% interval of every cost holds it."""
    found = search(catalog)
    assert (found[LOW] < found[COST]).all()
    assert (found[COST] < found[HIGH]).all()


def test_the_cheapest_at_a_speed_is_fast_enough_and_none_is_cheaper(catalog: Catalog) -> None:
    """For each speed, no deployment that is as fast costs less."""
    found = search(catalog)
    for row in cheapest_at(found, [30, 60, 90]).to_dict("records"):
        assert row["user_rate"] >= row["at_least"]
        assert row[COST] == found.loc[found["user_rate"] >= row["at_least"], COST].min()


def test_layouts_are_named_in_words_and_letters(catalog: Catalog) -> None:
    """A deployment in one and a disaggregated one can be told apart by their names."""
    found = search(catalog, disaggregated=True, draft_tokens=(2,), acceptance=0.5)
    rows = found[found["draft_tokens"] == 2].to_dict("records")
    together, apart = (next(row for row in rows if is_apart(row) is wanted) for wanted in (False, True))
    assert layout_in_words(together).startswith(f"{together['precision']}, tensor parallel ")
    assert "drafts of 2" in layout_in_words(together)
    assert " to read, " in layout_in_words(apart)
    assert ">" in layout_in_letters(apart)
    assert layout_in_letters(apart).endswith("draft2")


def test_an_offer_that_lacks_a_fact_leaves_the_others(catalog: Catalog) -> None:
    """Side by side, an accelerator without a network for caches is named; alone, it is an error."""
    bare = "rental/runpod-l40"
    small = {"model": "llama-3.1-8b", "disaggregated": True}
    assert "--transfer-bandwidth" in search(catalog, offers=(H100, bare), **small).attrs["without"][bare]
    with pytest.raises(MissingData, match="no scale-out bandwidth"):
        search(catalog, offers=bare, **small)
