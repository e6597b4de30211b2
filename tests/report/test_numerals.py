"""Numbers for people."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.report.numerals import axis_unit, exact, figure, figure_of, interval, number, unit_in_head, unit_text
from costmodel.units import parse

finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0031, "USD/query", "0.0031 USD/query"),
        (12_345_678, "USD/month", "12.3 MUSD/month"),
        (9_999, "USD", "9,999 USD"),
        (999_999, "USD", "1 MUSD"),
        (1.2e9, "USD", "1.2 GUSD"),
        (-1234.5, "USD", "−1,234 USD"),
        (1e6, "user", "1 million users"),
        (1, "user", "1 user"),
        (20, "query/user/day", "20 queries/user/day"),
        (300e9, "token", "300 billion tokens"),
        (45_678, "server", "45,700 servers"),
        (3.35, "TB/s", "3.35 TB/s"),
        (9.89e14, "FLOP/s", "989 TFLOP/s"),
        (35, "percent", "35%"),
        (3, "pct/yr", "3%/year"),
        (15, "yr", "15 years"),
        (0.1, "1/cm**2", "0.1/cm²"),
        (3.14e23, "FLOP", "3.14×10²³ FLOP"),
        (9.08e14, "FLOP/query", "9.08×10¹⁴ FLOP/query"),
        (4e-7, "USD/token", "4×10⁻⁷ USD/token"),
        (0, "USD", "0 USD"),
        (-0.0, "", "0"),
        (math.nan, "USD", "–"),
        (math.inf, "USD", "∞"),
    ],
)
def test_figure(value: float, unit: str, text: str) -> None:
    """A figure has three digits, one prefix or word, and its unit."""
    assert figure(value, unit) == text


def test_figure_of_a_quantity_keeps_its_unit() -> None:
    """A quantity is shown in the unit that it has."""
    assert figure_of(parse("270 kUSD/server")) == "270 kUSD/server"


@given(finite)
def test_number_says_the_value_to_three_digits(value: float) -> None:
    """What number writes reads back as the value, within its rounding."""
    text = number(value).replace(",", "").replace("−", "-").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    back = float(text.replace("×10", "e"))
    assert math.isclose(back, value, rel_tol=0.0051, abs_tol=1e-320)


@given(st.floats(min_value=1e-3, max_value=1e14), st.sampled_from(["USD/month", "token", "W", "FLOP/s", "m"]))
def test_axis_unit_leaves_readable_numbers(largest: float, unit: str) -> None:
    """A prefix never makes a number smaller than one, and none is left out where one helps."""
    factor, _ = axis_unit(largest, unit)
    assert factor == 1 or 0.999 <= largest / factor < 1e6


def test_exact_rounds_nothing_that_a_file_says() -> None:
    """A fact shows every digit of its file."""
    assert (exact(131_072.0), exact(0.000123456), exact(3.35)) == ("131,072", "0.000123456", "3.35")
    assert interval(230, 300) == "230 – 300"
    assert interval(None, 300) == ""


def test_unit_text() -> None:
    """Powers are raised, and a pure number has no unit."""
    assert (unit_text("mm**2"), unit_text("mm^2"), unit_text("dimensionless")) == ("mm²", "mm²", "")


@pytest.mark.parametrize(
    ("name", "unit", "text"),
    [
        ("Duration", "d", "days"),
        ("Accelerators for the budget", "accelerator", ""),
        ("One user sees", "token/s", "tokens/s"),
        ("Cost per million tokens in and out", "USD/Mtoken", "USD"),
        ("Cost", "USD/Mtoken", "USD/million tokens"),
        ("Whole cost", "MUSD/month", "MUSD/month"),
    ],
)
def test_a_head_has_the_unit_of_many_and_says_nothing_twice(name: str, unit: str, text: str) -> None:
    """A column of years is not one of a year, and one of accelerators needs no unit."""
    assert unit_in_head(name, unit) == text
