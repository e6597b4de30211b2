"""The page of public claims: each beside the model at its date, with its verdict and what would have to be true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import isinf, log10

from costmodel.analysis.claims import Checked
from costmodel.analysis.draws import DRAWS
from costmodel.analysis.solution import Solution
from costmodel.economics.company import NEVER
from costmodel.report.content import Bar, ClaimRow, KeyFigure, Page
from costmodel.report.numerals import DIGITS, axis_unit, chance, figure, joined, number, unit_text
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION

VERDICTS = ("inside", "outside", "not testable")
NOTES = {
    "inside": "what is said overlaps the model's 80% interval",
    "outside": "it does not",
    "not testable": "the model has nothing to compare it with",
}
WIDE_RATIO = 5
"""From such a ratio of its ends on, a bar counts in powers of ten."""
CLOSE, NEAR = 5, 0.01
"""Digits of a ratio that lies so close to one."""
FIRST_YEAR = 1900
"""From here on, a number of years is a year of the calendar."""
EDGE = 0.08
"""Share of a bar that is left free beyond what it shows."""
METHOD = f"""\
A claim is compared with a figure of a scenario whose prices, hardware and users are of its time. All inputs with a \
range are drawn together {DRAWS:,} times; the interval holds the middle 80% of the figure. Inside means that what is \
said overlaps it: with wide inputs much does, so that the bar and what would have to be true say more than the word.

What would have to be true moves one input alone until the figure is as said, at the values of the day and with the \
layout of the model on its servers searched again. Inside its range means within the 90% interval of that input.

On a bar, blue is the model: its interval, and its median as a line. Brown (on a dark screen orange) is what is said: \
a line, or a frame from end to end. Bars count in powers of ten where their ends lie far apart.

A claim that the scenario takes as an input is not tested by it. Forecasts and budgets are not testable: what a check \
would need is said instead."""


def page_of_claims(found: Sequence[ClaimRow]) -> Page:
    """Return the page of claims that are checked, in their order under each verdict."""
    counts = Counter(one.verdict for one in found)
    return Page(
        title="Public claims, checked",
        question="Can the published figures on what AI costs be true?",
        headline=_headline(found, counts),
        summary=tuple(KeyFigure(name.capitalize(), str(counts[name]), note=NOTES[name]) for name in VERDICTS),
        claims=tuple(sorted(found, key=lambda one: VERDICTS.index(one.verdict))),
        method=METHOD,
        scenario_file="claims",
    )


def _headline(found: Sequence[ClaimRow], counts: Counter[str]) -> str:
    tested = len(found) - counts["not testable"]
    outside = (
        "; ".join(f"{one.subject}: {one.text.partition(';')[0]}" for one in found if one.verdict == "outside") or "none"
    )
    return (
        f"{tested} of {len(found)} claims can be tested: {counts['inside']} lie inside the model's intervals, "
        f"{counts['outside']} outside ({outside})."
    )


def claim_row(catalog: Catalog, one: Checked) -> ClaimRow:
    """Return what a page shows of a claim that is checked."""
    claim = one.claim
    fact = claim.stated[0] if claim.stated else None
    source = None if fact is None or fact.source == ASSUMPTION else catalog.source(fact)
    tested = one.verdict != "not testable"
    return ClaimRow(
        id=claim.id,
        subject=claim.subject,
        text=claim.text,
        said=_said(one),
        model=_model(one) if tested else "",
        verdict=one.verdict,
        needs=tuple(_needs(one)),
        hangs_on=tuple(_label(one, name) for name in one.hangs_on),
        bar=_bar(one) if tested else None,
        against=one.subject.title if one.subject is not None else "",
        page=f"{claim.scenario}.html" if claim.scenario else "",
        source_title="our reading" if source is None and fact is not None else source.title if source else "",
        source_url=source.url if source else "",
        day=str(claim.day or ""),
        note=claim.note or (fact.reason if fact is not None else ""),
    )


def _needs(one: Checked) -> Iterator[str]:
    """Yield what would have to be true, with the inputs' names for people."""
    if not one.solutions:
        moved = one.claim.moved
        yield one.needs.replace(moved, f"“{_label(one, moved)}”") if moved else one.needs
    yield from (_need(one, each) for each in one.solutions)
    if one.claim.beside:
        said = " and ".join(_need(one, each) for each in one.together) or "no values of their first unknowns"
        also = ", ".join(f"“{claim.text}”" for claim in one.claim.beside)
        yield f"For {also} too: {said} at once (all are true in {chance(one.share)} of the draws)"


def _need(one: Checked, found: Solution) -> str:
    name = f"“{_label(one, found.unknown)}”"
    if found.status == "never":
        return f"no value of {name} gives it"
    about = "about " if found.status == "steps" else ""
    where = "inside" if found.inside_range else "outside"
    ends = f"{where} its range {_ends(*found.range, found.unit)}" if found.range else "it has no range"
    return f"{name} at {about}{figure(found.value, found.unit)} ({ends})"


def _label(one: Checked, name: str) -> str:
    return one.subject.labels.get(name, name) if one.subject is not None else name


def _said(one: Checked) -> str:
    least, most = one.claim.ends
    if not one.claim.stated:
        return ""
    if least == most:
        return _figure(least, one.claim.unit)
    if isinf(most):
        return f"{_figure(least, one.claim.unit)} or more"
    return _ends(least, most, one.claim.unit)


def _model(one: Checked) -> str:
    """Return the median with its interval, in the unit in which the claim itself is written."""
    unit = one.claim.unit
    if unit == "yr" and one.high >= FIRST_YEAR:
        return f"median {_figure(one.median, unit)}, 80% interval {_ends(one.low, one.high, unit)}"
    factor, word = axis_unit(max(map(abs, _stated(one) or (one.median,))), unit)
    digits = DIGITS if unit or not _is_close(one) else CLOSE
    median, low, high = (number(value / factor, digits) for value in (one.median, one.low, one.high))
    if low == high:
        return f"{joined(median, word)}, whatever is drawn"
    return f"median {joined(median, word)}, 80% interval {low} to {joined(high, word)}"


def _stated(one: Checked) -> list[float]:
    return [end for end in one.claim.ends if not isinf(end)]


def _is_close(one: Checked) -> bool:
    """Say whether a ratio lies so close to one that it takes more digits to tell it from that."""
    return abs(one.median - 1) < NEAR


def _ends(low: float, high: float, unit: str) -> str:
    """Return two figures with one unit, that of the larger; years of the calendar have none."""
    if unit == "yr" and high >= FIRST_YEAR:
        return f"{_figure(low, unit)} to {_figure(high, unit)}"
    factor, word = axis_unit(max(abs(low), abs(high)), unit)
    return joined(f"{number(low / factor)} to {number(high / factor)}", word)


def _figure(value: float, unit: str, digits: int = DIGITS) -> str:
    """Return a figure for people; a year of the calendar is a plain number, or never."""
    if unit == "yr" and value >= FIRST_YEAR:
        return f"{value:.0f}" if value < NEVER else "never"
    return figure(value, unit, digits)


def _bar(one: Checked) -> Bar:
    """Return where interval and claim stand between the least and the largest of them; open ends go to the edge."""
    least, most = one.claim.ends
    never = one.claim.unit == "yr" and one.high >= NEVER
    shown = [end for end in (one.low, one.median, one.high, *_stated(one)) if not (never and end >= NEVER)]
    low, high = min(shown), max(shown)
    powers = low > 0 and high / low > WIDE_RATIO

    def scale(value: float) -> float:
        return log10(value) if powers else value

    span = (scale(high) - scale(low)) or abs(scale(high)) or 1.0

    def place(value: float, without: float) -> float:
        beyond = isinf(value) or value > high
        share = without if beyond else EDGE + (1 - 2 * EDGE) * (scale(value) - scale(low)) / span
        return round(100 * share, 2)

    unit = unit_text(one.claim.unit)
    model = f"{number(one.low)} to {joined(number(one.high), unit)}"
    words = f"Model {model}, median {number(one.median)}; said {_said(one)}"
    ends = (place(one.low, 0.0), place(one.median, 0.5), place(one.high, 1.0))
    return Bar(*ends, said_from=place(least, 0.0), said_to=place(most, 1.0), words=words)
