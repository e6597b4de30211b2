"""What is asked of a figure: names, sums of names, and the value."""

from __future__ import annotations

import pytest

from costmodel.analysis.conditions import Condition, condition, figure_of, figures_of
from costmodel.errors import CostModelError, UnitError, UnknownName
from costmodel.units import parse
from tests.figures import costs_of

KNOWN = {"a": parse("5 USD"), "b-c": parse("2 kUSD"), "net income": parse("1 USD"), "time": parse("3 s")}


@pytest.mark.parametrize(
    ("name", "dollars"),
    [
        ("a", 5.0),
        ("-a", -5.0),
        ("b-c", 2000.0),
        ("b-c - a", 1995.0),
        ("a + net income - b-c", -1994.0),
        ("- a + net income", -4.0),
    ],
)
def test_terms_are_added_and_taken_off(name: str, dollars: float) -> None:
    """A hyphen within a name is no minus, and a name may be two words."""
    assert figure_of(KNOWN, name, "one").to("USD").magnitude == pytest.approx(dollars)


def test_terms_that_are_none_or_of_other_kinds_are_told() -> None:
    """With near matches, and with the unit of each."""
    with pytest.raises(UnknownName, match='figure of one "net incom"'):
        figure_of(KNOWN, "a + net incom", "one")
    with pytest.raises(UnitError, match="a is in USD and time is in s: they do not add up"):
        figure_of(KNOWN, "a + time", "one")


def test_a_text_is_a_name_and_a_value() -> None:
    """Both are needed; the condition is told as one writes it."""
    assert condition(" a - b-c =  30 USD") == Condition("a - b-c", "30 USD")
    assert Condition("a", parse("30 USD")).text == "a = 30.0 USD"
    assert condition("a=3 USD").text == "a = 3 USD"
    for wrong in ("a", "= 3 USD", "a ="):
        with pytest.raises(CostModelError, match="FIGURE = VALUE"):
            condition(wrong)


def test_a_quantity_goes_before_a_component_of_the_same_name() -> None:
    """Figures are the footprint, the parts of the monthly cost, and the quantities."""
    one = costs_of({"total": "3 USD"}, {"energy": "1 USD", "total": "9 USD"})
    assert {name: value.magnitude for name, value in figures_of(one).items()} == {"energy": 1.0, "total": 3.0}
    assert condition("total - energy = 0").of(one).magnitude == 2.0
