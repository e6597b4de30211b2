"""Maps by hand: axes and their ends, first of costs, and who is chosen over the reach of an input."""

from __future__ import annotations

from dataclasses import replace
from math import log
from pathlib import Path
from statistics import NormalDist
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from costmodel.analysis.mattering import KEPT, LEAST, Mattering
from costmodel.analysis.regions import _around, _axis, _first, _least, regions
from costmodel.analysis.sweeping import Sampler
from costmodel.errors import CostModelError
from costmodel.formula import Graph, compile_numpy
from costmodel.formula.graph import Leaf
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import Fact
from costmodel.units import quantity

NONE = np.nan
COSTS = np.array([[1.0, 3.0, NONE, NONE], [2.0, 2.0, 5.0, NONE]])


def leaf(own: float, high: float | None = None, unit: str = "USD", **bounds: Any) -> Leaf:
    """Return an input of a file, with a range from half of it on, and bounds of its table."""
    value = quantity(own, unit)
    fact = Fact("x", value, "s", Path("x.toml"), 1, attribute=Attribute("x", "x", **bounds) if bounds else None)
    if high is not None:
        fact = replace(fact, low=value / 2, high=quantity(high, unit))
    return Leaf("x", value, fact)


def test_the_first_of_the_smallest_costs_is_chosen() -> None:
    """By place, and its cost; what has no answer is passed over, and where none has one there is none."""
    assert _first(COSTS).tolist() == Mattering.first(COSTS).tolist() == [0, 1, 1, -1]
    assert _least(COSTS).tolist()[:3] == [1.0, 2.0, 5.0]
    assert np.isnan(_least(COSTS)[3])


@pytest.mark.parametrize(
    ("one", "ends"),
    [
        (leaf(5.0), (0.5, 50.0)),
        (leaf(0.5, unit="1"), (0.05, 1.0)),
        (leaf(50.0, unit="percent"), (5.0, 100.0)),
        (leaf(5.0, least=1.0, most=20.0, unit="USD"), (1.0, 20.0)),
        (leaf(5.0, least=0.1, most=90.0, unit="USD"), (0.5, 50.0)),
    ],
)
def test_an_axis_goes_from_a_tenth_to_ten_times_within_what_a_file_may_say(
    one: Leaf, ends: tuple[float, float]
) -> None:
    """A share up to all of it."""
    one = replace(one, origin=replace(one.origin, attribute=_in_own_unit(one)))
    assert _around(one) == pytest.approx(ends)


def _in_own_unit(one: Leaf) -> Attribute | None:
    attribute = one.origin.attribute
    return None if attribute is None else replace(attribute, unit="USD")


def model(one: Leaf) -> Any:
    """Return a model of one input."""
    return SimpleNamespace(find=lambda _: ("x",), leaves={"x": one})


def test_values_of_an_axis_are_of_one_ratio_above_zero_and_of_one_step_from_zero_on() -> None:
    """Ends that are given count; they are in order, and finite; around nothing there is nothing."""
    assert _axis(model(leaf(10.0)), "x", None, 3).values.tolist() == pytest.approx([1.0, 10.0, 100.0])
    given = _axis(model(leaf(0.0)), "x", (0.0, 4.0), 3)
    assert (given.values.tolist(), given.own, given.inputs, given.unit) == ([0.0, 2.0, 4.0], 0.0, 1, "USD")
    with pytest.raises(CostModelError, match="give both ends, x=LOW"):
        _axis(model(leaf(0.0)), "x", None, 3)
    for ends in ((2.0, 2.0), (3.0, 2.0), (1.0, np.inf), (-np.inf, 1.0)):
        with pytest.raises(CostModelError, match="must lie below"):
            _axis(model(leaf(1.0)), "x", ends, 3)


def _plane() -> tuple[Any, Sampler]:
    graph = Graph()
    x, y = (graph.leaf(name, quantity(value, "USD")) for name, value in (("x", 2.0), ("y", 4.0)))
    z = graph.leaf("z", quantity(1.0), replace(leaf(1.0, 2.0, "1").origin, key="z"))
    sampler = Sampler({"own": x * z, "rent": 1.0 * y})
    leaves = {name: Leaf(name, quantity(value, "USD"), None) for name, value in (("x", 2.0), ("y", 4.0))}
    return SimpleNamespace(find=lambda name: (name,), leaves=leaves), sampler


def test_a_map_of_two_costs_has_its_frontier_on_the_diagonal() -> None:
    """Costs of x and of y where they are 1, 2, 3 and 1.5, 2.5: it changes where both are equal."""
    found = regions(*_plane(), ("x", "y"), {"x": (0.0, 3.0), "y": (0.0, 2.5)}, points=3, draws=256, seed=1)
    grid = [(x, y) for y in (0.0, 1.25, 2.5) for x in (0.0, 1.5, 3.0)]
    assert found.cells[["x", "y"]].to_numpy().tolist() == [list(pair) for pair in grid]
    assert found.cells["cheapest"].tolist() == ["own" if x <= y else "rent" for x, y in grid]
    assert found.cells["cost"].tolist() == [min(pair) for pair in grid]
    assert found.frontier.index.tolist() == [0, 1, 2, 3]
    points = found.frontier[["x", "y", "first", "second"]].to_numpy().tolist()
    assert [tuple(one[2:]) for one in points] == [("own", "rent"), ("own", "rent"), ("rent", "own"), ("own", "rent")]
    assert [one[:2] for one in points] == [pytest.approx([c, c], abs=1e-9) for c in (0.0, 1.25, 1.5, 2.5)]
    middle = found.cells.iloc[4]
    assert middle["own"] == pytest.approx(1 - NormalDist().cdf(log(1.5 / 1.25) / (log(2) / 1.6449)), abs=0.01)
    assert (middle["own"] + middle["rent"], middle["likeliest"]) == (1.0, "rent")
    with pytest.raises(CostModelError, match="same input"):
        regions(*_plane(), ("x", "x"), {}, points=3, draws=1, seed=1)


@pytest.fixture
def mattering() -> Mattering:
    """Return a choice between 3 x and 10, with x from 1 to 4 around 2, and what both hang on."""
    graph = Graph()
    x = graph.leaf("x", quantity(2.0, "USD"), replace(leaf(2.0, 4.0).origin, key="x"))
    costs = {("own", "cost"): 3 * x, ("rent", "cost"): quantity(10.0, "USD") + 0 * x}
    kernel = compile_numpy({str(name): one for name, one in costs.items()}, ["x"])
    plain = {"own": {"cost": quantity(6.0, "USD")}, "rent": {"cost": quantity(10.0, "USD")}}
    answers = SimpleNamespace(traced=costs, kernel=kernel)
    study = SimpleNamespace(answers=answers, headline="cost", choices=("own", "rent"), costs=plain, links={})
    return Mattering(cast("Any", study), 1.0, "USD")


def test_an_input_reaches_twice_beyond_its_range(mattering: Mattering) -> None:
    """From 0.5 to 8 in nine steps of one ratio, of which two, at 4 and beyond, lead to another choice."""
    assert mattering.offer == "own"
    assert mattering.reach("x", 9).tolist() == pytest.approx([0.5 * 2 ** (step / 2) for step in range(9)])
    assert mattering.flips.to_dict() == pytest.approx({"x": 3 / 9})
    assert mattering.costs({"x": np.array([1.0, 4.0])}).tolist() == [[3.0, 12.0], [10.0, 10.0]]
    assert mattering.costs({}).tolist() == [[6.0], [10.0]]
    swings = mattering.swings.loc["x"]
    assert swings[["low", "high", "cost_low", "cost_high", "swing"]].tolist() == pytest.approx([1, 4, 3, 12, 9])


def test_a_share_reaches_all_of_it_and_what_begins_at_nothing_goes_in_steps() -> None:
    """0.25 to 0.75 reaches from an eighth to 0.75; 0 to 3 from 0 to 6."""
    share = replace(leaf(0.5, 0.75, "1"), name="share")
    zero = Leaf("zero", quantity(1.0, "USD"), replace(leaf(1.0, 3.0).origin, low=quantity(0.0, "USD")))
    one = Mattering(cast("Any", None), 1.0, "USD")
    one.__dict__["leaves"] = {"share": share, "zero": zero}
    assert one.reach("share", 2).tolist() == pytest.approx([0.125, 0.75])
    assert one.reach("zero", 3).tolist() == pytest.approx([0.0, 3.0, 6.0])


def test_what_is_worth_less_than_a_thousandth_of_the_cost_is_not_told(
    mattering: Mattering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a cost of 6: more than 0.006; at most ten, and none where there is no choice."""
    worth = [SimpleNamespace(value=value) for value in (*(9.0 - step / 2 for step in range(11)), 0.0061, 0.006)]
    monkeypatch.setattr(Mattering, "_drawn", lambda _: None)
    monkeypatch.setattr("costmodel.analysis.mattering.worth_knowing", lambda *_: worth[-4:])
    assert [one.value for one in mattering.worth] == [4.5, 4.0, 0.0061]
    del mattering.__dict__["worth"]
    monkeypatch.setattr("costmodel.analysis.mattering.worth_knowing", lambda *_: worth)
    assert len(mattering.worth) == 10
    del mattering.__dict__["worth"]
    mattering.study.choices = ("own",)  # type: ignore[misc]
    assert mattering.worth == []
    assert (KEPT, LEAST) == (16 * 256, 1e-3)
