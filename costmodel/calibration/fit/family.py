"""What the fit of one family of kernels gave, and how wide that makes its intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from costmodel.calibration.accuracy.kernel_rows import KernelRows
from costmodel.calibration.fit.data import Array, Rows
from costmodel.calibration.fit.problem import Estimate

Mask = npt.NDArray[np.bool_]
NORMAL_80 = 1.2816
WIDER = 1.25
"""How much wider the interval of a kernel that nobody measured is assumed to be, in logarithms."""


@dataclass(frozen=True)
class FamilyFit:
    """The constants of one family of kernels, with its misses in and out of the fit."""

    kind: KernelRows
    rows: Rows
    estimate: Estimate
    unpruned: Estimate
    misses: Array
    """Logarithm of predicted over measured time, of all rows."""
    unpruned_misses: Array
    left_out: Array
    """The same, of rows whose accelerator was left out of the fit."""

    @property
    def alone(self) -> Mask:
        """Rows whose kernel was measured on no other accelerator."""
        kernel, system = self.rows.of("kernel"), self.rows.of("system")
        seen = pd.Series(system).groupby(kernel).nunique()
        return np.asarray(pd.Series(kernel).map(seen) == 1)

    def factors(self) -> dict[str, tuple[float, float]]:
        """Return the factors on a predicted time between which 80% of measurements lie, by how well a case is known."""
        widths = self.widths(np.full(len(self.misses), fill_value=True))
        return {name: (float(np.exp(-width)), float(np.exp(width))) for name, width in widths.items()}

    def widths(self, among: Mask) -> dict[str, float]:
        """Return the same in logarithms, from some rows; as wide below as above, since a new chip may miss either way.

        Special cases: kernels that few campaigns know from one accelerator only get an assumed width.
        """
        campaign, chip = self._campaigns[among], self.rows.of("system")[among]
        known = half_width(self.misses[among], campaign, len(np.unique(campaign)))
        left_out = half_width(self.left_out[among], campaign, len(np.unique(chip)))
        unseen = max(known, left_out)
        return {"known": known, "sibling": (known + unseen) / 2, "unseen": unseen, "unseen_kernel": WIDER * unseen}

    @property
    def _campaigns(self) -> npt.NDArray[np.int64]:
        """The campaign of each row: one kernel on one accelerator."""
        names = [f"{key['kernel']} on {key['system']}" for key in self.rows.keys]
        return np.unique(names, return_inverse=True)[1][self.rows.group]

    @property
    def inside_left_out(self) -> Mask:
        """Whether each row is in its interval, with constants and widths from the other accelerators only."""
        inside, system = np.zeros(len(self.misses), dtype=bool), self.rows.of("system")
        for one in np.unique(system):
            widths = self.widths(system != one)
            limit = np.where(self.alone, widths["unseen_kernel"], widths["unseen"])
            inside |= (system == one) & (np.abs(self.left_out) <= limit)
        return inside


def half_width(misses: Array, campaigns: npt.NDArray[np.int64], units: int) -> float:
    """Return the half-width, in logarithms, of the 80% interval of a row of a campaign that is not among these.

    sqrt(within^2 + (t x between)^2), where within is the distance inside which 80% of rows lie from the middle of
    their campaign, between that of the middles over the normal quantile, and t the quantile of Student's distribution
    for the units (campaigns, or accelerators) that tell it: few of them make it wide.
    """
    middles = pd.Series(misses).groupby(campaigns).transform("median").to_numpy()
    within = spread(misses - middles)
    between = spread(pd.Series(middles).groupby(campaigns).first().to_numpy()) / NORMAL_80
    return float(np.hypot(within, stdtrit(max(units - 1, 1), 0.9) * between))


def spread(misses: Array) -> float:
    """Return the distance, in logarithms, within which 80% of rows lie."""
    return float(np.quantile(np.abs(misses), 0.8))
