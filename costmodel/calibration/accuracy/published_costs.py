"""Published costs as a table of measurements: what each row comes to by our prices and methods."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from costmodel.analysis.published_costs import Figure, Published
from costmodel.calibration.accuracy.result import HIGH, LOW, PREDICTED, REASON
from costmodel.calibration.accuracy.table import MEASURED_NUMBER, Table
from costmodel.errors import CostModelError
from costmodel.specs.catalog import Catalog
from costmodel.specs.rows import Bounds


def predict(rows: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Return our figure of each row with its interval, or the reason why it has none."""
    published = Published(catalog)
    found = {index: _figure(published, row) for index, row in rows.iterrows()}
    cells = {
        index: (one.value, one.low, one.high, one.how) if isinstance(one, Figure) else (np.nan, np.nan, np.nan, one)
        for index, one in found.items()
    }
    return pd.DataFrame.from_dict(cells, orient="index", columns=[PREDICTED, LOW, HIGH, REASON])


def measured_value(rows: pd.DataFrame) -> pd.Series[float]:
    """Return the published figure, in its own unit."""
    return pd.to_numeric(rows["value"], errors="coerce")


def _figure(published: Published, row: pd.Series[Any]) -> Figure | str:
    try:
        return published.figure(row.to_dict())
    except CostModelError as error:
        return str(error)


NUMBERS = {
    "value": MEASURED_NUMBER,
    "n_chips": Bounds(least=1, most=1e9),
    "chip_hours": Bounds(least=1e-3, most=1e15),
    "price_per_chip_hour_usd": Bounds(least=1e-6, most=1e6),
    "utilisation_pct": Bounds(least=0.1, most=100),
    "train_flop": Bounds(least=1, most=1e40),
}
TABLES = (
    Table(
        "published_costs",
        (
            "category",
            "item",
            "value",
            "unit",
            "hardware",
            "n_chips",
            "chip_hours",
            "train_flop",
            "assumptions",
            "source_date",
        ),
        measured_value,
        predict,
        ("value", "value_low", "value_high"),
        NUMBERS,
    ),
)
