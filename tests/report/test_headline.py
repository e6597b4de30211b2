"""The answer on a page: two sentences at most, and the rest beside it."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import costmodel as cm
from costmodel.analysis.crossing import BreakEven, Crossing, Status
from costmodel.analysis.uncertainty import Interval
from costmodel.report.asked import OWN, margin, volumes
from costmodel.report.headline import beside, headline, in_one_unit

ASKED = {
    "gpt3-training": r"With “[^”]+” the run costs \d\.\d% of the 4\.6 MUSD that were told",
    "maia": "",
    "openai-2022": r"the year costs \d+ MUSD \(\d+ to \d+\), where 544 MUSD were reported, and it loses \d+ MUSD",
    "coreweave-contract": r"“CoreWeave for OpenAI[^”]+” costs [^,]+, \d\.\d times “[^”]+”, and is the cheapest in",
    "copilot-2023": r"A user pays 10 USD/user/month and costs \d\.\d+ .* in all .*: \d\d% is left \(a gain",
    "chatgpt-2023": r"of 2\d,\d00 accelerators of “[^”]+” costs 1\d\.\d MUSD/month \(.*\), \d\d0 kUSD a day, and 1,000",
    "billion-users": r"The fleet of 7\.\d+ million accelerators .*; with ten times the users each costs as much",
    "api-price-war": r"A million output tokens bring \d\.\d+ USD and cost 0\.\d+ USD in all with",
}
"""The beginning of the answer to what each asks beside who is cheapest."""


@pytest.mark.parametrize("name", ASKED)
def test_the_answer_is_two_sentences_at_most(name: str) -> None:
    """It says what is asked, then who is cheapest today and how likely; what a program costs stands below."""
    study = cm.load(name)
    intervals = {id_: study.bands[id_, study.headline] for id_ in study.costs}
    answer, more = headline(study, intervals), beside(study, intervals, [])
    assert len(re.findall(r"\.(?=\s|$)", answer)) <= 2
    cheapest = min(study.choices, key=lambda id_: intervals[id_].value)
    name_of_it = f"“{study.scenario.offer(cheapest).name}”"
    first, _, rest = answer.partition(" is cheapest at ")
    assert re.search(ASKED[name], first)
    assert re.match(r"[\d.,]+ \S.* \([−\d.,]+ to [\d.,]+\)", rest)  # never without its interval
    assert first.endswith(name_of_it) or (first.endswith(" That way") and name_of_it in first)
    assert answer.count(name_of_it) <= 1 or "“" in first.replace(name_of_it, "")
    assert ("of the draws" in rest) == (len(study.choices) > 1)
    assert len(more) >= len(study.payers)
    assert all(one.endswith(".") and one not in answer for one in more)


def test_a_way_alone_is_not_the_cheapest() -> None:
    """It costs what it costs, with no probability."""
    study = cm.load("gpt3-2020")
    id_ = study.choices[0]
    said = headline(study, {id_: study.bands[id_, study.headline]})
    assert re.fullmatch(rf"“{study.scenario.offer(id_).name}” costs [^,;]+\.", said)


def test_beside_a_way_that_costs_nothing_others_have_their_cost() -> None:
    """Nothing is a number of times as dear as nothing."""
    study = cm.load("coreweave-contract")
    intervals = {id_: study.bands[id_, study.headline] for id_ in study.costs}
    free, next_one = sorted(study.choices, key=lambda id_: intervals[id_].value)[:2]
    intervals[free] = Interval(*[0 * intervals[free].value] * 3, inputs=2)
    names = {id_: f"“{study.scenario.offer(id_).name}”" for id_ in (free, next_one)}
    answer = headline(study, intervals)
    less = Interval(*[-1 * intervals[next_one].value] * 3, inputs=2)
    assert "%" not in headline(study, intervals | {free: less}).rpartition("; ")[2]  # no percents of what is negative
    assert f", where {names[free]} costs nothing, and is the cheapest in" in answer
    assert re.search(rf"; {re.escape(names[next_one])} costs \d\.\d+ USD/used accelerator-hour\.$", answer)


def test_of_a_price_of_nothing_no_share_is_left() -> None:
    """Where neither a user pays nor his compute costs anything, nothing is told of what is left."""
    study = cm.load("copilot")
    free = cm.quantity(0.0, "USD/user/month")
    costs = {id_: SimpleNamespace(quantities={"revenue_per_user_month": free}) for id_ in study.costs}
    asked: Any = SimpleNamespace(scenario=study.scenario, costs=costs, choices=study.choices)
    said = margin(asked, dict.fromkeys(study.choices, Interval(free, free, free, inputs=0)), {})
    assert said.endswith("covers the compute of every way")


def test_the_cheapest_that_draws_seldom_find_is_said_to_be_that_on_best_estimates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A lead of another offer in the draws is no tie."""
    study = cm.load("openai-2024")
    intervals = {id_: study.bands[id_, study.headline] for id_ in study.costs}
    first, *others = sorted(study.choices, key=lambda id_: intervals[id_].value)
    said = [
        (0.19, " on best estimates, but only in 19% of the draws, “"),
        (0.47, ", too close to call: in 47% of the draws, “"),
        (0.8, ", in 80% of the draws; “"),
    ]
    for share, words in said:
        shares = dict.fromkeys(others, 0.0) | {first: share, others[0]: 1 - share}
        monkeypatch.setattr(type(study), "probabilities", lambda _, found=shares: found)
        assert words in headline(study, intervals)


def test_costs_of_a_program_have_one_unit_and_their_decimals() -> None:
    """Numbers that are read beside each other are alike, unless one is thousands of another."""

    def cost(value: float, share: float = 0.2) -> Interval:
        return Interval(*(cm.quantity(value * part, "USD") for part in (1.0, 1 - share, 1 + share)), inputs=2)

    unit = "USD/used accelerator-hour"
    assert in_one_unit([cost(1.6), cost(1.48), cost(1.14)], unit) == [
        f"{one} {unit}" for one in ("1.60", "1.48", "1.14")
    ]
    assert in_one_unit([cost(835e6), cost(264e3)], "USD") == ["835 MUSD", "264 kUSD"]


def _found(first: str, status: Status, *places: float, below: bool = False) -> BreakEven:
    ends = tuple(Crossing(place, status, 1.0, 1.0, place) for place in places)
    return BreakEven(first, "rent", "volume", "", "USD", status, ends, (1.0, 1.0), pd.DataFrame(), below)


def test_a_program_is_said_to_win_only_where_it_does() -> None:
    """From a volume on, up to it, between two; several that never win are said at once."""
    names, order = {one: one.upper() for one in ("chip", "other", "rent")}, ["rent"]
    never = [_found("chip", "never"), _found("other", "never")]
    assert volumes(never, names, order) == f"{OWN} CHIP and OTHER never beat RENT at any volume"
    won = volumes([_found("chip", "crosses", 2000)], names, order)
    assert won == f"{OWN} CHIP beats RENT from 2,000 accelerators on"
    lost = volumes([_found("chip", "crosses", 2000, below=True)], names, order)
    assert lost == f"{OWN} CHIP beats RENT up to 2,000 accelerators"
    both = volumes([_found("chip", "crosses", 2000, 9000), _found("other", "always")], names, order)
    first, second = "CHIP beats RENT from 2,000 accelerators to 9,000 accelerators", "OTHER beats RENT at every volume"
    assert both == f"{OWN} {first}; {second}"
