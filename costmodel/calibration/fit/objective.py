"""The least-squares problem of a fit: residuals of rows and of priors, with derivatives by differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

Array = npt.NDArray[np.float64]
Residuals = Callable[[Mapping[str, Array]], Array]
"""Sets of constants to weighted residuals: one row for each set."""

NORMAL_90 = 1.645
STEP = 1e-4
BEYOND = 1.6
"""How far outside its prior's 90% interval a constant may go."""

MOST_OF_A_SHARE = 0.97

OUTLIER = 1.5
"""Standard deviations beyond which an error pulls only with the root of its size."""


@dataclass(frozen=True)
class Prior:
    """What is believed of a constant before the fit: a start and a 90% interval, log-normal."""

    start: float
    low: float
    high: float

    @property
    def deviation(self) -> float:
        """Standard deviation of the logarithm."""
        return float(np.log(self.high / self.low)) / (2 * NORMAL_90)

    @property
    def ends(self) -> tuple[float, float]:
        """Logarithms between which the fit may move: beyond the prior, but a share stays one."""
        most = self.high * BEYOND if self.high >= 1 else min(self.high * BEYOND, MOST_OF_A_SHARE)
        return float(np.log(self.low / BEYOND)), float(np.log(most))


@dataclass(frozen=True)
class Estimate:
    """What a fit found: values, standard deviations of their logarithms, and steps taken."""

    values: dict[str, float]
    deviations: dict[str, float]
    evaluations: int


def estimate(
    priors: Mapping[str, Prior],
    residuals: Residuals,
    steps: int = 25,
    begin: Mapping[str, float] | None = None,
) -> Estimate:
    """Return the constants with the least squares of residuals and of distances from their priors.

    The search begins at the centres of the priors, or at given values.
    """
    names = list(priors)
    centre = np.log([priors[name].start for name in names])
    spread = np.array([priors[name].deviation for name in names])
    low, high = np.array([priors[name].ends for name in names]).T

    def together(points: Array) -> Array:
        sets = {name: np.exp(points[:, i]) for i, name in enumerate(names)}
        return np.hstack([residuals(sets), (points - centre) / spread])

    def value(point: Array) -> Array:
        return together(point[None, :])[0]

    def slope(point: Array) -> Array:
        moved = together(point + np.vstack([np.zeros_like(point), STEP * np.eye(len(point))]))
        return ((moved[1:] - moved[0]) / STEP).T

    first = np.log([begin[name] for name in names]) if begin else centre
    start = np.clip(first, low + 1e-6, high - 1e-6)
    found = least_squares(
        value, start, jac=slope, bounds=(low, high), max_nfev=steps, x_scale=spread, xtol=1e-4, ftol=1e-4
    )
    rows = found.fun.size - len(names)
    jacobian = np.asarray(found.jac)
    variance = np.linalg.pinv(jacobian.T @ jacobian) * (2 * found.cost / max(rows - len(names), 1))
    deviations = np.sqrt(np.diag(variance))
    return Estimate(
        dict(zip(names, map(float, np.exp(found.x)), strict=True)),
        dict(zip(names, map(float, deviations), strict=True)),
        int(found.nfev),
    )


def soft(residual: Array, scale: float) -> Array:
    """Return residuals that grow with the root of their size beyond a scale, so that outliers pull less."""
    return np.sign(residual) * scale * np.sqrt(2 * (np.sqrt(1 + (residual / scale) ** 2) - 1))


def of_campaigns(error: Array, campaigns: npt.NDArray[Any], trust: Array, scatter: tuple[float, float]) -> Array:
    """Return residuals of rows that share an unknown offset with their campaign, which is integrated out.

    Rows count by their distance from the mean of their campaign, and each campaign once by its mean. `scatter` is the
    standard deviation of offsets and of rows; `trust` is what a row counts relative to one that was measured once.
    """
    offset, single = scatter
    member = campaigns[None, :] == np.unique(campaigns)[:, None]
    share = member * trust / (member @ trust)[:, None]
    mean = error @ share.T
    within = np.sqrt(trust) * soft((error - mean @ member) / single, OUTLIER)
    between = soft(mean / np.sqrt(offset**2 + single**2 / (member @ trust)), OUTLIER)
    return np.hstack([within, between])


def stacked(parts: Sequence[Array]) -> Array:
    """Return the residuals of several groups side by side."""
    return np.hstack(parts)
