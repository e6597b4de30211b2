"""What is believed of the constants of serving before a fit, and what a fit finds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NORMAL_90 = 1.645
BEYOND = 1.6
"""How far outside its prior's 90% interval a constant may go."""

MOST_OF_A_SHARE = 0.97


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
        """Logarithms between which the fit may move: beyond the prior, but a share stays one, and a gain a gain."""
        most = self.high * BEYOND if self.high >= 1 else min(self.high * BEYOND, MOST_OF_A_SHARE)
        least = self.low / BEYOND if self.low <= 1 else max(self.low / BEYOND, 1.0)
        return float(np.log(least)), float(np.log(most))


@dataclass(frozen=True)
class Estimate:
    """What a fit found: values, and standard deviations of their logarithms."""

    values: dict[str, float]
    deviations: dict[str, float]
