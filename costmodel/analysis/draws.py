"""Draws of every ranged fact together: scrambled Sobol points, the same for the same fact under every offer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from costmodel.analysis.uncertainty import spread
from costmodel.errors import CostModelError
from costmodel.formula.graph import Leaf

CHUNK = 1 << 14
"""Draws that are held at once: a power of two, of which Sobol points are even, and few enough for little memory."""

SEED = 1
Array = npt.NDArray[np.float64]


def chunks(leaves: Sequence[Leaf], samples: int, seed: int = SEED) -> Iterator[tuple[Array, dict[str, Array]]]:
    """Yield chunks of joint draws of inputs: their standard normal scores, one row per draw, and values by name.

    The points are a scrambled Sobol sequence, which fills the space of all inputs evenly: the same seed gives the same
    draws, and asking for more leaves the first ones as they are.

    Raises
    ------
    CostModelError
        Where no draws are asked for.
    """
    if samples < 1:
        msg = f"samples is {samples}: ask for at least one draw"
        raise CostModelError(msg)
    return _chunks(sorted(leaves, key=lambda leaf: leaf.name), samples, seed)


def _chunks(leaves: Sequence[Leaf], samples: int, seed: int) -> Iterator[tuple[Array, dict[str, Array]]]:
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import, and most verbs are spared
    from scipy.stats import qmc  # noqa: PLC0415

    points = qmc.Sobol(max(len(leaves), 1), rng=np.random.default_rng(seed))
    for start in range(0, samples, CHUNK):
        shares = points.random(CHUNK)[: samples - start, : len(leaves)]
        scores = ndtri(np.clip(shares, np.finfo(float).eps, 1 - np.finfo(float).eps))
        yield scores, {leaf.name: spread(leaf, scores[:, place]) for place, leaf in enumerate(leaves)}
