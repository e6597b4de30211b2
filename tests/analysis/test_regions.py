"""Maps: each cell is what a sweep says, the frontier is where two offers cost the same, probabilities are shares."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.analysis.regions import Regions
from costmodel.analysis.study import Study
from costmodel.errors import CostModelError, UnknownName

NEAR = 1e-6
X, Y = "demand.queries_per_user", "fleet.peak_utilization"


@pytest.fixture(scope="module")
def found(serving: Study) -> Regions:
    """Return a small map of one scenario."""
    return serving.map(X, Y, points=6, draws=64)


def test_a_cell_is_what_a_sweep_says(found: Regions, serving: Study) -> None:
    """Cheapest offer and its cost, on the same grid."""
    table = serving.sweep({X: found.cells["x"], Y: found.cells["y"]})[list(found.offers)]
    assert (table.idxmin(axis=1) == found.cells["cheapest"]).all()
    assert found.cells["cost"].to_numpy() == pytest.approx(table.min(axis=1).to_numpy(), rel=1e-12)


def test_at_the_frontier_two_offers_cost_the_same(found: Regions, serving: Study) -> None:
    """Or one jumps over the other: just before a point the first is the cheapest, at it the second."""
    assert len(found.frontier)
    table = serving.sweep({X: found.frontier["x"], Y: found.frontier["y"]})[list(found.offers)]
    assert (table.idxmin(axis=1) == found.frontier["second"]).all()
    before = [
        serving.sweep({X: found.frontier["x"] * left, Y: found.frontier["y"] * down})[list(found.offers)].idxmin(axis=1)
        for left, down in ((1 - NEAR, 1.0), (1.0, 1 - NEAR))
    ]
    assert ((before[0] == found.frontier["first"]) | (before[1] == found.frontier["first"])).all()


def test_every_change_between_neighbours_is_on_the_frontier(found: Regions) -> None:
    """As many points as pairs of neighbouring cells with two winners."""
    first = found.cells["cheapest"].to_numpy().reshape(6, 6)
    changes = int(np.sum(first[1:] != first[:-1]) + np.sum(first[:, 1:] != first[:, :-1]))
    assert len(found.frontier) == changes


def test_probabilities_are_those_of_a_study_at_that_point(found: Regions, serving: Study) -> None:
    """The shares of a cell sum to 1 and, near today's inputs, are about those of a changed scenario's draws.

    Farther off, another offer would serve until a program's chips arrive.
    """
    assert found.cells[list(found.offers)].sum(axis=1).to_numpy() == pytest.approx(1.0)
    own = [serving.inputs()[name].value.magnitude for name in (X, Y)]
    cell = found.cells.iloc[int(np.abs(np.log(found.cells[["x", "y"]] / own)).sum(axis=1).argmin())]
    there = serving.with_({X: cell["x"], Y: cell["y"]}).probabilities()
    for offer in found.offers:
        assert cell[offer] == pytest.approx(there[offer], abs=0.2)


def test_ends_are_kept_and_a_share_stays_below_one(serving: Study) -> None:
    """Given ends count; without them a utilisation ends at 1."""
    found = serving.map(X, Y, {X: (0.0, 10.0)}, points=3, draws=1)
    assert found.x.values.tolist() == [0.0, 5.0, 10.0]
    assert found.y.values[-1] == pytest.approx(1.0)


def test_what_is_no_map_is_explained(serving: Study) -> None:
    """The same input twice, an end that lies beyond the other, a name that is none."""
    with pytest.raises(CostModelError, match="same input"):
        serving.map(X, X)
    with pytest.raises(CostModelError, match="below"):
        serving.map(X, Y, {X: (2.0, 1.0)})
    with pytest.raises(UnknownName, match=r"demand\.users"):
        serving.map("demand.user", Y)
