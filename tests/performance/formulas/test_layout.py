"""Replicas on whole systems, by hand and against a loop that fills them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.formula import Formula
from costmodel.performance.formulas import layout as f
from costmodel.units import magnitude, quantity
from tests.by_hand import cases, holds


@cases(
    (f.occupied_share, {"replica": 8, "unit": 8}, 1),
    (f.occupied_share, {"replica": 3, "unit": 8}, 3 / 4),
    (f.occupied_share, {"replica": 12, "unit": 8}, 12 / 16),
    (f.occupied_share, {"replica": 1, "unit": 8}, 1),
    (f.occupied_share, {"replica": 6, "unit": 8}, 6 / 8),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Two replicas of three leave two of eight idle; one of twelve takes two systems of eight."""
    assert holds(one, given, right)


@given(replica=st.integers(1, 80), unit=st.integers(1, 80))
def test_share_is_that_of_systems_that_are_filled(replica: int, unit: int) -> None:
    """Systems are held until a replica fits, or a system is filled with replicas until no other fits."""
    held, placed = unit, 1
    while held < replica:
        held += unit
    while held == unit and (placed + 1) * replica <= unit:
        placed += 1
    ours = f.occupied_share(replica=quantity(float(replica), "accelerator"), unit=quantity(float(unit), "accelerator"))
    assert magnitude(ours, "1") == pytest.approx(placed * replica / held)
