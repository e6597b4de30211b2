"""Public claims against the model at their date: inside its interval or outside, and what would have to be true."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from costmodel.analysis.changes import pairs
from costmodel.analysis.compared import Compared, Draws, OfScenario, of_lessor, of_offer
from costmodel.analysis.solution import Solution
from costmodel.analysis.study import Study, study_of
from costmodel.analysis.uncertainty import SHARE
from costmodel.domain.claim import Claim, load_claims
from costmodel.economics.company import NEVER
from costmodel.errors import CostModelError
from costmodel.specs.catalog import Catalog
from costmodel.units import convert

Verdict = Literal["inside", "outside", "not testable"]
YEAR = 366
"""Days between a claim and the prices of its scenario, at most."""
FULL_FROM, FULL_TO = 1e3, 1e12
"""Between these, figures are written in full."""
HANGS_ON = 3
"""How many inputs are named on which a figure hangs most."""


@dataclass(frozen=True)
class Checked:
    """A claim with its verdict; figures are in the unit of the claim.

    `inside`: what is said overlaps the model's 80% interval; `outside`: it does not; `not testable`: the model has
    nothing to compare it with, or takes it as an input.
    """

    claim: Claim
    verdict: Verdict
    needs: str
    low: float = float("nan")
    median: float = float("nan")
    high: float = float("nan")
    hangs_on: tuple[str, ...] = ()
    solutions: tuple[Solution, ...] = ()
    together: tuple[Solution, ...] = ()
    """What would make it and those beside it true at once, ..."""
    share: float = float("nan")
    """... and the share of the draws in which all of them are."""
    subject: Compared | None = None
    """What it was compared with."""

    @property
    def value(self) -> float | None:
        """What is said: the figure, or the end of it that is stated."""
        return float(self.claim.stated[0].value.magnitude) if self.claim.stated else None

    @property
    def said(self) -> str:
        """What is said, in figures: "700,000", "above 20", "4 to 5"."""
        least, most = self.claim.ends
        if not self.claim.stated:
            return ""
        if least == most:
            return number(least)
        if np.isinf(most):
            return f"above {number(least)}"
        return f"up to {number(most)}" if np.isinf(least) else f"{number(least)} to {number(most)}"


def number(value: float, unit: str = "") -> str:
    """Return a figure in four digits, thousands apart; very large ones as powers of ten, a year that is none as a word.

    >>> number(543.21e6), number(0.0036), number(4e15), number(9999.0, "yr")
    ('543,200,000', '0.0036', '4e+15', 'never')
    """
    if unit == "yr" and value >= NEVER:
        return "never"
    rounded = float(f"{value:.4g}")
    return f"{rounded:,.0f}" if FULL_FROM <= abs(rounded) < FULL_TO else f"{rounded:g}"


@dataclass
class Checker:
    """Checks claims one by one; scenarios that several are compared with are opened once."""

    catalog: Catalog
    studies: dict[tuple[str, ...], Study] = field(default_factory=dict)
    """Studies that are open, by the scenario and what is set beside it."""
    _opened: dict[tuple[str, ...], Compared] = field(default_factory=dict)

    def check(self, claim: Claim) -> Checked:
        """Return the verdict on a claim."""
        if claim.needs:
            return Checked(claim, "not testable", claim.needs)
        subject = self.subject(claim)
        _check_day(claim, subject)
        if taken := subject.takes(claim.figure, claim.stated):
            needs = f"another source for {taken}: the scenario takes it from the claim itself"
            return Checked(claim, "not testable", needs)
        drawn = _in_unit(claim, subject)
        low, median, high = (float(one) for one in np.quantile(drawn.figures, [(1 - SHARE) / 2, 0.5, (1 + SHARE) / 2]))
        least, most = claim.ends
        inside = least <= high and low <= most
        asked = _asked(claim, median)
        found = () if asked is None or claim.moved else tuple(subject.solve(claim, asked))
        checked = Checked(
            claim,
            "inside" if inside else "outside",
            "; or ".join(map(sentence, found)) or _told(claim, median, asked),
            low,
            median,
            high,
            tuple(drawn.hangs_on()[:HANGS_ON]),
            found,
            subject=subject,
        )
        return _with_beside(checked, subject) if claim.unknowns and isinstance(subject, OfScenario) else checked

    def subject(self, claim: Claim) -> Compared:
        """Return what a claim is compared with."""
        key = (claim.scenario, claim.lessor, claim.offer, *claim.settings)
        if key not in self._opened:
            self._opened[key] = self._lessor(claim) if claim.lessor else self._scenario(claim)
        return self._opened[key]

    def _lessor(self, claim: Claim) -> Compared:
        return of_lessor(self.catalog, claim.lessor)

    def _scenario(self, claim: Claim) -> Compared:
        key = (claim.scenario, *claim.settings)
        if key not in self.studies:
            record = self.catalog.get("scenario", claim.scenario)
            self.studies[key] = study_of(self.catalog, record, pairs(claim.settings))
        return of_offer(self.studies[key], claim.offer)


def check_claims(catalog: Catalog, file: Path | None = None) -> list[Checked]:
    """Return the verdict on every claim of a file; on the shipped ones without one."""
    checker = Checker(catalog)
    return [checker.check(claim) for claim in load_claims(catalog, file)]


def sentence(one: Solution) -> str:
    """Return what an unknown would have to be, in words."""
    if one.status == "never":
        return f"no value of {one.unknown} gives it"
    where = "inside" if one.inside_range else "outside"
    ends = f" {number(one.range[0])} to {number(one.range[1])} {one.unit}".rstrip() if one.range else ""
    about = "about " if one.status == "steps" else ""
    beside = f"{where} its range{ends}" if one.range else "it has no range"
    return f"{one.unknown} {about}{number(one.value)} {one.unit}".rstrip() + f" ({beside})"


def _with_beside(one: Checked, subject: OfScenario) -> Checked:
    """Return a checked claim with what would make it and those beside it true at once, and how often all are."""
    if not one.claim.beside:
        return one
    every = (one.claim, *one.claim.beside)
    share = subject.share_in_which(every)
    try:
        found = tuple(subject.solve_together({claim: _end(claim) for claim in every}))
        said = " and ".join(map(sentence, found))
    except CostModelError:
        found, said = (), "no values of their first unknowns"
    also = ", ".join(claim.id for claim in one.claim.beside)
    needs = f"{one.needs}; or for {also} too: {said} at once (all are true in {share:.1%} of the draws)"
    return replace(one, needs=needs, together=found, share=share)


def _end(claim: Claim) -> float:
    """Return the figure that a claim states, or the end of it that it states."""
    least, most = claim.ends
    return most if np.isinf(least) else least


def _in_unit(claim: Claim, subject: Compared) -> Draws:
    """Return the draws of what a claim is compared with, in its unit."""
    drawn = subject.draws(claim)
    scale = float(convert(drawn.unit, claim.unit).magnitude) if claim.unit else 1.0
    known = np.isfinite(drawn.figures)
    if not known.any():
        msg = f"{claim.place}: {claim.id}: {claim.figure} has no answer in any draw of {claim.scenario or claim.lessor}"
        raise CostModelError(msg)
    return Draws(drawn.figures[known] * scale, {name: row[known] for name, row in drawn.inputs.items()}, drawn.unit)


def _asked(claim: Claim, median: float) -> float | None:
    """Return the figure for which unknowns are solved: what is said, or its nearer end where the model is beyond it."""
    least, most = claim.ends
    if least == most:
        return least
    return least if median < least else most if median > most else None


def _told(claim: Claim, median: float, asked: float | None) -> str:
    if claim.moved and claim.factor is not None:
        times = number(float(claim.factor.to("").magnitude))
        return f"{claim.moved} times {times} changes {claim.figure} by a factor of {number(median)}"
    return "nothing: the median is in it" if asked is None else "no unknown is named for it"


def _check_day(claim: Claim, subject: Compared) -> None:
    """Refuse a scenario whose prices are of another time than the claim."""
    if claim.day is not None and subject.day is not None and abs((claim.day - subject.day).days) > YEAR:
        msg = (
            f"{claim.place}: {claim.id} is of {claim.day}, but {claim.scenario} takes prices of {subject.day}: "
            "name a scenario of its time"
        )
        raise CostModelError(msg)
