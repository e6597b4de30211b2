"""What is left of a year, in words."""

from __future__ import annotations

from math import inf

import pandas as pd
import pytest

from costmodel.analysis.columns import NEVER
from costmodel.report.earned import _from_users, _left


@pytest.mark.parametrize(
    ("value", "low", "high", "words"),
    [
        (567e6, -3.34e9, 3.12e9, "; whether it earns anything is open: 0.57 GUSD (−3.34 to 3.12)"),
        (2.0e9, 1.0e9, 3.0e9, ", and it earns 2 GUSD (1 to 3)"),
        (-392e6, -505e6, -293e6, ", and it loses 392 MUSD (293 to 505)"),
    ],
)
def test_a_result_is_said_as_surely_as_its_interval(value: float, low: float, high: float, words: str) -> None:
    """A year whose interval holds nothing neither earns nor loses."""
    assert _left(pd.Series({"value": value, "low": low, "high": high, "unit": "USD"})) == words


@pytest.mark.parametrize(
    ("users", "words"),
    [
        (NEVER, "; no number of users pays for it"),
        (inf, "; no number of users pays for it"),
        (2.5e6, "; it pays from 2.5 million users on"),
        (0.4, ""),
    ],
)
def test_a_count_without_end_is_no_number_of_users(users: float, words: str) -> None:
    """What stands for no end in the model is told in words, and no nonillion of users."""
    assert _from_users(users) == words
