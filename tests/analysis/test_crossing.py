"""What a crossing says in words: cheaper and dearer take turns from one to the next."""

from __future__ import annotations

from math import isnan

import pandas as pd
import pytest

from costmodel.analysis.crossing import BreakEven, Crossing, Status


def between(status: Status, *statuses: Status, below: bool = False, variable: str = "volume") -> BreakEven:
    """Return a break-even with crossings of these statuses."""
    places = tuple(Crossing(float(at), one, 1.0, 1.0, float(at)) for at, one in enumerate(statuses, 1))
    return BreakEven("a", "b", variable, "", "USD", status, places, (1.0, 1.0), pd.DataFrame(), below)


@pytest.mark.parametrize("below", [False, True])
def test_cheaper_and_dearer_take_turns(below: bool) -> None:
    """What is dearer below the first crossing is cheaper from it on, and dearer again from the second."""
    found = between("crosses", "crosses", "steps", "crosses", below=below)
    turns = [found.meaning_at(place).partition(" ")[0] for place in range(3)]
    assert turns == (["dearer", "cheaper", "dearer"] if below else ["cheaper", "dearer", "cheaper"])
    assert "whole systems" in found.meaning_at(1)
    assert found.meaning == found.meaning_at(0)


def test_time_has_words_of_its_own_and_no_crossing_keeps_its_status() -> None:
    """From then on, as it moves by itself; without a crossing the whole range is meant."""
    assert between("crosses", "crosses", variable="time").meaning == "cheaper from then on"
    assert between("crosses", "crosses", variable="date", below=True).meaning == "dearer from then on"
    assert between("always", variable="time").meaning == "cheaper over the whole range"
    assert between("never", below=True).meaning == "dearer over the whole range"
    assert isnan(between("never").value)
