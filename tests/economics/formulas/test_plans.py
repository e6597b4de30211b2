"""What users pay, cost and lose, by hand."""

from __future__ import annotations

from costmodel.economics.formulas import plans as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds

DAYS = 365.25 / 12
"""Of a month."""

LOSES = {"seat": DAYS, "cost_per_query": 0.05}
"""One dollar a day pays for twenty queries."""

BETWEEN = {"first": 10, "last": 50, "below_first": 0.6, "below_last": 0.9}
LOST = {"included": 30, "beyond_first": 4, "beyond_included": 2, "beyond_last": 1}


@cases(
    (f.seat_revenue, {"price": 20, "discount": 0.1, "active_share": 0.75}, 24),
    (
        f.metered_price,
        {
            "prompt_token_price": 3,
            "output_token_price": 15,
            "prompt_tokens": 1000,
            "output_tokens": 200,
            "discount": 0.2,
        },
        0.0048,
    ),
    (f.price_of_prompt_token, {"prompt_token_price": 3, "cached_token_price": 0.3, "cached_share": 0.25}, 2.325),
    (f.per_million_tokens, {"amount": DAYS, "queries": 16, "output_tokens": 500}, 125),
    (f.queries_beyond, {"answered": 20, "up_to": 12}, 8),
    (f.queries_beyond, {"answered": 5, "up_to": 12}, 0),
    (f.revenue_of_user, {"seat": 10, "price_per_query": 0.01, "billed": 16}, 10 + 0.16 * DAYS),
    (f.part_of_plan, {"of_plan": 10, "share": 0.25, "shares": 0.5}, 5),
    (f.queries_of_plan, {"of_plan": 10, "share": 0.25, "shares": 0.5}, 5),
    (f.share_of_plan, {"of_plan": 0.8, "share": 0.25, "shares": 0.5}, 0.4),
    (f.loses_from, {**LOSES, "price_per_query": 0.02, "included": 30}, 20),
    (f.loses_from, {**LOSES, "price_per_query": 0.02, "included": 10}, 0.8 / 0.03),
    (f.loses_from, {**LOSES, "price_per_query": 0.05, "included": 10}, 1e30),
    (f.loses_from, {**LOSES, "price_per_query": 0.06, "included": 10}, 1e30),
    (f.loses_from, {**LOSES, "cost_per_query": 0, "price_per_query": 0, "included": 10}, 1e30),
    (f.loses_up_to, {**LOSES, "cost_per_query": 0, "price_per_query": 0, "included": 10}, 1e30),
    (f.share_losing, {**BETWEEN, "cap": 100}, 0.3),
    (f.share_losing, {**BETWEEN, "cap": 50}, 0.4),
    (f.share_losing, {**BETWEEN, "cap": 10}, 0),
    (f.share_losing, {**BETWEEN, "below_first": 0.95, "cap": 100}, 0),
    (f.loss_per_user, {"cost_per_query": 0.05, "price_per_query": 0.02, "first": 10, **LOST}, 0.16 * DAYS),
    (f.loss_per_user, {"cost_per_query": 0.05, "price_per_query": 0.07, "first": 10, **LOST}, 0.08 * DAYS),
    (f.loss_per_user, {"cost_per_query": 0.05, "price_per_query": 0.02, "first": 30, **LOST}, 0.16 * DAYS),
    (f.loss_per_user, {"cost_per_query": 0.05, "price_per_query": 0.02, "first": 31, **LOST}, 0.12 * DAYS),
    (f.loss_per_user, {"cost_per_query": 0.05, "price_per_query": 0.07, "first": 31, **LOST}, 0),
    (f.loss_per_user, {"cost_per_query": 0.01, "price_per_query": 0.04, "first": 10, **LOST}, 0),
    (f.loss_of_losing, {"loss": 2, "share": 0.25}, 8),
    (f.loss_of_losing, {"loss": 2, "share": 2e-12}, 1e12),
    (f.loss_of_losing, {"loss": 2, "share": 1e-12}, 0),
    (f.revenue_per_month, {"revenue_per_user": 10, "users": 100}, 1000),
    (f.further_cost, {"amount": 100, "per_user": 2, "users": 10, "revenue_share": 0.1, "revenue": 500}, 170),
    (f.margin_per_month, {"revenue": 100, "cost": 130}, -30),
    (f.margin_of_revenue, {"margin": 30, "revenue": 120}, 0.25),
    (f.margin_of_user, {"margin": 30, "users": 10}, 3),
    (f.loss_of_user, {"cost": 12, "revenue": 10}, 2),
    (f.larger_loss, {"one": 1, "other": 2}, 2),
    (f.full_cost, {"each": 3, "spread": 2, "revenue": 10, "revenue_share": 0.2}, 7),
    (f.break_even_price, {"each": 3, "spread": 2, "revenue_share": 0.2}, 6.25),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Revenue, losses and margins are what plain arithmetic gives, on both sides of each limit."""
    assert holds(one, given, right)
