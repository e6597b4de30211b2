"""Annuities as PyPSA gives them.

Source: pypsa/costs.py, function annuity, and test/test_capital_cost_split.py, at github.com/PyPSA/PyPSA (0209b0e).
"""

from __future__ import annotations

import pytest

from costmodel.economics.formulas.finance import annuity
from costmodel.errors import FormulaError
from costmodel.units import quantity


def _annuity(rate: float, years: float) -> float:
    result = annuity(real_discount_rate=quantity(rate, "1/year"), lifetime=quantity(years, "year"))
    return float(result.magnitude)


@pytest.mark.parametrize(
    ("rate", "years", "expected"),
    [
        (0.07, 25, 0.0858105),
        (0.07, 20, 0.0943929),
        (0.08, 4, 0.3019208),
        (0.10, 5, 0.2637975),
    ],
)
def test_annuities_of_pypsa(rate: float, years: float, expected: float) -> None:
    """The values that PyPSA's own tests hold, to their seven digits."""
    assert _annuity(rate, years) == pytest.approx(expected, abs=5e-8)


def test_without_interest_it_is_the_straight_line() -> None:
    """At a rate of zero, each year pays its share."""
    assert _annuity(0.0, 20) == 1 / 20


@pytest.mark.parametrize("rate", [1e-6, 1e-9, 1e-12, 1e-14, -1e-14, -1e-9])
def test_it_is_continuous_at_no_interest(rate: float) -> None:
    """Near zero it is 1/n + r (n + 1) / 2n, from both sides."""
    assert _annuity(rate, 20) == pytest.approx(1 / 20 + rate * 21 / 40, rel=1e-9)


def test_a_negative_rate_pays_less_than_the_straight_line() -> None:
    """Negative rates are allowed: r / (1 - (1 + r)^-n) at r = -0.02, n = 10 is 0.0892...."""
    assert _annuity(-0.02, 10) == pytest.approx(-0.02 / (1 - 0.98**-10), rel=1e-12)
    assert _annuity(-0.02, 10) < 1 / 10


@pytest.mark.parametrize("years", [1e4, float("inf")])
def test_what_lives_for_ever_pays_interest_only(years: float) -> None:
    """For an endless life it is the rate itself, and nothing at a negative rate."""
    assert _annuity(0.07, years) == pytest.approx(0.07, rel=1e-12)
    assert _annuity(-0.07, years) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("years", [0.0, -1.0, float("nan")])
def test_a_life_that_is_none_is_refused(years: float) -> None:
    """PyPSA raises an error for a lifetime that is not positive, and so do we."""
    with pytest.raises(FormulaError, match="lifetime"):
        _annuity(0.07, years)
