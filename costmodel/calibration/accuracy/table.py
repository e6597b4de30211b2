"""One kind of measurement table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from costmodel.specs.catalog import Catalog


@dataclass(frozen=True)
class Table:
    """One kind of table: the columns that tell it, its measured value, and how its rows are predicted."""

    kind: str
    columns: tuple[str, ...]
    """Columns that a file of this kind has."""
    measured: Callable[[pd.DataFrame], pd.Series[float]]
    """Rows to measured values, in the unit of the predictions."""
    predict: Callable[[pd.DataFrame, Catalog], pd.DataFrame]
    """Rows to a frame with the same index and predicted, low, high and reason; it never sees measured values."""
    hidden: tuple[str, ...] = ()
    """Columns with measured values, removed from the rows that `predict` gets."""
