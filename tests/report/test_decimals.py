"""How many decimals numbers beside each other have."""

from __future__ import annotations

import math

import pytest

from costmodel.report.decimals import Row, alike, column, ranged


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([2.39, 12.4, 7.1], ["2.39", "12.40", "7.10"]),
        ([1_450_000, 210_000.0, math.nan], ["1,450,000", "210,000", "–"]),
        ([-140_000, 0], ["−140,000", "0"]),
        ([1e-6, 1e6], ["1×10⁻⁶", "1,000,000"]),
        ([-0.001, 5.0], ["−0.001", "5.000"]),
        ([], []),
    ],
)
def test_column_aligns_points(values: list[float], texts: list[str]) -> None:
    """Numbers of a column have the same decimals, unless they are too far apart."""
    assert column(values) == texts


@pytest.mark.parametrize(
    ("rows", "texts"),
    [
        ([(0.126, 0.0803, 0.253), (0.12, 0.0482, 0.277)], [("0.126", "0.080", "0.253"), ("0.120", "0.048", "0.277")]),
        ([(16.0, 15.0, 17.0), (30.7, 29.0, 33.0)], [("16.0", "15.0", "17.0"), ("30.7", "29.0", "33.0")]),
        ([(0.092, 0.0476, 0.211), (0.761, 0.363, 2.3)], [("0.092", "0.048", "0.211"), ("0.761", "0.363", "2.300")]),
        ([(267_412.0, 232_000.0, 298_000.0)], [("267,000", "232,000", "298,000")]),
        (
            [(0.243, 0.077, 0.633), (0.25, 0.1, 0.6), (313.4, 131.0, 742.0)],
            [*[("0.243", "0.077", "0.633")], ("0.250", "0.100", "0.600"), ("313", "131", "742")],
        ),
        ([(0.0, 0.0, 0.0), (math.nan, math.nan, math.nan)], [("0", "0", "0"), ("–", "–", "–")]),
        ([], []),
    ],
)
def test_a_column_has_the_decimals_that_its_narrowest_interval_bears(
    rows: list[Row], texts: list[tuple[str, str, str]]
) -> None:
    """Zeros at the end are kept, digits far below an interval are not, and one row far off has its own."""
    assert alike(rows) == texts


def test_numbers_without_intervals_are_alike_too() -> None:
    """Columns of which no interval is known keep their zeros."""
    rows = [(value, math.nan, math.nan) for value in (2.0, 2.06, 0.777)]
    assert [text for text, *_ in alike(rows)] == ["2.000", "2.060", "0.777"]


def test_an_interval_around_nothing_has_its_own_digits() -> None:
    """A result that may be a loss is not said to a millionth of its interval."""
    assert ranged(567e6, -3.34e9, 3.12e9, "USD") == "0.57 GUSD (−3.34 to 3.12)"
