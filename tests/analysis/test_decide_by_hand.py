"""A decision over five draws of three offers, one of which waits, counted by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from costmodel.analysis import decide as module
from costmodel.analysis.decide import Decision, _decision, _mean
from costmodel.analysis.sweeping import Drawn
from costmodel.analysis.worth import _basis, worth_knowing
from tests.figures import costs_of

NONE = np.nan
DRAWN = Drawn(
    (),
    ("own", "rent", "later"),
    np.empty((5, 0)),
    np.array([[1.0, 2, 0], [3, 2, 4], [5, 2, 1], [NONE, 7, 3], [2, NONE, NONE]]),
)


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> Decision:
    """Return the decision of a study that costs 1 owned, 2 rented and 3 later, in money 10 times as much."""
    for name in ("flips", "if_shared"):
        monkeypatch.setattr(module, name, lambda *_: () if _[0] is None else None)
    monkeypatch.setattr(module, "accelerators", lambda _: {"own": 8.0})
    costs = {
        id_: costs_of({"cost": f"{cost} USD"}, offer=SimpleNamespace(id=id_, name=id_.upper()))
        for id_, cost in (("own", 1), ("rent", 2), ("later", 3))
    }
    study: Any = SimpleNamespace(
        costs=costs, choices=("own", "rent"), headline="cost", model=None, ranked={"own": 1, "rent": 2}
    )
    return _decision(study, DRAWN, (10.0, "USD/month"))


def test_shares_regrets_and_answers_are_counted_among_the_choices_of_today(decided: Decision) -> None:
    """Owning is the cheapest in two of five; it loses 1 and 3 where it is not, each ten dollars a month."""
    assert (decided.winner, decided.cost.magnitude, decided.draws, decided.unit) == ("own", 1.0, 5, "USD/month")
    assert decided.probability_cheapest == {"own": 0.4, "rent": 0.6}
    assert decided.expected_regret == pytest.approx({"own": 40 / 4, "rent": 10 / 4})
    assert decided.cost_when_wrong == pytest.approx(20.0)
    assert decided.unanswered == {"own": 0.2, "rent": 0.2}
    assert decided.close


def test_what_waits_is_compared_where_both_answer(decided: Decision) -> None:
    """Cheaper than owning in two of three draws; the fourth and the fifth lack one of both."""
    (one,) = decided.waiting
    assert (one.offer, one.name, one.cost.magnitude) == ("later", "LATER", 3.0)
    assert one.probability_cheaper == pytest.approx(2 / 3)


def test_the_mean_of_nothing_is_none() -> None:
    """Draws without an answer are left out."""
    assert _mean(np.array([1.0, NONE, 4.0])) == 2.5
    assert np.isnan(_mean(np.array([NONE])))


def test_knowing_which_of_two_is_cheaper_is_worth_its_regression() -> None:
    """Costs of 0 and of the score: knowing the score saves E max(-s, 0); knowing another, nothing."""
    scores = np.random.default_rng(2).standard_normal((4_000, 2))
    costs = np.stack([np.zeros(4_000), scores[:, 0]], axis=1)
    found, *noise = worth_knowing(Drawn(("known", "other"), ("a", "b"), scores, costs), 3.0)
    assert all(0.005 * found.value < one.value < 0.05 * found.value for one in noise)
    best = min(0.0, costs[:, 1].mean())
    assert found.leaf == "known"
    assert found.value == pytest.approx(3 * (best - np.minimum(scores[:, 0], 0).mean()), rel=1e-6)
    assert worth_knowing(Drawn(("known",), ("a",), scores[:, :1], costs[:, :1])) == []
    assert worth_knowing(Drawn(("known",), ("a", "b"), scores[:5, :1], costs[:5])) == []
    assert _basis(np.array([-2.0])).tolist() == [[1.0, -2.0, 2.0, 4.0, -4.0, -8.0]]
