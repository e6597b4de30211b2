"""The kinds of measurement tables that can be judged, recognised by their columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from costmodel.calibration.accuracy import kernels, mlperf, published_costs, serving, throughput, training
from costmodel.calibration.accuracy.table import Table
from costmodel.errors import UnknownName


def all_tables() -> list[Table]:
    """Return every kind of table."""
    return [
        *kernels.TABLES,
        *serving.TABLES,
        *throughput.TABLES,
        *mlperf.TABLES,
        *training.TABLES,
        *published_costs.TABLES,
    ]


def recognise(columns: Iterable[str], tables: Sequence[Table] | None = None) -> Table:
    """Return the kind of table with the most columns that all occur, or an error that lists the kinds."""
    present = set(columns)
    known = tables if tables is not None else all_tables()
    fits = [table for table in known if present.issuperset(table.columns)]
    if not fits:
        near = max(known, key=lambda table: len(present & set(table.columns)))
        lacking = [column for column in near.columns if column not in present]
        kinds = "\n".join(f"  {table.kind}: {', '.join(table.columns)}" for table in known)
        msg = (
            f"No kind of measurement table has the columns {', '.join(sorted(present))[:200]}. "
            f"The nearest, {near.kind}, also needs {', '.join(lacking)}. Known kinds:\n{kinds}"
        )
        raise UnknownName(msg)
    return max(fits, key=lambda table: len(table.columns))
