"""What the answer hangs on, as pages tell it."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.analysis.sensitivity import tornado
from costmodel.analysis.study import Study
from costmodel.analysis.sweeping import Sampler


def test_swings_are_those_of_a_sensitivity(serving: Study) -> None:
    """From the kernel of the intervals come the same swings as from one of the cheapest cost alone."""
    found = serving.matters()
    wanted = tornado(Sampler({found.offer: serving.ranked[found.offer]}, serving.links))
    there = found.swings.loc[wanted.index]
    np.testing.assert_allclose(there.to_numpy(float), wanted.to_numpy(float), rtol=1e-9)
    assert not found.swings.drop(wanted.index)["swing"].any()
    assert found.swings["swing"].is_monotonic_decreasing


def test_a_field_of_the_map_is_the_choice_there(serving: Study) -> None:
    """Where two inputs are set to the values of a field, the comparison has its choice at its cost."""
    found = serving.matters()
    names = [str(name) for name in found.flips.index[:2]]
    cells = found.grid(names, 4)
    assert cells["first"].nunique() > 1
    for _, cell in cells.drop_duplicates("first").iterrows():
        moved = serving.sweep({names[0]: [cell["x"]], names[1]: [cell["y"]]})[list(serving.choices)].iloc[0]
        assert serving.choices[int(cell["first"])] == moved.idxmin()
        assert cell["cost"] == pytest.approx(moved.min(), rel=1e-9)


def test_what_is_worth_knowing_is_more_than_noise(study: Study) -> None:
    """No fact is named that is worth less than a thousandth of the cost, or more than all of it; the first is most."""
    found = study.matters()
    own = float(study.costs[found.offer][study.headline].magnitude) * found.factor
    values = [one.value for one in found.worth]
    assert all(1e-3 * own < value < own for value in values)
    assert values == sorted(values, reverse=True)
