"""Cash by hand: years of months, paybacks, and what one way gains on another."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from costmodel.analysis import cash
from costmodel.analysis.cash import HOURS, _exact, _in, _paid_back, _quantity, by_year, returns
from costmodel.domain.offers import Rental
from costmodel.domain.token_api import TokenApi
from costmodel.economics.lines import Flows, Line
from costmodel.units import parse, quantity
from tests.figures import costs_of, made


def test_months_are_summed_by_the_year_that_they_end() -> None:
    """The start is year 0, month 12 the last of year 1; only one view counts."""
    rows = [(0, 5.0), (1, 1.0), (12, 2.0), (13, 4.0), (24, 8.0)]
    frame = pd.DataFrame([{"offer": "a", "view": "cash", "period": month, "cost": cost} for month, cost in rows])
    other = frame.assign(view="amortised", cost=1.0).head(2)
    table = by_year(pd.concat([frame, other]))
    assert table.loc["a"].to_dict() == {0: 5.0, 1: 3.0, 2: 12.0}
    assert by_year(pd.concat([frame, other]), "amortised").loc["a"].to_dict() == {0: 1.0, 1: 1.0}


def test_what_is_saved_pays_back_if_in_the_end_it_outweighs() -> None:
    """100 paid and 25 saved for 6 months: after 4 months; at 12% a month 102.8 of 100 is won back, at 13% not."""
    saved = np.array([-100.0, *(6 * [25.0])])
    month = np.arange(7.0)
    assert _paid_back(saved) == pytest.approx(4 / 12)
    assert _paid_back(saved * 1.12**-month) == pytest.approx((6 - 2.785 / (25 / 1.12**6)) / 12, rel=1e-3)
    assert np.isnan(_paid_back(saved * 1.13**-month))
    assert _paid_back(np.array([-100.0, 100.0])) == pytest.approx(1 / 12)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a purchase of 100 that saves 60 a year against a rent of 10 a month."""
    start, later = np.eye(1, 25)[0], 1 - np.eye(1, 25)[0]
    flows = {"buy": Flows(100.0 * start, 5.0 * later), "rent": Flows(0.0 * start, 10.0 * later)}
    monkeypatch.setattr(cash, "expand_all", lambda lines, _last, _terms: flows[lines])
    monkeypatch.setattr(cash, "last_month", lambda _lines: 24)
    terms = SimpleNamespace(payment_delay=quantity(0.0, "month"))
    money = SimpleNamespace(terms=terms, real_discount_rate=quantity(0.1, "1/year"))
    worth = {"buy": "210 USD", "rent": "220 USD"}
    costs = {id_: costs_of({"net_present_value": text}) for id_, text in worth.items()}
    for id_, one in costs.items():
        object.__setattr__(one, "lines", id_)
        object.__setattr__(one, "money", money)
    return costs


def test_a_return_is_of_what_is_saved_on_the_base(found: Any) -> None:
    """Buying gains 10; 100 at first for 5 in the middle of each of 24 months, which alone are back after 20."""
    row = returns(found, "rent").loc["buy"]
    assert row["net_present_value_gained"] == pytest.approx(10.0)
    at_rate = sum(5 / (1 + row["internal_rate_of_return"]) ** ((month - 0.5) / 12) for month in range(1, 25))
    assert at_rate == pytest.approx(100, rel=1e-9)
    assert row["payback"] == pytest.approx(20 / 12)
    monthly = 1.1 ** (1 / 12) - 1
    months = np.log(1 - 20 * monthly * 1.1 ** (-1 / 24)) / -np.log(1 + monthly)
    assert row["discounted_payback"] == pytest.approx(months / 12, abs=1e-3)
    back = returns(found, "buy").loc["rent"]
    assert back["net_present_value_gained"] == pytest.approx(-10.0)
    assert back[["internal_rate_of_return", "payback"]].isna().all()


def test_what_is_counted_follows_from_the_line() -> None:
    """Kilowatt-hours at the price of the start, hours that are paid and there, tokens, or systems."""
    site, ramp = SimpleNamespace(electricity_price=parse("0.1 USD/kWh")), parse("2 month")
    scenario: Any = SimpleNamespace(site=site, workload=SimpleNamespace(ramp=ramp))
    rising = Line("energy", parse("3 USD/month"), months=parse("14 month"), escalation=parse("1 /year"))
    terms = SimpleNamespace(start_up=quantity(0.0, "hour"))
    fleet = SimpleNamespace(rented=quantity(0.5), varies=False, together=None, ramp=ramp, terms=terms)
    system = SimpleNamespace(accelerators=parse("8 accelerator/server"))
    offer = made(Rental, id="one", system=system, use="follows load", minimum_time=None)
    one: Any = costs_of({"servers": "2 server"}, offer=offer, lines=[rising])
    for name, value in (("fleet", fleet), ("money", SimpleNamespace(terms=SimpleNamespace(payment_delay=None)))):
        object.__setattr__(one, name, value)
    assert HOURS == 8766 / 12
    kwh, unit = _quantity(scenario, one, "energy", 15, "cash")
    assert (kwh[1:].tolist(), unit) == (pytest.approx([30.0] * 14), "kWh")
    assert _quantity(scenario, one, "energy", 15, "amortised")[0].tolist() == pytest.approx([30.0] * 15)
    hours, unit = _quantity(scenario, one, "rent", 4, "cash")
    assert (hours[1:].tolist(), unit) == ([16 * 730.5 * there / 2 for there in (0.25, 0.75, 1)], "accelerator*hour")
    systems, unit = _quantity(scenario, one, "servers", 2, "cash")
    assert (systems.tolist(), unit) == ([2.0, 2.0], "server")
    api = costs_of({"input_tokens": "3 Mtoken/month"}, offer=made(TokenApi, id="api"))
    assert _quantity(scenario, api, "input tokens", 4, "cash")[0][1:].tolist() == [0.75, 2.25, 3.0]


def test_flows_are_rounded_so_that_they_add_up_in_any_order() -> None:
    """What is nothing stays nothing, each in its own place."""
    rows = [np.array([0.1, 0.0, 0.2]), np.array([0.3, 0.7, 0.0])]
    found = _exact(rows)
    assert [one.tolist() for one in found] == [pytest.approx(row.tolist(), abs=1e-11) for row in rows]
    assert found[0].sum() + found[1].sum() == found[1][1] + found[0][2] + found[1][0] + found[0][0]
    assert (found[0][1], found[1][2]) == (0.0, 0.0)
    assert np.isnan(_in(costs_of({}), "accelerators", "accelerator", missing=True))
    with pytest.raises(KeyError):
        _in(costs_of({}), "accelerators", "accelerator")
    assert _in(costs_of({"x": "1 kUSD"}), "x", "USD", missing=True) == 1000.0
