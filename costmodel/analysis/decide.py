"""The decision: what is cheapest, how sure, what being wrong costs, what would flip it, what is worth knowing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from costmodel.analysis.cheapest import cheapest, is_close, least_of, probabilities
from costmodel.analysis.draws import DRAWS
from costmodel.analysis.flips import Compiled, Flip, flips
from costmodel.analysis.sharing import Sharing, accelerators, if_shared, shared_costs
from costmodel.analysis.sweeping import Drawn, Sampler
from costmodel.analysis.worth import WORTH, Worth, worth_knowing
from costmodel.economics.charging import SHARED
from costmodel.formula import compile_numpy
from costmodel.units import Quantity

if TYPE_CHECKING:
    from costmodel.analysis.answered import AnsweredScenario

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Waiting:
    """To wait for what is on the market of a later year, beside the winner among what can be had today."""

    offer: str
    name: str
    cost: Quantity
    probability_cheaper: float
    """The share of the draws answered by both in which it is cheaper than the winner."""


@dataclass(frozen=True)
class Decision:
    """An answer among what can be had today, with its probability. Money is in `unit`."""

    winner: str
    """The cheapest offer where all facts have their own values."""
    cost: Quantity
    probability_cheapest: Mapping[str, float]
    """The share of the draws in which an offer is the cheapest; they sum to 1."""
    expected_regret: Mapping[str, float]
    """What choosing an offer costs above the cheapest, in the mean of the draws in which it has an answer."""
    cost_when_wrong: float
    """What choosing the winner costs above the cheapest, in the mean of the draws in which it is not the cheapest."""
    unanswered: Mapping[str, float]
    """The share of the draws in which an offer has no answer, as an input is out of bounds or a target is missed."""
    flips: tuple[Flip, ...]
    draws: int
    unit: str
    accelerators: Mapping[str, float]
    """How many each offer with systems takes for the question's own demand: for a program its volume."""
    worth_knowing: tuple[Worth, ...] = ()
    sharing: Sharing | None = None
    """What wins if others share the design and the team of programs; None without programs that others share."""
    waiting: tuple[Waiting, ...] = ()
    """What is extrapolated and no choice of today: to buy the best of a later year then."""

    @property
    def close(self) -> bool:
        """Whether another offer is about as likely, or likelier, to be the cheapest."""
        return is_close(self.winner, self.probability_cheapest)


Money = tuple[float, str]
"""What turns a ranking cost into an amount of money, and the unit of that."""


def decide(study: AnsweredScenario, sampler: Sampler, money: Money, draws: int, seed: int) -> Decision:
    """Return the decision among the offers that can be had today, over so many draws, with what is worth knowing.

    The sampler draws the ranking cost of all offers, and what programs cost if they are shared.
    """
    drawn = sampler.draw(draws, seed)
    worth = worth_knowing(drawn.among(study.choices), money[0])[:WORTH]
    drawn = replace(drawn, scores=drawn.scores[:0])  # of a million draws, what is not held any more counts
    return replace(_decision(study, drawn, money), worth_knowing=tuple(worth))


def decide_by_intervals(study: AnsweredScenario, money: Money) -> Decision:
    """Return the decision over the draws that are behind the intervals anyway, without what is worth knowing."""
    drawn = study.answers.drawn
    costs = {id_: drawn[id_, study.headline] for id_ in study.costs}
    costs |= {name: drawn[id_, SHARED] for id_, name in shared_costs(study).items()}
    every = Drawn((), tuple(costs), np.empty((DRAWS, 0)), np.stack(list(costs.values()), axis=1))
    return _decision(study, every, money, study.answers.compiled.part)


def _decision(study: AnsweredScenario, every: Drawn, money: Money, compiled: Compiled = compile_numpy) -> Decision:
    best = {id_: study.costs[id_][study.headline] for id_ in study.choices}
    drawn, winner, (factor, unit) = every.among(best), cheapest(best), money
    least = least_of(drawn.costs)
    regret = {id_: (drawn.costs[:, place] - least) * factor for place, id_ in enumerate(drawn.offers)}
    lost = regret[winner][regret[winner] > 0]
    return Decision(
        winner,
        best[winner],
        probabilities(drawn.offers, drawn.costs),
        {id_: _mean(one) for id_, one in regret.items()},
        float(lost.mean()) if lost.size else 0.0,
        {id_: float(np.isnan(drawn.costs[:, place]).mean()) for place, id_ in enumerate(drawn.offers)},
        tuple(flips(study.model, {id_: study.ranked[id_] for id_ in drawn.offers}, winner, compiled)),
        len(every.costs),
        unit,
        accelerators(study),
        sharing=if_shared(study, every),
        waiting=tuple(_waiting(study, every, id_, winner) for id_ in study.costs if id_ not in best),
    )


def _waiting(study: AnsweredScenario, drawn: Drawn, id_: str, winner: str) -> Waiting:
    one, other = (drawn.costs[:, drawn.offers.index(each)] for each in (id_, winner))
    plain = study.costs[id_]
    cheaper = (one < other)[~np.isnan(one + other)]
    return Waiting(
        id_,
        plain.offer.name,
        plain[study.headline],
        float(cheaper.mean()) if cheaper.size else float("nan"),
    )


def regrets(costs: Array) -> Array:
    """Return what each offer costs above the cheapest of its draw; not a number where it has no answer."""
    return np.asarray(costs - least_of(costs)[:, None])


def _mean(values: Array) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
