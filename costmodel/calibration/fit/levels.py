"""Offsets of groups of rows as unknowns of the fit, beside the constants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.performance.machine.levels import LEVELS, OF_FIRST

Array = npt.NDArray[np.float64]
CAMPAIGN = "campaign"
SPREADS = {
    "software": 0.06,
    "generation": 0.12,
    "accelerator": 0.05,
    "types": 0.07,
    "model": 0.05,
    CAMPAIGN: 0.08,
    "first_accelerator": 0.15,
    "first_model": 0.15,
    "first_campaign": 0.25,
}
"""Standard deviation of the offsets of each level, in logarithms; chosen on left-out rows."""

OF_BENCHMARKS = 0.15
"""That of models in submissions, which stand for a whole benchmark: its data, its rules, what is tuned for it."""

LEAST_OFFSET = 0.002


@dataclass(frozen=True)
class Offsets:
    """The groups of all levels: a column of `design` each, one where a row belongs to it."""

    level: npt.NDArray[np.str_]
    key: npt.NDArray[np.str_]
    design: Array

    @property
    def spread(self) -> Array:
        """Standard deviation of every offset before the fit."""
        benchmark = np.char.startswith(self.key, "submitted ") & (self.level == "model")
        return np.where(benchmark, OF_BENCHMARKS, np.array([SPREADS[name] for name in self.level]))

    def by_level(self, values: Array) -> Mapping[str, Mapping[str, float]]:
        """Return the offsets that count by level and group."""
        found: dict[str, dict[str, float]] = {name: {} for name in (*LEVELS, *OF_FIRST)}
        for level, key, value in zip(self.level, self.key, values, strict=True):
            if abs(value) > LEAST_OFFSET:
                found[str(level)][str(key)] = float(value)
        return found


def offsets_of(labels: pd.DataFrame) -> Offsets:
    """Return the groups that rows belong to."""
    found = list(_groups(labels))
    level, key, columns = zip(*found, strict=True)
    return Offsets(np.array(level), np.array(key), np.array(columns, dtype=float).T)


def _groups(labels: pd.DataFrame) -> Iterator[tuple[str, str, npt.NDArray[np.bool_]]]:
    for level in (*LEVELS, *OF_FIRST):
        for key in sorted(set(labels[level]) - {""}):
            yield level, key, (labels[level] == key).to_numpy()
