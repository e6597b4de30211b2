"""Break-even in time: by cash that adds up month by month, and by the prices of a day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from costmodel.analysis.in_time import cumulative_cash, paid_by_users, price_days
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study

LAST = -1


def test_cash_that_adds_up_is_that_of_the_statement(study: Study) -> None:
    """Its last month is the sum of all cash of the statement by month."""
    table, statement = cumulative_cash(study.costs), study.cash()
    paid = statement[statement["view"] == "cash"].groupby("offer")["cost"].sum()
    for offer in study.costs:
        assert table[offer].iloc[LAST] == pytest.approx(paid[offer], rel=1e-9)


def test_a_payback_is_where_cash_that_adds_up_changes_its_order(study: Study) -> None:
    """Before it the one has cost more, from it on the other; no other month is one."""
    table = cumulative_cash(study.costs)
    for one in study.break_even("time"):
        if one.second == "plan":
            continue
        gaps = np.sign((table[one.first] - table[one.second]).to_numpy())
        assert len(one.crossings) == int(np.sum(gaps[1:] * gaps[:-1] < 0))
        for at in one.crossings:
            assert gaps[int(at.value)] == -gaps[int(at.before)] != 0
            assert (at.cost_first, at.cost_second) == tuple(table.loc[at.value, [one.first, one.second]])


def test_the_first_profitable_month_is_that_of_the_plan(serving: Study) -> None:
    """Users have paid price x users x months; from the reported month on that is more than the cash of the offer."""
    workload, table = serving.scenario.workload, cumulative_cash(serving.costs)
    paid = float((workload.plan_price * workload.users).to("USD/month").magnitude)
    for one in serving.break_even("time"):
        if one.second == "plan":
            for at in one.crossings:
                assert at.cost_second == pytest.approx(paid * at.value, rel=1e-9)
                assert table.loc[at.value, one.first] == at.cost_first <= at.cost_second


def test_users_pay_what_margins_count() -> None:
    """A tenth that is let off, or seats that nobody uses, are in what they have paid as in what is left of them."""
    study = load("copilot", changes={"plan.discount": "0.1", "plan.active_share": "0.5"})
    paid = paid_by_users(study.scenario, study.costs)
    one = study.costs["purchase/hgx-h100"]
    of_user = one["margin_per_user_month"] + one["cost_per_user_month"]
    month = float((of_user * study.scenario.workload.users).to("USD/month").magnitude)
    assert paid is not None
    assert paid.loc[12] == pytest.approx(12 * month, rel=1e-9)
    assert month == pytest.approx(10 * 0.9 / 0.5 * 1.5e6)


def test_paybacks_are_those_of_the_returns(serving: Study) -> None:
    """A single crossing of a purchase against a rent is the payback of buying instead."""
    years = serving.returns("rental/coreweave-h100-five-year")["payback"]
    for one in serving.break_even("time", ("hgx-h100", "coreweave-h100-five-year")):
        assert len(one.crossings) == 1
        assert one.value == pytest.approx(np.ceil(years[one.first] * 12), abs=1)


def test_the_cost_on_a_date_is_that_of_a_scenario_of_that_date(serving: Study) -> None:
    """Every offer at the prices of every day on which one changes, in layouts that stay."""
    days = price_days(serving.scenario, serving.catalog)
    assert len(days) > 2
    day = days[len(days) // 2]
    (found,) = serving.break_even("date", ("hgx-h100", "coreweave-h100-on-demand"))
    fresh = load("copilot", changes={"price_date": day}).compare()[serving.headline]
    curve = found.curve[found.curve["x"] == day.toordinal()].set_index("offer")["cost"]
    for offer in (found.first, found.second):
        assert curve[offer] == pytest.approx(fresh[offer], rel=1e-9)
    assert [date.fromordinal(int(x)) for x in found.curve["x"].unique()] == days


def test_what_a_user_sets_stays_on_every_date(serving: Study) -> None:
    """A price that is set has no history."""
    study = serving.with_({"purchase/hgx-h100.price": "200 kUSD/server"})
    (found,) = study.break_even("date", ("hgx-h100", "maia-100"))
    costs = found.curve[found.curve["offer"] == found.first]["cost"]
    assert costs.nunique() == 1
