"""Parts of changes in an answer."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.analysis.attribution import ALL_STATES, Array, Made, attributed


def product(made: Made) -> Array:
    """Return two answers: each change doubles the first and adds its place to the second."""
    return np.stack([2.0 ** made.sum(axis=1), made @ np.arange(made.shape[1], dtype=float)], axis=1)


@pytest.mark.parametrize("changes", [3, ALL_STATES + 3])
def test_alike_changes_have_equal_parts_and_sums_have_their_terms(changes: int) -> None:
    """Of a product of equal factors each has an equal share, of a sum each its own term, and all sum to the whole."""
    found = attributed(product, changes)
    share = (2.0**changes - 1) / changes
    assert found.values[:, 1] == pytest.approx(np.arange(changes), abs=1e-9)
    assert found.values.sum(axis=0) == pytest.approx([2.0**changes - 1, sum(range(changes))], rel=1e-12)
    assert abs(found.values[:, 0] - share).max() <= 1e-9 + 5 * found.errors.max()
    assert bool(found.errors[:, 0].any()) == (changes > ALL_STATES)


def test_shapley_of_three_by_hand() -> None:
    """One with a left glove and two with right ones: 2/3, 1/6, 1/6 (Shapley's example of a market)."""
    found = attributed(lambda made: (made[:, :1] & (made[:, 1:2] | made[:, 2:])).astype(float), 3)
    assert found.values[:, 0] == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_orders_without_an_answer_on_the_way_are_left_out() -> None:
    """Where the second change has no answer without the first, the first comes first; with no order left, no parts."""

    def answer(made: Made) -> Array:
        alone = made[:, 1] & ~made[:, 0]
        either = made[:, 0] != made[:, 1]
        whole = 10.0 * made[:, 0] + made[:, 1] * (1 + made[:, 0])
        return np.stack([np.where(alone, np.nan, whole), np.where(either, np.nan, whole)], axis=1)

    found = attributed(answer, 2).values
    assert found[:, 0] == pytest.approx([10, 2])
    assert np.isnan(found[:, 1]).all()
