"""Figures of uncertainty by hand, on four draws of two offers of which one has no answer in one of them."""

from __future__ import annotations

from math import ceil, sqrt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from costmodel.analysis import certainty, regions
from costmodel.analysis.certainty import (
    _among,
    _cheaper,
    _exact,
    _firsts,
    _level,
    _mean,
    _median,
    _quantiles,
    convergence,
)
from costmodel.analysis.draws import BLOCK
from costmodel.analysis.sweeping import Drawn
from costmodel.formula import Graph
from costmodel.specs.fact import Fact
from costmodel.units import quantity

NONE = np.nan
COSTS = np.array([[1.0, 2.0], [3.0, 2.0], [5.0, NONE], [2.0, 4.0]])


def test_medians_means_and_firsts_are_of_the_draws_with_an_answer() -> None:
    """By offer; the cheapest of a draw is 1, where none has an answer there is no number."""
    assert _median(COSTS).tolist() == [2.5, 2.0]
    assert _median(COSTS[:2]).tolist() == [2.0, 2.0]
    assert _mean(COSTS).tolist() == pytest.approx([2.75, 8 / 3])
    assert _firsts(COSTS).tolist() == [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]]
    assert np.isnan(_firsts(np.full((1, 2), NONE))).all()
    assert np.isnan(_mean(np.full((2, 1), NONE))).all()


def test_who_is_cheaper_is_told_where_both_answer() -> None:
    """In two of three draws the first; none is cheaper than itself."""
    found = _cheaper(COSTS)
    assert found.tolist() == [[0.0, pytest.approx(2 / 3)], [pytest.approx(1 / 3), 0.0]]
    assert np.isnan(_cheaper(np.array([[1.0, NONE]]))[0, 1])


def test_bands_lie_around_the_middle() -> None:
    """80% from a tenth to nine tenths; draws without an answer are left out."""
    assert [_level(band, side) for band in (50, 80) for side in ("low", "high")] == pytest.approx(
        [0.25, 0.75, 0.1, 0.9]
    )
    assert _quantiles(np.array([NONE, *range(11)]), [0.1, 0.9]).tolist() == pytest.approx([1.0, 9.0])
    assert np.isnan(_quantiles(np.array([NONE]), [0.1, 0.9])).all()
    assert _among([True, False, True], np.array([1.0, 2.0])).tolist() == pytest.approx([1.0, NONE, 2.0], nan_ok=True)


def test_figures_are_told_for_halves_of_the_draws_as_long_as_errors_can_be_stated() -> None:
    """Of 9 blocks: 4, then 9 of them; each offer in each."""
    costs = np.tile([[1.0, 2.0]], (9 * BLOCK, 1))
    table = convergence(Drawn((), ("a", "b"), np.empty((0, 0)), costs), 1.0)
    assert table["draws"].tolist() == [1152, 1152, 2304, 2304]
    assert table["probability_cheapest"].tolist() == [1.0, 0.0, 1.0, 0.0]
    assert convergence(Drawn((), ("a", "b"), np.empty((0, 0)), costs), 1.0, [False, True])[
        "expected_regret"
    ].tolist() == (pytest.approx([NONE, 0.0, NONE, 0.0], nan_ok=True))


def test_what_is_exact_is_told_with_money_first() -> None:
    """Facts without a range, by name; what is no fact, or has a range, is not among them."""
    graph = Graph()

    def fact(unit: str, *, ranged: bool = False) -> Fact:
        ends: Any = {"low": quantity(0.5, unit), "high": quantity(2.0, unit)} if ranged else {}
        return Fact("x", quantity(1.0, unit), "s", Path("x.toml"), 1, **ends)

    parts = [
        graph.leaf("share", quantity(1.0), fact("1")),
        graph.leaf("b", quantity(1.0, "USD"), fact("USD")) / quantity(1.0, "USD"),
        graph.leaf("a", quantity(1.0, "USD"), fact("USD")) / quantity(1.0, "USD"),
        graph.leaf("ranged", quantity(1.0), fact("1", ranged=True)),
        graph.leaf("none", quantity(1.0)),
    ]
    assert _exact(SimpleNamespace(outputs={"one": sum(parts)})) == ["a", "b", "share"]  # type: ignore[arg-type]


@pytest.mark.parametrize(("draws", "points"), [(certainty.MANY, 0.4), (regions.DRAWN, 4.4)])
def test_the_error_of_a_probability_is_that_of_as_many_draws(draws: int, points: float) -> None:
    """In 95% of runs, at worst 1.96 x 1/2 over the root of the draws; as stated beside them, in points."""
    assert ceil(10 * 196 * 0.5 / sqrt(draws)) / 10 == points
