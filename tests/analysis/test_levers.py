"""Levers: each is what the scenario with its changes says, steps add up, and the fewest reach a target."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costmodel.analysis import lever_draws, scenario_layouts
from costmodel.analysis.lever_fleets import lever_of
from costmodel.analysis.lever_trial import Outcome, Trial
from costmodel.analysis.levers import LeverTable
from costmodel.analysis.model import trace
from costmodel.analysis.study import Study
from costmodel.errors import CostModelError, MissingData
from costmodel.report.numerals import NOTHING
from costmodel.report.users_section import ALONE, DRAWN, lever_sections
from costmodel.units import magnitude

USER = "USD/user/month"
LEVERS = (
    "dearer: plan.price=+50%",
    "cap: plan.cap=600 query/user/day",
    "h100: offer=purchase/hgx-h100",
    "maia: offer=program/maia-100",
    "fewer: demand.queries_per_user=-25%",
)


@pytest.fixture(scope="module")
def bare(serving: Study) -> Study:
    """Return the study without levers of its own."""
    kept = {name: value for name, value in serving.record.values.items() if name != "levers"}
    record = replace(serving.record, values=kept)
    return replace(serving, scenario=replace(serving.scenario, levers=()), record=record)


@pytest.fixture(scope="module")
def found(bare: Study) -> LeverTable:
    """Return what all levers do, and those that reach a target which none reaches alone."""
    return bare.levers(levers=LEVERS, target=12.0)


def _margin(study: Study, offer: str, changes: dict[str, object]) -> float:
    alone = {} if offer.startswith("program/") else {"offers": offer, "finance.horizon": study.scenario.finance_horizon}
    return float(magnitude(study.again({**changes, **alone}).costs[offer]["margin_per_user_month"], USER))


def test_a_lever_alone_is_the_scenario_with_its_changes(bare: Study, found: LeverTable) -> None:
    """What `levers` says of one lever is what `compare --set` says, and today is what `compare` says."""
    a100 = "purchase/hgx-a100-80gb"
    wanted = [
        _margin(bare, a100, {"plan.price": "15 USD/user/month"}),
        _margin(bare, a100, {"plan.cap": "600 query/user/day"}),
        _margin(bare, "purchase/hgx-h100", {}),
        _margin(bare, "program/maia-100", {}),
        _margin(bare, a100, {"demand.queries_per_user": 300.0}),
    ]
    assert [one.margin for one in found.alone] == pytest.approx(wanted, rel=1e-12)
    assert found.today.margin == pytest.approx(_margin(bare, a100, {}), rel=1e-12)


def test_intervals_of_a_lever_are_those_of_the_scenario_with_its_changes(bare: Study, found: LeverTable) -> None:
    """Margins are drawn as `compare` draws them; a price moves all draws alike, so that its change has no interval."""
    frame = found.frame()
    band = bare.bands["purchase/hgx-h100", "margin_per_user_month"]
    ends = [float(magnitude(end, USER)) for end in (band.low, band.high)]
    assert frame.loc["h100", ["margin_alone_low", "margin_alone_high"]].tolist() == pytest.approx(ends, rel=1e-12)
    assert frame.loc["dearer", ["change_alone_low", "change_alone_high"]].tolist() == pytest.approx([5.0, 5.0])
    assert frame.loc["cap", "change_after_low"] > 0
    drawn = bare.answers.drawn["purchase/hgx-a100-80gb", "margin_per_user_month"]
    answered = drawn[~np.isnan(drawn)]
    assert frame.loc["dearer", "probability_alone"] == pytest.approx(np.mean(answered + 5.0 >= 12.0))
    assert 0 < frame.loc["dearer", "probability_alone"] < frame.loc["fewer", "probability_after"]


def test_levers_drawn_alone_are_drawn_as_all_are(
    bare: Study, found: LeverTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Draws are the same to the bit; those of today and of other offers of the scenario are known already."""
    traced = []
    monkeypatch.setattr(lever_draws, "trace", lambda *given: traced.append(given[1]) or trace(*given))
    alone = bare.levers(levers=LEVERS, intervals="alone")
    assert set(alone.drawn) == {(), *((name.partition(":")[0],) for name in LEVERS)}
    assert len(traced) == 3
    for names, one in alone.drawn.items():
        assert np.array_equal(one.margin, found.drawn[names].margin, equal_nan=True)
        assert np.array_equal(one.cost, found.drawn[names].cost, equal_nan=True)


def test_a_page_says_how_sure_each_lever_is(bare: Study) -> None:
    """Ends stand beside a change, and a lever that is not drawn is named."""
    texts = LEVERS[2], f"{LEVERS[3]}; program.charged_to=all uses"
    levers = tuple(map(lever_of, texts))
    (section,) = lever_sections(replace(bare, scenario=replace(bare.scenario, levers=levers)))
    assert section.table is not None
    _, (sure, drawn), (unsure, undrawn) = section.table[[ALONE, DRAWN]].to_numpy()
    least, most = map(float, drawn.split("–"))
    assert least < sure < most
    assert unsure > 0
    assert undrawn == NOTHING
    assert "program.charged_to = all uses; `costmodel levers copilot`" in section.text


def test_what_a_search_reads_is_searched_again_and_nothing_else(bare: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who pays for a chip moves no layout, neither of it nor of its rivals; prompts that are half in a cache do."""
    sets = "shared: program.charged_to=all uses", "cached: query.cached_share=0.5"
    trial, searched = bare._trial("program/maia-100", sets), list[str]()
    search = scenario_layouts.search
    monkeypatch.setattr(scenario_layouts, "search", lambda *given: searched.append(given[1].id) or search(*given))
    trial.outcome(())
    searched.clear()
    assert trial.outcome(["shared"]).cost < trial.outcome(()).cost
    assert not searched
    assert trial.outcome(["cached"]).cost < trial.outcome(()).cost
    assert len(searched) == len(set(searched)) > 4


def test_an_input_that_is_made_smaller_keeps_its_range(bare: Study) -> None:
    """Three quarters of the queries cost three quarters in every draw, but for whole systems; so in a cascade."""
    less = "fewer: demand.queries_per_user=-25%; query.prompt_tokens=-0%"
    cascade = "both: cascade.architecture=llama-2-7b; cascade.passed_on=0.75"
    found = bare.levers(levers=[less, cascade, "small: architecture=llama-2-7b"])
    today, fewer, both, small = (found.drawn[names].cost for names in ((), ("fewer",), ("both",), ("small",)))
    assert np.nanmax(np.abs(fewer / today - 0.75)) < 0.05
    assert np.nanmax(np.abs((both - small) / fewer - 1)) < 1e-9
    frame = found.frame()
    assert frame.loc["fewer", "change_alone_low"] > 0
    assert "probability_alone" not in frame


def test_steps_lead_from_today_to_all_levers_together(bare: Study, found: LeverTable) -> None:
    """They add up; of two ways the better one is taken, and the end is the scenario with all changes."""
    frame = found.frame()
    assert frame["change_after"].sum() == pytest.approx(found.combined[-1].margin - found.today.margin)
    assert frame.loc["maia", "change_after"] == 0
    assert "which sets the same (offer), brings more" in frame.loc["maia", "passed_over"]
    every = {"plan.price": "15 USD/user/month", "plan.cap": "600 query/user/day", "demand.queries_per_user": 300.0}
    assert found.combined[-1].margin == pytest.approx(_margin(bare, "purchase/hgx-h100", every), rel=1e-12)


def test_the_fewest_levers_reach_a_target(bare: Study, found: LeverTable) -> None:
    """No smaller set does, the nearest is first, none of two ways at once; a target below today needs none."""
    assert max(one.margin for one in found.alone) < 12.0
    assert {len(one.levers) for one in found.reaching} == {2}
    assert [one.margin for one in found.reaching] == sorted(one.margin for one in found.reaching)
    assert found.reaching[0].margin >= 12.0
    assert not any({"h100", "maia"} <= set(one.levers) for one in found.reaching)
    assert bare.levers(levers=LEVERS[:1], target=1.0).reaching == (found.today,)
    assert bare.levers(levers=LEVERS[:2], target=99.0).reaching == ()


def test_a_cascade_pays_for_both_models(bare: Study) -> None:
    """All queries go to the small model, and those passed on to the large one too: all of them are the sum of both."""
    cascade = "both: cascade.architecture=llama-3.1-8b; cascade.passed_on={}"
    whole, part = (bare.levers(levers=[cascade.format(share)]).alone[0] for share in (1, 0.25))
    small = bare.again({"architecture": "llama-3.1-8b"}).costs["purchase/hgx-a100-80gb"]["cost_per_user_month"]
    large = bare.costs["purchase/hgx-a100-80gb"]["cost_per_user_month"]
    assert whole.cost == pytest.approx(float(magnitude(small + large, USER)), rel=1e-12)
    assert part.cost == pytest.approx(float(magnitude(small + 0.25 * large, USER)), rel=0.02)


def test_an_input_that_changes_moves_the_answer(bare: Study, found: LeverTable) -> None:
    """What is set beside the file holds today and under every lever."""
    dearer = bare.with_({"plan.price": "11 USD/user/month"}).levers(levers=LEVERS[:2])
    assert dearer.today.margin == pytest.approx(found.today.margin + 1.0)
    assert dearer.alone[0].revenue == pytest.approx(16.5)


@pytest.mark.parametrize(
    ("lever", "says"),
    [
        ("x: plan.prize=1", 'lever x: .*Did you mean "plan.price"'),
        ("x: plan.price=5 W", "^--lever: lever x: plan.price"),
        ("x: demand.peak_to_mean=-90%", "lever x: .*1 or more"),
        ("x: offer=purchase/hgx-h1000", 'lever x: .*Did you mean "hgx-h100"'),
        ("x: cascade.architecture=llama-3.1-8b; cascade.passed_on=2", "lever x: .*share of queries"),
        ("nothing", "is no lever"),
        ("x: plan.price", "sets nothing"),
    ],
)
def test_a_faulty_lever_is_named(bare: Study, lever: str, says: str) -> None:
    """What is no input, out of bounds or of another unit is refused with the name of the lever."""
    with pytest.raises(CostModelError, match=says):
        bare.levers(levers=[lever])


def test_a_faulty_lever_is_refused_before_any_is_tried(bare: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in a lever is said at once, and not after today and all levers before it."""
    monkeypatch.setattr(Trial, "outcome", lambda *_: pytest.fail("a lever was tried"))
    for lever in ("x: plan.prise=20 USD/user/month", "x: offer=purchase/hgx-h1000"):
        with pytest.raises(CostModelError, match="lever x"):
            bare.levers(levers=[lever])


def test_a_scenario_without_levers_or_users_says_so(bare: Study) -> None:
    """Nothing to try is said, not an empty table."""
    with pytest.raises(MissingData, match=r"has no levers: write \[levers"):
        bare.levers()


def test_outcomes_without_an_answer_have_no_numbers() -> None:
    """A number that nobody computed is none."""
    assert Outcome(("x",), "offer", reason="why").margin != Outcome(("x",), "offer", reason="why").margin


def test_another_way_does_not_move_the_horizon(bare: Study) -> None:
    """A way that is not among the offers, such as a program with its years ahead, is counted over the same years."""
    offers = {"offers": "purchase/hgx-a100-80gb"}
    alone = bare.again(offers)
    found = alone.levers(levers=["h100: offer=purchase/hgx-h100"]).alone[0]
    horizon = alone.scenario.finance_horizon
    both = bare.again({"offers": "purchase/hgx-a100-80gb, purchase/hgx-h100", "finance.horizon": horizon})
    wanted = both.costs["purchase/hgx-h100"]["margin_per_user_month"]
    assert found.margin == pytest.approx(float(magnitude(wanted, USER)), rel=1e-12)
    assert horizon != bare.scenario.finance_horizon


def test_without_a_cap_caps_say_what_users_do(bare: Study) -> None:
    """The first row of the table of caps is today's answer, over the same horizon, whatever else is offered."""
    none = bare.caps().loc["none", "cost_per_user_month"]
    today = bare.costs["purchase/hgx-a100-80gb"]["cost_per_user_month"]
    assert none == pytest.approx(float(magnitude(today, USER)), rel=1e-12)
