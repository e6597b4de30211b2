"""The sentence that answers what a scenario asks, where that is more than who is cheapest.

What is asked follows from what the file says: a company's year, what users pay, the way that it names first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan, nan

import numpy as np

from costmodel.analysis.accounts import USD
from costmodel.analysis.break_even import QUERIES, USERS, Sweep
from costmodel.analysis.crossing import BreakEven
from costmodel.analysis.in_time import paid_by_user
from costmodel.analysis.study import Study
from costmodel.analysis.uncertainty import Interval
from costmodel.analysis.users import has_income
from costmodel.domain.offers import Program
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Capacity, Serving, TrainingRun
from costmodel.report.decimals import ranged
from costmodel.report.earned import earned, year
from costmodel.report.naming import unit_of_answer
from costmodel.report.numerals import FEW, QUERIES_TOGETHER, chance, figure, figure_of, number

Names = Mapping[str, str]
Intervals = Mapping[str, Interval]

TENFOLD = 10
ALIKE = 0.005
"""A change of a cost by less is none in whole percents."""
SOME = 2
"""Offers that a sentence names; of more it tells how many they are."""
DAILY = 2
"""Digits of a day's cost, beside that of a month with its interval."""
OWN = "On best estimates"
"""Where costs meet is told of the values that inputs have, without their ranges: draws may say something else."""


def answered(study: Study, intervals: Intervals, crossings: Sequence[BreakEven], names: Names) -> str:
    """Return the answer to what is asked beside who is cheapest, without its full stop; nothing if that is all."""
    workload, first = study.scenario.workload, study.scenario.offers[0]
    if isinstance(workload, Capacity):
        return year(study, names) if workload.accounts is not None else _first_named(study, intervals, names)
    if isinstance(workload, TrainingRun):
        return _run(study, workload, cheapest(study, intervals), names)
    if has_income(workload):
        mean = " on average" if isinstance(workload, Serving) and len(workload.plans) > 1 else ""
        return earned(study, cheapest(study, intervals), names, mean)
    if isinstance(first, Program):
        return volumes(crossings, names, ranked(intervals))
    if isinstance(first, TokenApi):
        return queries(study, crossings, names, ranked(intervals))
    return margin(study, intervals, names) or _fleet(study, cheapest(study, intervals), names)


def ranked(intervals: Intervals) -> list[str]:
    """Return the offers, the cheapest first."""
    return sorted(intervals, key=lambda id_: intervals[id_].value)


def cheapest(study: Study, intervals: Intervals) -> str:
    """Return the cheapest of today's offers."""
    return next(id_ for id_ in ranked(intervals) if id_ in study.choices)


def times(ratio: float) -> str:
    """Return how much more something costs than what it is compared with.

    >>> times(1.734), times(2.84), times(1.004)
    ('73% more than', '2.8 times', 'about as much as')
    """
    if ratio >= 2:  # noqa: PLR2004
        return f"{ratio:.1f} times"
    more = f"{100 * (ratio - 1):.0f}%"
    return "about as much as" if more == "0%" else f"{more} more than"


def interval_of(study: Study, one: Interval) -> str:
    """Return the figure by which a study ranks an offer, with its interval, in the unit of the answer."""
    value, low, high = (float(side.to(one.value.units).magnitude) for side in (one.value, one.low, one.high))
    return ranged(value, low, high, unit_of_answer(study))


def _first_named(study: Study, intervals: Intervals, names: Names) -> str:
    """Return how much more the way that a question names first costs than the cheapest."""
    first, best = study.scenario.offers[0].id, cheapest(study, intervals)
    if first not in intervals or first == best:
        return ""
    more, least = (float(intervals[one].value.magnitude) for one in (first, best))
    cost = figure(least, unit_of_answer(study)) if least else "nothing"
    beside = f"{times(more / least)} {names[best]}" if least > 0 else f"where {names[best]} costs {cost}"
    share = study.probabilities()[first]
    return (
        f"{names[first]} costs {interval_of(study, intervals[first])}, {beside}, and is the "
        f"cheapest in {chance(share)} of the draws"
    )


def _run(study: Study, workload: TrainingRun, best: str, names: Names) -> str:
    """Return how the cost of a run compares with what it is said to have cost, or how much of it is writing answers."""
    known = study.costs[best].quantities
    cost, told = known["cost_per_training_run"], workload.reported_cost
    if told is not None:
        share = 100 * float((cost / told).to("").magnitude)
        return f"With {names[best]} the run costs {number(share, 2)}% of the {figure_of(told)} that were told"
    if "cost_of_rollouts" in known and cost.magnitude:
        share = 100 * float((known["cost_of_rollouts"] / cost).to("").magnitude)
        return f"{number(share, 2)}% of the run is writing answers, with {names[best]}"
    return ""


def _fleet(study: Study, best: str, names: Names) -> str:
    """Return what the cheapest way takes and costs in all, and what a query does."""
    costs = study.costs[best]
    count = "" if costs.fleet is None else f" of {figure_of(costs.accelerators)}"
    together = QUERIES_TOGETHER if costs["cost_per_query"].magnitude < FEW else 1
    each = "a query" if together == 1 else f"{together:,} queries"
    month, query = (_ranged(study, best, *one) for one in (("total_per_month", 1), ("cost_per_query", together)))
    day = f"{float(costs['total_per_month'].to('USD/day').magnitude):.{DAILY}g}"
    return (
        f"The fleet{count} of {names[best]} costs {month}, {figure(float(day), USD)} a day, "
        f"and {each} {query}{_with_more_users(study, best)}"
    )


def _ranged(study: Study, id_: str, name: str, together: int) -> str:
    """Return so many times a figure of an offer with its interval; what is of so many has no unit of one."""
    one = study.bands[id_, name]
    unit = f"{one.value.units:~C}"
    value, low, high = (together * float(side.to(one.value.units).magnitude) for side in (one.value, one.low, one.high))
    return ranged(value, low, high, USD if unit == "USD/query" else unit)


def _with_more_users(study: Study, best: str) -> str:
    """Return what each user would cost if there were ten times as many; nothing where no users are counted."""
    if USERS not in study.model.leaves or not study.headline.endswith("_user_month"):
        return ""
    sweep = Sweep(study.model, {best: study.ranked[best]}, USERS)
    own = float(sweep.leaf.value.magnitude)
    now, then = sweep(np.array([own, TENFOLD * own]))[best]
    change = float(then / now) - 1
    if isnan(change):
        return ""
    less = f"{abs(change):.0%} {'less' if change < 0 else 'more'}"
    return f"; with ten times the users each costs {'as much' if abs(change) < ALIKE else less}"


def margin(study: Study, intervals: Intervals, names: Names) -> str:
    """Return whether a price covers the cost, and what the cheapest of today's offers leaves of it."""
    workload = study.scenario.workload
    paid = paid_by_user(study.scenario, next(iter(study.costs.values())))
    if not isinstance(workload, Serving) or workload.plan_price is None or paid is None:
        return ""
    price, plain = paid, paid is workload.plan_price
    losing, open_ = (
        [id_ for id_, one in intervals.items() if getattr(one, side) > price] for side in ("value", "high")
    )
    shown = f"A price of {figure_of(price)}" if plain else f"What a user pays, {figure_of(price)},"
    if len(losing) == len(intervals):
        return f"{shown} covers the compute of none of the ways"
    least = intervals[cheapest(study, intervals)].value
    left = 1 - float((least / price).to("").magnitude) if price.magnitude else nan
    upper = [id_ for id_ in open_ if id_ not in losing]
    rest = f" but {_listed(losing, names)}" if losing else ""
    rest += f", but not the upper end of {_listed(upper, names)}" if upper else ""
    ways = "all ways" if losing else "every way"
    of_it = "" if isnan(left) else f"; the cheapest leaves {chance(left)} of it"
    return f"{shown} covers the compute of {ways}{rest}{of_it}"


def _listed(ids: Sequence[str], names: Names) -> str:
    if len(ids) > SOME:
        return f"{len(ids)} of them"
    return " and ".join(names[id_] for id_ in ids)


def volumes(crossings: Sequence[BreakEven], names: Names, order: Sequence[str]) -> str:
    """Return from which volume each program beats the cheapest of its rivals; what is the same of several once."""
    found: dict[str, list[str]] = {}
    for program in dict.fromkeys(one.first for one in crossings if one.variable == "volume"):
        ones = [one for one in crossings if one.variable == "volume" and one.first == program]
        best = min(ones, key=lambda one: order.index(one.second))
        found.setdefault(_from(best, names[best.second]), []).append(names[program])
    several = {words: words.replace("never beats", "never beat").replace("beats ", "beat ") for words in found}
    parts = [f"{' and '.join(ones)} {words if len(ones) == 1 else several[words]}" for words, ones in found.items()]
    return f"{OWN} {'; '.join(parts)}" if parts else ""


def queries(study: Study, crossings: Sequence[BreakEven], names: Names, order: Sequence[str]) -> str:
    """Return up to how many queries a day the cheapest API beats what is bought or rented."""
    programs = {one.offer for one in study.payers}
    found = [one for one in crossings if one.variable == QUERIES and one.second not in programs]
    if not found:
        return ""
    best = min({one.first for one in found}, key=order.index)
    ones = [one for one in found if one.first == best]
    name, ends = f"{OWN} {names[best]}", [one for one in ones if one.crossings]
    if any(one.status == "never" or (one.crossings and not one.first_is_cheaper_below) for one in ones):
        return f"{name} is dearer than some systems even for few queries"
    if not ends:
        return f"{name} is cheaper than what is bought or rented at any number of queries"
    first = min(ends, key=lambda one: one.value)
    until = f"{name} is cheaper than what is bought or rented up to {figure(first.value)} queries a day"
    return f"{until}, then {names[first.second]} is the cheaper one"


def _from(one: BreakEven, rival: str) -> str:
    if one.crossings:
        first, *others = (figure(at.value, "accelerator") for at in one.crossings)
        if one.first_is_cheaper_below:
            return f"beats {rival} up to {first}"
        return f"beats {rival} from {first} {f'to {others[0]}' if others else 'on'}"
    return f"never beats {rival} at any volume" if one.status == "never" else f"beats {rival} at every volume"
