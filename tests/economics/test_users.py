"""What users cost and pay: laws of populations, caps, prices and fleets, and losses against drawn users."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.domain.plans import FurtherCost, Load, Plan, Region
from costmodel.domain.scenario import Scenario
from costmodel.domain.usage import Usage
from costmodel.domain.workload import Serving
from costmodel.economics.costs import Costs
from costmodel.economics.usage import Users, peak_to_mean_of
from costmodel.economics.users import PERCENTILES, user_economics
from costmodel.units import Quantity, magnitude, quantity
from tests.changes import costs_under, with_workload
from tests.draws import random_of

USER, PER_DAY = "USD/user/month", "query/user/day"
MEAN = quantity(400.0, PER_DAY)
CLASSES = ((0.5, 0.2), (0.3, 0.5), (0.15, 1.5), (0.05, 10.5))
USAGES = {
    "lognormal": Usage(id="u", name="u", distribution="lognormal", spread=quantity(1.3)),
    "gamma": Usage(id="u", name="u", distribution="gamma", spread=quantity(1.3)),
    "pareto": Usage(id="u", name="u", distribution="pareto", tail=quantity(2.2)),
    "sample": Usage(id="u", name="u", distribution="sample", classes=CLASSES),
}
every_usage = pytest.mark.parametrize("name", USAGES)
Array = npt.NDArray[np.float64]


def _drawn(name: str, random: np.random.Generator, count: int) -> Array:
    """Return users drawn by NumPy's own distributions: usage over the mean."""
    if name == "lognormal":
        variance = np.log1p(1.3**2)
        return random.lognormal(-variance / 2, np.sqrt(variance), count)
    if name == "gamma":
        return random.gamma(1.3**-2, 1.3**2, count)
    if name == "pareto":
        return (random.pareto(2.2, count) + 1) * (1.2 / 2.2)
    shares, usages = np.array(CLASSES).T
    return random.choice(usages, count, p=shares)


@every_usage
def test_the_mean_is_the_integral_of_what_users_ask(name: str) -> None:
    """Up to any cap, the mean of all users is the sum over users of what each asks, and of the tail beyond it."""
    users = Users(MEAN, USAGES[name])
    shares = (np.arange(4_000) + 0.5) / 4_000
    inside = shares[(shares > 1e-4) & (shares < 0.9999)]
    asked = np.array([float(magnitude(users.at(float(share)), PER_DAY)) for share in inside[::10]])
    for cap in (50.0, 400.0, 1500.0):
        mean = float(magnitude(users.mean_up_to(quantity(cap, PER_DAY)), PER_DAY))
        assert np.minimum(asked, cap).mean() == pytest.approx(mean, rel=1e-2)


@pytest.mark.parametrize(
    ("share", "usage"), [(0.1, 0.2), (0.5, 0.2), (0.51, 0.5), (0.8, 0.5), (0.94, 1.5), (0.99, 10.5)]
)
def test_a_share_of_a_sample_ends_in_its_class(share: float, usage: float) -> None:
    """The queries below which half of the users lie are those of the class in which the half ends."""
    assert magnitude(Users(MEAN, USAGES["sample"]).at(share), PER_DAY) == pytest.approx(400 * usage)


@every_usage
def test_users_below_a_usage_are_those_up_to_it(name: str) -> None:
    """The share below the usage of a share of users is that share; of a sample, at least it."""
    users = Users(MEAN, USAGES[name])
    for share in (0.01, 0.3, 0.5, 0.9, 0.999):
        found = float(users.share_below(users.at(share)).to("").magnitude)
        assert found >= share - 1e-9
        assert name == "sample" or found == pytest.approx(share, abs=1e-9)


def _workload(name: str, plan: Plan) -> Serving:
    return Serving(
        id="w",
        name="w",
        users=quantity(1e6, "user"),
        queries_per_user=MEAN,
        peak_to_mean=quantity(2.0),
        prompt_tokens=quantity(1000.0, "token/query"),
        output_tokens=quantity(100.0, "token/query"),
        usage=USAGES[name],
        plans=(plan,),
    )


PLANS = {
    "seat": {"price": quantity(10.0, USER)},
    "capped": {"price": quantity(10.0, USER), "cap": quantity(700.0, PER_DAY)},
    "metered below cost": {
        "price": quantity(2.0, USER),
        "included": quantity(100.0, PER_DAY),
        "output_token_price": quantity(3.0, "USD/Mtoken"),
        "cap": quantity(3000.0, PER_DAY),
    },
    "metered above cost": {
        "price": quantity(5.0, USER),
        "included": quantity(300.0, PER_DAY),
        "output_token_price": quantity(20.0, "USD/Mtoken"),
        "discount": quantity(0.2),
        "active_share": quantity(0.8),
    },
}


@every_usage
@pytest.mark.parametrize("plan", PLANS)
def test_losses_are_those_of_drawn_users(name: str, plan: str, seed: object) -> None:
    """Revenue, share of users that lose money and mean loss on them, as a hundred thousand drawn users have them."""
    workload = _workload(name, Plan(id="p", name="p", **PLANS[plan]))
    per_query = 0.001
    cost = quantity(per_query, "USD/query")
    found = user_economics(workload, quantity(1.0, USER), cost, None)

    given = {key: float(value.magnitude) for key, value in PLANS[plan].items()}
    asked = 400 * _drawn(name, random_of(seed, name, plan), 100_000)
    answered = np.minimum(asked, given.get("cap", np.inf)) * 30.4375
    kept = 1 - given.get("discount", 0.0)
    token = given.get("output_token_price", 0.0) * 1e-6 * 100 * kept
    billed = np.maximum(answered - given.get("included", 0.0) * 30.4375, 0)
    pays = given["price"] * kept / given.get("active_share", 1.0) + token * billed
    loss = per_query * answered - pays

    revenue = found.get("revenue_per_user_month", quantity(given["price"], USER))
    assert float(magnitude(revenue, USER)) == pytest.approx(pays.mean(), rel=4e-2)
    share = float(found["share_of_users_losing"].to("").magnitude)
    assert share == pytest.approx((loss > 0).mean(), abs=6e-3)
    of_losing = loss[loss > 0].mean() if share > 0.02 else float(magnitude(found["mean_loss_per_losing_user"], USER))
    assert float(magnitude(found["mean_loss_per_losing_user"], USER)) == pytest.approx(of_losing, rel=0.15)


def _with_plan(scenario: Scenario, **leaves: Quantity) -> Scenario:
    workload = scenario.workload
    assert isinstance(workload, Serving)
    (plan,) = workload.plans
    return replace(scenario, workload=replace(workload, plans=(plan.with_leaves(**leaves),)))


def _number(one: Costs, name: str, unit: str = USER) -> Array:
    return np.asarray(magnitude(one[name], unit))


def test_a_cap_never_raises_cost(serving: Study, seed: object) -> None:
    """A lower cap never costs more, neither the month nor the mean user, and never leaves more users losing."""
    caps = np.sort(np.exp(random_of(seed, "cap").uniform(np.log(1.0), np.log(1e5), 50)))
    for one in costs_under(serving, _with_plan(serving.scenario, cap=quantity(caps, PER_DAY))).values():
        for name, unit in (("total_per_month", "USD/month"), ("cost_per_user_month", USER)):
            assert np.all(np.diff(_number(one, name, unit)) >= -1e-9 * _number(one, name, unit)[1:])
    before = serving.costs
    for id_, one in costs_under(serving, _with_plan(serving.scenario, cap=quantity(caps, PER_DAY))).items():
        assert np.all(
            _number(one, "total_per_month", "USD/month")
            <= _number(before[id_], "total_per_month", "USD/month") * (1 + 1e-11)  # the latter is rounded
        )


def test_a_dearer_plan_never_lowers_the_margin(serving: Study) -> None:
    """Where nobody leaves, each dollar more is a dollar of margin, and fewer users lose money."""
    prices = np.linspace(0.0, 100.0, 101)
    for one in costs_under(serving, _with_plan(serving.scenario, price=quantity(prices, USER))).values():
        assert np.diff(_number(one, "margin_per_user_month")) == pytest.approx(np.ones(100))
        assert np.all(np.diff(one["share_of_users_losing"].to("").magnitude) <= 1e-12)


def test_percentiles_are_in_order(serving: Study) -> None:
    """A user who uses more never costs less, and the mean lies between the least and the most."""
    for one in serving.costs.values():
        found = [one.quantities[f"cost_per_user_month_{name}"] for name in PERCENTILES]
        assert found == sorted(found)
        assert found[0] < one["cost_per_user_month"] < found[-1]


def test_twice_the_users_never_lower_the_fleet(serving: Study, seed: object) -> None:
    """Neither the systems nor what they cost fall as users come."""
    factors = np.sort(np.exp(random_of(seed, "users").uniform(np.log(1e-3), np.log(1e2), 50)))
    once, twice = (costs_under(serving, with_workload(serving.scenario, users=k * factors)) for k in (1, 2))
    for id_, one in once.items():
        for name, unit in (("servers", "server"), ("total_per_month", "USD/month")):
            assert np.all(_number(twice[id_], name, unit) >= _number(one, name, unit) * (1 - 1e-12))


def test_a_full_fleet_is_no_cheaper_for_more_users(serving: Study) -> None:
    """As systems and spares that are not full lose weight, a query's cost falls to that of full ones and no further."""
    factors = np.geomspace(1e-2, 1e5, 80)
    for one in costs_under(serving, with_workload(serving.scenario, users=factors)).values():
        cost = _number(one, "cost_per_query", "USD/query")
        assert np.all(cost >= cost[-1] * (1 - 1e-3))
        assert cost[-2] == pytest.approx(cost[-1], rel=1e-3)


def test_margins_are_revenue_minus_costs(serving: Study) -> None:
    """To the last bit, in any order, at each level; and payment takes a share of the revenue."""
    lines = (
        FurtherCost(id="a", name="payment", revenue_share=quantity(0.03)),
        FurtherCost(id="b", name="support", per_user=quantity(0.7, USER)),
        FurtherCost(id="c", name="labelling", amount=quantity(1e5, "USD/month"), counted_in="contribution"),
        FurtherCost(id="d", name="staff", amount=quantity(3e6, "USD/month"), counted_in="result"),
    )
    workload = replace(serving.scenario.workload, further_costs=lines)
    frame = replace(serving, scenario=replace(serving.scenario, workload=workload)).income()
    for _, rows in frame.groupby("offer"):
        amounts = dict(zip(rows["line"], rows["amount"], strict=True))
        parts = rows[rows["counted_in"] != "margin"]["amount"].tolist()
        assert sum(parts) == sum(reversed(parts)) == amounts["result"]
        assert amounts["revenue"] == pytest.approx(15e6)
        assert amounts["payment"] == pytest.approx(-0.03 * 15e6)
        assert amounts["support"] == pytest.approx(-0.7 * 1.5e6)
        assert amounts["gross margin"] + amounts["labelling"] + amounts["staff"] == amounts["result"]


def test_plans_count_by_their_share(serving: Study) -> None:
    """A free tier and a paid one: revenue by share, losses on the free ones always, one cap for the free ones."""
    free = Plan(id="f", name="free", price=quantity(0.0, USER), share=quantity(0.75), cap=quantity(50.0, PER_DAY))
    paid = Plan(id="p", name="paid", price=quantity(40.0, USER), share=quantity(0.25))
    scenario = replace(serving.scenario, workload=replace(serving.scenario.workload, plans=(free, paid)))
    for one in costs_under(serving, scenario).values():
        assert float(magnitude(one["revenue_per_user_month"], USER)) == pytest.approx(10.0)
        assert 0.75 <= float(one["share_of_users_losing"].to("").magnitude) < 0.8
        gap = one["revenue_per_user_month"] - one["cost_per_user_month"]
        assert float(magnitude(gap, USER)) == pytest.approx(float(magnitude(one["margin_per_user_month"], USER)))


def _peak(day: float, week: float, *regions: tuple[float, float]) -> float:
    parts = tuple(
        Region(id=f"r{i}", name="r", share=quantity(share), hours_east=east) for i, (share, east) in enumerate(regions)
    )
    swing = Load(id="l", name="l", day=quantity(day), week=quantity(week), regions=parts)
    workload = replace(_workload("lognormal", Plan(id="p", name="p", price=MEAN)), peak_to_mean=None, load=swing)
    return float(peak_to_mean_of(workload).to("").magnitude)


def test_regions_even_each_other_out() -> None:
    """One region swings whole, two on opposite sides not at all, and any others as the sum of their days does."""
    assert _peak(1.8, 1.2) == pytest.approx(1.8 * 1.2)
    assert _peak(1.8, 1.2, (1.0, -7.0)) == pytest.approx(1.8 * 1.2)
    assert _peak(1.8, 1.2, (0.5, -6.0), (0.5, 6.0)) == pytest.approx(1.2)
    hours = np.linspace(0, 24, 240_001)
    whole = sum(s * (1 + 0.8 * np.cos(2 * np.pi * (hours - east) / 24)) for s, east in ((0.5, -6), (0.3, 1), (0.2, 7)))
    assert _peak(1.8, 1.0, (0.5, -6.0), (0.3, 1.0), (0.2, 7.0)) == pytest.approx(whole.max(), rel=1e-9)


def test_months_to_come_have_the_fleets_of_their_users() -> None:
    """Each month is the scenario with the users of then; systems never fall while users grow."""
    study = load("product", changes={"offers": "purchase/hgx-h100"})
    table = study.months_ahead(12)
    assert table["users"].to_numpy() == pytest.approx(2e6 * 1.03 ** np.arange(13))
    assert np.all(np.diff(table["servers"]) >= 0)
    then = study.with_({"demand.users": float(table["users"].iloc[-1])}).costs["purchase/hgx-h100"]
    assert table["total_per_month"].iloc[-1] == pytest.approx(float(magnitude(then["total_per_month"], "USD/month")))
    margins = _number(then, "margin_per_user_month") * table["users"].iloc[-1]
    assert table["margin_per_month"].iloc[-1] == pytest.approx(float(margins))
