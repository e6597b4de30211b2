"""The answer of a scenario in two sentences, and what else belongs beside it."""

from __future__ import annotations

from collections.abc import Sequence

from costmodel.analysis.cheapest import MARGIN
from costmodel.analysis.crossing import BreakEven
from costmodel.analysis.study import Study
from costmodel.analysis.training_run import given_in_words
from costmodel.analysis.uncertainty import Interval
from costmodel.analysis.users import has_income
from costmodel.analysis.who_pays import Payers
from costmodel.domain.workload import TrainingRun
from costmodel.report.asked import answered, interval_of, margin, queries, times, volumes
from costmodel.report.decimals import alike
from costmodel.report.naming import names_of, unit_of_answer
from costmodel.report.numerals import axis_unit, chance, figure, joined

UNLIKE = 1_000
"""Costs so many times as large as others have a unit of their own."""
READINGS = {
    "own": "with {chips} chips of its own",
    "shared": "where {chips} chips share its design",
    "as_shipped": "counting only what is still to be spent",
}
"""What a program costs by who pays for it."""


def headline(study: Study, intervals: dict[str, Interval], crossings: Sequence[BreakEven] = ()) -> str:
    """Return the answer to what is asked, and who is cheapest, by how much and in how many draws."""
    names, ranked = _names(study), [id_ for id_ in _ranked(intervals) if id_ in study.choices]
    said, name = answered(study, intervals, crossings, names), names[ranked[0]]
    # What has just been named, and nothing beside it, is not named again.
    subject = "That way" if said.count("“") == 1 and name in said else name
    what = " of compute" if has_income(study.scenario.workload) else ""
    costs = "is cheapest at" if len(ranked) > 1 else "costs"
    first = f"{subject} {costs} {interval_of(study, intervals[ranked[0]])}{what}"
    parts = [said, f"{first}{_sure(study, ranked, names)}{_gap(study, ranked, intervals, names)}"]
    return " ".join(f"{part}." for part in parts if part)


def beside(study: Study, intervals: dict[str, Interval], crossings: list[BreakEven]) -> tuple[str, ...]:
    """Return what was given, whether a price covers the cost, who pays for a program, and where the answer turns."""
    names, ranked = _names(study), _ranked(intervals)
    said = answered(study, intervals, crossings, names)
    parts = [
        *given_in_words(study.scenario),
        *_waiting(study, intervals),
        margin(study, intervals, names),
        *_who_pays(study, names),
        volumes(crossings, names, ranked),
        queries(study, crossings, names, ranked),
    ]
    return tuple(f"{part}." for part in parts if part and part != said)


def _waiting(study: Study, intervals: dict[str, Interval]) -> list[str]:
    """Return what it costs to wait for the market of a later year: extrapolated, so that it is no choice of today."""
    later = [id_ for id_ in intervals if id_ not in study.choices]
    return [
        f"Waiting is extrapolated and no offer of today: “{study.scenario.offer(id_).name}” is put at "
        f"{interval_of(study, intervals[id_])}"
        for id_ in later
    ]


def _names(study: Study) -> dict[str, str]:
    return {id_: f"“{name}”" for id_, name in names_of(study.scenario).items()}


def _ranked(intervals: dict[str, Interval]) -> list[str]:
    return sorted(intervals, key=lambda id_: intervals[id_].value)


def _sure(study: Study, ranked: list[str], names: dict[str, str]) -> str:
    """Return in how many draws of all inputs that holds, and whether another offer is about as likely, or likelier."""
    if len(ranked) == 1:
        return ""
    shares = study.probabilities()
    first, rival = shares[ranked[0]], max(ranked[1:], key=lambda id_: shares[id_])
    both = f"in {chance(first)} of the draws, {names[rival]} in {chance(shares[rival])}"
    if shares[rival] - first >= MARGIN:
        return f" on best estimates, but only {both}"
    if first - shares[rival] < MARGIN:
        return f", too close to call: {both}"
    return f", in {chance(first)} of the draws"


def _who_pays(study: Study, names: dict[str, str]) -> list[str]:
    """Return, for each program, what it costs by the chips that share its design, whether it wins, and how likely."""
    return [_paid(study, one, names) for one in study.payers]


def _paid(study: Study, one: Payers, names: dict[str, str]) -> str:
    costs = in_one_unit([reading.cost for reading in one.readings.values()], unit_of_answer(study))
    said = [
        f"{cost} {READINGS[name].format(chips=figure(reading.accelerators))} "
        f"(cheapest in {chance(reading.probability_cheapest)} of draws)"
        for cost, (name, reading) in zip(costs, one.readings.items(), strict=True)
    ]
    return f"{names[one.offer]}: {', '.join(said)}{_run(study)}"


def in_one_unit(costs: Sequence[Interval], unit: str) -> list[str]:
    """Return costs with as many decimals as their intervals bear, in one unit where none is thousands of another."""
    rows = [tuple(float(one.magnitude) for one in (cost.value, cost.low, cost.high)) for cost in costs]
    least, most = (pick(value for value, *_ in rows) for pick in (min, max))
    if most > UNLIKE * least:
        return [figure(value, unit) for value, *_ in rows]
    factor, word = axis_unit(most, unit)
    texts = alike([(value / factor, low / factor, high / factor) for value, low, high in rows])
    return [joined(text, word) for text, *_ in texts]


def _run(study: Study) -> str:
    workload = study.scenario.workload
    if isinstance(workload, TrainingRun) and workload.runs_per_year is None:
        return "; one run pays for the whole program, as no cadence of runs is stated"
    return ""


def _gap(study: Study, ranked: list[str], intervals: dict[str, Interval], names: dict[str, str]) -> str:
    """Return how much more the second costs: its cost, where the first costs nothing or brings something in."""
    if len(ranked) == 1:
        return ""
    least, more = (float(intervals[one].value.magnitude) for one in ranked[:2])
    costs = f"{times(more / least)} that" if least > 0 else figure(more, unit_of_answer(study))
    return f"; {names[ranked[1]]} costs {costs}"
