"""Verdicts on claims by hand: of figures from 0 to 100 thousand dollars, one of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from costmodel.analysis.claims import Checked, Checker, _asked, _check_day, _told, number, sentence
from costmodel.analysis.compared import Compared, Draws
from costmodel.analysis.solution import Solution
from costmodel.domain.claim import Claim
from costmodel.errors import CostModelError
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import Fact
from costmodel.units import quantity


def claim_of(**stated: float) -> Claim:
    """Return a claim in dollars that states figures by the names of its ends."""
    facts = {
        name: Fact(name, quantity(value, "USD"), "said", Path("x.toml"), 1, as_of=date(2024, 1, 1))
        for name, value in stated.items()
    }
    return Claim(id="c", subject="s", text="t", figure="cost", scenario="one", **facts)  # type: ignore[arg-type]


class Still(Compared):
    """Figures that are the same in all draws but the first, which has none."""

    def __init__(self, day: date | None, *figures: float) -> None:
        """Hold what is drawn."""
        super().__init__("still", {"cost": quantity(1.0, "USD")}, day)
        object.__setattr__(self, "drawn", np.array([np.nan, *figures]))

    def takes(self, name: str, said: Sequence[Fact]) -> str:  # noqa: ARG002 - as all have it
        """Return that no input is what is said."""
        return ""

    def draws(self, claim: Claim) -> Draws:  # noqa: ARG002 - as all have it
        """Return the figures in thousands of dollars, and an input that follows them."""
        return Draws(self.drawn, {"input": self.drawn}, quantity(1.0, "kUSD"))  # type: ignore[attr-defined]

    def solve(self, claim: Claim, asked: float) -> Iterator[Solution]:  # noqa: ARG002 - as all have it
        """Yield nothing: no unknown is named."""
        yield from ()


@pytest.mark.parametrize(
    ("stated", "verdict", "needs"),
    [
        ({"value": 10_000.0}, "inside", "no unknown is named for it"),
        ({"value": 90_000.0}, "inside", "no unknown is named for it"),
        ({"value": 90_001.0}, "outside", "no unknown is named for it"),
        ({"value": 9_999.0}, "outside", "no unknown is named for it"),
        ({"at_least": 50_000.0}, "inside", "nothing: the median is in it"),
        ({"at_least": 90_001.0}, "outside", "no unknown is named for it"),
        ({"at_most": 9_999.0}, "outside", "no unknown is named for it"),
        ({"at_least": 40_000.0, "at_most": 60_000.0}, "inside", "nothing: the median is in it"),
    ],
)
def test_a_verdict_is_whether_what_is_said_overlaps_the_interval(
    catalog: Catalog, stated: dict[str, float], verdict: str, needs: str
) -> None:
    """Draws of 0 to 100 thousand dollars: from 10 to 90, both included; a draw without an answer counts for none."""
    claim = claim_of(**stated)
    still = Still(None, *np.linspace(0.0, 100.0, 101))
    found = Checker(catalog, _opened={("one", "", ""): still}).check(claim)
    assert (found.verdict, found.needs) == (verdict, needs)
    assert (found.low, found.median, found.high) == pytest.approx((10_000.0, 50_000.0, 90_000.0))
    assert found.hangs_on == ("input",)


@pytest.mark.parametrize(
    ("stated", "said", "asked"),
    [
        ({"value": 1234.56}, "1,235", 1234.56),
        ({"at_least": 20.0}, "above 20", None),
        ({"at_least": 60.0}, "above 60", 60.0),
        ({"at_most": 20.0}, "up to 20", 20.0),
        ({"at_most": 60.0}, "up to 60", None),
        ({"at_least": 4.0, "at_most": 5.0}, "4 to 5", 5.0),
        ({"at_least": 70.0, "at_most": 75.0}, "70 to 75", 70.0),
        ({"at_least": 50.0, "at_most": 75.0}, "50 to 75", None),
        ({}, "", None),
    ],
)
def test_what_is_said_is_told_and_its_nearer_end_is_asked(
    stated: dict[str, float], said: str, asked: float | None
) -> None:
    """Of a model whose median is 50; nothing is asked where the median is between the ends."""
    claim = claim_of(**stated)
    assert Checked(claim, "inside", "").said == said
    assert _asked(claim, 50.0) == asked


@pytest.mark.parametrize(
    ("value", "text"),
    [(999.94, "999.9"), (999.96, "1,000"), (-1234.5, "-1,234"), (9.9994e11, "999,900,000,000"), (1e12, "1e+12")],
)
def test_figures_between_a_thousand_and_a_trillion_are_written_in_full(value: float, text: str) -> None:
    """In four digits; below and beyond, as short as they are."""
    assert number(value) == text


def test_prices_of_a_year_around_a_claim_are_of_its_time() -> None:
    """366 days before or after; one day more is another time."""
    claim = claim_of(value=1.0)
    for days in (366, -366):
        _check_day(claim, Still(date(2024, 1, 1) + timedelta(days=days), 1.0))
    _check_day(claim, Still(None, 1.0))
    for days in (367, -367):
        with pytest.raises(CostModelError, match="name a scenario of its time"):
            _check_day(claim, Still(date(2024, 1, 1) + timedelta(days=days), 1.0))


def test_what_would_have_to_be_true_is_told_in_words() -> None:
    """Solved inside or outside of a range, or without one; a jump is about; nothing gives it."""
    one = Solution("one", "price", "USD", 5.0, (1.0, 9.0), "solved", "USD", (0.0, 9.0), 2500.0)
    assert sentence(one) == "price 2,500 USD (outside its range 1 to 9 USD)"
    assert sentence(replace(one, value=3.0)) == "price 3 USD (inside its range 1 to 9 USD)"
    assert sentence(replace(one, status="steps", unit="", range=None)) == "price about 2,500 (it has no range)"
    assert sentence(replace(one, status="never")) == "no value of price gives it"
    moved = replace(claim_of(value=1.0), moved="price", factor=quantity(2.0))
    assert _told(moved, 1.5, 1.0) == "price times 2 changes cost by a factor of 1.5"


def test_a_figure_without_an_answer_in_any_draw_is_an_error(catalog: Catalog) -> None:
    """It names the claim, the figure and the scenario."""
    checker = Checker(catalog, _opened={("one", "", ""): Still(None)})
    with pytest.raises(CostModelError, match="c: cost has no answer in any draw of one"):
        checker.check(claim_of(value=1.0))
