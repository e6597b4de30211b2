"""Break-evens in time by hand: steps of months and days, and in which draws they exist."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from costmodel.analysis import in_time
from costmodel.analysis.crossing import BreakEven
from costmodel.analysis.in_time import by_date, numbers_of, paybacks
from costmodel.analysis.in_time_spread import _spreads
from costmodel.analysis.program_views import CHIPS, _cash, troughs
from costmodel.errors import MissingData
from costmodel.units import parse

MONTHS = pd.DataFrame(
    {"buy": [9.0, 10, 11, 12, 13], "rent": [0.0, 5, 11, 15, 20], "flat": [12.0, 12, 12, 12, 12]}
).rename_axis("month")


def _payback(first: str, second: str, table: pd.DataFrame = MONTHS) -> BreakEven:
    (found,) = paybacks(table, [(first, second)])
    return found


def test_a_payback_is_the_month_after_which_the_order_has_changed() -> None:
    """Buying has cost 12 against 15 by the third month; at two months both have cost the same."""
    found = _payback("buy", "rent")
    (at,) = found.crossings
    assert (at.value, at.before, at.status, at.cost_first, at.cost_second) == (3.0, 2.0, "steps", 12.0, 15.0)
    assert (found.variable, found.unit, found.cost_unit, found.status) == ("time", "month", "USD", "steps")
    assert found.own == (13.0, 20.0)
    assert not found.first_is_cheaper_below
    assert _payback("rent", "buy").first_is_cheaper_below
    assert found.curve["x"].tolist() == [0.0, 1, 2, 3, 4] * 2
    assert found.curve["cost"].tolist() == [*MONTHS["buy"], *MONTHS["rent"]]


def test_without_a_change_of_order_one_is_always_cheaper() -> None:
    """At 12 they are alike in one month, after which buying is dearer: that is a change; alike to itself, none."""
    assert [at.value for at in _payback("buy", "flat").crossings] == [4.0]
    assert _payback("buy", "flat", MONTHS[:4]).status == "always"
    assert _payback("flat", "buy", MONTHS[:4]).status == "never"
    as_dear = _payback("flat", "other", MONTHS.assign(other=12 * (1 + 1e-15)))
    assert (as_dear.crossings, as_dear.same, as_dear.meaning) == ((), "everywhere", "as dear over the whole range")
    begun = MONTHS.assign(other=[0.0, 5, 11, 15, 19])
    assert _payback("rent", "other", begun).same == "somewhere"
    assert _payback("rent", "flat", MONTHS[:2]).same == "nowhere"


def test_days_are_numbers_in_their_order() -> None:
    """As Python counts them."""
    assert numbers_of([date(1, 1, 1), date(1, 2, 1)]).tolist() == [1.0, 32.0]


def test_an_interval_in_time_is_of_draws_that_cross_once() -> None:
    """In three of five draws the first becomes cheaper, after 1, 3 and 3 days; it is always so in one."""
    one: Any = SimpleNamespace(first_is_cheaper_below=False, crossings=(1,))
    gaps = np.array([[1.0, -1, -1, -1], [1, 1, 1, -1], [2, 0, 1, -3], [-1, 0, -2, -3], [0, 0, 0, 0]])
    (found,) = _spreads(one, np.array([0.0, 1, 2, 3]), gaps)
    assert (found.median, found.low, found.high) == (3.0, 1.0, 3.0)
    assert (found.crossing, found.always, found.draws) == (0.6, 0.2, 5)


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a program that pays 9, 1, 4 and 1, and a rival that pays 3 and 3."""
    paid = {"chip": [9.0, 1, 4, 1], "rival": [3.0, 3]}
    monkeypatch.setattr(
        "costmodel.analysis.program_views.cash_of", lambda flows: SimpleNamespace(total=np.array(flows))
    )
    return SimpleNamespace(costs=paid)


def test_a_trough_is_where_a_program_has_paid_most_beyond_its_rival(study: Any) -> None:
    """9 - 3, 10 - 6, 14 - 6, 15 - 6: after its last payment a rival has still paid all; without one, all is beyond."""
    cash = _cash(study, "chip", "rival")
    assert cash["beyond"].tolist() == [6.0, 4.0, 8.0, 9.0]
    assert cash["paid_by_rival"].tolist() == [3.0, 6.0, 6.0, 6.0]
    alone = _cash(study, "chip", "")
    assert alone["beyond"].tolist() == alone["paid"].tolist() == [9.0, 10.0, 14.0, 15.0]
    (one,) = troughs(cash[:3])
    assert (one.program, one.rival, one.month, one.beyond, one.total) == ("chip", "rival", 2, 8.0, 14.0)
    assert list(troughs(pd.DataFrame())) == []


def test_prices_of_one_day_change_on_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where all are own quotes of the day of the question: there is no day on which the order could change."""
    monkeypatch.setattr(in_time, "price_days", lambda *_: [date(2026, 11, 1)])
    with pytest.raises(MissingData, match="mine: no price of its offers changes after 2026-11-01"):
        by_date(SimpleNamespace(id="mine"), None, {"a": parse("1 USD")}, [])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "own"), [((2026, 1, 1), 1.0), ((2026, 2, 1), 2.0), ((2026, 2, 2), 2.0), ((2030, 1, 1), 3.0)]
)
def test_the_scenarios_own_day_is_the_last_with_a_price(
    monkeypatch: pytest.MonkeyPatch, asked: tuple[int, int, int], own: float
) -> None:
    """The day itself counts; before all of them the first does."""
    days = [date(2026, 1, 15), date(2026, 2, 1), date(2026, 3, 1)]
    monkeypatch.setattr(in_time, "price_days", lambda *_: days)
    costs = {"a": np.array([[1.0, 2, 3]]), "b": np.array([[2.0, 1, 1]])}
    monkeypatch.setattr(in_time, "costs_by_day", lambda *_: costs)
    scenario: Any = SimpleNamespace(price_date=date(*asked))
    (found,) = by_date(scenario, None, {"a": parse("1 USD")}, [("a", "b")])  # type: ignore[arg-type]
    assert (found.own[0], found.variable, found.cost_unit) == (own, "date", "USD")
    assert [at.value for at in found.crossings] == [float(date(2026, 2, 1).toordinal())]


def test_chips_made_go_up_by_one_two_and_five() -> None:
    """From a thousand to ten million."""
    assert (*(digit * 10.0**power for power in range(3, 7) for digit in (1, 2, 5)), 1e7) == CHIPS
