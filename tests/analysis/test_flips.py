"""Where another offer becomes the cheapest, of costs whose crossings algebra knows."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from costmodel.analysis.flips import REACH, _Search
from costmodel.analysis.model import leaves_of
from costmodel.formula import Graph, compile_numpy
from costmodel.formula.ops import sqrt
from costmodel.units import Quantity, quantity


def found(outputs: Mapping[str, Quantity], winner: str) -> dict[str, tuple[float, str]]:
    """Return the value of each input at which another offer is the cheapest, and which."""
    leaves = tuple(leaf for _, leaf in sorted(leaves_of(outputs.values()).items()))
    kernel = compile_numpy(outputs, [leaf.name for leaf in leaves])
    flips = _Search(kernel, leaves, tuple(outputs), winner).found()
    return {f"{one.leaf} {'up' if one.value > one.own else 'down'}": (one.value, one.to) for one in flips}


def test_each_input_flips_where_its_cost_meets_the_next() -> None:
    """3 x is 30 at x = 10 and y is 12 at y = 12; z comes in at 2 z = 12; no tenfold of w reaches 12."""
    graph = Graph()
    x, y, z, w = (graph.leaf(n, quantity(v)) for n, v in {"x": 4.0, "y": 30.0, "z": 40.0, "w": 200.0}.items())
    told = found({"one": 3 * x, "two": y, "three": 2 * z, "four": w}, "one")
    assert told == {
        "x up": (pytest.approx(10.0, rel=1e-12), "two"),
        "y down": (pytest.approx(12.0, rel=1e-12), "two"),
        "z down": (pytest.approx(6.0, rel=1e-12), "three"),
    }
    assert 200 / REACH > 12


def test_an_input_may_flip_on_both_sides() -> None:
    """With x + 16 / x against 10, within 2 and 8 the first is the cheaper one."""
    graph = Graph()
    x = graph.leaf("x", quantity(3.0))
    told = found({"one": x + 16 / x, "ten": quantity(10.0) + 0 * x}, "one")
    assert told == {"x down": (pytest.approx(2.0), "ten"), "x up": (pytest.approx(8.0), "ten")}


def test_the_first_of_several_flips_is_told() -> None:
    """A second offer comes in at 5, a third at 8; where one has no answer, nothing flips."""
    graph = Graph()
    x = graph.leaf("x", quantity(2.0))
    told = found({"one": x * x, "two": 20 + x, "three": 32 + 4 * x}, "one")
    assert told == {"x up": (pytest.approx(5.0), "two")}
    assert found({"one": x * x, "two": 4 + x + 0 * sqrt(2.5 - x)}, "one") == {}
