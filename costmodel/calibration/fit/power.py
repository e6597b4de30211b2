"""What an accelerator draws by what it does: three shares of its design power, fitted on loads of two GPUs.

python -m costmodel.calibration.fit.power    fits power_torch.csv and writes the constants of serving that it gives
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import least_squares

from costmodel.calibration.fit.rewrite import replaced
from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.hardware import Accelerator
from costmodel.performance.formulas.power import power_draw
from costmodel.performance.machine.constants import FILE as CONSTANTS
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.specs.rows import read_rows
from costmodel.units import magnitude, quantity
from costmodel.writing import write_file

Array = npt.NDArray[np.float64]
FILE = data_folder("hardware") / "measurements" / "power_torch.csv"
NAMES = ("idle_power", "memory_power", "compute_power")
START = (0.3, 0.5, 1.0)
SPREAD = 0.2
"""Logarithm by which chips of other generations are believed to differ: the two that were measured are of one."""


def loads(catalog: Catalog) -> pd.DataFrame:
    """Return the shipped loads with the design power of their systems, and the shares of both peaks in use."""
    rows, known = read_rows(FILE), Accelerators(catalog)
    chips = [known.find(name) for name in rows["system"]]
    bandwidth = np.array([magnitude(chip.memory_bandwidth, "byte/s") for chip in chips])
    peak = np.array([_peak(chip, name) for chip, name in zip(chips, rows["number_type"], strict=True)])
    return rows[["system", "number_type", "watts"]].assign(
        design=[magnitude(chip.power, "W/accelerator") for chip in chips],
        memory=rows["bytes"] * rows["calls_per_s"] / bandwidth,
        compute=rows["operations"] * rows["calls_per_s"] / peak,
    )


def _peak(chip: Accelerator, number_type: str) -> float:
    """Return operations a second; one for loads that have no operations."""
    return float(magnitude(chip.peak[number_type], "FLOP/s")) if number_type in chip.peak else 1.0


def missed(rows: pd.DataFrame, shares: Array) -> Array:
    """Return logarithms of predicted over measured power."""
    drawn = power_draw(
        power=quantity(rows["design"].to_numpy(), "W/accelerator"),
        **dict(zip(("idle", "memory", "compute"), map(quantity, shares.tolist()), strict=True)),
        memory_share=quantity(rows["memory"].to_numpy()),
        compute_share=quantity(rows["compute"].to_numpy()),
    )
    found: Array = np.log(magnitude(drawn, "W/accelerator") / rows["watts"].to_numpy())
    return found


def fit(rows: pd.DataFrame) -> Array:
    """Return the constants that miss power least, in the order of their names."""

    def far(shares: Array) -> Array:
        return missed(rows, shares)

    found: Array = least_squares(far, START).x
    return found


def left_out(rows: pd.DataFrame) -> Array:
    """Return by how much each chip's loads are missed with the constants of the others."""
    others = rows["system"].map({name: fit(rows[rows["system"] != name]) for name in rows["system"].unique()})
    return np.concatenate([missed(rows.iloc[[place]], shares) for place, shares in enumerate(others)])


def main() -> None:
    """Write the constants with their ranges."""
    rows, text = loads(Catalog()), CONSTANTS.read_text(encoding="utf-8")
    for name, value in zip(NAMES, fit(rows), strict=True):
        text = replaced(text, name, value, SPREAD)
    write_file(CONSTANTS, text)


if __name__ == "__main__":
    main()
