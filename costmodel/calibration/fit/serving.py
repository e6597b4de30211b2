"""The rows under hardware/measurements/ that constants of serving are fitted on, ready to be predicted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy.table import trusted
from costmodel.calibration.fit.compiled import Compiled, compiled_mlperf, compiled_serving, compiled_throughput
from costmodel.performance.machine.constants import Constants, load_constants
from costmodel.specs.catalog import Catalog, data_folder

Array = npt.NDArray[np.float64]
REPEATED = 0.1
"""Half of the spread of repeats, in logarithms, at which a row counts half."""


@dataclass(frozen=True)
class ServingData:
    """Rows of served configurations with what was measured, ready to be predicted for any constants."""

    rows: pd.DataFrame
    constants: Constants
    catalog: Catalog = field(default_factory=Catalog)

    @cached_property
    def groups(self) -> list[Compiled]:
        """The rows by static configuration, compiled."""
        return compiled_serving(self.rows, self.catalog, self.constants)

    @cached_property
    def trust(self) -> Array:
        """What each row counts: less where repeats, of which the row is the median, disagree."""
        half = np.log(numbers(self.rows, "spread")) / 2
        return np.asarray(1 / (1 + (half / REPEATED) ** 2))

    def predict(self, values: Mapping[str, Array]) -> tuple[Array, Array, Array]:
        """Return output rates, times per token and to first token: a row for each set of constants."""
        sets = next(iter(values.values())).size if values else 1
        first, token = np.full((sets, len(self.rows)), np.nan), np.full((sets, len(self.rows)), np.nan)
        for group in self.groups:
            found = group.predict(values)
            first[:, group.index], token[:, group.index] = found["first"], found["token"]
        nominal, chips = numbers(self.rows, "osl"), numbers(self.rows, "chips")
        return numbers(self.rows, "concurrency") / (token + first / nominal) / chips, token, first


@dataclass(frozen=True)
class OfflineData:
    """Rows of offline runs and of MLPerf, ready to be predicted for any constants."""

    throughput: pd.DataFrame
    mlperf: pd.DataFrame
    constants: Constants
    catalog: Catalog = field(default_factory=Catalog)

    @cached_property
    def tables(self) -> list[tuple[pd.DataFrame, list[Compiled]]]:
        """Each table with its rows by static configuration, compiled."""
        return [
            (self.throughput, compiled_throughput(self.throughput, self.catalog, self.constants)),
            (self.mlperf, compiled_mlperf(self.mlperf, self.catalog, self.constants)),
        ]

    def predict(self, values: Mapping[str, Array]) -> list[Array]:
        """Return the predicted values of each table: a row for each set of constants."""
        sets = next(iter(values.values())).size
        found = [np.full((sets, len(rows)), np.nan) for rows, _ in self.tables]
        for table, (_, groups) in zip(found, self.tables, strict=True):
            for group in groups:
                table[:, group.index] = group.predict(values)["value"]
        return found


def trust(rows: pd.DataFrame) -> Array:
    """Return less weight for figures that were recalled, and for speeds of clouds whose load nobody stated."""
    recalled = rows["confidence"].astype(str).str.startswith("from").to_numpy()
    clouds = rows["framework"].isin(["vendor cloud", "GroqCloud", "DeepSeek online"]).to_numpy()
    return np.where(recalled, 0.3, 1.0) * np.where(clouds, 0.2, 1.0)


def measurements(folder: Path | None = None) -> dict[str, pd.DataFrame]:
    """Return the tables that constants of serving are fitted on, without rows that are marked as suspect."""
    place = folder or data_folder("hardware") / "measurements"
    names = ("serving", "inference_throughput", "mlperf_inference")
    return {name: trusted(pd.read_csv(place / f"{name}.csv")).reset_index(drop=True) for name in names}


def load_data(constants: Constants | None = None) -> tuple[ServingData, OfflineData]:
    """Return all rows, ready to be predicted."""
    tables, used = measurements(), constants or load_constants()
    return ServingData(tables["serving"], used), OfflineData(
        tables["inference_throughput"], tables["mlperf_inference"], used
    )


def numbers(rows: pd.DataFrame, name: str) -> Array:
    """Return a column as numbers."""
    return rows[name].to_numpy(dtype=float)
