"""The gamma distribution of formulas against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from costmodel.formula.gamma import gamma_share_below, gamma_value_at
from costmodel.units import quantity

SPREADS = (0.2, 0.31, 0.5, 0.99, 1.0, 1.01, 2.0, 5.0)


@pytest.mark.parametrize("spread", SPREADS)
def test_shares_are_those_of_scipy(spread: float) -> None:
    """From a millionth to a thousand times the mean, both sides of where the two ways of counting meet."""
    shape = spread**-2
    values = shape * np.exp(np.linspace(np.log(1e-6), np.log(1e3), 300))
    found = gamma_share_below(quantity(shape), quantity(values)).magnitude
    assert found == pytest.approx(special.gammainc(shape, values), abs=1e-11)


@pytest.mark.parametrize("spread", SPREADS)
def test_values_are_those_of_scipy(spread: float) -> None:
    """From the ten-thousandth user to the last but one of ten thousand."""
    shape, shares = spread**-2, np.linspace(1e-4, 0.9999, 99)
    found = gamma_value_at(quantity(shape), quantity(shares)).magnitude
    assert found == pytest.approx(special.gammaincinv(shape, shares), rel=1e-9)
