"""Sets of levers by hand: which are taken, passed over, and the fewest that reach a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from costmodel.analysis import levers as module
from costmodel.analysis.lever_draws import Drawn
from costmodel.analysis.lever_fleets import Asked, lever_of
from costmodel.analysis.lever_trial import Outcome, Trial, _key, _of_sale, _seen
from costmodel.analysis.levers import MOST, LeverTable, lever_table
from costmodel.domain.levers import Lever
from costmodel.errors import CostModelError, Infeasible, SpecError
from costmodel.specs.fact import Fact
from costmodel.units import parse, quantity
from tests.figures import costs_of

GAINS = {"dear": 2.0, "less": 3.0, "fast": 1.0, "slow": -1.0, "b": 0.25, "c": 0.25, "d": 0.25}
CHANGES = {
    "dear": {"plan.price": "9 USD"},
    "less": {"demand": "-10%"},
    "fast": {"plan.price": "8 USD"},
    "slow": {"x": "1"},
}


class Gains(Trial):
    """A trial in which each lever adds its own to a margin of 10; one named `none` has no answer."""

    def __init__(self, *names: str) -> None:
        """Hold the levers."""
        self.levers = tuple(Lever(name, name.upper(), "", CHANGES.get(name, {name: "1"})) for name in names)
        self.record, self.figure = SimpleNamespace(file=Path("x.toml")), "margin"  # type: ignore[assignment]

    def check(self) -> None:
        """Refuse nothing."""

    def outcome(self, names: Sequence[str]) -> Outcome:
        """Return a margin, a cost of half of it, and revenue."""
        if "none" in names:
            return Outcome(tuple(names), "one", reason="no answer")
        margin = 10 + sum(GAINS.get(one, 0.0) for one in names)
        return Outcome(tuple(names), "one", margin, margin / 2, margin * 1.5, 0.25, 7.0)


@pytest.fixture(autouse=True)
def _draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the margin, one more and one less, for every set."""

    def drawn(trial: Trial, names: Sequence[str], *_: object) -> Drawn:
        margin = trial.outcome(names).margin + np.array([-1.0, 0.0, 1.0])
        return Drawn(margin, margin / 2)

    monkeypatch.setattr(module, "drawn", drawn)


def test_levers_follow_one_another_and_what_loses_is_passed_over() -> None:
    """Two prices are alternatives: the one that brings more is taken, and the table goes from step to step."""
    table = lever_table(Gains("dear", "none", "fast", "less"), 14.0)
    assert [one.margin for one in table.combined] == [12.0, 12.0, 12.0, 15.0]
    assert table.passed_over == {
        "none": "no answer",
        "fast": "“DEAR”, which sets the same (plan.price), brings more",
    }
    frame = table.frame()
    assert frame["change_after"].tolist() == [0.0, 2.0, 0.0, 0.0, 3.0]
    assert frame["change_alone"].tolist() == pytest.approx([0.0, 2.0, np.nan, 1.0, 3.0], nan_ok=True)
    assert frame["cost_after"].tolist() == [5.0, 6.0, 6.0, 6.0, 7.5]
    assert frame["passed_over"].tolist() == ["", "", "no answer", table.passed_over["fast"], ""]
    assert frame.loc["less", ["margin_alone_low", "margin_alone_high"]].tolist() == pytest.approx([12.2, 13.8])
    assert frame.loc["less", ["probability_gain", "probability_alone"]].tolist() == pytest.approx([1.0, 1 / 3])
    assert frame.loc["less", "probability_after"] == 1.0
    assert frame.loc["less", ["change_alone_low", "change_alone_high"]].tolist() == [3.0, 3.0]
    assert frame.loc["dear", ["change_after_low", "change_after_high"]].tolist() == [2.0, 2.0]
    assert frame.loc["less", ["cost_after_low", "cost_after_high"]].tolist() == pytest.approx([7.1, 7.9])
    assert frame.loc["less", ["revenue_after", "share_losing_after", "worst_loss_after"]].tolist() == [22.5, 0.25, 7.0]
    assert frame["offer"].tolist() == ["one"] * 5
    assert frame.attrs["units"]["probability_after"] == frame.attrs["units"]["share_losing_after"] == ""
    assert frame.attrs["units"]["margin_after"] == "USD/user/month"


def test_the_fewest_levers_that_reach_a_target_raise_the_margin_alone() -> None:
    """12 takes one lever, of which the nearest comes first; 15 two that are no alternatives; 17 cannot be had."""
    trial = Gains("less", "dear", "fast", "slow")
    sets = {
        target: [one.levers for one in lever_table(trial, target).reaching] for target in (10.0, 12.0, 13.0, 14.0, 15.5)
    }
    assert sets == {
        10.0: [()],
        12.0: [("dear",), ("less",)],
        13.0: [("less",)],
        14.0: [("less", "fast"), ("less", "dear")],
        15.5: [],
    }
    spread = lever_table(trial, 13.0).spread(trial.outcome(["less"]))
    assert spread["probability"] == pytest.approx(2 / 3)
    assert "probability" not in lever_table(trial).spread(trial.outcome(["less"]))
    assert lever_table(trial, intervals=False).drawn == {}


class Paid(Gains):
    """The same, with what users pay moved by two levers alone, and what has been asked."""

    asked: list[tuple[str, ...]]

    def outcome(self, names: Sequence[str]) -> Outcome:
        """Return a margin below a revenue of 16 that the price raises by a half."""
        self.asked.append(tuple(names))
        return replace(super().outcome(names), revenue=16.0 * (1.5 if "dear" in names else 1.0))


def test_a_target_beyond_what_users_pay_is_not_looked_for() -> None:
    """At 99 no set is tried but those that move what is paid; at 20 none without the price; at 15 all."""
    names, tried = ("less", "dear", "b", "c", "d"), {}
    for target in (15.0, 20.0, 99.0):
        trial = Paid(*names)
        trial.levers, trial.asked = tuple(replace(one, change={one.name: "1"}) for one in trial.levers), []
        assert bool(lever_table(trial, target, intervals=False).reaching) == (target == 15.0)
        tried[target] = {ones for ones in trial.asked if len(ones) > 1} - {names[:2], names[:3], names[:4], names}
    assert all("dear" in ones for ones in tried[20.0])
    assert not tried[99.0]


def test_at_most_sixteen_levers_of_names_of_their_own_are_tried() -> None:
    """One more is told with how many are tried; so are two of one name, and a scenario without an answer."""
    names = [f"lever-{number}" for number in range(MOST)]
    assert isinstance(lever_table(Gains(*names), intervals=False), LeverTable)
    with pytest.raises(SpecError, match="17 levers; at most 16 are tried"):
        lever_table(Gains(*names, "more"))
    with pytest.raises(SpecError, match="two levers have one name"):
        lever_table(Gains("less", "less"))


def test_no_answer_today_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be compared with it."""
    monkeypatch.setattr(Gains, "outcome", lambda *_: Outcome((), "one", reason="too slow"))
    with pytest.raises(Infeasible, match="too slow"):
        lever_table(Gains("less"))


def test_searches_see_no_plans_users_or_years() -> None:
    """Other changes are theirs, whatever their order; a purchase that is set may be the best on sale."""
    plain = {"query.prompt_tokens": 3, "site": "a"}
    assert _seen({**plain, "plan.price": 3, "demand.users": 4, "finance.horizon": 5, "offers": ["x"]}) == _seen(plain)
    assert _seen({**plain, "program.charged_to": "all uses"}) == _seen(plain) != _seen({**plain, "program/a.nre": 5})
    assert _seen(plain) == _seen(dict(reversed(plain.items()))) != _seen({"site": "a"})
    assert _key({"a": 1, "b": 2}) == _key({"b": 2, "a": 1}) != _key({"a": 1})
    assert _of_sale({"x": 1, "purchase/one.price": 2})
    assert not _of_sale({"x.purchase/": 1})


def test_a_cascade_pays_for_both_and_keeps_one_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Margin 7 and cost 3 of the small model, cost 2 of the large one: 5 and 5, of a revenue of 10."""
    figures = {"margin_per_user_month": "7 USD/user/month", "cost_per_user_month": "3 USD/user/month"}
    losing = {"share_of_users_losing": "25 percent", "worst_loss_per_user_month": "9 USD/user/month"}
    found = {
        "small": costs_of({**figures, **losing}),
        "large": costs_of({"cost_per_user_month": "2 USD/user/month"}),
    }
    trial: Any = object.__new__(Trial)
    trial.figure = "margin_per_user_month"
    monkeypatch.setattr(Trial, "_costs", lambda _self, _fleet, offer: found[offer])
    small, large = (SimpleNamespace(offer=offer) for offer in ("small", "large"))
    both = trial._answer(("x",), (small, large))
    assert (both.margin, both.cost, both.revenue, both.offer) == (5.0, 5.0, 10.0, "small")
    assert np.isnan(both.losing)
    alone = trial._answer(("x",), (small,))
    assert (alone.margin, alone.cost, alone.revenue, alone.losing, alone.worst) == (7.0, 3.0, 10.0, 0.25, 9.0)


def test_relative_changes_follow_one_another() -> None:
    """A tenth more of 10 is 11, half of that 5.5; ranges move along, and what has none is a value."""
    fact = Fact(
        "users", quantity(10.0, "user"), "s", Path("x.toml"), 1, low=quantity(5.0, "user"), high=quantity(20.0, "user")
    )
    record: Any = SimpleNamespace(facts={"users": fact}, values={"offers": ["a"]})
    leaves = {"users": (fact.value, fact), "plain": (quantity(4.0), None), "finance.horizon": (parse("3 year"), None)}
    asked = Asked(record, leaves, {"set": "8 USD"}, "a")
    more, half = (
        Lever("m", "", "", {"users": "+10%", "plain": "-25 %"}),
        Lever("h", "", "", {"users": "-50%", "set": "+25%"}),
    )
    (fleet,) = asked.fleets([more, half])
    users: Any = fleet.changes["users"]
    assert [users.value.magnitude, users.low.magnitude, users.high.magnitude] == pytest.approx([5.5, 2.75, 11.0])
    assert fleet.changes["plain"] == quantity(3.0)
    assert fleet.changes["set"] == parse("10 USD")
    (fleet,) = asked.fleets([Lever("o", "", "", {"offer": "b", "ids": ["p", "q"]})])
    assert (fleet.offer, fleet.changes["offers"], fleet.changes["ids"]) == ("b", "a, b", "p, q")
    assert fleet.changes["finance.horizon"] == parse("3 year")
    small, large = asked.fleets(
        [Lever("c", "", "", {"cascade.architecture": "tiny", "cascade.passed_on": "20 percent"})]
    )
    assert (small.changes["architecture"], small.asked, large.asked) == ("tiny", None, parse("20 percent"))
    with pytest.raises(CostModelError, match='Did you mean "users"'):
        asked.fleets([Lever("w", "", "", {"user": "+10%"})])


def test_a_lever_on_the_command_line_has_a_name_and_changes() -> None:
    """Its title is what it changes."""
    found = lever_of("two : a=1; b = 2 ;")
    assert (found.name, dict(found.change), found.title) == ("two", {"a": "1", "b": "2"}, "a = 1; b = 2")
    for wrong in ("a=1", ": a=1", " : a=1"):
        with pytest.raises(CostModelError, match="is no lever"):
            lever_of(wrong)
