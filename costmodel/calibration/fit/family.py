"""What the fit of one family of kernels gave, and how wide that makes its intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy.kernel_rows import KernelRows
from costmodel.calibration.fit.data import Array, Rows
from costmodel.calibration.fit.problem import Estimate

Mask = npt.NDArray[np.bool_]
FEW = 200
"""Rows of kernels measured on one accelerator only, below which their interval is an assumption."""
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

        Special cases: kernels that few rows know from one accelerator only get an assumed width.
        """
        known = spread(self.misses[among])
        unseen = max(known, spread(self.left_out[among & ~self.alone]))
        few = (among & self.alone).sum() < FEW
        new = WIDER * unseen if few else max(unseen, spread(self.left_out[among & self.alone]))
        return {"known": known, "sibling": (known + unseen) / 2, "unseen": unseen, "unseen_kernel": new}

    @property
    def inside_left_out(self) -> Mask:
        """Whether each row is in its interval, with constants and widths from the other accelerators only."""
        inside, system = np.zeros(len(self.misses), dtype=bool), self.rows.of("system")
        for one in np.unique(system):
            widths = self.widths(system != one)
            limit = np.where(self.alone, widths["unseen_kernel"], widths["unseen"])
            inside |= (system == one) & (np.abs(self.left_out) <= limit)
        return inside


def spread(misses: Array) -> float:
    """Return the distance, in logarithms, within which 80% of rows lie."""
    return float(np.quantile(np.abs(misses), 0.8))
