"""What fits in memory, by hand; and messages of sweeps."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from costmodel.analysis.sampling import LARGEST, MEMORY, PART, _check_size
from costmodel.analysis.sweeping import Drawn, _columns, _numbers, units_of
from costmodel.errors import CostModelError, UnitError
from costmodel.formula import Graph
from costmodel.units import quantity


def test_a_row_takes_eight_bytes_a_column() -> None:
    """A million rows of one column are 8 MB; of 31, 248; of 32 more than 250, and what fits is told."""
    _check_size(1_000_000, 1, 8)
    _check_size(1_000_000, 31, 250)
    with pytest.raises(CostModelError) as error:
        _check_size(1_000_000, 32, 250)
    said = str(error.value)
    assert "1,000,000 draws of 32 columns take 256 MB, more than 250: ask for at most 976,562 draws" in said
    assert 'name at most 31 columns, take them in parts (samples), or allow more (memory="256 MB")' in said
    assert (PART, MEMORY, LARGEST) == (65_536, 250, 1e6)


def test_columns_of_a_sweep_have_one_length_or_are_crossed() -> None:
    """A single number stands in all rows; on a grid the first moves the slowest."""
    one, two = np.array([1.0, 2.0]), np.array([5.0])
    assert {name: row.tolist() for name, row in _columns({"a": one, "b": two}, grid=False).items()} == {
        "a": [1.0, 2.0],
        "b": [5.0, 5.0],
    }
    grid = _columns({"a": one, "b": np.array([3.0, 4.0, 5.0])}, grid=True)
    assert (grid["a"].tolist(), grid["b"].tolist()) == ([1.0, 1, 1, 2, 2, 2], [3.0, 4, 5, 3, 4, 5])
    with pytest.raises(CostModelError, match="not a 2, b 3: give grid=True"):
        _columns({"a": one, "b": np.ones(3)}, grid=False)
    assert _columns({}, grid=False) == {}


def test_values_of_a_sweep_are_numbers_in_the_unit_of_the_input() -> None:
    """Texts and quantities are turned into it; what is neither is repeated up to its sixtieth letter."""
    x = Graph().leaf("x", quantity(1.0, "kUSD"))
    leaf: Any = SimpleNamespace(value=quantity(1.0, "kUSD"))
    model: Any = SimpleNamespace(find=lambda _: ("x",), leaves={"x": leaf})
    assert _numbers(model, "x", "500 USD").tolist() == [0.5]
    assert _numbers(model, "x", quantity([1.0, 2000.0], "USD")).tolist() == [0.001, 2.0]
    assert _numbers(model, "x", [[1, 2], [3, 4]]).tolist() == [1.0, 2.0, 3.0, 4.0]
    with pytest.raises(UnitError):
        _numbers(model, "x", "3 s")
    with pytest.raises(CostModelError) as error:
        _numbers(model, "x", ["§" * 100])
    assert str(error.value).count("§") == 58
    assert units_of({"one": x}) == {"one": "kUSD"}


def test_draws_of_some_offers_keep_their_order() -> None:
    """And the scores of all."""
    drawn = Drawn(("x",), ("a", "b", "c"), np.ones((2, 1)), np.array([[1.0, 2, 3], [4, 5, 6]]))
    some = drawn.among({"c", "a"})
    assert (some.offers, some.costs.tolist()) == (("a", "c"), [[1.0, 3.0], [4.0, 6.0]])
    assert some.scores is drawn.scores
