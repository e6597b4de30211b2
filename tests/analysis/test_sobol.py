"""Sobol indices: against theory, and against SciPy's from the same draws."""

from __future__ import annotations

from math import exp, pi, prod

import numpy as np
import pytest
from scipy import stats

from costmodel.analysis.sobol import RESAMPLES, _Parts, _resampled, sobol_indices

DRAWS = 1 << 14
SIGMAS = np.array([0.3, 0.5, 0.8])


def _two_sets(inputs: int, draws: int) -> tuple[np.ndarray, np.ndarray]:
    both = stats.qmc.Sobol(2 * inputs, seed=1).random(draws).T
    return both[:inputs], both[inputs:]


def ishigami(shares: np.ndarray) -> np.ndarray:
    """Return sin x + 7 sin^2 y + 0.1 z^4 sin x over the cube from -pi to pi."""
    x, y, z = pi * (2 * shares - 1)
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def test_indices_of_weighted_draws_are_by_hand() -> None:
    """Of a first draw that counts twice: variance 44/6 - (14/6)^2, as much of it as the weighted means of the parts."""
    parts = _Parts(np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[1.0], [4.0]]), np.array([[0.5], [2.0]]))
    first, total = parts.indices(np.array([[2.0, 1.0], [1.0, 1.0]]))
    variance = 44 / 6 - (14 / 6) ** 2, 39 / 4 - (11 / 4) ** 2
    assert first[:, 0].tolist() == pytest.approx([2 / variance[0], 2.5 / variance[1]])
    assert total[:, 0].tolist() == pytest.approx([1 / variance[0], 1.25 / variance[1]])


def test_every_resampling_takes_as_many_draws_as_there_are() -> None:
    """Each draw about once; the same for the same seed."""
    drawn = _resampled(40, 3)
    assert drawn.shape == (RESAMPLES, 40) == (256, 40)
    assert set(drawn.sum(axis=1)) == {40.0}
    assert np.abs(drawn.mean(axis=0) - 1).max() < 0.3
    assert (_resampled(40, 3) == drawn).all()


def test_indices_of_ishigami_are_those_of_theory() -> None:
    """Ishigami and Homma (1990): V1 = (1 + b pi^4/5)^2 / 2, V2 = a^2/8, V13 = b^2 pi^8 (1/18 - 1/50)."""
    alone = np.array([(1 + 0.1 * pi**4 / 5) ** 2 / 2, 49 / 8, 0.0])
    mixed = 0.01 * pi**8 * (1 / 18 - 1 / 50)
    variance = alone.sum() + mixed
    found = sobol_indices(ishigami, *_two_sets(3, DRAWS))
    np.testing.assert_allclose(found.first, alone / variance, atol=0.01)
    np.testing.assert_allclose(found.total, (alone + mixed * np.array([1, 0, 1])) / variance, atol=0.01)
    assert np.all(np.abs(found.total - (alone + mixed * np.array([1, 0, 1])) / variance) <= 2 * found.total_error)


def test_indices_of_a_product_of_lognormals_are_those_of_theory() -> None:
    """With w = exp(sigma^2): first (w_i - 1) / (prod w - 1), total (1 - 1/w_i) prod w / (prod w - 1)."""
    w = [exp(sigma**2) for sigma in SIGMAS]
    found = sobol_indices(lambda shares: np.exp(SIGMAS @ stats.norm.ppf(shares)), *_two_sets(3, DRAWS))
    np.testing.assert_allclose(found.first, [(one - 1) / (prod(w) - 1) for one in w], atol=0.02)
    np.testing.assert_allclose(found.total, [(1 - 1 / one) * prod(w) / (prod(w) - 1) for one in w], atol=0.02)


def test_indices_equal_those_of_scipy() -> None:
    """The same estimators on the same draws give the same numbers."""
    one, other = _two_sets(3, 512)
    mixed = np.stack([ishigami(np.where(np.arange(3)[:, None] == i, other, one)) for i in range(3)])
    theirs = stats.sobol_indices(
        func={"f_A": ishigami(one)[None], "f_B": ishigami(other)[None], "f_AB": mixed[:, None]}, n=512
    )
    ours = sobol_indices(ishigami, one, other)
    np.testing.assert_allclose(ours.first, theirs.first_order, rtol=1e-9)
    np.testing.assert_allclose(ours.total, theirs.total_order, rtol=1e-9)


def test_intervals_hold_theory_in_nine_of_ten_runs() -> None:
    """Half-widths from resampling: the first index of a sum of three normals is its share of the squares."""
    share = SIGMAS**2 / (SIGMAS**2).sum()
    hits = []
    for seed in range(200):
        drawn = np.random.default_rng(seed).standard_normal((2, 3, 256))
        found = sobol_indices(lambda scores: SIGMAS @ scores, *drawn, seed)
        hits.append(np.abs(found.total - share) <= found.total_error)
    assert np.mean(hits) == pytest.approx(0.9, abs=0.04)


def test_draws_without_an_answer_count_in_none() -> None:
    """A row that is refused in one of the sets leaves the indices of the others finite."""
    one, other = _two_sets(2, 256)
    found = sobol_indices(lambda shares: np.where(shares[0] < 0.01, np.nan, shares.sum(axis=0)), one, other)
    np.testing.assert_allclose(found.first, 0.5, atol=0.05)
