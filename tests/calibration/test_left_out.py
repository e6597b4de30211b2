"""The fit of constants and levels: what it finds, and what is left of rows that it never saw."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from costmodel.calibration.fit.left_out import WAYS, left_out_errors, novelties
from costmodel.calibration.fit.mixed import Fit, State
from costmodel.calibration.fit.run import best_fit
from costmodel.calibration.fit.widths import Widths, coverage, half_widths, weighted_quantile, widths_from
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.levels import load_levels
from costmodel.performance.service.interval import Residuals

BOUNDS = {"served": (0.082, 0.25), "queued": (0.105, 0.38), "submitted": (0.12, 0.33)}
"""Median and 90th percentile of the error of rows whose campaign was left out, as reached."""


@pytest.fixture(scope="module")
def found() -> Fit:
    """Return the fit to all rows."""
    return best_fit()


@pytest.fixture(scope="module")
def widths(found: Fit, errors: Mapping[str, np.ndarray]) -> Widths:
    """Return the half-widths that follow from it."""
    return widths_from(errors, found.mixed.rows.labels)


@pytest.fixture(scope="module")
def errors(found: Fit) -> Mapping[str, np.ndarray]:
    """Return the errors of all outputs by what was left out: those of judged values first."""
    return {way: left_out_errors(found, way) for way in WAYS}


def test_the_fit_finds_the_shipped_constants(found: Fit) -> None:
    """The shipped constants are those that the fit finds, whatever they were before."""
    shipped = load_constants()
    for name, value in found.values.items():
        assert shipped[name].magnitude == pytest.approx(value, rel=1e-2), name


def test_the_fit_finds_the_shipped_levels(found: Fit) -> None:
    """The shipped offsets are those that the fit finds."""
    shipped = load_levels()
    for level, offsets in found.mixed.offsets.by_level(found.state.offsets).items():
        found_here = {key: offsets.get(key, 0.0) for key in {*offsets, *shipped[level]}}
        assert {key: shipped[level].get(key, 0.0) for key in found_here} == pytest.approx(found_here, abs=1e-2), level


@pytest.mark.parametrize("table", BOUNDS)
def test_unseen_campaigns_are_predicted_as_well_as_was_reached(
    found: Fit, errors: Mapping[str, np.ndarray], table: str
) -> None:
    """Rows of campaigns that the fit never saw are off by no more than they were."""
    of_table = (found.mixed.rows.labels["table"] == table).to_numpy()
    error = np.abs(np.expm1(errors["campaign"][: of_table.size][of_table]))
    median, p90 = BOUNDS[table]
    assert np.median(error) <= median
    assert np.quantile(error, 0.9) <= p90


def test_first_tokens_of_unseen_campaigns_are_predicted_as_well_as_was_reached(
    found: Fit, errors: Mapping[str, np.ndarray]
) -> None:
    """Times to first token of campaigns that the fit never saw are off by no more than they were."""
    error = np.abs(np.expm1(errors["campaign"][found.mixed.rows.output == "first"]))
    assert np.median(error) <= 0.188
    assert np.quantile(error, 0.9) <= 0.49


@pytest.mark.parametrize("way", WAYS)
def test_intervals_hold_what_they_promise(
    found: Fit, widths: Widths, errors: Mapping[str, np.ndarray], way: str
) -> None:
    """Between 75% and 85% of what was left out lies inside its 80% interval, with campaigns as units."""
    labels = found.mixed.rows.labels
    residuals = Residuals(widths.widths, widths.added, widths.scales, widths.rows, {})
    half = half_widths(residuals, labels, way)
    share, _ = coverage(errors[way][: half.size], half, labels["campaign"])
    assert 0.75 <= share <= 0.85


def test_an_offset_needs_a_row_of_its_group(found: Fit) -> None:
    """Without the rows of a campaign, its errors are those of the other levels and the constants."""
    labels = found.mixed.rows.labels
    campaign = labels["campaign"].value_counts().index[0]
    mask = (labels["campaign"] == campaign).to_numpy()
    state = found.mixed.through_stages(found.linear, found.state, ~mask)
    place = list(found.mixed.offsets.key).index(campaign)
    assert state.offsets[place] == pytest.approx(0.0, abs=1e-9)


def test_rows_of_experts_do_not_move_constants_of_dense_layers(found: Fit) -> None:
    """Other measurements of models with experts leave the constants of the first stage as they are."""
    rows, free = found.mixed.stages[0]
    state = State(found.state.point, found.state.offsets)
    moved = found.mixed.step(found.linear, state, rows, free).point[~free]
    assert np.array_equal(moved, found.state.point[~free])
    labels = found.mixed.rows.labels
    assert not labels["experts"].to_numpy()[rows].any()


def test_campaigns_left_out_together_err_together() -> None:
    """A share that rests on two models is known as well as that of two campaigns, however many each has."""
    values, half, names = np.array([1.0, 1.0, 3.0, 3.0]), np.full(4, 2.0), pd.Series(list("abcd"))
    share, apart = coverage(values, half, names)
    same, together = coverage(values, half, names, pd.Series(list("mmnn")))
    assert share == same == 0.5
    assert together == pytest.approx(0.5)
    assert apart == pytest.approx(0.5 / 3**0.5)


def test_what_a_table_adds_is_nearer_its_own_the_more_it_shows(widths: Widths) -> None:
    """A new model among submissions is a new benchmark; what no table tells is taken from the others."""
    added = widths.added
    assert added["submitted"]["model"] > added["served"]["model"]
    assert added["served"]["round"] == pytest.approx(added["submitted"]["round"], rel=0.1)


def test_campaigns_are_units_of_quantiles_and_coverage() -> None:
    """Two campaigns count alike, however many rows one of them has."""
    values, weights = np.array([1.0, 1.0, 1.0, 1.0, 3.0]), np.array([0.25, 0.25, 0.25, 0.25, 1.0])
    assert weighted_quantile(values, weights, 0.5) == pytest.approx(2.0, abs=0.7)
    share, deviation = coverage(values, np.full(5, 2.0), pd.Series(list("aaaab")))
    assert (share, deviation) == (0.5, pytest.approx(0.5))


def test_what_is_left_out_takes_along_what_nobody_else_ran() -> None:
    """Without a maker's software its accelerators are new too, and without a round those that came with it."""
    columns = ["table", "campaign", "model", "chip", "family", "stack", "round"]
    rows = [
        ("submitted", "one", "llama", "nvidia/one", "first", "trtllm", "v1"),
        ("submitted", "two", "llama", "nvidia/two", "first", "trtllm", "v2"),
        ("submitted", "three", "llama", "amd/one", "other", "rocm", "v2"),
    ]
    labels = pd.DataFrame(rows, columns=columns)
    assert novelties(labels, "software")[2] == ("family", "software")
    assert novelties(labels, "round") == [
        ("accelerator", "round"),
        ("accelerator", "round"),
        ("family", "software", "round"),
    ]
    assert novelties(labels, "campaign")[0] == ("accelerator", "round")
