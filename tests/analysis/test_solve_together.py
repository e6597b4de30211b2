"""Several unknowns in turn, on two lines: x + y and x - y have each one value for two figures."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.analysis import solve_together as module
from costmodel.analysis.conditions import Condition
from costmodel.analysis.solution import Solution
from costmodel.analysis.solve_together import SAME, _same, _turn, solve_together
from costmodel.errors import CostModelError
from costmodel.units import quantity


class Lines:
    """A study of two inputs; what is set stays set in the study that comes out."""

    def __init__(self, **values: float) -> None:
        """Hold the values of both."""
        self.values = values
        leaf = SimpleNamespace(value=quantity(1.0, "USD"))
        self.model = SimpleNamespace(find=lambda name: (name,), leaves={"x": leaf, "y": leaf})

    def with_(self, changes: dict[str, Any]) -> Lines:
        """Return a study with other values."""
        return Lines(**{**self.values, **{name: float(one.magnitude) for name, one in changes.items()}})


def _solved(steep: float) -> Any:
    """Return what solves x + y / steep = 10 for x, and y + x / steep = 5 for y; nothing below zero."""

    def solve(study: Lines, name: str, _asked: Condition, offer: str) -> Solution:
        other = study.values["y" if name == "x" else "x"]
        value = (10.0 if name == "x" else 5.0) - other / steep
        status: Any = "solved" if value >= 0 else "never"
        return Solution(offer, name, "USD", study.values[name], (0.0, 9.0), status, "USD", (1.0, 2.0), value)

    return solve


def _above(study: Lines, name: str) -> Solution:
    value = study.values["y" if name == "x" else "x"] + 1
    return Solution("a", name, "USD", study.values[name], None, "solved", "USD", (1.0, 2.0), value)


ASKED = [Condition("one", "10 USD"), Condition("two", "5 USD")]


def test_turns_end_where_neither_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    """With x = 10 - y / 4 and y = 5 - x / 4 meet at x = 28 / 3 and y = 8 / 3; own values are those of today."""
    monkeypatch.setattr(module, "solve_one", _solved(4.0))
    found = solve_together(Lines(x=1.0, y=2.0), ["x", "y"], ASKED, ["a", "b"])  # type: ignore[arg-type]
    assert [one.value for one in found] == pytest.approx(2 * [28 / 3, 8 / 3], rel=1e-9)
    assert [(one.offer, one.own, one.status) for one in found] == [
        (offer, own, "solved") for offer in "ab" for own in (1.0, 2.0)
    ]


def test_turns_that_do_not_settle_give_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is one more than the other, so that both grow without end; as many figures as unknowns are asked."""
    monkeypatch.setattr(module, "solve_one", lambda study, name, *_: _above(study, name))
    with pytest.raises(CostModelError, match="No values of x, y together give one = 10 USD and two = 5 USD"):
        solve_together(Lines(x=1.0, y=2.0), ["x", "y"], ASKED, ["a"])  # type: ignore[arg-type]
    with pytest.raises(CostModelError, match="1 unknowns for 2 figures"):
        solve_together(Lines(x=1.0), ["x"], ASKED, ["a"])  # type: ignore[arg-type]


def test_a_turn_ends_at_the_first_that_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those after it have none either, and the study stays as it was set before."""
    monkeypatch.setattr(module, "solve_one", _solved(1.0))
    one = Solution("a", "x", "USD", 1.0, None, "solved", "USD", (1.0, 2.0), 3.0)
    start: Any = Lines(x=1.0, y=11.0)
    found, study = _turn(start, [one, replace(one, unknown="y")], ASKED, "a")
    assert [part.status for part in found] == ["never", "never"]
    assert study is start
    found, study = _turn(Lines(x=1.0, y=2.0), [one], ASKED[:1], "a")  # type: ignore[arg-type]
    assert (found[0].value, study.values) == (8.0, {"x": 8.0, "y": 2.0})  # type: ignore[attr-defined]


def test_what_moves_by_less_than_a_part_in_ten_billion_stands_still() -> None:
    """Counted from what was found last; a value of nothing stands still as well."""
    one = Solution("a", "x", "USD", 1.0, None, "solved", "USD", (1.0, 2.0), 4.0)
    assert _same([one], [replace(one, value=4.0 * (1 + 0.9 * SAME))])
    assert not _same([one], [replace(one, value=4.0 * (1 + 1.1 * SAME))])
    assert _same([replace(one, value=0.0)], [replace(one, value=0.0)])
    assert SAME == 1e-10
