"""How wide a prediction interval is: from errors of rows that the fit did not see, with campaigns as units.

What is left in a configuration of a measured campaign is the least; a new campaign of known things, a new model, a new
accelerator and new software each add their own. Kinds of setups differ by a scale, which is shrunk towards that of all
where campaigns are few; so does what a novelty adds, between kinds of measurements, where few models (accelerators,
software, rounds) were left out there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri, stdtrit

from costmodel.calibration.fit.left_out import CONFIGURATION, WAYS, left_out_errors, novelties
from costmodel.calibration.fit.mixed import Fit
from costmodel.performance.service.interval import KINDS, TABLES, Residuals

Array = npt.NDArray[np.float64]
SHARE, WIDE = 0.8, 0.9
NOVELTIES = tuple(way for way in WAYS if way != CONFIGURATION)
LEAST_ADDED = 0.5
"""What novelty adds at least, over the half-width of what is known: what was never measured is no surer."""

ROUNDS = 5
"""Rounds in which what novelties add is found; a sixth changes none by more than 0.001."""

ENOUGH = 8.0
"""Campaigns of a kind at which half of its scale is its own, and half that of all; so of what was left out."""


@dataclass(frozen=True)
class Widths:
    """Half-widths, what novelties add by kind of measurements, scales and rows by kind of setup."""

    widths: dict[str, float]
    added: dict[str, dict[str, float]]
    scales: dict[str, float]
    rows: dict[str, float]


def widths_of(fit: Fit) -> Widths:
    """Return half-widths of 80% intervals, in logarithms."""
    return widths_from({way: left_out_errors(fit, way) for way in WAYS}, fit.mixed.rows.labels)


def widths_from(errors: Mapping[str, Array], labels: pd.DataFrame) -> Widths:
    """Return the same from the errors of all outputs by what was left out, and what rows belong to."""
    found = {way: errors[way][: len(labels)] for way in WAYS}
    weights = 1 / labels.groupby("campaign")["campaign"].transform("size").to_numpy()
    scales = _scales(found["campaign"], weights, labels)
    relative = {way: np.abs(one) / labels["kind"].map(scales).to_numpy() for way, one in found.items()}
    known = weighted_quantile(relative[CONFIGURATION], weights, SHARE)
    added = _added_by_table(relative, weights, labels, known)
    tails = [
        weighted_quantile(one, weights, WIDE) / weighted_quantile(one, weights, SHARE) for one in relative.values()
    ]
    rows = labels["kind"].value_counts()
    widths = {CONFIGURATION: known, "tail": float(np.mean(tails))}
    return Widths(widths, added, scales, {kind: float(rows[kind]) for kind in KINDS})


def _added_by_table(
    errors: Mapping[str, Array], weights: Array, labels: pd.DataFrame, known: float
) -> dict[str, dict[str, float]]:
    """Return what each novelty adds, beside what else is new about the rows that are left out with it.

    With software goes its accelerator where no other ran on it, with a round the accelerators that came with it: what
    these add is taken off first, in rounds, since they are measured in the same way.
    """
    news = {way: novelties(labels, way) for way in NOVELTIES}
    added = {table: dict.fromkeys(NOVELTIES, 0.0) for table in sorted(set(TABLES.values()))}
    for way in NOVELTIES * ROUNDS:
        others = zip(labels["table"], news[way], strict=True)
        beside = np.array([sum(added[table][one] ** 2 for one in new if one != way) for table, new in others])
        rest = np.sqrt(np.maximum(errors[way] ** 2 - beside, 0.0))
        for table, found in added.items():
            found[way] = _added(_of_table(rest, weights, labels, way, table), known)
    return added


def _of_table(errors: Array, weights: Array, labels: pd.DataFrame, way: str, table: str) -> float:
    """Return the half-width of what was left out in one kind of measurements, shrunk towards that of all.

    With Student's t for as many groups as were left out there, and as `ENOUGH` stands for.
    """
    every = weighted_quantile(errors, weights, SHARE)
    mask = (labels["table"] == table).to_numpy() & np.isfinite(errors)
    groups = labels[WAYS[way]][mask].nunique()
    own = weighted_quantile(errors[mask], weights[mask], SHARE) / every if groups else 1.0
    return float(every * own ** (groups / (groups + ENOUGH))) * _student(groups + ENOUGH)


def _scales(errors: Array, weights: Array, labels: pd.DataFrame) -> dict[str, float]:
    """Return the scale of every kind: its quantile over that of all, shrunk, with Student's t for few campaigns."""
    every = weighted_quantile(np.abs(errors), weights, SHARE)
    found = {}
    for kind in KINDS:
        mask = (labels["kind"] == kind).to_numpy()
        campaigns = labels["campaign"][mask].nunique()
        own = weighted_quantile(np.abs(errors[mask]), weights[mask], SHARE) / every
        found[kind] = float(own ** (campaigns / (campaigns + ENOUGH))) * _student(campaigns)
    return found


def _student(campaigns: float) -> float:
    """Return by how much the 80% interval of a normal number is wider where so few have shown its spread."""
    middle = (1 + SHARE) / 2
    return float(stdtrit(max(campaigns - 1, 2), middle) / ndtri(middle))


def half_widths(residuals: Residuals, labels: pd.DataFrame, way: str) -> Array:
    """Return the half-width of every row where its group is left out: for all that is new about it then."""
    news = novelties(labels, way)
    return np.array([residuals.half_width_of(kind, list(new)) for kind, new in zip(labels["kind"], news, strict=True)])


def weighted_quantile(values: Array, weights: Array, share: float) -> float:
    """Return the value below which a share of the weight lies, of those that are numbers."""
    there = np.isfinite(values)
    order = np.argsort(values[there])
    weight = weights[there][order]
    return float(np.interp(share * weight.sum(), np.cumsum(weight) - weight / 2, values[there][order]))


def _added(new: float, known: float) -> float:
    """Return what novelty adds to the half-width, so that the root of the sum of squares is that of left-out rows."""
    return float(np.sqrt(max(new**2 - known**2, (LEAST_ADDED * known) ** 2)))


def coverage(
    errors: Array, half: Array, campaigns: pd.Series[str], groups: pd.Series[str] | None = None
) -> tuple[float, float]:
    """Return the share of errors inside half-widths, with campaigns as units, and its standard error.

    Campaigns of one group, that was left out together, err together: the standard error is that of as many groups.
    """
    there = np.isfinite(errors)
    frame = pd.DataFrame({"inside": np.abs(errors[there]) <= half[there], "campaign": campaigns[there].to_numpy()})
    frame["group"] = (campaigns if groups is None else groups)[there].to_numpy()
    units = frame.groupby("campaign").agg(inside=("inside", "mean"), group=("group", "first"))
    inside = units["inside"]
    share, away = float(inside.mean()), (inside - inside.mean()).groupby(units["group"]).sum()
    number = len(away)
    deviation = np.sqrt((away**2).sum() * number / (number - 1)) / len(inside) if number > 1 else np.nan
    return share, float(deviation)
