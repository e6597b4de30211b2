"""Tables of users by hand: units, counts that stand for none, months to come, and the month from revenue to result."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from costmodel.analysis.users import (
    _in,
    _lines,
    _months_of,
    _unit,
    columns_of,
    has_income,
    months_ahead,
    table_of_users,
)
from costmodel.domain.workload import Serving
from costmodel.economics.margins import LEVELS
from costmodel.errors import MissingData
from costmodel.formula import Graph
from costmodel.units import parse, quantity
from tests.figures import costs_of, interval, made


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("break_even_users", "user"),
        ("margin_per_million_tokens", "USD/Mtoken"),
        ("share_of_users_losing", ""),
        ("share_of_queries_answered", ""),
        ("gross_margin", ""),
        ("worst_loss_per_user_month", "USD/user/month"),
    ],
)
def test_figures_of_users_have_their_units(name: str, unit: str) -> None:
    """Counts, tokens, shares, and money of a user and month."""
    assert _unit(name) == unit


def test_from_a_trillion_users_on_there_is_no_count() -> None:
    """Below it there is; other figures may be as large."""
    assert _in(parse("9e11 user"), "user") == 9e11
    assert _in(parse("1e12 user"), "user") == float("inf")
    assert _in(parse("1e12 USD/user/month"), "USD/user/month") == 1e12
    assert _in(parse("25 percent"), "") == 0.25


def test_figures_of_tokens_are_told_where_they_are_billed() -> None:
    """Costs of tokens alone are those of the comparison."""
    plain = {"cost_per_user_month": "2 USD/user/month", "cost_per_million_tokens": "3 USD/Mtoken"}
    assert columns_of(costs_of(plain)) == ["cost_per_user_month"]
    billed = costs_of({**plain, "revenue_per_million_tokens": "4 USD/Mtoken"})
    assert columns_of(billed) == ["cost_per_user_month", "cost_per_million_tokens", "revenue_per_million_tokens"]
    bands: Any = {("one", "cost_per_user_month"): interval("2 USD/user/month", "1 USD/user/month", "4 USD/user/month")}
    table = table_of_users({"one": costs_of(plain)}, bands)
    assert table.loc["one"].tolist() == [2.0, 1.0, 4.0]
    assert table.attrs["units"]["cost_per_user_month_high"] == "USD/user/month"


def test_users_of_months_to_come_grow_by_the_month() -> None:
    """100, 110 and 121 with a cost of 2 and a margin of 3 each."""
    graph = Graph()
    users = graph.leaf("demand.users", quantity(100.0, "user"))
    one: Any = costs_of({})
    one.quantities["total_per_month"] = users * quantity(2.0, "USD/user/month")
    one.quantities["margin_per_user_month"] = quantity(3.0, "USD/user/month") + 0 * users * quantity(
        1.0, "USD/user**2/month"
    )
    workload: Any = SimpleNamespace(growth=parse("10 percent/month"), need=lambda _: parse("100 user"), place="x")
    found = months_ahead(SimpleNamespace(costs={"one": one}), workload, 2)  # type: ignore[arg-type]
    assert found["month"].tolist() == [0, 1, 2]
    assert found["users"].tolist() == pytest.approx([100.0, 110.0, 121.0])
    assert found["total_per_month"].tolist() == pytest.approx([200.0, 220.0, 242.0])
    assert found["margin_per_month"].tolist() == pytest.approx([300.0, 330.0, 363.0])
    del one.quantities["margin_per_user_month"]
    assert "margin_per_month" not in _months_of("one", one, np.array([1.0]))
    with pytest.raises(MissingData, match=r"demand\.growth"):
        months_ahead(SimpleNamespace(costs={}), SimpleNamespace(growth=None, place="x"), 2)  # type: ignore[arg-type]


def test_a_month_goes_from_revenue_to_result_level_by_level() -> None:
    """100 paid, 40 for compute, 10 for what counts with it, 5 for support, 20 for staff: 50, 45 and 25 are left."""
    served, contribution, last = LEVELS
    lines = [
        SimpleNamespace(name=name, counted_in=level)
        for name, level in (("tools", served), ("support", contribution), ("staff", last))
    ]
    workload: Any = SimpleNamespace(training=None, further_costs=lines)
    month = {
        "revenue_per_month": 100,
        "gross_margin_per_month": 50,
        "further_cost_tools": 10,
        "further_cost_support": 5,
        "further_cost_staff": 20,
    }
    rows = _lines(workload, "one", costs_of({name: f"{value} USD/month" for name, value in month.items()}))
    assert [(row["line"], row["amount"], row["counted_in"]) for row in rows] == [
        ("revenue", 100.0, ""),
        ("compute", -40.0, served),
        ("tools", -10.0, served),
        (served, 50.0, "margin"),
        ("support", -5.0, contribution),
        (contribution, 45.0, "margin"),
        ("staff", -20.0, last),
        (last, 25.0, "margin"),
    ]


@pytest.mark.parametrize(
    ("costs", "training", "plans", "told"),
    [((1,), None, (1,), True), ((), 1, (1,), True), ((), None, (1,), False), ((1,), None, (), False)],
)
def test_a_month_is_told_where_users_pay_and_more_than_compute_is_paid(
    costs: tuple[int, ...], training: int | None, plans: tuple[int, ...], told: bool
) -> None:
    """A training counts as such."""
    assert has_income(made(Serving, further_costs=costs, training=training, plans=plans)) is told
    assert not has_income(None)
