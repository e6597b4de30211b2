"""Which offer is the cheapest, in which share of draws, and whether that is too close to call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from costmodel.units import Quantity

MARGIN = 0.1
"""A lead in probability below so much over the next offer is too close to call: our reading of a coin's throw."""

Array = npt.NDArray[np.float64]


def is_close(winner: str, shares: Mapping[str, float]) -> bool:
    """Return whether another offer is about as likely as the winner, or likelier, to be the cheapest."""
    others = [share for offer, share in shares.items() if offer != winner]
    return bool(others) and shares[winner] - max(others) < MARGIN


def cheapest(costs: Mapping[str, Quantity]) -> str:
    """Return the offer of the smallest cost."""
    return min(costs, key=lambda id_: float(costs[id_].magnitude))


def probabilities(offers: Sequence[str], costs: Array) -> dict[str, float]:
    """Return the share of the draws in which each offer is the cheapest, among those that any offer answers.

    `costs` has one row per draw and one column per offer.
    """
    least = least_of(costs)
    firsts = (costs == least[:, None]).argmax(axis=1)[~np.isnan(least)]
    counts = np.bincount(firsts, minlength=len(offers))
    return {id_: float(count) / max(len(firsts), 1) for id_, count in zip(offers, counts, strict=True)}


def least_of(costs: Array) -> Array:
    """Return the least cost of each draw among the offers with an answer; not a number where none has one."""
    return np.asarray(np.fmin.reduce(costs, axis=1))
