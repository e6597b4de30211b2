"""Which offers a variable sets against each other, over which values, and what stands at a crossing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from costmodel.analysis.break_even import GRIDS, Sweep, break_evens, pairs_of
from costmodel.analysis.model import leaves_of
from costmodel.domain.offers import Program, Purchase, Rental
from costmodel.domain.token_api import TokenApi
from costmodel.errors import CostModelError, UnknownName
from costmodel.formula import Graph
from costmodel.formula.ops import ceil, minimum
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, quantity


def way(kind: type, id_: str) -> Any:
    """Return an offer of a kind that has an id alone."""
    made = object.__new__(kind)
    object.__setattr__(made, "id", id_)
    return made


def swept(outputs: dict[str, Quantity], variable: str) -> Sweep:
    """Return the sweep of costs over a variable that stands for one input."""
    leaves = leaves_of(outputs.values())
    return Sweep(cast("Any", SimpleNamespace(find=lambda name: (name,), leaves=leaves)), outputs, variable)


WAYS = [way(Purchase, "own"), way(Rental, "rent"), way(TokenApi, "api"), way(Program, "chip")]


@pytest.mark.parametrize(
    ("variable", "pairs"),
    [
        ("queries_per_day", [("api", "own"), ("api", "rent"), ("api", "chip")]),
        ("utilization", [("own", "rent"), ("own", "api")]),
        ("volume", [("chip", "own"), ("chip", "rent"), ("chip", "api")]),
        ("maia.volume", [("chip", "own"), ("chip", "rent"), ("chip", "api")]),
        ("price", [("own", "rent"), ("own", "api"), ("own", "chip")]),
    ],
)
def test_pairs_are_of_kinds_or_of_what_moves(variable: str, pairs: list[tuple[str, str]]) -> None:
    """An API against all systems, what is owned against what is not, and what moves against all others."""
    moving = ["chip"] if variable.endswith("volume") else ["own"]
    outputs = {one.id: 1.0 for one in WAYS}
    sweep = cast("Any", SimpleNamespace(variable=variable, outputs=outputs, moving=lambda: moving))
    assert pairs_of(sweep, WAYS) == pairs


def test_grids_go_from_end_to_end() -> None:
    """A thousand to ten million chips, a hundredth to all of the time in steps of a thousandth."""
    volume, use = GRIDS["volume"], GRIDS["utilization"]
    assert (volume[0], volume[-1], len(volume)) == (pytest.approx(1e3), pytest.approx(1e7), 1_601)
    assert (use[0], use[-1], len(use)) == (pytest.approx(0.01), 1.0, 991)
    assert np.diff(use) == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("own", "unit", "low", "high"),
    [
        (4.0, "USD", 0.004, 4000.0),
        (0.5, "1", 0.0005, 1.0),
        (50.0, "percent", 0.05, 100.0),
        (2.0, "1", 0.002, 2000.0),
    ],
)
def test_another_input_is_tried_a_thousand_times_smaller_and_larger(
    own: float, unit: str, low: float, high: float
) -> None:
    """At 1,201 values of one ratio; a share up to all of it; nothing has nothing around it."""
    grid = swept({"one": Graph().leaf("x", quantity(own, unit))}, "x").grid
    assert (grid[0], grid[-1], len(grid)) == (pytest.approx(low), pytest.approx(high), 1_201)
    with pytest.raises(CostModelError, match="above zero"):
        _ = swept({"one": Graph().leaf("x", quantity(0.0, unit))}, "x").grid


def test_no_value_is_tried_that_no_file_can_say() -> None:
    """A PUE from 1 on, maintenance of at most all of the price a year, in the unit of the file."""
    for attribute, own, unit, ends in (
        (Attribute("pue", "x", unit="1", least=1.0), 1.25, "1", (1.0, 1250.0)),
        (Attribute("maintenance", "x", unit="1/year", most=1.0), 5.0, "percent/year", (0.005, 100.0)),
    ):
        fact = Fact("x", quantity(own, unit), "s", Path("x.toml"), 1, attribute=attribute)
        grid = swept({"one": Graph().leaf("x", fact.value, fact)}, "x").grid
        assert (grid[0], grid[-1]) == (pytest.approx(ends[0]), pytest.approx(ends[1]))


def test_all_queries_of_a_day_are_those_of_more_users() -> None:
    """300 users with 4 queries each are 1,200; a cost of 2 a user is then 600 a day for as many queries."""
    graph = Graph()
    users = graph.leaf("demand.users", quantity(300.0, "user"))
    each = graph.leaf("demand.queries_per_user", quantity(4.0, "query/user/day"))
    sweep = swept({"one": 2 * users, "two": users * each}, "queries_per_day")
    assert (sweep.leaf.value.magnitude, sweep.leaves) == (1200.0, ("demand.users",))
    assert sweep.scales == {"demand.users": 0.25}
    found = sweep(np.array([1200.0, 2400.0]))
    assert (found["one"].tolist(), found["two"].tolist()) == ([600.0, 1200.0], [1200.0, 2400.0])
    for name in ("a", "z"):
        assert swept({"one": 3 * graph.leaf(name, quantity(2.0))}, name).leaves == (name,)
    with pytest.raises(UnknownName, match="queries_per_day"):
        _ = swept({"one": 2 * users}, "queries_per_day").leaves


def test_all_queries_of_a_day_are_those_of_a_rate_where_no_user_is_counted() -> None:
    """2 queries a second are 172,800 a day: a rate moves as the users of a fleet do."""
    rate = Graph().leaf("demand.rate", quantity(2.0, "query/s"))
    sweep = swept({"one": 5 * rate}, "queries_per_day")
    assert (sweep.leaf.value.magnitude, sweep.leaves) == (pytest.approx(172_800.0), ("demand.rate",))
    assert sweep(np.array([86_400.0]))["one"] == pytest.approx([5.0])


def test_inputs_that_move_together_are_counted_in_the_unit_of_the_first() -> None:
    """2 kUSD and 500 USD: where the first is 3, the second is 3,000; what moves nothing is left out."""
    graph = Graph()
    one, other = graph.leaf("one", quantity(2.0, "kUSD")), graph.leaf("other", quantity(500.0, "USD"))
    leaves = leaves_of([one, other]) | leaves_of([graph.leaf("still", quantity(1.0))])
    model = cast("Any", SimpleNamespace(find=lambda _: ("one", "other", "still"), leaves=leaves))
    sweep = Sweep(model, {"a": one + other, "b": 1.0 * other, "c": graph.leaf("y", quantity(1.0))}, "both")
    assert sweep.scales == {"one": 1.0, "other": 1000.0}
    assert sweep.moving() == ["a", "b"]
    found = sweep(np.array([3.0]))
    assert (found["a"][0], found["b"][0], found["c"][0]) == (6.0, 3000.0, 1.0)


def test_costs_meet_or_jump() -> None:
    """10 / x meets 2 at 5; whole systems of 3 jump over 7 after 2 of them; 4 lies always below 5."""
    x = Graph().leaf("x", quantity(4.0))
    flat = {"two": 2 + 0 * x, "seven": 7 + 0 * x, "four": 4 + 0 * x, "five": 5 + 0 * x}
    sweep = swept({"fall": 10 / x, "steps": 3 * ceil(x), **flat}, "x")
    pairs = [("fall", "two"), ("steps", "seven"), ("four", "five"), ("five", "four"), ("five", "five")]
    meets, jumps, always, never, same = break_evens(sweep, pairs)
    (at,) = meets.crossings
    assert (at.status, at.value, at.before, at.cost_first) == (
        "crosses",
        pytest.approx(5.0),
        at.value,
        pytest.approx(2),
    )
    assert (meets.own, meets.first_is_cheaper_below) == ((2.5, 2.0), False)
    (at,) = jumps.crossings
    assert (at.status, at.cost_first, at.cost_second) == ("steps", 9.0, 7.0)
    assert at.before == pytest.approx(2.0)
    assert at.before <= 2.0 < at.value
    assert (jumps.status, jumps.first_is_cheaper_below) == ("steps", True)
    assert [one.status for one in (always, never, same)] == ["always", "never", "never"]
    assert len(meets.curve) == 2 * 121
    assert meets.curve["x"].iloc[1] == pytest.approx(sweep.grid[10])
    assert break_evens(sweep, []) == []


def test_costs_that_are_equal_over_a_stretch_do_not_cross_by_rounding() -> None:
    """0.1 x + 0.2 x is 0.3 x but for the last bit; where it ends in a cost of 3 from 10 on, it is dearer from there."""
    x = Graph().leaf("x", quantity(4.0))
    sweep = swept({"sum": 0.1 * x + 0.2 * x, "whole": 0.3 * x, "capped": minimum(0.3 * x, 3.0 + 0 * x)}, "x")
    assert np.ptp(np.sign(sweep(sweep.grid)["sum"] - sweep(sweep.grid)["whole"])) > 0
    same, capped = break_evens(sweep, [("sum", "whole"), ("sum", "capped")])
    assert (same.status, same.crossings, same.meaning) == ("never", (), "as dear over the whole range")
    assert (capped.status, capped.crossings, capped.first_is_cheaper_below) == ("never", (), False)
    assert capped.meaning == "dearer, or as dear, over the whole range"


def test_a_jump_that_ends_at_equal_costs_is_a_step() -> None:
    """3 for one system, 7 for two, 11 for three against 7: dearer from beyond 2 on, and the order changes beyond 1."""
    x = Graph().leaf("x", quantity(1.5))
    sweep = swept({"systems": 4 * ceil(x) - 1, "seven": 7.0 + 0 * x}, "x")
    (at,) = break_evens(sweep, [("systems", "seven")])[0].crossings
    assert (at.status, at.cost_first, at.cost_second) == ("steps", 7.0, 7.0)
    assert at.before <= 1.0 < at.value == pytest.approx(1.0)


def test_what_draws_decide_does_not_move() -> None:
    """Whether a program fails stands for a normal score; a reader moves how likely it is."""
    with pytest.raises(UnknownName, match=r"set how likely it is, program/one\.failure_probability"):
        _ = Sweep(cast("Any", None), {}, "program/one.failure_outcome").leaves
