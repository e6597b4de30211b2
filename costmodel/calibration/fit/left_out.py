"""Errors of rows that a fit never saw: campaigns, models, accelerators, families, software or rounds left out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.fit.mixed import Fit

Array = npt.NDArray[np.float64]
WAYS = {
    "configuration": "fold",
    "campaign": "campaign",
    "model": "model",
    "accelerator": "chip",
    "family": "family",
    "software": "stack",
    "round": "round",
}
"""What is left out, and the label of rows that says so. Configurations, of layouts, are left out in ten folds."""

CONFIGURATION = "configuration"


def left_out_errors(fit: Fit, way: str) -> Array:
    """Return the errors of every output under constants and levels fitted without its campaign, model, and so on.

    Not a number where there is nothing to leave out: rounds of rows that were submitted to none, and configurations
    that are a whole campaign. The outputs are taken as linear around the fit to all rows.
    """
    labels = fit.mixed.rows.labels[WAYS[way]]
    found = _turns(fit, labels)
    return np.where(_alone(fit)[fit.mixed.rows.place], np.nan, found) if way == CONFIGURATION else found


def _alone(fit: Fit) -> npt.NDArray[np.bool_]:
    """Return the rows whose campaign is all in one fold."""
    labels = fit.mixed.rows.labels
    return (labels.groupby("campaign")["fold"].transform("nunique") == 1).to_numpy()


def _turns(fit: Fit, labels: pd.Series[str]) -> Array:
    return _in_turn(fit, [(labels == one).to_numpy() for one in sorted(set(labels)) if one])


def both_left_out_errors(fit: Fit) -> Array:
    """Return the errors of every output without any row of its model or of its accelerator."""
    labels = fit.mixed.rows.labels
    found = np.full(fit.mixed.rows.measured.size, np.nan)
    for model, chip in sorted(set(zip(labels["model"], labels["chip"], strict=True))):
        of_model, of_chip = (labels["model"] == model).to_numpy(), (labels["chip"] == chip).to_numpy()
        cell = (of_model & of_chip)[fit.mixed.rows.place]
        found[cell] = fit.without(of_model | of_chip)[cell]
    return found


def _in_turn(fit: Fit, masks: list[npt.NDArray[np.bool_]]) -> Array:
    found = np.full(fit.mixed.rows.measured.size, np.nan)
    for mask in masks:
        cell = mask[fit.mixed.rows.place]
        found[cell] = fit.without(mask)[cell]
    return found
