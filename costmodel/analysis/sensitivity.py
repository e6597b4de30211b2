"""What matters: each input alone at the ends of its range, elasticities, shares of the variance, worth of knowing."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.draws import TWO_SIDED_90, Joint
from costmodel.analysis.model import leaves_of
from costmodel.analysis.sobol import Indices, sobol_indices
from costmodel.analysis.sweeping import Sampler
from costmodel.analysis.worth import worth_knowing
from costmodel.formula.gradient import elasticities
from costmodel.formula.graph import Leaf
from costmodel.units import Quantity

BASE = 1_024
"""Draws of each of the two sets behind Sobol indices; the model runs once more for every input and draw."""

LAYOUT = "deployment/"
"""How the names of a layout's sizes begin: whole numbers that the search chooses, and no facts."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sensitivity:
    """What the cost of one offer, and the decision among all, depend on."""

    offer: str
    cost: float
    unit: str
    """The unit of the cost."""
    money: str
    """The unit of what knowing an input is worth."""
    inputs: pd.DataFrame
    """One row per input, the widest swing first: its value, the 5th and 95th percentile and the cost at both, the
    elasticity, Sobol indices with half their 90% intervals, and what knowing it exactly is worth to the decision.

    Inputs without a range have an elasticity only; what several inputs have in common has indices only.
    """


def sensitivity(
    sampler: Sampler,
    offer: str,
    factor: float,
    money: str,
    *,
    base: int,
    draws: int,
    seed: int,
    choices: Container[str] | None = None,
) -> Sensitivity:
    """Return what the cost of an offer depends on, and what each input is worth to the decision among some choices."""
    output = sampler.outputs[offer]
    alone = Sampler({offer: output}, sampler.links)
    worth = {
        one.leaf: one.value
        for one in worth_knowing(
            sampler.draw(draws, seed).among(sampler.outputs if choices is None else choices), factor
        )
    }
    table = pd.concat([tornado(alone), _elasticities(output), variances(alone, base, seed)], axis=1)
    known = {leaf.name: worth.get(leaf.name, 0.0) for leaf in sampler.leaves}
    table = table.join(pd.Series(known, name="worth", dtype=float), how="outer")
    found = _described(table, leaves_of(sampler.outputs.values())).sort_values(
        ["swing", "total", "elasticity"], key=abs, ascending=False, na_position="last"
    )
    (cost,) = alone.kernel(**{leaf.name: leaf.value.magnitude for leaf in alone.leaves}).values()
    return Sensitivity(offer, float(cost), f"{output.units:~C}", money, found)


def tornado(sampler: Sampler) -> pd.DataFrame:
    """Return the cost where each input alone is at its 5th and at its 95th percentile, and all others as they are.

    Where a formula refuses such a value the cost is not a number.
    """
    return swings(sampler.joint, lambda values: next(iter(sampler.kernel.mark(**values).values())))


def swings(joint: Joint, cost: Callable[[Mapping[str, Array]], npt.ArrayLike]) -> pd.DataFrame:
    """Return the same of any cost that is a function of columns of inputs by name."""
    count = len(joint.leaves)
    scores = np.zeros((count, 2 * count))
    scores[np.arange(count), np.arange(count)] = -TWO_SIDED_90
    scores[np.arange(count), np.arange(count) + count] = TWO_SIDED_90
    values = joint.values(scores)
    costs = np.broadcast_to(np.asarray(cost(values), dtype=float), (2 * count,))
    ends = np.array([row[[place, place + count]] for place, row in enumerate(values.values())]).reshape(count, 2)
    low, high = costs[:count], costs[count:]
    columns = {"low": ends[:, 0], "high": ends[:, 1], "cost_low": low, "cost_high": high, "swing": np.abs(high - low)}
    return pd.DataFrame(columns, index=list(values))


def variances(sampler: Sampler, base: int, seed: int) -> pd.DataFrame:
    """Return the Sobol indices of a cost by each input's own part and by what several inputs have in common."""
    joint = sampler.joint

    def cost(drawn: Array) -> Array:
        (found,) = sampler.kernel.mark(**joint.values(joint.scores(drawn))).values()
        return np.broadcast_to(np.asarray(found, dtype=float), (drawn.shape[1],))

    one, other = (joint.draw(number, seed)[:, :base] for number in (0, 1))
    found: Indices = sobol_indices(cost, one, other, seed)
    columns = {
        "first": found.first,
        "first_error": found.first_error,
        "total": found.total,
        "total_error": found.total_error,
    }
    return pd.DataFrame(columns, index=list(joint.names))


def _elasticities(output: Quantity) -> pd.DataFrame:
    found = {name: value for name, value in elasticities(output).items() if not name.startswith(LAYOUT)}
    return pd.DataFrame({"elasticity": pd.Series(found, dtype=float)})


def _described(table: pd.DataFrame, known: Mapping[str, Leaf]) -> pd.DataFrame:
    """Return the table with value and unit of each input before its other columns."""
    leaves: Iterable[Leaf | None] = [known.get(str(name)) for name in table.index]
    plain = [(float(one.value.magnitude), f"{one.value.units:~C}") if one else (np.nan, "") for one in leaves]
    values, units = zip(*plain, strict=True)
    table.insert(0, "value", values)
    table.insert(1, "unit", units)
    return table.rename_axis("input")
