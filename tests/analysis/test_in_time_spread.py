"""How sure a break-even in time is: what is paid in a draw is what the model says that it is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from costmodel.analysis.draws import together
from costmodel.analysis.in_time import PLAN, costs_by_day, numbers_of, paybacks, price_days
from costmodel.analysis.in_time_spread import cash_in_draws, with_steps
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.analysis.uncertainty import answers

DRAWS, SEED = 48, 3
LONG = 900
"""Months after which nothing is paid in any draw."""


def test_all_that_is_paid_is_what_it_is_worth_undiscounted() -> None:
    """In every draw and under every offer: written out month by month, and by the closed form of the model."""
    study = load("coreweave-contract", changes={"finance.real_discount_rate": "0 1/year"})
    paid = cash_in_draws(study.model, study.links, LONG, DRAWS, SEED)
    worth = {id_: one["net_present_value"] for id_, one in study.model.costs.items()}
    for id_, drawn in answers(worth, samples=DRAWS, seed=SEED, links=study.links).drawn.items():
        np.testing.assert_allclose(paid[id_][:, -1], drawn, rtol=1e-12)


def test_users_pay_their_plan_in_every_draw(serving: Study) -> None:
    """As many as are drawn, at the price that is drawn, month by month up to the horizon."""
    workload = serving.model.traced.workload
    income = answers({PLAN: workload.plan_price * workload.users}, samples=DRAWS, seed=SEED, links=serving.links)
    paid = cash_in_draws(serving.model, serving.links, 12, DRAWS, SEED)[PLAN]
    np.testing.assert_allclose(paid, income.drawn[PLAN][:, None] * np.arange(13), rtol=1e-12)


def test_on_the_day_of_the_question_draws_are_those_of_all_answers(serving: Study) -> None:
    """The prices of that day, as far off as drawn."""
    days = [day for day in price_days(serving.scenario, serving.catalog) if day <= serving.scenario.price_date]
    drawn = together(serving.sampler.leaves, DRAWS, SEED, serving.links)
    by_day = costs_by_day(serving.scenario, serving.catalog, serving.ranked, days, drawn)
    costs = serving.sampler.draw(DRAWS, SEED).costs
    for row, found in zip(costs.T, by_day.values(), strict=True):
        np.testing.assert_allclose(found[:, -1], row, rtol=1e-12)


@pytest.mark.parametrize("over", ["time", "date"])
def test_every_break_even_in_time_says_how_sure_it_is(serving: Study, over: str) -> None:
    """Its ends are months or days that there are; without a crossing in any draw there are none."""
    days = numbers_of(price_days(serving.scenario, serving.catalog))
    known = days if over == "date" else np.arange(1_000.0)
    found = serving.break_even(over, draws=DRAWS, seed=SEED)
    assert any(one.spread and 0 < one.spread.crossing < 1 for one in found)
    for one in found:
        assert one.spread is not None
        assert 0 <= one.spread.crossing + one.spread.always <= 1
        ends = {one.spread.low, one.spread.high}
        assert ends <= set(known) if one.spread.crossing else np.isnan(list(ends)).all()


def test_a_payback_lies_where_that_of_each_draw_does() -> None:
    """What is paid at once is paid back by one a month in as many months as it is, and one; not if that is too late."""
    once, months = np.array([3.5, 1.5, 30.0, 2.5, 0.5, 5.5, 4.5, 6.5]), np.arange(13.0)
    costs = {"buy": np.repeat(once[:, None], 13, axis=1), "rent": np.tile(months, (len(once), 1))}
    own = paybacks(pd.DataFrame({id_: rows[0] for id_, rows in costs.items()}), [("buy", "rent")])
    (found,) = with_steps(own, months, costs)
    spread = found.crossings[0].spread
    assert spread is not None
    assert (found.value, spread.low, spread.median, spread.high) == (4, 1, 4, 7)
    assert (spread.crossing, spread.always, spread.draws) == (7 / 8, 0, 8)
