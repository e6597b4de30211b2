"""The kinds of measurement tables that can be judged, recognised by their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from costmodel.errors import UnknownName
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


def all_tables() -> list[Table]:
    """Return every kind of table."""
    from costmodel.analysis.accuracy import kernels, mlperf, serving, throughput  # noqa: PLC0415 - each kind loads what it needs

    return [*kernels.TABLES, *serving.TABLES, *throughput.TABLES, *mlperf.TABLES]


def recognise(columns: Iterable[str], tables: Sequence[Table] | None = None) -> Table:
    """Return the kind of table with the most columns that all occur, or an error that lists the kinds."""
    present = set(columns)
    known = tables if tables is not None else all_tables()
    fits = [table for table in known if present.issuperset(table.columns)]
    if not fits:
        kinds = "; ".join(f"{table.kind}: {', '.join(table.columns)}" for table in known)
        msg = f"No kind of measurement table has the columns {', '.join(sorted(present))[:200]}. Known kinds: {kinds}"
        raise UnknownName(msg)
    return max(fits, key=lambda table: len(table.columns))
