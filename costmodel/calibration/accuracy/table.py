"""One kind of measurement table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from costmodel.specs.catalog import Catalog
from costmodel.specs.rows import Bounds


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
    numbers: Mapping[str, Bounds] = field(default_factory=dict)
    """Columns that hold numbers, or nothing, in every row; a file may leave out those that are not needed."""


MEASURED_NUMBER = Bounds(least=-1e18)
"""A measured value; one that is not positive is no measurement, and its row has no answer."""

SUSPECT = "suspect"
"""Column that says why a row was not measured under the conditions that its columns give."""


def trusted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may be fitted and judged: all that nobody marked as suspect."""
    if SUSPECT not in rows:
        return rows
    marked = rows[SUSPECT]
    kept = rows[marked.isna() | (marked.astype(str).str.strip() == "")]
    kept.attrs.update(rows.attrs)
    return kept
