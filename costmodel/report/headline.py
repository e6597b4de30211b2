"""The answer of a scenario in one or two sentences."""

from __future__ import annotations

from costmodel.analysis.break_even import QUERIES, BreakEven
from costmodel.analysis.decide import MARGIN, cheapest
from costmodel.analysis.study import Study
from costmodel.analysis.uncertainty import Interval
from costmodel.domain.workload import Serving
from costmodel.report.numerals import figure, figure_of


def headline(study: Study, intervals: dict[str, Interval], crossings: list[BreakEven]) -> str:
    """Return who is cheapest, by how much, whether the price covers it, and from which volume a program pays."""
    names = {offer.id: f"“{offer.name}”" for offer in study.scenario.offers}
    ranked = sorted(intervals, key=lambda id_: intervals[id_].value)
    first = intervals[ranked[0]]
    parts = [f"{names[ranked[0]]} is cheapest at {figure_of(first.value)}{_gap(ranked, intervals, names)}"]
    parts += _sure(study, ranked, names)
    parts += _alone(study, ranked[0], names)
    parts += _margin(study, intervals, names)
    parts += _volume(crossings, names, ranked)
    parts += _queries(study, crossings, names, ranked)
    return ". ".join(parts) + "."


def _sure(study: Study, ranked: list[str], names: dict[str, str]) -> list[str]:
    """Return in how many draws of all inputs that holds; that it is open where another offer is about as likely."""
    if len(ranked) == 1:
        return []
    shares = study.probabilities()
    first, rival = shares[ranked[0]], max(ranked[1:], key=lambda id_: shares[id_])
    said = f"it is the cheapest in {first:.0%} of the draws of all uncertain inputs"
    if first - shares[rival] < MARGIN:
        return [f"That is too close to call: {said}, {names[rival]} in {shares[rival]:.0%}"]
    return [f"With all ranges, {said}"]


def _alone(study: Study, first: str, names: dict[str, str]) -> list[str]:
    """Return what a program that is the cheapest costs, and who is then, if nobody else uses its chips."""
    alone = study.charged_alone()
    if first not in alone:
        return []
    then = cheapest({**{id_: one[study.headline] for id_, one in study.costs.items()}, **alone})
    wins = "it still is" if then == first else f"{names[then]} is"
    cost = figure_of(alone[first])
    return [f"That counts on others for the rest of its volume: alone it costs {cost}, and {wins} the cheapest"]


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
        rest = f", but not the upper end of {' and '.join(open_)}" if open_ else ""
        return [f"A price of {shown} covers the compute of every way{rest}"]
    if len(losing) == len(intervals):
        return [f"A price of {shown} covers the compute of none"]
    return [f"A price of {shown} does not cover {' and '.join(losing)}"]


def _volume(crossings: list[BreakEven], names: dict[str, str], ranked: list[str]) -> list[str]:
    """Return from which volume each program beats the cheapest of its rivals."""
    sentences = []
    for program in dict.fromkeys(one.first for one in crossings if one.variable == "volume"):
        ones = [one for one in crossings if one.variable == "volume" and one.first == program]
        best = min(ones, key=lambda one: ranked.index(one.second))
        sentences.append(f"{names[program]} {_from(best, names[best.second])}")
    return sentences


def _queries(study: Study, crossings: list[BreakEven], names: dict[str, str], ranked: list[str]) -> list[str]:
    """Return up to how many queries a day the cheapest API beats what is bought or rented.

    A program's volume does not follow the queries of this question, so that its break-even is no answer to it.
    """
    shared = study.charged_alone().keys()
    found = [one for one in crossings if one.variable == QUERIES and one.second not in shared]
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
