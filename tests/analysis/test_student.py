"""Quantiles of Student's t against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import stdtrit

from costmodel.analysis.student import student


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95, 0.975, 0.9995])
def test_quantiles_are_those_of_scipy(share: float) -> None:
    """For every number of degrees of freedom to a hundred, from the median to far out."""
    freedom = np.arange(1, 101)
    found = [student(int(one), share) for one in freedom]
    np.testing.assert_allclose(found, stdtrit(freedom, share), rtol=1e-12, atol=1e-12)
