"""How many decimals numbers that are read beside each other have: alike, and no more than their intervals bear."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log10
from statistics import median

from costmodel.report.numerals import (
    DIGITS,
    FULL_UP_TO,
    LARGEST_PLAIN,
    axis_unit,
    is_number,
    joined,
    number,
    power,
    signed,
)

MOST_COLUMN_DIGITS = 9
_SEVERAL = 2
APART = 100
"""Numbers so many times as large or small as the middle one have digits of their own."""
FINEST = 50
"""One in the last digit is at least such a part of half the narrowest interval: what is finer means nothing."""

Row = tuple[float, float, float]
"""A number with the ends of its interval; ends that nobody knows are not-a-number."""


def column(values: Sequence[float]) -> list[str]:
    """Return the numbers of one table column with the same number of decimals, so that their points align.

    Special case: numbers too far apart for that are each written with their own significant digits.

    >>> column([1234.5, 20.25]), column([0.0031, 0.25])
    (['1,234', '20'], ['0.0031', '0.2500'])
    """
    sizes = _sizes(values)
    if not sizes or max(sizes) >= LARGEST_PLAIN:
        return [number(value) for value in values]
    decimals = _fewest(sizes, _decimals(sizes))
    if decimals + max(0, power(max(sizes))) > MOST_COLUMN_DIGITS:
        return [number(value) for value in values]
    return [_fixed(value, decimals) for value in values]


def together(columns: Sequence[Sequence[float]]) -> list[list[str]]:
    """Return columns of one unit with as many decimals as leave three digits of their middle number.

    Special cases: columns of unlike sizes have decimals of their own; what would round to nothing has its own digits.

    >>> together([[23_632.4, 7_147.23, 0.0], [945.2, 355.74, 0.36]])
    [['23,632', '7,147', '0'], ['945', '356', '0.36']]
    """
    middles = [median(sizes) for one in columns if (sizes := _sizes(one))]
    sizes = _sizes([value for one in columns for value in one])
    if len(middles) < _SEVERAL or max(middles) > APART * min(middles) or max(sizes) >= LARGEST_PLAIN:
        return [column(one) for one in columns]
    middle = median(sizes)
    near = [size for size in sizes if size < APART * middle]
    decimals = _fewest(near, max(0, DIGITS - 1 - power(middle)))
    return [[_beside(value, middle, decimals) for value in one] for one in columns]


def _beside(value: float, middle: float, decimals: int) -> str:
    """Return a number with some decimals; one far above others, or that these would show nothing of, has its digits."""
    if abs(value) >= APART * middle:
        return number(value)
    return number(value, 2) if value and not round(value, decimals) else _fixed(value, decimals)


def alike(rows: Sequence[Row]) -> list[tuple[str, str, str]]:
    """Return numbers and the ends of their intervals with as many decimals as the narrowest interval bears.

    Special case: numbers far from the middle one have their own digits.

    >>> alike([(0.126, 0.0803, 0.253), (0.12, 0.0482, 0.277)])
    [('0.126', '0.080', '0.253'), ('0.120', '0.048', '0.277')]
    >>> alike([(0.243, 0.077, 0.633), (0.252, 0.146, 0.64), (313.0, 131.0, 742.0)])[2]
    ('313', '131', '742')
    """
    sizes = _sizes([value for value, _, _ in rows])
    middle = median(sizes) if sizes else 0.0
    near = [row for row in rows if not row[0] or middle / APART < abs(row[0]) < min(middle * APART, LARGEST_PLAIN)]
    decimals = _borne(near)
    return [_written(row, decimals if row in near else None) for row in rows]


def ranged(value: float, low: float, high: float, unit: str = "") -> str:
    """Return a number with its interval, all three in one unit.

    >>> ranged(567e6, -3.34e9, 3.12e9, "USD"), ranged(1.22, 0.366, 3.92, "USD/user/month")
    ('0.57 GUSD (−3.34 to 3.12)', '1.22 USD/user/month (0.37 to 3.92)')
    """
    (said, least, most), word = _in_one_unit(value, low, high, unit)
    return f"{joined(said, word)} ({least} to {most})"


def ends(value: float, low: float, high: float, unit: str = "") -> str:
    """Return the interval of a number, its ends in one unit.

    >>> ends(9.27, 5.81, 16.0, "USD/user/month")
    '5.8 – 16.0 USD/user/month'
    """
    (_, least, most), word = _in_one_unit(value, low, high, unit)
    return joined(f"{least} – {most}", word)


def _in_one_unit(value: float, low: float, high: float, unit: str) -> tuple[tuple[str, str, str], str]:
    factor, word = axis_unit(max(abs(value), abs(low), abs(high)), unit)
    return alike([(value / factor, low / factor, high / factor)])[0], word


def _borne(rows: Sequence[Row]) -> int:
    """Return the decimals of rows: those of their values, and fewer where an interval is too wide for them."""
    sizes = _sizes([value for value, _, _ in rows])
    if not sizes:
        return 0
    halves = [(high - low) / 2 for _, low, high in rows if low < high < LARGEST_PLAIN]
    most = _decimals(sizes)
    borne = min(most, max(0, ceil(-log10(min(halves) / FINEST)))) if halves else most
    return _fewest(_sizes([one for row in rows for one in row]), borne)


def _written(row: Row, decimals: int | None) -> tuple[str, str, str]:
    own = decimals is None or (decimals == 0 and max(map(abs, row)) >= FULL_UP_TO)
    value, low, high = (number(one) if own else _fixed(one, decimals or 0) for one in row)
    return value, low, high


def _sizes(values: Sequence[float]) -> list[float]:
    return [abs(value) for value in values if is_number(value) and value]


def _fixed(value: float, decimals: int) -> str:
    return signed(f"{value:,.{decimals}f}") if is_number(value) else number(value)


def _decimals(sizes: Sequence[float]) -> int:
    """Return decimals that leave two digits of the smallest number, three where all are of one kind."""
    low, high = power(min(sizes)), power(max(sizes))
    return max(0, (DIGITS if high - low <= 1 else DIGITS - 1) - 1 - low, DIGITS - 1 - high)


def _fewest(sizes: Sequence[float], most: int) -> int:
    """Return how many decimals say as much as `most` do."""
    return next(few for few in range(most + 1) if all(round(one, few) == round(one, most) for one in sizes))
