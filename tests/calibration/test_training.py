"""How far predictions of training are from measurements: no further than docs/accuracy.md says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from costmodel.calibration.accuracy import measure_accuracy
from costmodel.calibration.fit.training import WAYS, TrainingFit, training_fit
from costmodel.calibration.fit.widths import coverage
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.training.interval import half_width
from costmodel.specs.catalog import data_folder

MEASURED = data_folder("hardware") / "measurements"
BOUNDS = {"nothing": (0.07, 0.2), "campaign": (0.08, 0.24), "model": (0.10, 0.27), "accelerator": (0.095, 0.325)}
"""Median and 90th percentile of the error by what was left out, as reached."""


@pytest.fixture(scope="module")
def fit() -> TrainingFit:
    """Return the measured rows."""
    return training_fit()


@pytest.fixture(scope="module")
def errors(fit: TrainingFit) -> Mapping[str, np.ndarray]:
    """Return logarithms of predicted over measured, as shipped and with groups left out."""
    shipped = np.log([float(load_constants()[name].magnitude) for name in fit.names])
    slopes = fit.slopes(shipped)
    left_out = {way: fit.left_out(way, shipped, slopes) for way in WAYS}
    return {"nothing": fit.errors(shipped, fit.places), **left_out}


@pytest.mark.parametrize("way", list(BOUNDS))
def test_errors_stay_as_small_as_they_are_said_to_be(errors: Mapping[str, np.ndarray], way: str) -> None:
    """All rows have an answer, and neither the median of their errors nor the 90th percentile grows."""
    far = np.abs(np.expm1(errors[way]))
    assert np.isfinite(far).all()
    assert np.median(far) <= BOUNDS[way][0]
    assert np.quantile(far, 0.9) <= BOUNDS[way][1]


def test_campaigns_on_a100_that_were_left_out(fit: TrainingFit, errors: Mapping[str, np.ndarray]) -> None:
    """Rows on A100 are less than 8% off on average where their campaign was left out, and 90% of them less than 20%."""
    far = np.abs(np.expm1(errors["campaign"][fit.frame["chip"].str.contains("A100")]))
    assert far.mean() <= 0.08
    assert np.quantile(far, 0.9) <= 0.2


@pytest.mark.parametrize(("way", "named"), [("campaign", True), ("accelerator", False)])
def test_intervals_hold_four_campaigns_of_five(
    fit: TrainingFit, errors: Mapping[str, np.ndarray], way: str, named: bool
) -> None:
    """75% to 85% of campaigns lie inside the 80% interval, when they or their accelerator were left out."""
    half = [half_width(fit.constants, one.family, one.software if named else "unknown") for one in fit.rows]
    share, _ = coverage(errors[way], np.array(half), pd.Series(fit.frame["campaign"]))
    assert 0.75 <= share <= 0.85


def test_submissions_to_mlperf() -> None:
    """Half of the submissions to MLPerf Training are predicted to 13% or better; only their level was set on them."""
    found = measure_accuracy(MEASURED / "mlperf_training.csv")
    assert found.rows == len(found.frame)
    assert found.median_abs_error <= 0.13


@pytest.mark.slow
def test_a_refit_finds_the_shipped_constants(fit: TrainingFit) -> None:
    """Fitting all rows again finds the constants that are shipped."""
    found = np.exp(fit.fit(fit.places).x)
    shipped = [float(fit.constants[name].magnitude) for name in fit.names]
    np.testing.assert_allclose(found, shipped, rtol=0.03)


@pytest.mark.slow
def test_real_refits_without_a100_campaigns(fit: TrainingFit) -> None:
    """Refitted without each campaign on A100, its rows are on average no further off than 10%, 90% of them than 20%."""
    a100 = fit.frame["chip"].str.contains("A100").to_numpy()
    far = np.zeros(len(a100))
    for campaign in fit.frame.loc[a100, "campaign"].unique():
        held = (fit.frame["campaign"] == campaign).to_numpy()
        found = fit.fit(fit.places[~held]).x
        far[held] = np.abs(np.expm1(fit.errors(found, fit.places[held])))
    assert far[a100].mean() <= 0.10
    assert np.quantile(far[a100], 0.9) <= 0.2
