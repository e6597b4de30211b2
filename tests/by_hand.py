"""Formulas against plain arithmetic: numbers in the declared units go in, and one that a person computed comes out."""

from __future__ import annotations

import pytest

from costmodel.formula import Formula
from costmodel.units import quantity
from tests.closeness import values

Case = tuple[Formula, dict[str, float], float]
"""A formula, its arguments in their declared units, and the right result in its own."""


def cases(*hand: Case) -> pytest.MarkDecorator:
    """Return the cases as the parameters `one`, `given` and `right` of a test."""
    return pytest.mark.parametrize(("one", "given", "right"), hand, ids=[one.name for one, _, _ in hand])


def holds(one: Formula, given: dict[str, float], right: float) -> bool:
    """Return whether a formula gives what was computed by hand."""
    arguments = {name: quantity(float(number), one.inputs[name]) for name, number in given.items()}
    return float(values(one, arguments)) == pytest.approx(right, rel=1e-9, abs=1e-15)
