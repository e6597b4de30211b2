"""Tokens that a provider sells, by hand."""

from __future__ import annotations

from costmodel.economics.formulas import tokens as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds


@cases(
    (f.prompt_tokens_in_cache, {"prompt": 1000, "cached_share": 0.3}, 300),
    (f.new_prompt_tokens, {"prompt": 1000, "cached_share": 0.3}, 700),
    (f.tokens_used, {"queries": 2, "tokens": 500}, 1000 * 365.25 * 86_400 / 12 / 1e6),
    (f.token_cost, {"used": 3, "price": 2.5}, 7.5),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Tokens of a month and what they cost are what plain arithmetic gives."""
    assert holds(one, given, right)
