"""Rents and the terms of contracts by hand."""

from __future__ import annotations

from costmodel.economics.formulas import renting as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds

HOURS = 365.25 * 24 / 12
FOLLOWED = {"headroom": 0.1, "start_up": 2, "minimum_time": 4, "step": 0}


@cases(
    (f.rent_cost, {"price": 2, "per_system": 8, "servers": 3}, 48 * HOURS),
    (f.discounted_price, {"price": 2, "discount": 0.4}, 1.2),
    (f.contract_price, {"value": 48 * HOURS, "accelerators": 2, "months": 12}, 2),
    (f.followed_share, {"used": 0.4, **FOLLOWED}, 0.54),
    (f.followed_share, {"used": 0.4, **FOLLOWED, "step": 0.1}, 0.59),
    (f.followed_share, {"used": 0.1, **FOLLOWED, "step": 0.6}, 0.6),
    (f.followed_share, {"used": 0.1, **FOLLOWED, "step": 1}, 1),
    (f.followed_share, {"used": 0.95, **FOLLOWED}, 1),
    (f.paid_share, {"utilization": 0.6, "take_or_pay": 0.9}, 0.9),
    (f.paid_share, {"utilization": 0.6, "take_or_pay": 0.5}, 0.6),
    (f.paid_rent, {"rent": 1000, "share": 0.9}, 900),
    (f.prepaid_sum, {"rent": 1000, "prepayment": 0.2, "months": 36}, 7200),
    (f.prepaid_rent, {"rent": 1000, "prepayment": 0.2}, -200),
    (f.unused_rent, {"rent": 1000, "take_or_pay": 0.9, "sublet": 0.5}, 450),
    (f.credits_cost, {"rent": 1000, "share": 0.5, "cost": 0.6}, -200),
    (f.interruption_cost, {"rent": 1000, "interruptions": 0.01, "lost_time": 3}, 30),
    (f.shares_value, {"shares_received": 800, "accelerators": 16, "per_system": 8, "servers": 3}, -1200),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Rents, prices and shares that are paid are what plain arithmetic gives, on both sides of each limit."""
    assert holds(one, given, right)
