"""Closed forms of dated flows against their months written out, at rates of zero, next to zero and far from it."""

from __future__ import annotations

from itertools import product
from math import exp, floor, log, log1p
from typing import Any

import numpy as np
import pytest

from costmodel.economics.formulas import flows as f
from costmodel.formula import Formula
from costmodel.units import Quantity, quantity
from tests.by_hand import cases, holds

USED = {"age": 30, "life": 60, "resale_discount": 0.2, "decline": 0.2, "residual_value": 0.05}
"""A system of half its life, at the end of which a tenth would be left by the trend."""

NEXT_TO_ZERO = 6e-6
"""A yearly rate whose monthly logarithm is half of that below which a series stands for a quotient."""

RATES = (-0.3, -NEXT_TO_ZERO, 0.0, NEXT_TO_ZERO, 0.08, 1.5)
RISES = (-0.2, 0.0, 0.03, "as much as money falls", "a little more")


def rise_of(rise: float | str, rate: float) -> float:
    """Return a rise; one that is told by the rate is equal to it, or beside it by less than a series bridges."""
    if isinstance(rise, str):
        return min(rate if rise.startswith("as") else exp(log1p(rate) + 5e-7) - 1, 0.5)
    return rise


def quantities(one: Formula, **numbers: Any) -> dict[str, Quantity]:
    """Return numbers as quantities in the units that a formula declares."""
    return {name: quantity(np.asarray(number, float), one.inputs[name]) for name, number in numbers.items()}


def month_by_month(rate: float, rise: float, months: int, ramp: int, delay: float) -> float:
    """Return what one a month is worth, month after month."""
    return sum(
        (1 + rise) ** floor((m - 1) / 12)
        * (min((m - 0.5) / ramp, 1) if ramp else 1)
        * (1 + rate) ** (-(m - 0.5 + delay) / 12)
        for m in range(1, months + 1)
    )


GRID = [np.array(one) for one in zip(*product((0, 1, 7, 12, 30), (0, 1, 5, 18, 40), (-0.5, 2.0)), strict=True)]
"""Months, months of a ramp, and delays."""


@pytest.mark.parametrize("rate", RATES)
def test_a_flow_is_worth_its_months(rate: float) -> None:
    """Level, raised each year, or begun over a ramp, the closed form is the sum of the months to nine digits."""
    months, ramps, delays = GRID
    for rise in (rise_of(one, rate) for one in RISES):
        given = quantities(f.ramped_worth, rate=rate, escalation=rise, months=months, ramp=ramps, delay=delays)
        right = [month_by_month(rate, rise, *one) for one in zip(*GRID, strict=True)]
        assert f.ramped_worth(**given).magnitude == pytest.approx(right, rel=1e-9)
        del given["ramp"]
        right = [month_by_month(rate, rise, n, 0, delay) for n, _, delay in zip(*GRID, strict=True)]
        assert f.escalated_worth(**given).magnitude == pytest.approx(right, rel=1e-9)


@pytest.mark.parametrize("rate", RATES)
def test_level_flows_and_their_place_in_a_year(rate: float) -> None:
    """What is paid evenly is worth its months, and as much as all of it at the place to which it is delayed."""
    months, _, delays = GRID
    right = [month_by_month(rate, 0.0, n, 0, delay) for n, _, delay in zip(*GRID, strict=True)]
    given = quantities(f.monthly_worth, rate=rate, months=months, delay=delays)
    assert f.monthly_worth(**given).magnitude == pytest.approx(right, rel=1e-9)
    year = month_by_month(rate, 0.0, 12, 0, 0.0) / 12
    middle = -12 * log(year) / log1p(rate) if abs(rate) > NEXT_TO_ZERO else 6 - log1p(rate) / 12 * 143 / 24
    assert holds(f.delay_to, {"rate": rate, "delay": 1, "place": 4}, 5 - middle)


@pytest.mark.parametrize("decline", [-0.3, 0.0, 0.2])
def test_what_is_paid_again_is_worth_each_of_its_times(decline: float) -> None:
    """Each is cheaper by the decline, and worth less by the rate, for the months until then; no times are nothing."""
    rows = list(product(RATES, (0, 5), (0, 3, 36), (0, 1, 4)))
    names = ("real_discount_rate", "start", "every", "times")
    given = quantities(f.repeated_worth, decline=decline, **dict(zip(names, zip(*rows, strict=True), strict=True)))
    right = [
        sum(((1 - decline) / (1 + rate)) ** ((start + every * j) / 12) for j in range(times))
        for rate, start, every, times in rows
    ]
    assert f.repeated_worth(**given).magnitude == pytest.approx(right, rel=1e-9)


@cases(
    (f.whole_months, {"time": 1.04}, 12),
    (f.whole_months, {"time": 1.05}, 13),
    (f.lives_begun, {"horizon": 60, "life": 24}, 3),
    (f.lives_begun, {"horizon": 48, "life": 24}, 2),
    (f.lives_begun, {"horizon": 0, "life": 24}, 1),
    (f.age_at_end, {"horizon": 60, "life": 24, "lives": 3}, 12),
    (f.age_at_end, {"horizon": 20, "life": 24, "lives": 2}, 0),
    (f.months_needed, {"months": 60, "horizon": 48}, 48),
    (f.months_bound, {"term": 60, "horizon": 48}, 60),
    (f.whole_renewals, {"terms": 4}, 2),
    (f.whole_renewals, {"terms": 1}, 0),
    (f.last_start, {"term": 36, "terms": 3}, 72),
    (f.last_renewal, {"horizon": 80, "term": 36, "terms": 3}, 8),
    (f.last_renewal, {"horizon": 30, "term": 36, "terms": 1}, 0),
    (f.last_renewal, {"horizon": 30, "term": 36, "terms": 2}, 0),
    (f.declined_price, {"years": 2, "decline": 0.1}, 0.81),
    (f.flow_present_value, {"amount": 100, "worth": 10, "repeated": 2.5}, 2500),
    (f.sum_present_value, {"amount": 100, "repeated": 2.5}, 250),
    (f.levelised, {"present_value": 1000, "level": 40}, 25),
    (f.delivered_share, {"ramped": 30, "level": 40}, 0.75),
    (f.used_value, USED | {"age": 0}, 0.8),
    (f.used_value, USED | {"age": 30}, 0.05 + 0.75 * (10**-0.5 - 0.1) / 0.9),
    (f.used_value, USED | {"age": 90}, 0.05),
    (f.used_value, USED | {"age": 30, "residual_value": 0}, 0.8 * (10**-0.5 - 0.1) / 0.9),
    (f.used_value, USED | {"age": 60, "residual_value": 0}, 0),
    (f.used_value, USED | {"age": 15, "decline": 0}, 0.05 + 0.75 * 0.75),
    (f.used_value, USED | {"age": 24, "residual_value": 0.08}, 0.8 * 10**-0.4),
    (f.used_value_by_trend, {"age": 24, "resale_discount": 0.2, "decline": 0.5}, 0.08),
    (f.used_value_between, {"age": 18, "first": 12, "span": 24, "value": 0.8, "next_value": 0.4}, 0.7),
    (f.used_value_between, {"age": 6, "first": 12, "span": 24, "value": 0.8, "next_value": 0.4}, 0.8),
    (f.used_value_between, {"age": 99, "first": 12, "span": 24, "value": 0.8, "next_value": 0.4}, 0.4),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Lives, terms, ages and prices are what plain arithmetic gives, on both sides of each limit."""
    assert holds(one, given, right)
