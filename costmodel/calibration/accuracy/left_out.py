"""How far predictions were from rows that the fit did not see: figures that `python docs/accuracy.py` keeps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.specs.rows import read_rows

FILE = Path(__file__).parent / "left_out.csv"
COLUMNS = ("table", "left_out", "rows", "median", "p90", "bias", "inside", "inside_error")
"""The file's: errors are |predicted / measured - 1|; `inside` the share of campaigns in their 80% intervals."""


def left_out_figures() -> pd.DataFrame:
    """Return, for each table of measurements and what was left out of the fit, its rows and errors as shares."""
    return read_rows(FILE)


def shares_of(errors: npt.NDArray[np.float64]) -> tuple[int, float, float, float]:
    """Return of errors in logarithms how many are known, their median and 90th percentile as shares, and their bias."""
    known = errors[np.isfinite(errors)]
    if not known.size:
        return 0, np.nan, np.nan, np.nan
    far = np.abs(np.expm1(known))
    return known.size, float(np.median(far)), float(np.quantile(far, 0.9)), float(np.expm1(np.median(known)))
