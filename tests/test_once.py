"""What is computed once for each frozen object."""

import pickle
from copy import copy
from dataclasses import dataclass, replace

from costmodel.once import once

ASKED: list[tuple[int, int]] = []


@dataclass(frozen=True)
class Thing:
    """A thing with one field."""

    size: int


@once
def scaled(thing: Thing, factor: int = 1) -> int:
    """Return a multiple of a size, noting that it was asked for."""
    ASKED.append((thing.size, factor))
    return thing.size * factor


def test_is_computed_once_for_each_object_and_arguments() -> None:
    """So that what differs in either is computed by itself, also where two objects are equal."""
    ASKED.clear()
    first, equal, other = Thing(2), Thing(2), replace(Thing(2), size=3)
    assert [scaled(one, factor) for one in (first, first, equal, other) for factor in (1, 5)] == [2, 10] * 3 + [3, 15]
    assert ASKED == [(2, 1), (2, 5)] * 2 + [(3, 1), (3, 5)]


def test_copies_find_it_anew() -> None:
    """What was found may hold what a copy of the object does not share."""
    thing = Thing(2)
    scaled(thing)
    ASKED.clear()
    assert scaled(pickle.loads(pickle.dumps(thing))) == scaled(thing) == 2  # noqa: S301 - own bytes
    assert ASKED == [(2, 1)]
    assert copy(thing) == thing
