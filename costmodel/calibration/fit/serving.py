"""Fitting the constants of serving on the rows under hardware/measurements/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy.table import trusted
from costmodel.calibration.fit.compiled import Compiled, compiled_mlperf, compiled_serving, compiled_throughput
from costmodel.calibration.fit.objective import Estimate, Prior, estimate, of_campaigns, soft
from costmodel.performance.machine.constants import Constants, load_constants
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.units import quantity

Array = npt.NDArray[np.float64]
CAMPAIGN = ("model", "system", "framework", "precision")
"""Columns whose rows were measured in one campaign, with software and settings that rows do not state."""

SIBLINGS = {"deepseek-ai/DeepSeek-R1": "deepseek-ai/DeepSeek-V3"}
"""Models of one shape, whose rows are in part the same measurements."""

SCATTER, OF_WAITS = (0.1, 0.2), (0.3, 0.4)
"""Standard deviation of what campaigns have in common, and of rows, in logarithms; chosen on left-out rows."""

WEIGHTS = 1.0, 0.5, 0.5
"""Of rate, time per token and time to first token, which are not independent of each other."""

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
    def campaigns(self) -> npt.NDArray[Any]:
        """Number of the campaign of each row."""
        rows = self.rows.assign(model=self.rows["model"].replace(SIBLINGS))
        return np.asarray(rows.groupby(list(CAMPAIGN), dropna=False, sort=False).ngroup())

    @cached_property
    def trust(self) -> Array:
        """What each row counts: less where repeats, of which the row is the median, disagree."""
        half = np.log(_numbers(self.rows, "spread")) / 2
        return np.asarray(1 / (1 + (half / REPEATED) ** 2))

    def predict(self, values: Mapping[str, Array]) -> tuple[Array, Array, Array]:
        """Return output rates, times per token and to first token: a row for each set of constants."""
        sets = next(iter(values.values())).size if values else 1
        first, token = np.full((sets, len(self.rows)), np.nan), np.full((sets, len(self.rows)), np.nan)
        for group in self.groups:
            found = group.predict(values)
            first[:, group.index], token[:, group.index] = found["first"], found["token"]
        nominal, chips = _numbers(self.rows, "osl"), _numbers(self.rows, "chips")
        return _numbers(self.rows, "concurrency") / (token + first / nominal) / chips, token, first

    def residuals(self, values: Mapping[str, Array], kept: npt.NDArray[np.bool_]) -> Array:
        """Return weighted logarithms of predicted over measured: rate first, then time per token and to first."""
        rate, token, first = (np.log(one[:, kept]) for one in self.predict(values))
        rows, campaigns, trust = self.rows[kept], self.campaigns[kept], self.trust[kept]
        parts = (
            (rate - np.log(_numbers(rows, "output_tokens_per_s_per_chip")), SCATTER),
            (token - np.log(_numbers(rows, "tpot_ms") / 1e3), SCATTER),
            (first - np.log(_numbers(rows, "ttft_ms") / 1e3), OF_WAITS),
        )
        found = [of_campaigns(error, campaigns, trust, scatter) for error, scatter in parts]
        return np.hstack([weight * one for weight, one in zip(WEIGHTS, found, strict=True)])


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

    def residuals(self, values: Mapping[str, Array], kept: Sequence[npt.NDArray[np.bool_]]) -> Array:
        """Return weighted logarithms of predicted over measured."""
        parts = []
        for predicted, (rows, _), keep in zip(self.predict(values), self.tables, kept, strict=True):
            error = np.clip(np.log(predicted[:, keep]) - np.log(_numbers(rows[keep], "value")), -2, 2)
            parts.append(soft(error, 0.15) / 0.15 * trust(rows)[keep])
        return np.hstack(parts)


def trust(rows: pd.DataFrame) -> Array:
    """Return less weight for figures that were recalled, and for speeds of clouds whose load nobody stated."""
    recalled = rows["confidence"].astype(str).str.startswith("from").to_numpy()
    clouds = rows["framework"].isin(["vendor cloud", "GroqCloud", "DeepSeek online"]).to_numpy()
    return np.where(recalled, 0.3, 1.0) * np.where(clouds, 0.2, 1.0)


def fit_serving(data: ServingData, priors: Mapping[str, Prior], kept: npt.NDArray[np.bool_] | None = None) -> Estimate:
    """Return the constants of serving, fitted on the kept rows."""
    keep = np.ones(len(data.rows), dtype=bool) if kept is None else kept
    return estimate(priors, lambda values: data.residuals(values, keep))


def fit_stacks(
    data: OfflineData,
    priors: Mapping[str, Prior],
    kept: Sequence[npt.NDArray[np.bool_]] | None = None,
    steps: int = 15,
    begin: Mapping[str, float] | None = None,
) -> Estimate:
    """Return the constants of software stacks, fitted on the kept rows of offline runs and MLPerf."""
    keep = kept or [np.ones(len(rows), dtype=bool) for rows, _ in data.tables]
    return estimate(priors, lambda values: data.residuals(values, keep), steps, begin)


def with_values(constants: Constants, values: Mapping[str, float]) -> Constants:
    """Return constants with other values."""
    new = {name: quantity(value, f"{constants.value[name].units}") for name, value in values.items()}
    return replace(constants, value={**constants.value, **new})


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


def _numbers(rows: pd.DataFrame, name: str) -> Array:
    return rows[name].to_numpy(dtype=float)
