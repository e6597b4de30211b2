"""The cheapest of each draw, by hand, with draws that some or none answer."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.analysis.cheapest import cheapest, is_close, least_of, probabilities
from costmodel.units import quantity

NONE = np.nan
COSTS = np.array([[1.0, 2.0], [3.0, 2.0], [2.0, 2.0], [NONE, 5.0], [4.0, NONE], [NONE, NONE]])


def test_shares_are_of_the_draws_with_an_answer() -> None:
    """Of five draws that anyone answers the first is the cheapest in three: a tie is the first's."""
    assert probabilities(["a", "b"], COSTS) == {"a": 0.6, "b": 0.4}
    assert least_of(COSTS)[:5].tolist() == [1.0, 2.0, 2.0, 5.0, 4.0]
    assert np.isnan(least_of(COSTS)[5])
    assert probabilities(["a", "b"], COSTS[5:]) == {"a": 0.0, "b": 0.0}
    assert cheapest({"a": quantity(3.0, "USD"), "b": quantity(2.0, "USD")}) == "b"


@pytest.mark.parametrize(
    ("shares", "close"),
    [
        ({"a": 0.54, "b": 0.46}, True),
        ({"a": 0.4, "b": 0.6}, True),
        ({"a": 0.5, "b": 0.375, "c": 0.125}, False),
        ({"a": 0.5625, "b": 0.4375}, False),
        ({"a": 0.1, "b": 0.0}, False),
        ({"a": 1.0}, False),
    ],
)
def test_a_lead_of_less_than_a_tenth_is_close(shares: dict[str, float], close: bool) -> None:
    """Over the next likeliest, whoever it is; alone nothing is close."""
    assert is_close("a", shares) is close
