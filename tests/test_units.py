"""Units and the strict reader of quantities."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from costmodel import units
from costmodel.economics.formulas.finance import project_financing_factor
from costmodel.errors import UnitError
from costmodel.units import convert, describe, example, magnitude, parse, parse_as, quantity
from tests.strategies import magnitudes, quantity_texts


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("3.35 TB/s", 3350.0, "GB/s"),
        ("80 GB", 8e10, "byte"),
        ("1 GiB", 1.073741824, "GB"),
        ("8 percent/year", 0.08, "1/year"),
        ("5%", 0.05, "1"),
        ("0.1 /cm^2", 0.001, "1/mm^2"),
        ("1.5e6 user", 1.5, "Muser"),
        ("100_000 USD", 100.0, "kUSD"),
        ("-3 W", -3.0, "W"),
        ("  7  s ", 7.0, "s"),
        ("400 Gbit/s", 50.0, "GB/s"),
        ("6.2 USD/accelerator/hour", 6.2, "USD/hour/accelerator"),
    ],
)
def test_parse_reads_what_people_write(text: str, number: float, unit: str) -> None:
    """A number and a unit are read in the usual notations."""
    assert magnitude(parse(text), unit) == pytest.approx(number, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("3,35 TB/s", "comma"),
        ("\u22123 TB/s", 'no minus sign; write "-"'),
        ("\u20133 TB/s", 'no minus sign; write "-"'),
        ("3.35.1 TB/s", "not one number"),
        ("nan TB/s", "finite number"),
        ("inf W", "finite number"),
        ("1e400 TB/s", "not a finite number"),
        ("3 TB/s + 1 TB/s", "not a unit"),
        ("9**9**9**9 TB/s", "not one number"),
        ("", "finite number"),
        ("W", "finite number"),
        ("3 3 W", "not a unit"),
        ("1 W^9", "not a unit"),
        ("1 (W", "not a unit"),
        ("1 " + "m*" * 200 + "m", "characters long"),
        ("1 " + "m*" * 35 + "m", "too long"),
        ("1 __import__('os')", "not a unit"),
    ],
)
def test_parse_refuses_what_is_no_quantity(text: str, says: str) -> None:
    """Everything but one finite number and a unit is refused, in words."""
    with pytest.raises(UnitError, match=says):
        parse(text)


@pytest.mark.parametrize(("text", "near"), [("1 KW", "kW"), ("700 w", "W"), ("80 Gb", "GB"), ("3 usd", "USD")])
def test_wrong_case_gets_the_right_unit_suggested(text: str, near: str) -> None:
    """Units in the wrong case are unknown, and the right one is named."""
    with pytest.raises(UnitError, match=f'Did you mean "{near}"'):
        parse(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("12 $", '"$" is not a unit. Did you mean "USD"?'),
        ("€5", '"€5" begins with a sign of money; write the number, a space and EUR'),
        ("-$5/hour", '"-$5/hour" begins with a sign of money; write the number, a space and USD'),
        ("2 GPUs", 'Did you mean "accelerator"?'),
        ("50 req/s", 'Did you mean "query"?'),
        ("1 PFLOPS", 'Did you mean "PFLOP/s"?'),
        ("3 mo", 'Did you mean "month"?'),
        ("3M", 'Write the number with e6 in place of "M"'),
        ("5 billion USD", 'Write the number with e9 in place of "billion"'),
    ],
)
def test_what_people_write_is_told_as_files_have_it(text: str, says: str) -> None:
    """Signs of money, words for thousands, and what the field calls a unit otherwise."""
    with pytest.raises(UnitError, match=re.escape(says)):
        parse(text)


@settings(max_examples=300)
@given(text=quantity_texts)
def test_parse_raises_nothing_but_unit_errors(text: str) -> None:
    """Any text is a finite quantity or a UnitError."""
    try:
        value = parse(text)
    except UnitError:
        return
    assert abs(value.magnitude) < float("inf")


@pytest.mark.parametrize("text", ["1.1e100 W", "-2e100 W", "1e308 W", "9e-101 W"])
def test_numbers_beyond_what_formulas_can_multiply_are_refused(text: str) -> None:
    """A product of three such numbers is still finite; the message says what is allowed."""
    with pytest.raises(UnitError, match=r"out of range: numbers lie between 1e-100 and 1e\+100"):
        parse(text)


@given(number=magnitudes(1e-30, 1e30))
def test_numbers_are_read_to_the_last_bit(number: float) -> None:
    """A number written by Python is read as the same number."""
    assert parse(f"{number!r} W").magnitude == number


def test_parse_as_names_both_dimensions() -> None:
    """A quantity of the wrong dimension says what it is, what is wanted, and how to write it."""
    with pytest.raises(UnitError, match=r'"80 GB" is an amount of data; it must be a power, such as "700 W"'):
        parse_as("80 GB", "W")


def test_convert_names_both_dimensions() -> None:
    """A conversion between dimensions says what there is and what was wanted."""
    with pytest.raises(UnitError, match="an amount of money, not a time"):
        convert(quantity(3, "USD"), "second")


def test_a_year_is_8766_hours_and_twelve_months() -> None:
    """Year and month are defined once: 365.25 days and a twelfth of it."""
    assert magnitude(quantity(1, "year"), "hour") == 8766
    assert magnitude(quantity(1, "month"), "hour") == pytest.approx(730.5, rel=1e-15)


def test_nouns_are_no_pure_numbers() -> None:
    """Tokens, users and accelerators do not turn into each other or into numbers."""
    for noun in ("token", "query", "user", "accelerator", "server", "USD", "FLOP", "bit"):
        assert not quantity(1, noun).dimensionless
    with pytest.raises(UnitError):
        convert(quantity(1, "token"), "query")


@pytest.mark.parametrize("unit", sorted(units._DIMENSIONS))
def test_examples_have_the_dimension_they_stand_for(unit: str) -> None:
    """The example shown for a dimension is itself a quantity of that dimension."""
    assert parse_as(example(unit), "1" if unit == "dimensionless" else unit)


def test_dimensions_have_names() -> None:
    """Messages speak of a power, not of mass times length squared."""
    assert describe(quantity(3, "kW")) == "a power"


@pytest.mark.parametrize("wrong", [[1], 8, None])
def test_parse_reads_texts_alone(wrong: object) -> None:
    """A number is told where it belongs."""
    with pytest.raises(UnitError, match="is no text"):
        parse(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("percent", [7, 14, 28, 29, 55, 56, 57, 58, 95, 113])
def test_a_percentage_is_its_hundredth_to_the_last_bit(percent: int) -> None:
    """95% is 0.95, which a share of at most 0.95 may be, in numbers and in formulas: a hundredth times 95 is above."""
    asked = parse(f"{percent} percent")
    assert magnitude(asked, "1") == float(f"0.{percent:02}" if percent < 100 else "1.13")
    assert project_financing_factor(tax_rate=parse("95 percent"), tax_shield=quantity(0.0)).magnitude == 1 / (1 - 0.95)
