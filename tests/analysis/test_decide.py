"""Decisions: probabilities, regrets and the worth of knowing, against closed forms; flips that do flip."""

from __future__ import annotations

from dataclasses import replace
from math import exp, hypot, log
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from costmodel.analysis.cheapest import cheapest, probabilities
from costmodel.analysis.decide import Decision, regrets
from costmodel.analysis.sentence import NAMED, sentence
from costmodel.analysis.study import Study
from costmodel.analysis.sweeping import Sampler
from costmodel.analysis.worth import worth_knowing
from costmodel.formula import Graph
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, quantity

DRAWS = 1 << 18
Z90 = NormalDist().inv_cdf(0.95)
SIGMAS = {"a": 0.2, "b": 0.3}
MEDIANS = {"a": 50.0, "b": 52.0}


@pytest.fixture(scope="module")
def two_ways() -> Sampler:
    """Return two offers whose costs are lognormal facts."""
    graph = Graph()
    return Sampler({name: _lognormal(graph, name) for name in SIGMAS})


def _lognormal(graph: Graph, name: str) -> Quantity:
    wide = exp(Z90 * SIGMAS[name])
    low, value, high = (quantity(MEDIANS[name] * ratio, "USD") for ratio in (1 / wide, 1.0, wide))
    return graph.leaf(name, value, Fact(name, value, "assumption", Path("x.toml"), 1, low=low, high=high))


def _mean(name: str) -> float:
    return MEDIANS[name] * exp(SIGMAS[name] ** 2 / 2)


def _exchange(first: float, second: float, sigma: float) -> float:
    """Return the mean of what a first lognormal is above a second, by Margrabe: means, deviation of their ratio."""
    at = log(first / second) / sigma
    normal = NormalDist()
    return first * normal.cdf(at + sigma / 2) - second * normal.cdf(at - sigma / 2)


def test_probability_of_the_cheapest_is_that_of_the_ratio(two_ways: Sampler) -> None:
    """P(a < b) is the normal distribution of the logarithm of their medians; the shares sum to 1."""
    drawn = two_ways.draw(DRAWS)
    shares = probabilities(drawn.offers, drawn.costs)
    ratio = log(MEDIANS["b"] / MEDIANS["a"]) / hypot(*SIGMAS.values())
    assert shares["a"] == pytest.approx(NormalDist().cdf(ratio), abs=0.003)
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-12)


def test_regret_is_the_value_of_an_exchange(two_ways: Sampler) -> None:
    """E max(a - b, 0) of two lognormals is Margrabe's formula."""
    found = regrets(two_ways.draw(DRAWS).costs).mean(axis=0)
    sigma = hypot(*SIGMAS.values())
    assert found[0] == pytest.approx(_exchange(_mean("a"), _mean("b"), sigma), rel=0.005)
    assert found[1] == pytest.approx(_exchange(_mean("b"), _mean("a"), sigma), rel=0.005)


@pytest.mark.parametrize("name", SIGMAS)
def test_worth_of_a_fact_is_the_integral_of_a_linear_choice(two_ways: Sampler, name: str) -> None:
    """EVPPI of one cost: the least mean, less the mean of the smaller of that cost and the other's mean."""
    found = {one.leaf: one.value for one in worth_knowing(two_ways.draw(DRAWS))}
    own, other = _mean(name), _mean("b" if name == "a" else "a")
    kept = own - _exchange(own, other, SIGMAS[name])
    assert found[name] == pytest.approx(min(own, other) - kept, rel=0.02)


def test_who_wins_if_others_share_programs_stands_in_the_sentence(decided: Decision, serving: Study) -> None:
    """Programs are charged to the question's own demand; shared with other users, the cheapest of all is named."""
    own = {id_: serving.costs[id_][serving.headline] for id_ in serving.choices}
    shared = serving.otherwise("shared")
    assert all(shared[id_] < own[id_] for id_ in shared)
    assert decided.sharing is not None
    assert decided.sharing.winner == cheapest({**own, **shared})
    assert sum(decided.sharing.probability_cheapest.values()) == pytest.approx(1.0, abs=1e-12)
    (program,) = serving.payers
    assert decided.accelerators[program.offer] == program.readings["own"].accelerators
    assert decided.sharing.accelerators == {program.offer: program.readings["shared"].accelerators}
    said = sentence(decided)
    assert f"({program.offer} {decided.accelerators[program.offer]:,.0f} chips)" in said
    assert f"{decided.sharing.probability_cheapest[decided.sharing.winner]:.0%} likely" in said


def test_a_comparison_has_the_decision_of_its_own_draws(serving: Study) -> None:
    """The same to the last bit as that of as many draws of their own; what is worth knowing is left out."""
    quick, full = serving.verdict, serving.decide()
    assert replace(full, worth_knowing=()) == quick
    assert sentence(quick) == sentence(full)


def test_the_same_seed_gives_the_same_bytes(two_ways: Sampler) -> None:
    """Draws are a function of the seed; more draws begin like fewer."""
    first, again, more = two_ways.draw(500), two_ways.draw(500), two_ways.draw(700)
    assert first.costs.tobytes() == again.costs.tobytes()
    assert more.costs[:500].tobytes() == first.costs.tobytes()
    assert two_ways.draw(500, 2).costs.tobytes() != first.costs.tobytes()


def test_an_offer_without_an_answer_is_never_the_cheapest() -> None:
    """Rows that no offer answers count for none; a regret without an answer is none."""
    costs = np.array([[1.0, np.nan], [2.0, 1.0], [np.nan, np.nan]])
    np.testing.assert_array_equal(regrets(costs), [[0.0, np.nan], [1.0, 0.0], [np.nan, np.nan]])


def test_knowing_one_fact_is_worth_at_most_knowing_all(decided: Decision) -> None:
    """The worth of a fact is at most the least expected regret."""
    least = min(decided.expected_regret.values())
    assert all(0 < one.value <= least * 1.02 for one in decided.worth_knowing)


def test_expected_regret_is_the_cost_when_wrong_as_often_as_it_is_wrong(decided: Decision) -> None:
    """Expected regret is what being wrong costs times the share of draws in which the winner is wrong."""
    wrong = 1 - decided.probability_cheapest[decided.winner]
    assert decided.unanswered[decided.winner] == 0 < wrong
    assert decided.cost_when_wrong * wrong == pytest.approx(decided.expected_regret[decided.winner], rel=1e-9)


def test_every_scenario_says_its_probability(study: Study) -> None:
    """The shares sum to 1, the winner is the cheapest of the comparison, and the sentence names it."""
    found = study.decide(512)
    assert sum(found.probability_cheapest.values()) == pytest.approx(1.0, abs=1e-12)
    assert found.winner == study.compare().loc[list(study.choices), study.headline].idxmin()
    assert found.winner in sentence(found)
    assert "%" in sentence(found) or len(found.probability_cheapest) == 1


def test_past_the_flips_that_it_names_the_sentence_changes(serving: Study, decided: Decision) -> None:
    """Just past a flip the offer it names wins; just before it the old one still does."""
    for flip in decided.flips[:NAMED]:
        away = (flip.value / flip.own) ** 0.001
        past = serving.with_({flip.leaf: quantity(flip.value * away, flip.unit or "dimensionless")}).verdict
        before = serving.with_({flip.leaf: quantity(flip.value / away, flip.unit or "dimensionless")}).verdict
        assert (before.winner, past.winner) == (decided.winner, flip.to)
        assert sentence(past) != sentence(decided)


@pytest.fixture(scope="module")
def decided(serving: Study) -> Decision:
    """Return the decision of one scenario."""
    return serving.decide(4_096)
