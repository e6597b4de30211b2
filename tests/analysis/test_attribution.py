"""Parts of changes in an answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from costmodel.analysis import attribution
from costmodel.analysis.attribution import ALL_STATES, Array, Made, _added, _of_orders, _that_sum, attributed
from costmodel.units import magnitude, quantity


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


def test_parts_over_drawn_orders_are_means_with_their_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each order forwards and backwards; what rounding leaves goes to the largest part."""
    seen: list[np.ndarray] = []

    def answer(made: Any) -> np.ndarray:
        seen.append(made)
        return np.stack([(made[:, 0] & made[:, 1]) * 4.0 + made[:, 2]], axis=1)

    monkeypatch.setattr(attribution, "ORDERS", 8)
    found = _of_orders(answer, 3)
    assert len(seen[0]) == 2 * 8 * 4
    generator = np.random.default_rng([1, 3])
    drawn = np.stack([generator.permutation(3) for _ in range(8)])
    added = _added(answer, np.concatenate([drawn, drawn[:, ::-1]]))[:, :, 0]
    assert found.values[:, 0] == pytest.approx(added.mean(axis=0))
    assert found.errors[:, 0] == pytest.approx(added.std(axis=0, ddof=1) / 4)
    assert _that_sum(np.array([[1.0], [3.0]]), np.array([4.5])).tolist() == [[1.0], [3.5]]
    assert _that_sum(np.array([[-3.0], [1.0]]), np.array([np.nan])).tolist() == [[-3.0], [1.0]]
    assert attributed(answer, 13 - 10).errors.any() == np.False_
    assert magnitude(quantity(1.0), "1") == 1.0
