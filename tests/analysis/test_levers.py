"""Levers: each is what the scenario with its changes says, steps add up, and the fewest reach a target."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.analysis.lever_trial import Outcome
from costmodel.analysis.study import Study
from costmodel.errors import CostModelError, MissingData
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


def _margin(study: Study, offer: str, changes: dict[str, object]) -> float:
    return float(magnitude(study.again(changes).costs[offer]["margin_per_user_month"], USER))


def test_a_lever_alone_is_the_scenario_with_its_changes(bare: Study) -> None:
    """What `levers` says of one lever is what `compare --set` says, and today is what `compare` says."""
    found = bare.levers(levers=LEVERS)
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


def test_steps_lead_from_today_to_all_levers_together(bare: Study) -> None:
    """They add up; of two ways the better one is taken, and the end is the scenario with all changes."""
    found = bare.levers(levers=LEVERS)
    frame = found.frame()
    assert frame["change_after"].sum() == pytest.approx(found.combined[-1].margin - found.today.margin)
    assert frame.loc["maia", "change_after"] == 0
    assert "h100 changes the same (offer)" in frame.loc["maia", "passed_over"]
    every = {"plan.price": "15 USD/user/month", "plan.cap": "600 query/user/day", "demand.queries_per_user": 300.0}
    assert found.combined[-1].margin == pytest.approx(_margin(bare, "purchase/hgx-h100", every), rel=1e-12)


def test_the_fewest_levers_reach_a_target(bare: Study) -> None:
    """No smaller set does, the nearest is first, none of two ways at once; a target below today needs none."""
    found = bare.levers(levers=LEVERS, target=12.0)
    assert max(one.margin for one in found.alone) < 12.0
    assert {len(one.levers) for one in found.reaching} == {2}
    assert [one.margin for one in found.reaching] == sorted(one.margin for one in found.reaching)
    assert found.reaching[0].margin >= 12.0
    assert not any({"h100", "maia"} <= set(one.levers) for one in found.reaching)
    assert bare.levers(levers=LEVERS, target=1.0).reaching == (found.today,)
    assert bare.levers(levers=LEVERS, target=99.0).reaching == ()


def test_a_cascade_pays_for_both_models(bare: Study) -> None:
    """All queries go to the small model, and those passed on to the large one too: all of them are the sum of both."""
    cascade = "both: cascade.architecture=llama-3.1-8b; cascade.passed_on={}"
    whole, part = (bare.levers(levers=[cascade.format(share)]).alone[0] for share in (1, 0.25))
    small = bare.again({"architecture": "llama-3.1-8b"}).costs["purchase/hgx-a100-80gb"]["cost_per_user_month"]
    large = bare.costs["purchase/hgx-a100-80gb"]["cost_per_user_month"]
    assert whole.cost == pytest.approx(float(magnitude(small + large, USER)), rel=1e-12)
    assert part.cost == pytest.approx(float(magnitude(small + 0.25 * large, USER)), rel=0.02)


def test_an_input_that_changes_moves_the_answer(bare: Study) -> None:
    """What is set beside the file holds today and under every lever."""
    dearer = bare.with_({"plan.price": "11 USD/user/month"}).levers(levers=LEVERS[:2])
    cheaper = bare.levers(levers=LEVERS[:2])
    assert dearer.today.margin == pytest.approx(cheaper.today.margin + 1.0)
    assert dearer.alone[0].revenue == pytest.approx(16.5)


@pytest.mark.parametrize(
    ("lever", "says"),
    [
        ("x: plan.prize=1", 'lever x: .*Did you mean "plan.price"'),
        ("x: plan.price=5 W", "lever x: plan.price"),
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


def test_a_scenario_without_levers_or_users_says_so(bare: Study) -> None:
    """Nothing to try is said, not an empty table."""
    with pytest.raises(MissingData, match=r"has no levers: write \[levers"):
        bare.levers()


def test_outcomes_without_an_answer_have_no_numbers() -> None:
    """A number that nobody computed is none."""
    assert Outcome(("x",), "offer", reason="why").margin != Outcome(("x",), "offer", reason="why").margin
