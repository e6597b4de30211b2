"""The decision: what is cheapest, how sure, what being wrong costs, what would flip it, what is worth knowing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from costmodel.analysis.draws import DRAWS, SEED
from costmodel.analysis.flips import Flip, flips
from costmodel.analysis.model import Model
from costmodel.analysis.sweeping import Drawn, Sampler
from costmodel.economics.costs import headline_of
from costmodel.units import Quantity

MARGIN = 0.1
"""A lead in probability below so much over the next offer is too close to call: our reading of a coin's throw."""

NOISE = 0.005
"""Below this share of what knowing everything is worth, a fact's worth is the error of its regression."""

WORTH = 10
"""How many facts are named as worth knowing, at most."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Worth:
    """What knowing one fact exactly would save, by choosing another offer where it says so."""

    leaf: str
    value: float


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
    worth_knowing: tuple[Worth, ...]
    draws: int
    unit: str
    shared: Quantity | None = None
    """What the cheapest of all costs if others share the design and the team of programs, as far as files say so."""
    winner_shared: str = ""
    """Which that is; empty without programs that others share."""
    waiting: tuple[Waiting, ...] = ()
    """What is extrapolated and no choice of today: to buy the best of a later year then."""

    @property
    def close(self) -> bool:
        """Whether another offer is about as likely, or likelier, to be the cheapest."""
        others = [share for offer, share in self.probability_cheapest.items() if offer != self.winner]
        return bool(others) and self.probability_cheapest[self.winner] - max(others) < MARGIN


def decide(
    model: Model,
    sampler: Sampler,
    factor: float,
    unit: str,
    best: Mapping[str, Quantity],
    shared: Mapping[str, Quantity],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Decision:
    """Return the decision among offers by their traced ranking cost, of which those in `best` can be had today.

    `best` are their costs at the facts' own values, `shared` those of programs whose design and team others share;
    `factor` turns a ranking cost into money in a unit.
    """
    every = sampler.draw(draws, seed)
    drawn, winner = every.among(best), cheapest(best)
    regret = regrets(drawn.costs) * factor
    lost = regret[:, drawn.offers.index(winner)]
    lost = lost[lost > 0]
    return Decision(
        winner,
        best[winner],
        probabilities(drawn.offers, drawn.costs),
        {id_: float(_mean(regret[:, place])) for place, id_ in enumerate(drawn.offers)},
        float(lost.mean()) if lost.size else 0.0,
        {id_: float(np.isnan(drawn.costs[:, place]).mean()) for place, id_ in enumerate(drawn.offers)},
        tuple(flips(model, {id_: sampler.outputs[id_] for id_ in drawn.offers}, winner)),
        tuple(worth_knowing(drawn, factor)[:WORTH]),
        draws,
        unit,
        _least({**best, **shared}) if shared else None,
        cheapest({**best, **shared}) if shared else "",
        tuple(_waiting(model, every, id_, winner) for id_ in every.offers if id_ not in best),
    )


def _waiting(model: Model, drawn: Drawn, id_: str, winner: str) -> Waiting:
    one, other = (drawn.costs[:, drawn.offers.index(each)] for each in (id_, winner))
    plain = model.plain[id_]
    cheaper = (one < other)[~np.isnan(one + other)]
    return Waiting(
        id_,
        plain.offer.name,
        plain[headline_of(model.scenario.workload)],
        float(cheaper.mean()) if cheaper.size else float("nan"),
    )


def cheapest(costs: Mapping[str, Quantity]) -> str:
    """Return the offer of the smallest cost."""
    return min(costs, key=lambda id_: float(costs[id_].magnitude))


def _least(costs: Mapping[str, Quantity]) -> Quantity:
    return costs[cheapest(costs)]


def probabilities(offers: Sequence[str], costs: Array) -> dict[str, float]:
    """Return the share of the draws in which each offer is the cheapest, among those that any offer answers.

    `costs` has one row per draw and one column per offer.
    """
    answered = costs[~np.isnan(costs).all(axis=1)]
    firsts = np.nanargmin(answered, axis=1) if len(answered) else np.zeros(0, dtype=int)
    counts = np.bincount(firsts, minlength=len(offers))
    return {id_: float(count) / max(len(answered), 1) for id_, count in zip(offers, counts, strict=True)}


def regrets(costs: Array) -> Array:
    """Return what each offer costs above the cheapest of its draw; not a number where it has no answer."""
    answered = ~np.isnan(costs).all(axis=1)
    found = np.full(costs.shape, np.nan)
    found[answered] = costs[answered] - np.nanmin(costs[answered], axis=1, keepdims=True)
    return found


def worth_knowing(drawn: Drawn, factor: float = 1.0) -> list[Worth]:
    """Return what knowing each input exactly is worth, the most first; those worth nothing are left out.

    The expected value of partial perfect information: the least expected cost now, less the mean of the least cost
    expected given the input. That expectation is a regression of the costs on the input (Strong, Oakley and Brennan,
    2014), in powers of its score, bent where the two sides of its range meet.
    """
    kept = drawn.costs[: len(drawn.scores)]
    answered = ~np.isnan(kept).any(axis=1)
    if answered.sum() < len(_basis(np.zeros(1))[0]) or len(drawn.offers) == 1:
        return []
    costs, scores = kept[answered], drawn.scores[answered]
    costs = costs - costs[:, [int(costs.mean(axis=0).argmin())]]
    least = -costs.min(axis=1).mean() * factor * NOISE
    found = [Worth(leaf, _worth(costs, scores[:, place]) * factor) for place, leaf in enumerate(drawn.leaves)]
    return sorted((one for one in found if one.value > least), key=lambda one: -one.value)


def _worth(costs: Array, score: Array) -> float:
    """Return the value of knowing one input; the costs are counted from those of the offer that is best on average."""
    basis = _basis(score)
    expected = basis @ np.linalg.lstsq(basis, costs, rcond=None)[0]
    return float(-expected.min(axis=1).mean() + costs.mean(axis=0).min())


def _basis(score: Array) -> Array:
    size = np.abs(score)
    return np.stack([np.ones_like(score), score, size, score**2, score * size, score**3], axis=1)


def _mean(values: Array) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
