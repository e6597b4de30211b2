"""What would have to be true of several inputs at once, so that as many figures are as asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.conditions import Condition
from costmodel.analysis.solution import Solution, Status
from costmodel.analysis.solve import solve_one
from costmodel.errors import CostModelError
from costmodel.units import quantity

SAME = 1e-10
"""Part of an unknown by which it may still move when no round moves it any more."""
TURNS = 60
"""Rounds in which each unknown is solved for once, the others as they were found last."""


def solve_together(
    study: AnsweredScenario, unknowns: Sequence[str], asked: Sequence[Condition], offers: Sequence[str]
) -> list[Solution]:
    """Return the values of unknowns at which all figures are as asked, under each offer, one solution for each unknown.

    Each unknown answers the figure in its place: it is solved for while the others stay, in turn, until none moves.
    `steps` says that whole systems make a figure jump over what is asked, `never` that no values were found.

    Raises
    ------
    CostModelError
        Where there are not as many figures as unknowns, or nothing is found under any offer.
    """
    if len(unknowns) != len(asked):
        msg = f"{len(unknowns)} unknowns for {len(asked)} figures: each figure asked for takes an unknown of its own"
        raise CostModelError(msg)
    found = [one for offer in offers for one in _under(study, unknowns, asked, offer)]
    if all(one.status == "never" for one in found):
        figures = " and ".join(one.text for one in asked)
        msg = (
            f"No values of {', '.join(unknowns)} together give {figures}: each answers the figure in its place; name "
            "them in another order, or others"
        )
        raise CostModelError(msg)
    return found


def _under(study: AnsweredScenario, unknowns: Sequence[str], asked: Sequence[Condition], offer: str) -> list[Solution]:
    first = [solve_one(study, name, one, offer) for name, one in zip(unknowns, asked, strict=True)]
    before, moved = _turn(study, first, asked, offer)  # the first turn in which all others have been found
    found, moved = _turn(moved, before, asked, offer)
    for _ in range(TURNS):
        if any(one.status == "never" for one in found) or _same(before, found):
            break
        before = found
        found, moved = _turn(moved, before, asked, offer)
    settled = _same(before, found)
    return [_of(own, one, settled=settled) for own, one in zip(first, found, strict=True)]


def _turn(
    study: AnsweredScenario, before: Sequence[Solution], asked: Sequence[Condition], offer: str
) -> tuple[list[Solution], AnsweredScenario]:
    """Solve for each unknown once; the last found value of each is set for those after it."""
    found: list[Solution] = []
    for one, condition in zip(before, asked, strict=True):
        solution = solve_one(study, one.unknown, condition, offer)
        found.append(solution)
        if solution.status == "never":
            return [*found, *(replace(rest, status="never") for rest in before[len(found) :])], study
        leaves = study.model.find(one.unknown)
        there = quantity(solution.value, f"{study.model.leaves[leaves[0]].value.units}")
        study = study.with_(dict.fromkeys(leaves, there))
    return found, study


def _same(before: Sequence[Solution], after: Sequence[Solution]) -> bool:
    pairs = zip(before, after, strict=True)
    return all(abs(one.value - other.value) <= SAME * abs(other.value) for one, other in pairs)


def _of(own: Solution, found: Solution, *, settled: bool) -> Solution:
    """Return what was found of an unknown, with its own value and range; none where turns never settled."""
    status: Status = found.status if settled else "never"
    return replace(found, own=own.own, range=own.range, reach=own.reach, status=status)
