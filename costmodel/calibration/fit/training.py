"""The constants of training steps: fitted on published runs around their priors, and errors with rows left out."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import OptimizeResult, least_squares

from costmodel.calibration.accuracy.training import answers_of
from costmodel.calibration.accuracy.training_rows import TrainingRow, training_rows
from costmodel.calibration.fit.rewrite import LEAST_DEVIATION, replaced
from costmodel.performance.machine.constants import TRAINING, Constants, load_constants, read_priors
from costmodel.performance.training.case import Case, stacked
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.specs.rows import read_rows
from costmodel.units import quantity
from costmodel.writing import write_file

Array = npt.NDArray[np.float64]
FILE = data_folder("hardware") / "measurements" / "training_throughput.csv"
CAMPAIGN = ("model", "chip", "framework")
VERSION = r", NeMo container .*"
"""What titles of sources say about versions of software: those of a table that is kept up are one campaign."""
WAYS = {"campaign": "campaign", "model": "model", "accelerator": "chip"}
NOISE = 0.12
"""Logarithm by which one run differs from the model beside what outliers add: spread of repeats and of versions."""
NINETY, EIGHTY = 1.645, 1.282
"""Standard deviations of a normal number within which such shares of it lie."""
MOST = 15
"""Most steps of a fit."""
STEP = 1e-3


@dataclass(frozen=True)
class TrainingFit:
    """Rows with their priors: what a fit needs."""

    frame: pd.DataFrame
    rows: list[TrainingRow]
    constants: Constants
    priors: Mapping[str, tuple[float, float, float]]
    _stacked: dict[tuple[int, ...], tuple[list[TrainingRow], Case]] = field(default_factory=dict, repr=False)

    @property
    def names(self) -> list[str]:
        """Constants that are fitted."""
        return list(self.priors)

    @cached_property
    def middle(self) -> Array:
        """Logarithms of the starts of the priors."""
        return np.log([start for start, _, _ in self.priors.values()])

    @cached_property
    def spread(self) -> Array:
        """Standard deviations of the logarithms."""
        return np.array([np.log(high / low) / 2 / NINETY for _, low, high in self.priors.values()])

    @cached_property
    def measured(self) -> Array:
        """Logarithms of the measured values."""
        return np.log(self.frame["value"].to_numpy(dtype=float))

    @cached_property
    def weights(self) -> Array:
        """Weights that let a campaign count by the square root of its runs."""
        counts = self.frame.groupby("campaign")["campaign"].transform("size").to_numpy(dtype=float)
        return counts**-0.25

    def with_logarithms(self, found: Array) -> Constants:
        """Return the constants with fitted values."""
        units = {name: str(self.constants[name].units) for name in self.names}
        new = {name: quantity(float(v), units[name]) for name, v in zip(self.names, np.exp(found), strict=True)}
        return replace(self.constants, value={**self.constants.value, **new})

    def errors(self, found: Array, places: npt.NDArray[np.intp]) -> Array:
        """Return the logarithms of predicted over measured, of some rows."""
        rows, case = self._of(tuple(places))
        return np.log(answers_of(case, rows, self.with_logarithms(found))) - self.measured[places]

    def _of(self, places: tuple[int, ...]) -> tuple[list[TrainingRow], Case]:
        if places not in self._stacked:
            rows = [self.rows[place] for place in places]
            self._stacked[places] = rows, stacked([one.case for one in rows])
        return self._stacked[places]

    def fit(self, kept: npt.NDArray[np.intp]) -> OptimizeResult:
        """Return the logarithms of the constants that agree best with some rows and the priors."""

        def residuals(found: Array) -> Array:
            scaled = self.errors(found, kept) / NOISE
            robust = np.sign(scaled) * np.sqrt(2 * (np.sqrt(1 + scaled**2) - 1)) * self.weights[kept]
            return np.concatenate([robust, (found - self.middle) / self.spread])

        ends = 3 * self.spread
        limits = (self.middle - ends, self.middle + ends)
        return least_squares(residuals, self.middle, bounds=limits, max_nfev=MOST)

    @cached_property
    def places(self) -> npt.NDArray[np.intp]:
        """The places of all rows."""
        return np.arange(len(self.rows))

    def slopes(self, found: Array) -> Array:
        """Return by how much each row's error grows with the logarithm of each constant."""
        base, steps = self.errors(found, self.places), STEP * np.eye(len(found))
        return np.column_stack([(self.errors(found + one, self.places) - base) / STEP for one in steps])

    def left_out(self, way: str, fitted: Array, slopes: Array) -> Array:
        """Return the errors of every row when its group is left out of the fit; linear around the fit to all."""
        labels, errors = self.frame[WAYS[way]].to_numpy(), self.errors(fitted, self.places)
        robust = self.weights**2 / np.sqrt(1 + (errors / NOISE) ** 2) / NOISE**2
        prior, found = np.diag(self.spread**-2), errors.copy()
        for label in pd.unique(labels):
            held = labels == label
            kept = slopes[~held].T * robust[~held]
            pull = kept @ errors[~held] + prior @ (fitted - self.middle)
            found[held] -= slopes[held] @ np.linalg.solve(kept @ slopes[~held] + prior, pull)
        return found


def training_fit(catalog: Catalog | None = None) -> TrainingFit:
    """Return the shipped rows that have an answer, with the priors of the shipped constants."""
    frame, constants = read_rows(FILE), load_constants()
    found = training_rows(frame, catalog or Catalog(), constants)
    known = {index: one for index, one in found.items() if isinstance(one, TrainingRow)}
    sources = frame["source_title"].astype(str).str.replace(VERSION, "", regex=True)
    campaigns = frame[list(CAMPAIGN)].astype(str).agg(" ".join, axis=1) + " " + sources
    kept = frame.loc[list(known)].assign(campaign=campaigns)
    priors = {name: prior for name, (_, prior) in read_priors(TRAINING).items()}
    return TrainingFit(kept.reset_index(drop=True), list(known.values()), constants, priors)


def write(found: OptimizeResult, names: Sequence[str], widths: Mapping[str, float], wide: float) -> None:
    """Rewrite values and ranges of the shipped constants of training, and how far campaigns lie from predictions."""
    text = TRAINING.read_text(encoding="utf-8")
    deviations = np.sqrt(np.diag(np.linalg.inv(found.jac.T @ found.jac)))
    for name, value, deviation in zip(names, np.exp(found.x), deviations, strict=True):
        text = replaced(text, name, float(value), float(max(deviation, LEAST_DEVIATION)))
    for name, width in widths.items():
        text = replaced(text, name, width, LEAST_DEVIATION)
    write_file(TRAINING, replaced(text, "training_error", 1.0, wide / NINETY))


def campaign_width(errors: Array, campaigns: pd.Series[str], share: float = 0.8) -> float:
    """Return the half-width within which a share of the rows lies, where every campaign counts once."""
    weight = 1 / campaigns.groupby(campaigns).transform("size").to_numpy(dtype=float)
    order = np.argsort(np.abs(errors))
    below = np.cumsum(weight[order]) / weight.sum()
    return float(np.abs(errors)[order][np.searchsorted(below, share)])


def main() -> None:
    """Fit the constants of training and write them, with the widths of campaigns and chips that were left out."""
    fit = training_fit()
    found = fit.fit(fit.places)
    slopes = fit.slopes(found.x)
    errors = {way: fit.left_out(way, found.x, slopes) for way in WAYS}
    campaigns = fit.frame["campaign"]
    for way, one in errors.items():
        far = np.abs(np.expm1(one))
        sys.stdout.write(f"{way} left out: median {np.median(far):.1%}, 90th percentile {np.quantile(far, 0.9):.1%}\n")
    widths = {
        "training_spread": campaign_width(errors["campaign"], campaigns),
        "training_spread_new": campaign_width(errors["accelerator"], campaigns),
    }
    write(found, fit.names, widths, campaign_width(errors["accelerator"], campaigns) / EIGHTY * NINETY)


if __name__ == "__main__":
    main()
