"""A noun whose dated costs stand in dollars of the year of a question (docs/decisions/0034)."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from costmodel.domain.noun import Noun
from costmodel.specs.price_index import in_dollars_of

N = TypeVar("N", bound=Noun)


def in_dollars(noun: N, day: date | None) -> N:
    """Return a noun with its dated costs of wages, buildings and energy, here and below, in dollars of a day's year."""
    known = ((name, fact, in_dollars_of(fact, day)) for name, (_, fact) in noun.leaves().items() if fact is not None)
    moved = {name: new for name, old, new in known if new is not old}
    return noun.with_facts(moved) if moved else noun
