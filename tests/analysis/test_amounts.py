"""Amounts from Python, and how much of a wrong one a message repeats."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from costmodel.analysis.amounts import amount, number
from costmodel.analysis.arguments import bounded, named, names, pair, whole
from costmodel.analysis.conditions import condition
from costmodel.analysis.filtering import kept
from costmodel.errors import CostModelError, UnitError
from costmodel.units import quantity
from tests.analysis.test_targets import HELD


@pytest.mark.parametrize("given", [1.5, "1500 ms", quantity(1500.0, "millisecond")])
def test_a_number_a_text_and_a_quantity_are_one(given: object) -> None:
    """In the unit that is asked for, whatever unit they come in."""
    assert number(given, "second") == 1.5  # type: ignore[arg-type]
    assert f"{amount(given, 'second').units}" == "second"


def test_an_amount_of_another_kind_is_refused() -> None:
    """Metres are no seconds, a list is no amount."""
    with pytest.raises(UnitError):
        number("3 byte", "second")
    with pytest.raises(CostModelError, match=r"\[3\] is no amount but a list"):
        amount([3], "second")


LONG = "§" * 100


@pytest.mark.parametrize(
    ("question", "repeated"),
    [
        (lambda: amount([LONG], "1"), 58),
        (lambda: bounded("years", quantity([2.0] * 90), 0, 1), 0),
        (lambda: whole("draws", f"1.{'5' * 90}", 1, 9), 58),
        (lambda: names("offers", {LONG: 1}), 58),
        (lambda: pair("ends", [LONG]), 58),
        (lambda: named("values", {1: LONG}), 55),
        (lambda: condition(LONG), 80),
        (lambda: kept(HELD, LONG), 80),
    ],
)
def test_a_message_repeats_the_first_60_or_80_letters(question: Callable[[], object], repeated: int) -> None:
    """Of what is wrong, brackets and quotes before the text among them; no more, whatever somebody pastes."""
    with pytest.raises(CostModelError) as error:
        question()
    said = str(error.value)
    assert max(said.count("§"), said.count("5")) == repeated
