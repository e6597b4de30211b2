"""Which layouts a solution is looked for in: what a search finds at it, beside it, and far around its own value."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from costmodel.analysis import solve
from costmodel.analysis.solution import Solution
from costmodel.domain.workload import Deployment
from costmodel.units import quantity

NEVER = Solution("one", "x", "", 8.0, None, "never", "USD", (1.0, 2.0))
NOTHING = cast("Any", None)


def layout(name: str) -> Deployment:
    """Return a layout that goes by a name."""
    return cast("Deployment", SimpleNamespace(layout=name))


def solution(value: float, before: float | None = None) -> Solution:
    """Return a solution at a value, or at a jump from another."""
    return Solution("one", "x", "", 8.0, None, "solved", "USD", (1.0, 2.0), value, 0.0, before or value, 0.0)


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> dict[float, str | None]:
    """Return the layout that a search finds at each value, to be filled in; only these values are asked for."""
    found: dict[float, str | None] = {}

    def at(_alone: object, _leaves: object, value: float, _offer: str) -> Deployment | None:
        name = found.pop(value)
        return None if name is None else layout(name)

    monkeypatch.setattr(solve, "_layout_at", at)
    return found


def further(found: Solution, *names: str) -> list[str]:
    """Return the layouts that join those known."""
    return [one.layout for one in solve._further(NOTHING, (), [layout(name) for name in names], found)]


def test_layouts_on_both_sides_of_a_jump_join(searched: dict[float, str | None]) -> None:
    """What is known does not join again, nor does what is found twice."""
    searched |= {2.0: "b", 3.0: "a"}
    assert further(solution(3.0, 2.0), "a") == ["b"]
    searched |= {2.0: "b", 3.0: "b"}
    assert further(solution(2.0, 3.0), "a") == ["b"]
    assert not searched


def test_a_single_layout_without_an_answer_is_kept_once(searched: dict[float, str | None]) -> None:
    """It is named twice, so that it has no answer where it misses its targets; no third time."""
    searched[2.0] = None
    assert further(solution(2.0), "a") == ["a"]
    searched[2.0] = None
    assert further(solution(2.0), "a", "a") == []


def test_what_has_no_solution_is_looked_for_at_a_quarter_and_a_sixteenth_and_as_far_above(
    searched: dict[float, str | None],
) -> None:
    """Of its own value of 8: at 0.5, 2, 32 and 128; only where a layout was named twice, and the figure moves."""
    searched |= {0.5: None, 2.0: "b", 32.0: "a", 128.0: "c"}
    assert further(NEVER, "a", "a") == ["b", "c"]
    assert not searched
    assert further(NEVER, "a") == []
    still = Solution("one", "x", "", 8.0, None, "never", "USD", (float("nan"), float("nan")))
    assert further(still, "a", "a") == []


def _by_turns(monkeypatch: pytest.MonkeyPatch, values: dict[str, float]) -> Solution:
    """Return the solution by turns, of layouts each of which has one value."""
    monkeypatch.setattr(solve, "trace", lambda _scenario, layouts, _constants: layouts["one"][0].layout)
    monkeypatch.setattr(solve, "_in_model", lambda name, *_: solution(values[name]))
    monkeypatch.setattr(solve, "_study_at", lambda _alone, _leaves, value: SimpleNamespace(costs={"one": 10 * value}))
    alone = cast("Any", SimpleNamespace(scenario=None, constants=None))
    asked = cast("Any", SimpleNamespace(of=lambda cost: quantity(cost, "USD")))
    return solve._by_turns(alone, (), [layout("a")], solution(values["a"]), asked)


def test_a_layout_that_finds_itself_is_the_answer(
    searched: dict[float, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the value of the first another is the best, at whose own value it is the best too."""
    searched |= {1.0: "b", 2.0: "b"}
    assert _by_turns(monkeypatch, {"a": 1.0, "b": 2.0}).value == 2.0
    searched[1.0] = None
    assert _by_turns(monkeypatch, {"a": 1.0}).value == 1.0


def test_layouts_that_send_the_value_to_each_other_are_a_jump(
    searched: dict[float, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the value of the one and that of the other, each with its figure."""
    searched |= {1.0: "b", 2.0: "a"}
    found = _by_turns(monkeypatch, {"a": 1.0, "b": 2.0})
    assert (found.status, found.value, found.before) == ("steps", 1.0, 2.0)
    assert (found.figure, found.figure_before) == (10.0, 20.0)
