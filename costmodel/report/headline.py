"""The answer of a scenario in at most two sentences, and what else belongs beside it."""

from __future__ import annotations

from costmodel.analysis.break_even import QUERIES
from costmodel.analysis.cheapest import MARGIN
from costmodel.analysis.crossing import BreakEven
from costmodel.analysis.study import Study
from costmodel.analysis.training_run import given_in_words
from costmodel.analysis.uncertainty import Interval
from costmodel.analysis.who_pays import Payers
from costmodel.domain.workload import Serving, TrainingRun
from costmodel.report.naming import names_of
from costmodel.report.numerals import chance, figure, figure_of

READINGS = {
    "own": "with {chips} chips of its own",
    "shared": "where {chips} chips share its design",
    "as_shipped": "of its own with what is paid left out",
}
"""What a program costs by who pays for it."""


def headline(study: Study, intervals: dict[str, Interval]) -> str:
    """Return who is cheapest and by how much, and in how many draws, or that it is too close to call."""
    names, ranked = _names(study), [id_ for id_ in _ranked(intervals) if id_ in study.choices]
    cheapest = f"{names[ranked[0]]} is cheapest at {figure_of(intervals[ranked[0]].value)}"
    parts = [f"{cheapest}{_gap(ranked, intervals, names)}", *_sure(study, ranked, names)]
    return " ".join(f"{part}." for part in parts)


def winner(study: Study, intervals: dict[str, Interval]) -> tuple[str, str]:
    """Return the name of the cheapest of today's offers, and in how many draws it is."""
    first = next(id_ for id_ in _ranked(intervals) if id_ in study.choices)
    shares = study.probabilities()
    return names_of(study.scenario)[first], "" if len(shares) == 1 else chance(shares[first])


def beside(study: Study, intervals: dict[str, Interval], crossings: list[BreakEven]) -> tuple[str, ...]:
    """Return what was given, whether a price covers the cost, who pays for a program, and where the answer turns."""
    names, ranked = _names(study), _ranked(intervals)
    parts = [
        *given_in_words(study.scenario),
        *_waiting(study, intervals),
        *_margin(study, intervals, names),
        *_who_pays(study, names),
        *_volume(crossings, names, ranked),
        *_queries(study, crossings, names, ranked),
    ]
    return tuple(f"{part}." for part in parts)


def _waiting(study: Study, intervals: dict[str, Interval]) -> list[str]:
    """Return what it costs to wait for the market of a later year: extrapolated, so that it is no choice of today."""
    later = [id_ for id_ in intervals if id_ not in study.choices]
    return [
        f"Waiting is extrapolated and no offer of today: “{study.scenario.offer(id_).name}” is put at "
        f"{figure_of(intervals[id_].value)} ({figure_of(intervals[id_].low)} to {figure_of(intervals[id_].high)})"
        for id_ in later
    ]


def _names(study: Study) -> dict[str, str]:
    return {id_: f"“{name}”" for id_, name in names_of(study.scenario).items()}


def _ranked(intervals: dict[str, Interval]) -> list[str]:
    return sorted(intervals, key=lambda id_: intervals[id_].value)


def _sure(study: Study, ranked: list[str], names: dict[str, str]) -> list[str]:
    """Return in how many draws of all inputs that holds; that it is open where another offer is about as likely."""
    if len(ranked) == 1:
        return []
    shares = study.probabilities()
    first, rival = shares[ranked[0]], max(ranked[1:], key=lambda id_: shares[id_])
    if first - shares[rival] < MARGIN:
        rest = f"{names[rival]} in {chance(shares[rival])}"
        return [f"Too close to call: the first is the cheapest in {chance(first)} of the draws, {rest}"]
    return [f"The first is the cheapest of today's offers in {chance(first)} of the draws of all uncertain inputs"]


def _who_pays(study: Study, names: dict[str, str]) -> list[str]:
    """Return, for each program, what it costs by the chips that share its design, whether it wins, and how likely."""
    return [_paid(study, one, names) for one in study.payers]


def _paid(study: Study, one: Payers, names: dict[str, str]) -> str:
    said = [
        f"{figure_of(reading.cost.value)} {READINGS[name].format(chips=figure(reading.accelerators))} "
        f"({chance(reading.probability_cheapest)} likely the cheapest)"
        for name, reading in one.readings.items()
    ]
    return f"{names[one.offer]}: {', '.join(said)}{_run(study)}"


def _run(study: Study) -> str:
    workload = study.scenario.workload
    if isinstance(workload, TrainingRun) and workload.runs_per_year is None:
        return "; one run pays for the whole program, as no cadence of runs is stated"
    return ""


def _gap(ranked: list[str], intervals: dict[str, Interval], names: dict[str, str]) -> str:
    """Return how much more the second costs."""
    if len(ranked) == 1:
        return ""
    ratio = float((intervals[ranked[1]].value / intervals[ranked[0]].value).to("").magnitude)
    more = f"{ratio:.1f} times" if ratio >= 2 else f"{100 * (ratio - 1):.0f}% more than"  # noqa: PLR2004
    return f"; {names[ranked[1]]} costs {more} that"


def _margin(study: Study, intervals: dict[str, Interval], names: dict[str, str]) -> list[str]:
    workload = study.scenario.workload
    if not isinstance(workload, Serving) or workload.plan_price is None:
        return []
    price = workload.plan_price
    losing = [names[id_] for id_, one in intervals.items() if one.value > price]
    shown = figure_of(price)
    if not losing:
        open_ = [names[id_] for id_, one in intervals.items() if one.high > price]
        rest = f", but not the upper end of {_listed(open_)}" if open_ else ""
        return [f"A price of {shown} covers the compute of every way{rest}"]
    if len(losing) == len(intervals):
        return [f"A price of {shown} covers the compute of none"]
    return [f"A price of {shown} does not cover {_listed(losing)}"]


def _listed(names: list[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _volume(crossings: list[BreakEven], names: dict[str, str], ranked: list[str]) -> list[str]:
    """Return from which volume each program beats the cheapest of its rivals."""
    sentences = []
    for program in dict.fromkeys(one.first for one in crossings if one.variable == "volume"):
        ones = [one for one in crossings if one.variable == "volume" and one.first == program]
        best = min(ones, key=lambda one: ranked.index(one.second))
        sentences.append(f"{names[program]} {_from(best, names[best.second])}")
    return sentences


def _queries(study: Study, crossings: list[BreakEven], names: dict[str, str], ranked: list[str]) -> list[str]:
    """Return up to how many queries a day the cheapest API beats what is bought or rented."""
    programs = {one.offer for one in study.payers}
    found = [one for one in crossings if one.variable == QUERIES and one.second not in programs]
    if not found:
        return []
    best = min({one.first for one in found}, key=ranked.index)
    ones = [one for one in found if one.first == best]
    name, ends = names[best], [one for one in ones if one.crossings]
    if any(one.status == "never" or (one.crossings and not one.first_is_cheaper_below) for one in ones):
        return [f"{name} is dearer than some systems even for few queries"]
    if not ends:
        return [f"{name} is cheaper than what is bought or rented at any number of queries"]
    first = min(ends, key=lambda one: one.value)
    until = f"{name} is cheaper than what is bought or rented up to {figure(first.value)} queries a day"
    return [f"{until}, then {names[first.second]} is the cheaper one"]


def _from(one: BreakEven, rival: str) -> str:
    if one.crossings:
        return f"beats {rival} from {figure(one.value, 'accelerator')} on"
    return f"never beats {rival} at any volume" if one.status == "never" else f"beats {rival} at every volume"
