"""Accuracy of single kernels: matrix products, attention, expert layers, collectives."""

from __future__ import annotations

import numpy as np
import pandas as pd

from costmodel.calibration.accuracy.kernel_rows import KERNEL_ROWS, KernelRows
from costmodel.calibration.accuracy.result import HIGH, LOW, PREDICTED, REASON
from costmodel.calibration.accuracy.table import MEASURED_NUMBER, Table
from costmodel.calibration.kernels.constants import KernelTable, load_kernel_table
from costmodel.domain.accelerator_names import Accelerators
from costmodel.errors import CostModelError
from costmodel.specs.catalog import Catalog
from costmodel.specs.rows import MAYBE_NONE
from costmodel.units import magnitude

LATENCY = "latency_ms"


def measured_seconds(rows: pd.DataFrame) -> pd.Series[float]:
    """Return the measured times in seconds."""
    return pd.to_numeric(rows[LATENCY], errors="coerce") / 1e3


def predict(kind: KernelRows, rows: pd.DataFrame, catalog: Catalog, table: KernelTable | None = None) -> pd.DataFrame:
    """Return predicted seconds with 80% interval for rows of one kind, or the reason why there are none."""
    accelerators, used = Accelerators(catalog), table or load_kernel_table()
    result = pd.DataFrame({PREDICTED: np.nan, LOW: np.nan, HIGH: np.nan, REASON: ""}, index=rows.index)
    good, named = _usable(kind, rows), rows["system"].notna()
    result.loc[~good, REASON] = "a shape is missing or not positive"
    result.loc[good & ~named, REASON] = "system is empty: name an accelerator"
    for key, part in kind.groups(rows[good & named]):
        try:
            case = kind.case(accelerators.find(key["system"]), key, kind.values(part))
            time = magnitude(case.time(used), "second")
            low, high = case.factors(used)
        except CostModelError as error:
            result.loc[part.index, REASON] = str(error)
            continue
        result.loc[part.index, [PREDICTED, LOW, HIGH]] = np.column_stack([time, time * low, time * high])
    return result


def _usable(kind: KernelRows, rows: pd.DataFrame) -> pd.Series[bool]:
    numbers = rows[list(kind.shape)].apply(pd.to_numeric, errors="coerce")
    return (np.isfinite(numbers) & (numbers > 0)).all(axis=1)


def _table(kind: KernelRows) -> Table:
    def predicted(rows: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
        return predict(kind, rows, catalog)

    held = {**dict.fromkeys(kind.shape, MAYBE_NONE), LATENCY: MEASURED_NUMBER}
    return Table(kind.kind, (*kind.columns, LATENCY), measured_seconds, predicted, (LATENCY,), held)


TABLES = tuple(_table(kind) for kind in KERNEL_ROWS)
