"""How wide a prediction interval is: from residuals of rows that the fit saw, and of rows that it did not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from costmodel.calibration.fit.compiled import Compiled
from costmodel.calibration.fit.left_out import keys, left_out_errors, offline_errors, offline_left_out
from costmodel.calibration.fit.objective import Prior
from costmodel.calibration.fit.serving import OfflineData, ServingData
from costmodel.performance.service.interval import QUEUED, STACKS, SUBMITTED, kind_of

Array = npt.NDArray[np.float64]
SHARE = 0.8
WIDE = 0.9
NORMAL_80 = 1.2816
LEAST_ADDED = 0.3
"""What novelty adds at least, over the half-width of what is known: what was never measured is no surer."""

OFFLINE_KINDS = (QUEUED, STACKS, SUBMITTED)
"""Kinds whose residuals come from offline runs; few of these have the software of served configurations."""


def serving_widths(data: ServingData, priors: Mapping[str, Prior]) -> dict[str, dict[str, float]]:
    """Return half-widths of served configurations by kind of model: of what is known, and added for what is new.

    Known is a model, accelerator and framework that were measured together, in a configuration that was left out.
    """
    found = {name: left_out_errors(data, priors, label) for name, label in keys(data.rows).items()}
    known = found.pop("configuration")
    return _by_kind(kinds(data.groups, len(data.rows)), known, found)


def offline_widths(
    data: OfflineData, priors: Mapping[str, Prior], values: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """Return half-widths of offline runs by kind of software, and of submissions to MLPerf."""
    (runs, groups), _ = data.tables
    seen, new = offline_errors(data, values), offline_left_out(data, priors, values)
    found = _by_kind(kinds(groups, len(runs)), seen[0], {"accelerator": new[0]})
    found |= _by_kind([SUBMITTED] * seen[1].size, seen[1], {"accelerator": new[1]})
    found[STACKS]["framework"] = NORMAL_80 * priors["kernels_other"].deviation
    return {kind: figures for kind, figures in found.items() if kind in OFFLINE_KINDS}


def kinds(groups: Sequence[Compiled], rows: int) -> list[str]:
    """Return the kind of interval of every row."""
    found = [""] * rows
    for group in groups:
        for place in group.index:
            found[place] = kind_of(group.setup)
    return found


def _by_kind(labels: Sequence[str], seen: Array, new: Mapping[str, Array]) -> dict[str, dict[str, float]]:
    names = np.array(labels)
    return {
        kind: {
            "rows": float((names == kind).sum()),
            "known": _width(seen[names == kind]),
            "tail": _width(seen[names == kind], WIDE) / _width(seen[names == kind]),
            **{what: _added(error[names == kind], seen[names == kind]) for what, error in new.items()},
        }
        for kind in sorted(set(labels))
    }


def _width(error: Array, share: float = SHARE) -> float:
    """Return the half-width of the interval, in logarithms, that a share of the rows lies inside."""
    return float(np.quantile(np.abs(error), share))


def _added(new: Array, seen: Array) -> float:
    """Return what novelty adds to the half-width, so that the root of the sum of squares is that of left-out rows."""
    known = _width(seen)
    return float(np.sqrt(max(_width(new) ** 2 - known**2, (LEAST_ADDED * known) ** 2)))
