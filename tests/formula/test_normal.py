"""The normal distribution of formulas: against scipy, as numbers, as kernels, and as derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from costmodel.formula import Graph, compile_numpy
from costmodel.formula.gradient import gradient
from costmodel.formula.normal import score_of, share_below
from costmodel.units import quantity

SCORES = np.concatenate([np.linspace(-9, 9, 20_001), [-40.0, -12.0, 12.0, 40.0]])
SHARES = np.concatenate([np.geomspace(1e-300, 0.5, 5_001), 1 - np.geomspace(1e-15, 0.5, 5_001), [0.075, 0.925]])


def test_shares_are_those_of_scipy() -> None:
    """To 1e-14 everywhere."""
    np.testing.assert_allclose(share_below(quantity(SCORES)).magnitude, norm.cdf(SCORES), rtol=0, atol=1e-14)


def test_small_shares_keep_their_digits() -> None:
    """Far below the mean the share is small and still right to 1e-8 of itself."""
    far = np.linspace(-7, 0, 1_001)
    np.testing.assert_allclose(share_below(quantity(far)).magnitude, norm.cdf(far), rtol=1e-8)


def test_scores_are_those_of_scipy() -> None:
    """To the last digits, from shares of 1e-300 on."""
    np.testing.assert_allclose(score_of(quantity(SHARES)).magnitude, norm.ppf(SHARES), rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("share", [1e-12, 0.0749, 0.0751, 0.3, 0.5, 0.9249, 0.9251, 0.9999])
def test_one_undoes_the_other(share: float) -> None:
    """The share below the score of a share is the share."""
    assert share_below(score_of(quantity(share))).magnitude == pytest.approx(share, rel=1e-8)


def test_both_are_compiled() -> None:
    """Traced, they are a kernel of operations that every target has, and agree with the direct call."""
    x = Graph().leaf("x", quantity(0.5))
    kernel = compile_numpy({"score": score_of(x), "share": share_below(x)}, ["x"])
    shares = SHARES[(SHARES > 0) & (SHARES < 1)]
    found = kernel(x=shares)
    np.testing.assert_allclose(found["score"], norm.ppf(shares), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(found["share"], norm.cdf(shares), rtol=0, atol=1e-14)


def test_the_slope_of_the_share_is_the_density() -> None:
    """What reverse mode makes of it is the bell, also at the mean, where the two halves meet."""
    slope = gradient(share_below(Graph().leaf("x", quantity(0.3))))["x"]
    at = np.linspace(-6, 6, 1_000)
    np.testing.assert_allclose(compile_numpy({"=": slope}, ["x"])(x=at)["="], norm.pdf(at), rtol=1e-9, atol=1e-13)
