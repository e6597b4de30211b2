"""Laws of what would have to be true: put back in, a solution gives what was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.analysis.conditions import condition, figure_of
from costmodel.analysis.opening import load
from costmodel.analysis.solution import Solution
from costmodel.analysis.study import Study
from costmodel.errors import CostModelError, UnitError, UnknownName
from costmodel.units import quantity

UNKNOWNS = ("demand.queries_per_user", "demand.users", "query.output_tokens", "us-hyperscale.electricity_price")


def _alone(study: Study, offer: str = "purchase/hgx-h100") -> Study:
    return replace(study, scenario=study.scenario.with_offers(study.scenario.offer(offer)))


@pytest.mark.parametrize("name", UNKNOWNS)
@pytest.mark.parametrize("asked", [3.0, 30.0])
def test_a_solution_put_back_gives_the_figure(serving: Study, name: str, asked: float) -> None:
    """With the value found, its layout searched afresh, a scenario has the figure; at a jump both sides have theirs."""
    study = _alone(serving)
    for one in study.solve(name, f"cost_per_user_month = {asked} USD/user/month"):
        sides = [(one.value, one.figure), (one.before, one.figure_before)]
        for value, figure in sides:
            there = study.with_({name: value}).costs[one.offer]["cost_per_user_month"]
            assert float(there.magnitude) == pytest.approx(figure, rel=1e-9)
        if one.status == "solved":
            assert one.figure == pytest.approx(asked, rel=1e-9)
        else:
            assert min(one.figure, one.figure_before) < asked < max(one.figure, one.figure_before)


def test_a_training_run_put_back_takes_as_long_as_asked() -> None:
    """The fastest layout of another number of accelerators is another one, in which the run is as long as asked."""
    study = _alone(load("gpt3-training"))
    (found,) = study.solve("training.accelerators", "duration = 30 day")
    there = study.with_({"training.accelerators": found.value})
    assert there.deployments[found.offer].layout != study.deployments[found.offer].layout
    assert float(there.costs[found.offer]["duration"].to("day").magnitude) == pytest.approx(30, rel=1e-9)


def test_what_is_asked_as_it_is_leaves_the_unknown_as_it_is(serving: Study) -> None:
    """Asked for today's figure, the nearest solution is today's value: on a flat stretch it is its own."""
    study = _alone(serving)
    figure = study.costs["purchase/hgx-h100"]["cost_per_user_month"]
    for name in ("demand.queries_per_user", "us-hyperscale.pue"):
        (found,) = study.solve(name, f"cost_per_user_month = {float(figure.magnitude)!r} USD/user/month")
        assert found.status == "solved"
        assert found.value == pytest.approx(found.own, rel=1e-9)
        assert found.inside_range


def test_a_turned_sign_asks_for_the_same(serving: Study) -> None:
    """A loss of 20 is a margin of -20."""
    study = _alone(serving)
    loss, margin = (
        study.solve("demand.users", f"{text} USD/user/month")
        for text in ("-margin_per_user_month = 20", "margin_per_user_month = -20")
    )
    assert [one.value for one in loss] == pytest.approx([one.value for one in margin], rel=1e-12)


def test_the_range_of_the_fact_says_whether_a_value_is_inside(serving: Study) -> None:
    """Inside means between the ends of the unknown's own range; without a range nothing is said."""
    study = _alone(serving)
    near, far = (
        study.solve("demand.queries_per_user", f"cost_per_user_month = {asked} USD/user/month")[0] for asked in (3, 300)
    )
    assert near.inside_range
    assert far.inside_range is False
    users: Solution = study.solve("demand.users", "cost_per_user_month = 30 USD/user/month")[0]
    assert users.inside_range is None


def test_offers_that_an_unknown_does_not_move_have_no_solution(serving: Study) -> None:
    """The price of electricity moves what is owned and not what is rented."""
    found = serving.solve("us-hyperscale.electricity_price", "cost_per_user_month = 30 USD/user/month")
    never = {one.offer for one in found if one.status == "never"}
    assert never == {offer.id for offer in serving.scenario.offers if offer.id.startswith("rental/")}


def test_an_input_with_bounds_is_looked_for_within_them(serving: Study) -> None:
    """A peak is no less than the mean: what only a smaller one would give has no solution."""
    with pytest.raises(CostModelError, match="No value gives"):
        serving.solve("demand.peak_to_mean", "cost_per_user_month = 0.2 USD/user/month", "hgx-h100")


@pytest.mark.parametrize(
    ("name", "asked", "error", "says"),
    [
        ("demand.user", "cost_per_query = 1 USD/query", UnknownName, 'Did you mean "demand.users"'),
        ("demand.users", "cost_per_qury = 1 USD/query", UnknownName, 'Did you mean "cost_per_query"'),
        ("demand.users", "cost_per_query = 1 USD", UnitError, "cost_per_query: 1.0 USD is"),
        ("demand.users", "cost_per_query", CostModelError, "write FIGURE = VALUE"),
        ("demand.users", "cost_per_query = -1 USD/query", CostModelError, "moves cost_per_query from"),
        ("volume", "cost_per_query = 1 USD/query", CostModelError, "does not move"),
        ("target.time_per_output_token", "cost_per_query = 1 USD/query", CostModelError, "--set"),
    ],
)
def test_a_question_without_an_answer_says_why(
    serving: Study, name: str, asked: str, error: type[Exception], says: str
) -> None:
    """Unknown names, other units, and figures that no value reaches are errors that name what is allowed."""
    with pytest.raises(error, match=says):
        serving.solve(name, asked, "hgx-h100")


def test_a_condition_is_read_as_written() -> None:
    """A figure, an equals sign and a value; figures may be several, with signs between them."""
    assert condition(" -margin_per_user_month=20 USD/user/month ").name == "-margin_per_user_month"
    known = {"a": quantity(3.0, "USD"), "b-c d": quantity(1.0, "kUSD"), "e": quantity(1.0, "W")}
    assert float(figure_of(known, "a - b-c d + a", "me").to("USD").magnitude) == 3.0 - 1000.0 + 3.0
    assert float(figure_of(known, "- a", "me").magnitude) == -3.0
    with pytest.raises(UnitError, match="do not add up"):
        figure_of(known, "a + e", "me")


AZURE = "rental/azure-nd-a100-80gb-on-demand"
BOTH = ("worst_loss_per_user_month = 80 USD/user/month", "margin_per_user_month = -20 USD/user/month")


def test_several_unknowns_put_back_together_give_all_figures() -> None:
    """Usage spread and the price of an hour at which both public losses of Copilot are true, put back by hand."""
    study = load("copilot-2023", changes={"offers": AZURE})
    found = study.solve(["usage.spread", f"{AZURE}.price"], BOTH)
    assert [(one.status, one.own) for one in found] == [("solved", 1.0), ("solved", 4.1)]
    there = study.with_({one.unknown: one.value for one in found}).costs[AZURE]
    figures = [float(there[name].magnitude) for name in ("worst_loss_per_user_month", "margin_per_user_month")]
    assert figures == pytest.approx([80, -20], rel=1e-9)


def test_unknowns_that_no_values_of_make_all_true_are_refused() -> None:
    """A price below zero is none; as many unknowns are needed as figures."""
    study = load("copilot-2023", changes={"offers": AZURE})
    with pytest.raises(CostModelError, match=r"No values of usage\.spread, plan\.price together give"):
        study.solve(["usage.spread", "plan.price"], BOTH)
    with pytest.raises(CostModelError, match="1 unknowns for 2 figures"):
        study.solve("usage.spread", BOTH)
