"""Zeros and changes of sign on a grid, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.analysis.roots import Array, crossings, solutions

GRID = np.arange(7.0)


def through(*values: float) -> tuple[object, Array]:
    """Return a gap that has these values on a grid, with lines between them."""
    known = np.array(values)
    grid = np.arange(float(len(known)))
    return (lambda x: np.interp(x, grid, known)), grid


@pytest.mark.parametrize(
    ("values", "crossed", "solved"),
    [
        ((-1, 0, 1), [1], [1]),
        ((1, 0, -1), [1], [1]),
        ((1, 0, 1), [], [1]),
        ((-1, 0, 0, 1), [1], [1, 2]),
        ((1, 0, 0, 1), [], [1, 2]),
        ((0, 1, 2), [], [0]),
        ((-2, -1, 0), [], [2]),
        ((-1, 1, -1, 0, 1), [0.5, 1.5, 3], [0.5, 1.5, 3]),
        ((3, -1, 0, 0, 2), [0.75, 2], [0.75, 2, 3]),
    ],
)
def test_a_zero_is_crossed_where_signs_differ_on_its_sides(
    values: tuple[float, ...], crossed: list[float], solved: list[float]
) -> None:
    """Zeros that are only touched, or stand at an end, solve but do not cross; a flat stretch is crossed once."""
    gap, grid = through(*values)
    assert crossings(gap, grid) == [(pytest.approx(x), pytest.approx(x)) for x in crossed]  # type: ignore[arg-type]
    assert solutions(gap, grid) == [(pytest.approx(x), pytest.approx(x)) for x in solved]  # type: ignore[arg-type]


def test_a_jump_to_zero_between_two_values_is_found_where_it_is() -> None:
    """From 2.3 on a gap is nothing, and above nothing from 5 on: the order changes at 2.3, not at the grid's 3."""
    (found,) = crossings(lambda x: np.where(x < 2.3, -1.0, np.maximum(x - 5, 0.0)), GRID)
    assert found == (pytest.approx(2.3, rel=1e-15), pytest.approx(2.3, rel=1e-15))
    assert found[0] < 2.3 <= found[1]


def test_where_a_gap_is_no_number_there_is_no_solution() -> None:
    """Neither beside it nor at it."""
    assert solutions(lambda x: np.where(x < 2, np.nan, x - 1.5), GRID) == []
