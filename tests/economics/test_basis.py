"""What a figure is counted in, in words."""

from __future__ import annotations

import pytest

from costmodel.domain.scenario import Scenario
from costmodel.economics.basis import horizon_in_words
from costmodel.units import parse
from tests.figures import made


@pytest.mark.parametrize(
    ("horizon", "words"),
    [
        ("1 year", "1 year"),
        ("1 month", "1 month"),
        ("18 month", "18 months"),
        ("2 year", "2 years"),
        ("7.95 year", "7.95 years"),
    ],
)
def test_a_short_horizon_is_told_in_months(horizon: str, words: str) -> None:
    """A month was 0.0833333 years."""
    assert horizon_in_words(made(Scenario, finance_horizon=parse(horizon))) == words
