"""Levers: named changes of a scenario, one by one and combined, and the fewest that reach a target margin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, Literal

import pandas as pd

from costmodel.analysis.lever_draws import NONE_KNOWN, Drawn, Known, drawn, ends, is_quick, share_reaching
from costmodel.analysis.lever_fleets import CASCADE, RELATIVE
from costmodel.analysis.lever_trial import UNIT, Outcome, Trial
from costmodel.analysis.statement import ENDS
from costmodel.analysis.uncertainty import Array
from costmodel.domain.levers import Lever
from costmodel.errors import Infeasible, MissingData, SpecError

MOST = 16
"""Levers of one question: their sets are all tried, which doubles with each."""

TINY = 1e-9
"""USD a user and month below which a change is rounding."""

ALONE: Final = "alone"
Intervals = bool | Literal["alone"]
"""Of which sets intervals are drawn: of all, of none, or of levers alone where that takes one fleet of one offer."""

SHOWN = 5
"""Sets that reach a target of which intervals are drawn: the nearest ones."""

PAID = ("plan.", "plans.", "usage.", "query.", "demand.queries_per_user")
"""Inputs by which what users pay may move with others, also where it does not alone."""

LARGEST_SET = 4
"""Levers of a set that is looked for; more at once are another product."""

_WORDS = {"architecture": "model"}
"""Inputs whose names say less than these words."""


@dataclass(frozen=True)
class LeverTable:
    """Today, each lever alone, all of them one after the other, and the sets that reach a target."""

    today: Outcome
    titles: Mapping[str, str]
    alone: tuple[Outcome, ...]
    combined: tuple[Outcome, ...]
    """After the first lever, after the first two, and so on; those passed over leave all as it was."""
    passed_over: Mapping[str, str]
    """Levers that are not combined, and why: they have no answer, or another that changes the same brings more."""
    figure: str
    target: float | None = None
    reaching: tuple[Outcome, ...] = ()
    """The smallest sets that reach the target, the one that goes least beyond it first."""
    drawn: Mapping[tuple[str, ...], Drawn] = field(default_factory=dict)
    """Margin and cost of today, of each lever alone and of those combined, and of the nearest sets: the same draws."""

    def frame(self) -> pd.DataFrame:
        """Return one row per lever: its margin alone, and after all levers up to it; `attrs["units"]` has the units.

        Margins, changes and costs have the ends of their 80% intervals, `..._low` and `..._high`, all over the same
        draws. `probability_gain` is the share of the draws in which the lever alone raises the margin; with a target,
        `probability_alone` and `probability_after` are those in which it is reached.
        """
        today = {"lever": "today", "title": "as it is"}
        rows = [{**today, **self._numbers(self.today, self.today, self.today)}]
        before = self.today
        for alone, after in zip(self.alone, self.combined, strict=True):
            name = alone.levers[0]
            why = self.passed_over.get(name, "")
            numbers = self._numbers(alone, after, before)
            rows.append({"lever": name, "title": self.titles[name], **numbers, "passed_over": why})
            before = after
        frame = pd.DataFrame(rows).fillna({"passed_over": ""}).set_index("lever")
        texts = {"title", "offer", "passed_over"}
        frame.attrs["units"] = {one: _unit(one) for one in frame.columns if one not in texts}
        return frame

    def spread(self, one: Outcome) -> dict[str, float]:
        """Return the ends of the margin and the cost of a set, and how likely it reaches the target."""
        known = self.drawn.get(one.levers)
        if known is None:
            return {}
        found = {**_ends("margin", known.margin), **_ends("cost", known.cost)}
        reached = {} if self.target is None else {"probability": share_reaching(known.margin, self.target)}
        return {**found, **reached}

    def _numbers(self, alone: Outcome, after: Outcome, before: Outcome) -> dict[str, object]:
        return {
            "margin_alone": alone.margin,
            "change_alone": alone.margin - self.today.margin,
            "margin_after": after.margin,
            "change_after": after.margin - before.margin,
            "cost_after": after.cost,
            "revenue_after": after.revenue,
            "share_losing_after": after.losing,
            "worst_loss_alone": alone.worst,
            "worst_loss_after": after.worst,
            **self._spreads(alone, after, before),
            "offer": after.offer,
        }

    def _spreads(self, alone: Outcome, after: Outcome, before: Outcome) -> dict[str, float]:
        """Return the intervals of a row; those of changes are of differences draw by draw."""
        found: dict[str, float] = {}
        for name, one, other in (("alone", alone, self.today), ("after", after, before)):
            known, since = self.drawn.get(one.levers), self.drawn.get(other.levers)
            if known is None or since is None:
                continue
            change = known.margin - since.margin
            found |= {**_ends(f"margin_{name}", known.margin), **_ends(f"change_{name}", change)}
            found |= _ends("cost_after", known.cost) if name == "after" else {"probability_gain": _gain(change)}
            if self.target is not None:
                found[f"probability_{name}"] = share_reaching(known.margin, self.target)
        return found


def _ends(name: str, values: Array) -> dict[str, float]:
    return {f"{name}{end}": side for end, side in zip(ENDS, ends(values), strict=True)}


def _gain(change: Array) -> float:
    return share_reaching(change, TINY)


def _unit(column: str) -> str:
    return "" if column.startswith(("share", "probability")) else UNIT


def lever_table(
    trial: Trial, target: float | None = None, *, intervals: Intervals = True, known: Known = NONE_KNOWN
) -> LeverTable:
    """Return each lever alone, all one after the other, and the fewest that reach a target margin.

    `known` are draws of the scenario as it is, which are not drawn again.

    Raises
    ------
    MissingData
        For a scenario without levers, or without a price.
    """
    if not trial.levers:
        msg = f"{trial.record.file}: has no levers: write [levers.some-name], or give --lever"
        raise MissingData(msg)
    names = [one.name for one in trial.levers]
    if len(set(names)) < len(names) or len(names) > MOST:
        wrong = f"{len(names)} levers; at most {MOST} are tried" if len(names) > MOST else "two levers have one name"
        raise SpecError([f"{trial.record.file}: {wrong}: {', '.join(names)}"])
    trial.check()
    today = trial.outcome(())
    if today.reason:
        raise Infeasible(today.reason)
    alone = tuple(trial.outcome([name]) for name in names)
    reaching = tuple(_smallest(trial, today, alone, target)) if target is not None else ()
    titles = {one.name: one.title for one in trial.levers}
    over = _passed_over(trial, alone)
    combined = tuple(_in_turn(trial, today, over))
    shown = (today, *alone, *combined, *reaching[:SHOWN]) if intervals else ()
    answered = dict.fromkeys(one.levers for one in shown if not one.reason)
    asked = [
        names for names in answered if intervals is not ALONE or (len(names) <= 1 and is_quick(trial, names, known))
    ]
    draws = {names: drawn(trial, names, known) for names in asked}
    return LeverTable(today, titles, alone, combined, over, trial.figure, target, reaching, draws)


def _in_turn(trial: Trial, today: Outcome, passed_over: dict[str, str]) -> Iterator[Outcome]:
    """Yield the outcome after each lever; those that are passed over, or have no answer then, leave all as it was."""
    taken: list[str] = []
    last = today
    for lever in trial.levers:
        found = last if lever.name in passed_over else trial.outcome([*taken, lever.name])
        if found.reason:
            passed_over[lever.name] = found.reason
        elif lever.name not in passed_over:
            taken.append(lever.name)
            last = found
        yield last


def _passed_over(trial: Trial, alone: Sequence[Outcome]) -> dict[str, str]:
    """Return the levers that are not combined: those without an answer, and of alternatives all but the best."""
    found = {one.levers[0]: one.reason for one in alone if one.reason}
    margins = {one.levers[0]: one.margin for one in alone}
    kept: list[Lever] = []
    for lever in sorted((one for one in trial.levers if one.name not in found), key=lambda one: -margins[one.name]):
        better = next((one for one in kept if _sets(one) & _sets(lever)), None)
        if better is None:
            kept.append(lever)
        else:
            same = ", ".join(_WORDS.get(one, one) for one in sorted(_sets(better) & _sets(lever)))
            found[lever.name] = f"“{better.title}”, which sets the same ({same}), brings more"
    return found


def _sets(lever: Lever) -> set[str]:
    """Return the inputs that a lever sets, of which another can then not set the same; a cascade has its own model."""
    keys = {key for key, value in lever.change.items() if not RELATIVE.fullmatch(str(value).strip())}
    return keys | ({"architecture"} if CASCADE in keys else set())


def _are_alternatives(levers: Sequence[Lever]) -> bool:
    return any(_sets(one) & _sets(other) for one, other in combinations(levers, 2))


def _smallest(trial: Trial, today: Outcome, alone: Sequence[Outcome], target: float) -> list[Outcome]:
    """Return the smallest sets of levers that reach a margin, among those levers that raise it alone."""
    if today.margin >= target:
        return [today]
    raising = {one.levers[0] for one in alone if one.margin > today.margin}
    helpful = [one for one in trial.levers if one.name in raising]
    for size in range(1, min(LARGEST_SET, len(helpful)) + 1):
        sets = [ones for ones in combinations(helpful, size) if not _are_alternatives(ones)]
        near = [ones for ones in sets if not _paid(trial, today, alone, ones) < target]
        found = [trial.outcome([one.name for one in ones]) for ones in near]
        reaching = [one for one in found if one.margin >= target]
        if reaching:
            return sorted(reaching, key=lambda one: one.margin)
    return []


def _paid(trial: Trial, today: Outcome, alone: Sequence[Outcome], levers: Sequence[Lever]) -> float:
    """Return what users pay with a set of levers, which bounds its margin: only some move it, in fewer sets."""
    moving = {one.levers[0] for one in alone if abs(one.revenue - today.revenue) > TINY}
    names = [one.name for one in levers if one.name in moving or any(key.startswith(PAID) for key in one.change)]
    return trial.outcome(names).revenue
