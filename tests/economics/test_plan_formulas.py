"""Formulas of what users pay, by hand: where a user pays for himself again, and how many users it takes."""

from __future__ import annotations

import pytest

from costmodel.economics.formulas import plans as f
from costmodel.units import magnitude, parse

SEAT, INCLUDED = parse("10 USD/user/month"), parse("300 query/user/month")


@pytest.mark.parametrize(("price", "cost", "queries"), [(0.05, 0.04, 500.0), (0.05, 0.01, 300.0), (0.02, 0.04, None)])
def test_a_user_pays_for_himself_again(price: float, cost: float, queries: float | None) -> None:
    """(0.05 x 300 - 10) / (0.05 - 0.04) = 500 queries, never fewer than are included, and never below cost."""
    found = f.loses_up_to(
        seat=SEAT,
        included=INCLUDED,
        cost_per_query=parse(f"{cost} USD/query"),
        price_per_query=parse(f"{price} USD/query"),
    )
    if queries is None:
        assert found.magnitude == 1e30
    else:
        assert magnitude(found, "query/user/month") == pytest.approx(queries)


@pytest.mark.parametrize(("each", "users"), [(4.0, 250.0), (8.0, 1e30), (9.0, 1e30)])
def test_users_whose_margins_pay_for_the_rest(each: float, users: float) -> None:
    """1,000 USD a month over 10 x (1 - 20%) - 4 USD a user are 250 users; a user without margin never pays."""
    found = f.break_even_users(
        anyway=parse("1000 USD/month"),
        each=parse(f"{each} USD/user/month"),
        revenue=SEAT,
        revenue_share=parse("0.2"),
    )
    assert magnitude(found, "user") == pytest.approx(users)
