"""Scenarios between two: some of the choices that are no numbers as one has them, all else as the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product

from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.changes import changed_record
from costmodel.errors import CostModelError
from costmodel.specs.record import Record

MOST = 3
"""Choices of which each has a part of its own: all sets of them are asked, with a search for layouts in each."""

Asked = Callable[[AnsweredScenario, Record], AnsweredScenario]
"""A study with another record in place of its own."""
Sets = Mapping[tuple[bool, ...], AnsweredScenario]
"""Studies by which of the choices are made in them."""


def between(before: AnsweredScenario, after: AnsweredScenario, choices: Sequence[str], asked: Asked) -> Sets:
    """Return the studies with each set of choices made; none if these are one, too many, or a set has no answer.

    Numbers are those of one of the two, the same one whichever comes first: so are then the layouts that searches find.
    """
    if not 1 < len(choices) <= MOST or before.record is None or after.record is None:
        return {}
    base, other = sorted((before, after), key=_place)
    found = {(False,) * len(choices): before, (True,) * len(choices): after}
    try:
        for made in [*product((False, True), repeat=len(choices))][1:-1]:
            moved = [key for key, one in zip(choices, made, strict=True) if one is (base is before)]
            found[made] = asked(base, _mixed(base, other, moved))
            found[made].model  # noqa: B018 - a set without an answer is met here
    except CostModelError:
        return {}
    return found


def _place(study: AnsweredScenario) -> tuple[str, str]:
    return study.scenario.id, str(sorted((name, str(value)) for name, value in study.changes.items()))


def _mixed(base: AnsweredScenario, other: AnsweredScenario, moved: Sequence[str]) -> Record:
    """Return the first record with some of its keys as the second has them, or without those that it has not."""
    record, theirs = (changed_record(one.record, one.changes) for one in (base, other) if one.record is not None)
    values, facts = {**record.values}, {**record.facts}
    for key in moved:
        values.pop(key, None)
        facts.pop(key, None)
        values |= {key: theirs.values[key]} if key in theirs.values else {}
        facts |= {key: theirs.facts[key]} if key in theirs.facts else {}
    return replace(record, values=values, facts=facts)
