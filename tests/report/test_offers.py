"""The table of offers."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from costmodel.report.offers import PAYBACK, _paybacks, _scale


@pytest.mark.parametrize(
    ("values", "unit", "found"),
    [
        ([12_100.0, 12_600.0, 15.7e6], "USD/month", (1e3, "kUSD/month")),
        ([0.0, 532e3, float("nan"), 631e3], "USD", (1e3, "kUSD")),
        ([0.0008, 0.002], "USD/query", (1 / 1000, "USD/1,000 queries")),
        ([0.0008, 0.002, 1.03], "USD/query", (1 / 1000, "USD/1,000 queries")),
        ([2.0, 5000.0], "USD/user/month", (1.0, "USD/user/month")),
    ],
)
def test_a_column_has_the_unit_of_most_of_its_figures(values: list[float], unit: str, found: tuple[float, str]) -> None:
    """One offer that costs a thousand times as much leaves the others their digits, as in the chart."""
    name = "cost_per_query" if unit == "USD/query" else "total_per_month"
    assert _scale(name, pd.Series(values), unit) == found


def test_only_what_is_bought_today_pays_back() -> None:
    """A later market is no choice, who buys nothing gets nothing back; years have tenths, never is a word."""
    table = pd.DataFrame({"capital": [5.0, 5.0, 0.0, math.nan], PAYBACK: [1.537, math.nan, 0.0, 0.0]}, list("abcd"))
    study: Any = SimpleNamespace(choices=["a", "b", "d"])
    assert [one.text for one in _paybacks(study, table, "d")] == ["1.5", "never", "–", "–"]
