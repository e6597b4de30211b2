"""The words of the page of claims."""

from __future__ import annotations

from math import inf
from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.economics.company import NEVER
from costmodel.report.claims_page import _bar, _figure, _model, _needs, _said


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(2030.0, "yr", "2030"), (NEVER, "yr", "never"), (inf, "yr", "never"), (3.0, "yr", "3 years")],
)
def test_a_year_of_the_calendar_is_no_amount(value: float, unit: str, text: str) -> None:
    """A calendar year has no thousands apart, one beyond all that is looked at never comes; a time has its unit."""
    assert _figure(value, unit) == text


def _checked(unit: str, *values: float, ends: tuple[float, float] = (0.0, inf)) -> Any:
    low, median, high = values
    claim = SimpleNamespace(unit=unit, ends=ends, stated=("it",))
    return SimpleNamespace(claim=claim, low=low, median=median, high=high)


def test_an_interval_and_its_middle_have_one_unit() -> None:
    """That of what is said, so that both can be compared; what no draw moves has no interval."""
    day = _checked("USD/day", 212e3, 598e3, 1.67e6, ends=(700e3, 1.2e6))
    assert _model(day) == "median 0.598 MUSD/day, 80% interval 0.212 to 1.67 MUSD/day"
    assert _said(day) == "0.7 to 1.2 MUSD/day"
    thousands = _checked("USD/day", 212e3, 598e3, 1.67e6, ends=(700e3, 700e3))
    assert _model(thousands) == "median 598 kUSD/day, 80% interval 212 to 1,670 kUSD/day"
    assert _model(_checked("yr", 2027.0, 2029.0, NEVER)) == "median 2029, 80% interval 2027 to never"
    assert _model(_checked("USD/yr", 180e6, 180e6, 180e6, ends=(100e6, inf))) == "180 MUSD/year, whatever is drawn"


def test_a_ratio_has_as_many_digits_as_tell_it_from_one() -> None:
    """Of one that is close to one the last digits are the answer; of others they would say what nobody knows."""
    assert _model(_checked("", 0.5, 0.99991, 0.99999)) == "median 0.99991, 80% interval 0.5 to 0.99999"
    assert _model(_checked("", -0.38876, 0.39785, 0.72783)) == "median 0.398, 80% interval −0.389 to 0.728"


def test_what_never_comes_goes_to_the_edge_of_a_bar() -> None:
    """The year that stands for never is no place on a bar: known years keep their distance from each other."""
    bar = _bar(_checked("yr", 2027.0, 2029.0, NEVER, ends=(2030.0, 2030.0)))
    assert bar.high == 100.0
    assert bar.said_from is not None
    assert bar.said_from - bar.median > 10


def test_what_would_have_to_be_true_names_inputs_for_people() -> None:
    """Ids are for the command; a page has names, units in words, and how often claims beside it hold too."""
    labels = {"demand.users": "Paying users", "query.prompt_tokens": "Tokens read per query"}
    users = SimpleNamespace(unknown="demand.users", status="solved", value=2e6, unit="user", range=(1e6, 3e6))
    users.inside_range = True
    never = SimpleNamespace(unknown="query.prompt_tokens", status="never")
    claim = SimpleNamespace(moved="", beside=(SimpleNamespace(text="Loss on some users"),))
    one: Any = SimpleNamespace(claim=claim, needs="", share=0.012, subject=SimpleNamespace(labels=labels))
    one.solutions, one.together = (users, never), (users,)
    said = "“Paying users” at 2 million users (inside its range 1 to 3 million users)"
    assert list(_needs(one)) == [
        said,
        "no value of “Tokens read per query” gives it",
        f"For “Loss on some users” too: {said} at once (all are true in 1% of the draws)",
    ]
