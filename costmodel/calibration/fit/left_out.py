"""Errors of rows that a fit never saw: campaigns, models, accelerators, families, software or rounds left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.fit.mixed import Fit
from costmodel.performance.service.interval import what_is_new

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
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

CONFIGURATION, BOTH = "configuration", "model and accelerator"
OF_SETUPS = {way: label for way, label in WAYS.items() if way != CONFIGURATION}
"""What may be new about a setup, and the label of rows that says so."""

NOTHING: dict[str, list[str]] = {what: [] for what in OF_SETUPS}


def left_out_errors(fit: Fit, way: str) -> Array:
    """Return the errors of every output under constants and levels fitted without its campaign, model, and so on.

    Not a number where there is nothing to leave out: rounds of rows that were submitted to none, and configurations
    that are a whole campaign. The outputs are taken as linear around the fit to all rows.
    """
    labels, place = fit.mixed.rows.labels, fit.mixed.rows.place
    found = np.full(place.size, np.nan)
    for judged, left_out in _turns(labels, way):
        cell = judged[place]
        found[cell] = fit.without(left_out)[cell]
    return np.where(_alone(labels)[place], np.nan, found) if way == CONFIGURATION else found


def novelties(labels: pd.DataFrame, way: str) -> list[tuple[str, ...]]:
    """Return what is new about every row where its group is left out: that, and what no other rows tell of."""
    found: list[tuple[str, ...]] = [()] * len(labels)
    for judged, left_out in _turns(labels, way):
        known = known_by_table(labels[~left_out])
        for row in np.flatnonzero(judged):
            one = labels.iloc[row]
            names = {what: str(one[label]) for what, label in OF_SETUPS.items()}
            found[row] = tuple(what_is_new(names, known.get(str(one["table"]), NOTHING)))
    return found


def known_by_table(labels: pd.DataFrame) -> dict[str, dict[str, list[str]]]:
    """Return what rows tell of, by kind of measurements."""
    return {
        str(table): {what: sorted(set(part[name])) for what, name in OF_SETUPS.items()}
        for table, part in labels.groupby("table")
    }


def _turns(labels: pd.DataFrame, way: str) -> Iterator[tuple[Mask, Mask]]:
    """Yield the rows that are judged and all that are left out, in turn: each row is judged once at most."""
    if way == BOTH:
        for model, chip in sorted(set(zip(labels["model"], labels["chip"], strict=True))):
            of_model, of_chip = (labels["model"] == model).to_numpy(), (labels["chip"] == chip).to_numpy()
            yield of_model & of_chip, of_model | of_chip
        return
    names = labels[WAYS[way]]
    for one in sorted(set(names) - {""}):
        mask = (names == one).to_numpy()
        yield mask, mask


def _alone(labels: pd.DataFrame) -> Mask:
    """Return the rows whose campaign is all in one fold."""
    return (labels.groupby("campaign")["fold"].transform("nunique") == 1).to_numpy()
