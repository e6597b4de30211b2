"""Speculative decoding by hand, and against a loop that guesses."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.formula import Formula
from costmodel.performance.formulas import decoding as f
from costmodel.units import magnitude
from tests.by_hand import cases, holds


@cases(
    (f.accepted_tokens, {"draft": 3, "acceptance": 0.5}, 1 + 0.5 + 0.25 + 0.125),
    (f.accepted_tokens, {"draft": 3, "acceptance": 0}, 1),
    (f.accepted_tokens, {"draft": 0, "acceptance": 0.8}, 1),
    (f.verified_tokens, {"draft": 3}, 4),
    (
        f.time_per_output_token,
        {"interval": 0.03, "plain": 0.02, "draft": 3, "draft_cost": 0.1, "accepted": 2},
        (0.03 + 3 * 0.1 * 0.02) / 2,
    ),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Tokens a step and times are what plain arithmetic gives."""
    assert holds(one, given, right)


def test_guesses_are_accepted_until_the_first_miss() -> None:
    """A draft of four tokens is taken as far as a coin that falls well seven times in ten lets it."""
    good = np.random.default_rng(1).uniform(size=(200_000, 4)) < 0.7
    taken = np.cumprod(good, axis=1).sum(axis=1) + 1
    assert magnitude(f.accepted_tokens(draft=4.0, acceptance=0.7), "1") == pytest.approx(taken.mean(), rel=0.01)
