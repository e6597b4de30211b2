"""Inputs of two studies side by side: what both have takes the value of either, state by state."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from costmodel.analysis.differing import Differing
from costmodel.formula.graph import Leaf
from costmodel.units import quantity


def pair(change: str, before: Leaf | None, after: Leaf | None, *, differs: bool = True) -> Any:
    """Return an input as two studies have it."""
    return SimpleNamespace(name=change, change=change, before=before, after=after, differs=differs)


@pytest.mark.parametrize("second", [False, True])
def test_what_one_study_has_alone_takes_no_value_of_the_other(second: bool) -> None:
    """Of two states, in the second of which the price is changed; what is the same on both sides stays out."""
    old, new = Leaf("price", quantity(2.0, "kUSD")), Leaf("price", quantity(3000.0, "USD"))
    alone, same = Leaf("alone", quantity(1.0)), Leaf("same", quantity(1.0))
    pairs = (
        pair("price", old, new),
        pair("alone", None, alone),
        pair("alone", alone, None),
        pair("same", same, same, differs=False),
        pair("form", old, new),
    )
    one = cast("Differing", SimpleNamespace(pairs=pairs, form="form"))
    made = np.array([[False, True, True, True], [True, True, True, True]])
    known = {"price": new if second else old, "alone": alone, "same": same, "form": old}
    found = Differing.values(one, made, ["price", "alone", "same", "form"], known)
    assert list(found) == ["price"]
    assert found["price"].tolist() == pytest.approx([2000, 3000] if second else [2, 3])
    assert Differing.values(one, made, ["price"], {}) == {}
