"""What the answer hangs on, read from the kernel and the draws behind its intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.cheapest import cheapest
from costmodel.analysis.draws import SEED, Joint, is_share, uncertain_leaves
from costmodel.analysis.ranges import Marginal
from costmodel.analysis.sensitivity import swings
from costmodel.analysis.sweeping import Drawn
from costmodel.analysis.worth import WORTH, Worth, worth_knowing
from costmodel.formula.graph import Leaf

Array = npt.NDArray[np.float64]

KEPT = 4_096
"""Of the draws behind the intervals, so many tell what a fact is worth: 16 whole blocks of the Latin hypercube."""
LEAST = 1e-3
"""A fact that is worth less than this share of the cost is worth nothing: so few draws do not tell more."""
REACH, STEPS = 2.0, 9
"""How far beyond its range an input is moved, on both sides, and in how many steps, to see who is chosen."""


@dataclass(frozen=True)
class Mattering:
    """What the cheapest cost, and the choice among the offers of today, hang on."""

    study: AnsweredScenario
    factor: float
    """What turns the cost that offers rank by into money ..."""
    money: str
    """... of this unit."""

    @cached_property
    def leaves(self) -> dict[str, Leaf]:
        """The inputs with a range, by name."""
        return {leaf.name: leaf for leaf in uncertain_leaves(self.study.answers.traced.values())}

    @cached_property
    def offer(self) -> str:
        """The cheapest offer of today."""
        return cheapest({one: self.study.costs[one][self.study.headline] for one in self.study.choices})

    @cached_property
    def swings(self) -> pd.DataFrame:
        """A row an input, the widest swing of the cheapest cost first, as `sensitivity` has them.

        Inputs on which that does not depend swing it by nothing; where a formula refuses an end there is no number.
        """
        joint, place = Joint.of(self.leaves.values(), self.study.links), self.study.choices.index(self.offer)
        found = swings(joint, lambda values: self.costs(values)[place])
        return found.sort_values("swing", ascending=False, kind="stable")

    @cached_property
    def worth(self) -> list[Worth]:
        """What knowing an input exactly is worth to the choice, in money, the most first."""
        if len(self.study.choices) == 1:
            return []
        own = float(self.study.costs[self.offer][self.study.headline].magnitude) * self.factor
        return [one for one in worth_knowing(self._drawn(), self.factor) if one.value > LEAST * own][:WORTH]

    @cached_property
    def flips(self) -> pd.Series:
        """How much of its reach leads to another choice, by input, the most first; all others stay as they are."""
        names = list(self.leaves)
        values = {
            name: np.repeat(float(leaf.value.magnitude), STEPS * len(names)) for name, leaf in self.leaves.items()
        }
        for place, name in enumerate(names):
            values[name][place * STEPS : (place + 1) * STEPS] = self.reach(name, STEPS)
        first = self.first(self.costs(values)).reshape(len(names), STEPS)
        other = (first >= 0) & (first != self.study.choices.index(self.offer))
        return pd.Series(other.mean(axis=1), index=names).sort_values(ascending=False, kind="stable")

    def reach(self, name: str, steps: int) -> Array:
        """Return values from below to beyond the range of an input, in steps of one ratio where it is above zero."""
        one, leaf = Marginal.of(self.leaves[name]), self.leaves[name]
        low, high = one.low / REACH, min(one.high if is_share(leaf) else one.high * REACH, one.ceiling)
        return (np.geomspace if low > 0 else np.linspace)(low, high, steps)

    def costs(self, values: Mapping[str, Array]) -> Array:
        """Return the cost of each choice, a row each, where inputs have other values; not a number where refused."""
        known = {leaf: values.get(leaf, np.asarray(float(one.value.magnitude))) for leaf, one in self.leaves.items()}
        with np.errstate(all="ignore"):
            found = self.study.answers.kernel.mark(**known)
        size = max(np.size(row) for row in known.values())
        rows = [found[str((id_, self.study.headline))] for id_ in self.study.choices]
        return np.stack([np.broadcast_to(row, (size,)) for row in rows])

    @staticmethod
    def first(costs: Array) -> npt.NDArray[np.intp]:
        """Return the place of the smallest cost of each column; -1 where there is none."""
        filled = np.where(np.isnan(costs), np.inf, costs)
        return np.where(np.isinf(filled).all(axis=0), -1, filled.argmin(axis=0))

    def grid(self, names: Sequence[str], points: int) -> pd.DataFrame:
        """Return `x`, `y`, the place of the choice (`first`) and its `cost`, where two inputs move over their reach."""
        x, y = (one.ravel() for one in np.meshgrid(*(self.reach(name, points) for name in names)))
        costs = self.costs(dict(zip(names, (x, y), strict=True)))
        first = self.first(costs)
        frame = pd.DataFrame(
            {"x": x, "y": y, "first": first, "cost": np.where(np.isnan(costs), np.inf, costs).min(axis=0)}
        )
        return frame[first >= 0]

    def _drawn(self) -> Drawn:
        """Return scores of inputs and costs of choices in the first draws behind the intervals."""
        joint = Joint.of(self.leaves.values(), self.study.links)
        scores = joint.scores(joint.draw(0, SEED)[:, :KEPT])[: len(joint.leaves)]
        costs = [self.study.answers.drawn[id_, self.study.headline][:KEPT] for id_ in self.study.choices]
        return Drawn(tuple(leaf.name for leaf in joint.leaves), self.study.choices, scores.T, np.stack(costs, axis=1))
