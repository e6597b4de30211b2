"""The value at which a figure is as asked, of figures whose solution algebra knows."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from costmodel.analysis.break_even import Sweep
from costmodel.analysis.conditions import Condition
from costmodel.analysis.model import leaves_of
from costmodel.analysis.solution import FAR, Solution, nearest
from costmodel.errors import CostModelError
from costmodel.formula import Graph
from costmodel.formula.ops import ceil, maximum
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, quantity


def solved(figure: Quantity, asked: str) -> Solution:
    """Return the value of x at which a figure is as asked."""
    leaves = leaves_of([figure])
    model = cast("Any", SimpleNamespace(find=lambda name: (name,), leaves=leaves))
    return nearest(Sweep(model, {"one": figure}, "x"), Condition("figure", asked))


def unknown(own: float, unit: str = "USD", ends: tuple[float, float] | None = None) -> Quantity:
    """Return an unknown with a value of its own, and with a range where one is given."""
    value = quantity(own, unit)
    fact = Fact("x", value, "assumption", Path("x.toml"), 1)
    if ends:
        fact = replace(fact, low=quantity(ends[0], unit), high=quantity(ends[1], unit))
    return Graph().leaf("x", value, fact)


@pytest.mark.parametrize(("asked", "value"), [("30 USD", 10.0), ("6 USD", 2.0), ("3000 USD", 1000.0)])
def test_a_line_is_solved_by_division(asked: str, value: float) -> None:
    """3 x is 30 where x is 10, near its own value or far from it; units are turned into those of the figure."""
    found = solved(3 * unknown(2.0), asked)
    assert (found.status, found.own) == ("solved", 2.0)
    assert found.value == found.before == pytest.approx(value, rel=1e-12)
    assert found.figure == found.figure_before == pytest.approx(3 * value, rel=1e-12)
    assert found.reach == pytest.approx((6 / FAR, 6 * FAR))


def test_of_two_solutions_the_nearest_by_ratio_is_told() -> None:
    """At 2 and at 8, x + 16 / x is 10: from 3 the first is nearer, from 6 the second, though 2 is as far as 10."""
    for own, value in ((3.0, 2.0), (6.0, 8.0), (3.9, 2.0), (4.1, 8.0)):
        x = unknown(own, "dimensionless")
        assert solved(x + 16 / x, "10").value == pytest.approx(value, rel=1e-9)


def test_a_jump_over_what_is_asked_has_both_sides() -> None:
    """Whole systems of 5 each never cost 12: two cost 10 up to 4 users, three cost 15 beyond."""
    found = solved(5 * ceil(unknown(3.0, "dimensionless") / 2), "12")
    assert found.status == "steps"
    assert found.value <= 4 < found.before
    assert (found.value, found.before) == pytest.approx((4.0, 4.0), rel=1e-14)
    assert (found.figure, found.figure_before) == (10.0, 15.0)


def test_what_is_solved_goes_before_a_nearer_jump() -> None:
    """The figure jumps over 12 next to its own value; far from it, 35 - 6 (x - 10) is 12 where x is 83 / 6."""
    x = unknown(3.9, "dimensionless")
    found = solved(5 * ceil(x / 2) - maximum(6 * (x - 10), 0 * x), "12")
    assert (found.status, found.value) == ("solved", pytest.approx(83 / 6))
    assert found.figure == pytest.approx(12.0)


def test_what_nothing_reaches_is_never_and_says_how_far_it_goes() -> None:
    """A figure that does not rest on the unknown does not move."""
    found = solved(3 * unknown(2.0), "-1 USD")
    assert (found.status, found.is_moving, found.inside_range) == ("never", True, None)
    assert isnan(found.value)
    graph = Graph()
    still = graph.leaf("y", quantity(1.0, "USD"))
    model = cast("Any", SimpleNamespace(find=lambda name: (name,), leaves={"x": unknown(2.0).magnitude.node.label}))
    assert not nearest(Sweep(model, {"one": 2 * still}, "x"), Condition("figure", "1 USD")).is_moving


def test_ends_of_a_range_are_inside_it() -> None:
    """From 2 to 10, both included; without a range nothing is said."""
    for asked, inside in ((4.0, True), (20.0, True), (3.9, False), (20.1, False)):
        assert solved(2 * unknown(5.0, ends=(2.0, 10.0)), f"{asked!r} USD").inside_range is inside
    assert solved(2 * unknown(5.0), "4 USD").inside_range is None


def test_ends_of_what_an_unknown_may_be_are_tried() -> None:
    """A PUE of just above 1 solves, and what is reached is told from 1 on."""
    value = quantity(1.2)
    fact = Fact("x", value, "s", Path("x.toml"), 1, attribute=Attribute("pue", "x", unit="1", least=1.0))
    figure = quantity(100.0, "USD") * Graph().leaf("x", value, fact)
    assert solved(figure, "100.01 USD").value == pytest.approx(1.0001)
    assert solved(figure, "99 USD").reach[0] == pytest.approx(100.0)


def test_an_unknown_of_nothing_is_looked_for_below_the_end_of_its_range() -> None:
    """Around the upper end where there is one; else there is nothing to look around."""
    assert solved(2 * unknown(0.0, ends=(0.0, 8.0)), "10 USD").value == pytest.approx(5.0)
    with pytest.raises(CostModelError, match="above zero"):
        solved(2 * unknown(0.0), "10 USD")
