"""The whole fit: constants of serving and offsets of levels, then half-widths of intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from costmodel.calibration.fit.joint import Joint
from costmodel.calibration.fit.left_out import known_by_table
from costmodel.calibration.fit.mixed import Fit, Mixed
from costmodel.calibration.fit.objective import Estimate, Prior
from costmodel.calibration.fit.rewrite import constants_text, levels_text, residuals_text
from costmodel.calibration.fit.serving import load_data
from costmodel.calibration.fit.widths import Widths, widths_of
from costmodel.performance.machine.constants import FILE as CONSTANTS
from costmodel.performance.machine.constants import load_constants, read_priors
from costmodel.performance.machine.levels import FILE as LEVELS
from costmodel.performance.machine.levels import load_levels
from costmodel.performance.service.interval import FILE as RESIDUALS
from costmodel.performance.service.interval import load_residuals
from costmodel.writing import write_files

Known = Mapping[str, Mapping[str, list[str]]]


@dataclass(frozen=True)
class ServingFit:
    """What the fit found."""

    estimate: Estimate
    levels: Mapping[str, Mapping[str, float]]
    widths: Widths
    known: Known


def fit(*, write: bool = False) -> ServingFit:
    """Fit all constants of serving on hardware/measurements/; deterministic."""
    found = best_fit()
    levels = found.mixed.offsets.by_level(found.state.offsets)
    result = ServingFit(found.estimate(), levels, widths_of(found), known_by_table(found.mixed.rows.labels))
    if write:
        _write(result, found.mixed.priors)
        for loaded in (load_constants, load_levels, load_residuals):
            loaded.cache_clear()
    return result


def _write(found: ServingFit, priors: Mapping[str, Prior]) -> None:
    """Write the three files as one change: constants never stand beside half-widths of another fit."""
    texts = {
        CONSTANTS: constants_text(found.estimate, priors),
        LEVELS: levels_text(found.levels),
        RESIDUALS: residuals_text(found.widths, found.known),
    }
    write_files(texts)


def best_fit() -> Fit:
    """Return the fit of constants and levels to all rows, from which some can be left out."""
    return Mixed(Joint(*load_data()), priors()).fit()


def priors() -> dict[str, Prior]:
    """Return the priors of all constants that are fitted."""
    return {name: Prior(*ends) for name, (_, ends) in read_priors().items()}
