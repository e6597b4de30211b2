"""Reading a table of measurements, predicting its rows from their configuration, and comparing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from costmodel.calibration.accuracy.result import MEASURED, REASON, Accuracy, check_known
from costmodel.calibration.accuracy.table import trusted
from costmodel.calibration.accuracy.tables import recognise
from costmodel.domain.architecture_names import folders_near
from costmodel.specs.catalog import Catalog
from costmodel.specs.rows import as_numbers, read_rows


def measure_accuracy(file: Path, catalog: Catalog | None = None, architectures: Sequence[Path] = ()) -> Accuracy:
    """Return how far predictions are from the measurements of a CSV file; its columns tell its kind.

    Models that are not shipped are looked up in folders with published config files: the given ones, and folders
    named `architectures` beside the file or above it.
    """
    return judge(read_measurements(file, architectures), file.name, catalog or Catalog())


def read_measurements(file: Path, architectures: Sequence[Path] = (), by: Sequence[str] = ()) -> pd.DataFrame:
    """Return the rows of a CSV file of a known kind; what is wrong with them is said before any is predicted.

    `by` are columns by which errors are to be told apart: those of the file, and the reasons why rows have no answer.
    """
    rows = read_rows(file)
    as_numbers(trusted(rows), file.name, recognise(rows.columns).numbers)
    check_known(by, [*rows.columns, REASON], file.name)
    rows.attrs["architectures"] = [*folders_near(file), *architectures]
    return rows


def judge(rows: pd.DataFrame, name: str, catalog: Catalog) -> Accuracy:
    """Return how far predictions are from the measurements of a table; predictions never see a measured value.

    Rows that are not what their columns say (`suspect`) are left out.
    """
    table = recognise(rows.columns)
    every, rows = len(rows), as_numbers(trusted(rows), name, table.numbers)
    measured = table.measured(rows)
    predictions = table.predict(rows.drop(columns=list(table.hidden), errors="ignore"), catalog)
    frame = rows.join(predictions).assign(**{MEASURED: measured})
    bad = ~(np.isfinite(measured) & (measured > 0))
    frame.loc[bad, MEASURED] = np.nan
    frame.loc[bad, REASON] = f"{', '.join(table.hidden)} is no positive number"
    return Accuracy(name, table.kind, frame, every - len(rows))
