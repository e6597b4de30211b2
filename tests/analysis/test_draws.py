"""Joint draws by their definition: one of every part in each block, and what links leave of an input's own."""

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from costmodel.analysis.draws import BLOCK, CHUNK, DRAWS, LEVELS, Joint, Link, _shares, chunk, chunks, number_of, sizes
from costmodel.errors import CostModelError
from costmodel.formula.graph import Leaf
from costmodel.specs.fact import Fact
from costmodel.units import quantity


def leaf(name: str, low: float = 0.5, best: float = 1.0, high: float = 2.0) -> Leaf:
    """Return an input with a range."""
    value, *ends = (quantity(one) for one in (best, low, high))
    return Leaf(name, value, Fact(name, value, "assumption", Path("x.toml"), 1, low=ends[0], high=ends[1]))


def shares(scores: np.ndarray) -> np.ndarray:
    """Return which share of a normal distribution lies below each score."""
    return np.array([NormalDist().cdf(float(one)) for one in scores])


def test_each_block_has_a_draw_in_every_part_on_one_of_many_places() -> None:
    """256 parts of 256 places each, in another order in every block, chunk, input and seed."""
    joint = Joint.of([leaf("a"), leaf("b")])
    places = [shares(row) * BLOCK * LEVELS - 0.5 for row in joint.draw(0, 1)]
    for place in places:
        assert np.abs(place - np.rint(place)).max() < 1e-6
        parts = np.rint(place).astype(int).reshape(-1, BLOCK) // LEVELS
        assert all(sorted(part) == list(range(BLOCK)) for part in parts)
        assert len({tuple(part) for part in parts}) == CHUNK // BLOCK == 32
        assert len(set(np.rint(place).astype(int) % LEVELS)) == LEVELS
    others = joint.draw(1, 1)[0], joint.draw(0, 2)[0], joint.draw(0, 1)[1]
    assert all(abs(np.corrcoef(joint.draw(0, 1)[0], other)[0, 1]) < 0.04 for other in others)


def test_names_stand_for_numbers_of_64_bits() -> None:
    """BLAKE2b of eight bytes, the first byte the highest: as Python's own library has it."""
    assert number_of("price") == int("".join(f"{byte:02x}" for byte in _digest("price")), 16)
    assert number_of("price") != number_of("pricf")


def _digest(name: str) -> bytes:
    from hashlib import blake2b  # noqa: PLC0415 - beside what is tested

    return blake2b(name.encode(), digest_size=8).digest()


def test_draws_come_in_chunks_of_8192() -> None:
    """The last may be shorter; none is an error; an answer stands on one chunk."""
    assert DRAWS == CHUNK == 8192
    assert sizes(1) == [1]
    assert sizes(CHUNK) == [CHUNK]
    assert sizes(2 * CHUNK + 3) == [CHUNK, CHUNK, 3]
    with pytest.raises(CostModelError, match="samples is 0"):
        sizes(0)
    scores, values = chunk(Joint.of([leaf("a")]), 0, 5, 1)
    assert scores.shape == (1, 5)
    assert len(values["a"]) == 5
    assert [len(found["a"]) for _, found in chunks(Joint.of([leaf("a")]), CHUNK + 7)] == [CHUNK, 7]


def test_what_links_leave_is_an_inputs_own() -> None:
    """Loadings of 0.6 and 0.64 leave the root of 1 - 0.7696; those above one together leave nothing, and shrink."""
    rest, (one, other) = _shares([np.array([0.6, 0.8, 2.0]), np.array([0.64, 0.6, 0.0])])
    assert rest.tolist() == pytest.approx([0.48, 0.0, 0.0], abs=1e-7)
    assert one.tolist() == pytest.approx([0.6, 0.8, 1.0])
    assert other.tolist() == pytest.approx([0.64, 0.6, 0.0])


def test_a_linked_score_is_its_own_part_and_its_factors() -> None:
    """Own part x sqrt(1 - loading^2) + loading x factor, draw by draw; the unlinked stay as drawn."""
    loading = leaf("loading", 0.599999999, 0.6, 0.600000001)
    joint = Joint.of([leaf("b"), leaf("a")], {"a": (Link("common", loading),)})
    assert joint.names == ("a", "b", "common", "loading")
    drawn = joint.draw(0, 1)
    found = joint.scores(drawn)
    np.testing.assert_allclose(found[0], 0.8 * drawn[0] + 0.6 * drawn[2], atol=1e-7)
    np.testing.assert_array_equal(found[1], drawn[1])
