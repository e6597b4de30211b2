"""Fitting the constants of kernels on measured ones, and judging them on accelerators left out of the fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy.kernel_rows import KERNEL_ROWS, KernelRows
from costmodel.calibration.fit import write
from costmodel.calibration.fit.data import Array, Rows, compiled, read_rows
from costmodel.calibration.fit.family import FamilyFit
from costmodel.calibration.fit.priors import ASSUMPTIONS, PRIORS, Prior
from costmodel.calibration.fit.problem import BASE, EVERY, effects_of, fit, predict, solve
from costmodel.calibration.kernels.constants import FILE, KernelTable
from costmodel.domain.accelerator_names import Accelerators
from costmodel.formula.numpy_kernel import Kernel as Compiled
from costmodel.performance.machine.constants import Constants
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.units import quantity
from costmodel.writing import write_file

Mask = npt.NDArray[np.bool_]
FOLDER = data_folder("hardware") / "measurements" / "kernels"


@dataclass(frozen=True)
class KernelFit:
    """All families, and the table of errors."""

    families: Sequence[FamilyFit]

    def errors(self, columns: Sequence[str] = ()) -> pd.DataFrame:
        """Return errors in the fit and with accelerators left out, by family and any of system, framework, kernel."""
        parts = [_errors(one, columns) for one in self.families]
        return pd.concat(parts).reset_index(drop=True)


def fit_kernels(folder: Path = FOLDER, target: Path | None = FILE, catalog: Catalog | None = None) -> KernelFit:
    """Fit all constants of kernels on the tables of a folder and write them; deterministic, less than two minutes.

    Special cases: `target=None` writes nothing.
    """
    accelerators = Accelerators(catalog or Catalog())
    families = [_fit_family(kind, read_rows(kind, folder, accelerators, _assumed())) for kind in KERNEL_ROWS]
    if target is not None:
        write_file(target, write.kernel_table(families))
    return KernelFit(families)


def _fit_family(kind: KernelRows, rows: Rows) -> FamilyFit:
    priors = PRIORS[kind.family]
    kernel = compiled(rows, priors)
    chosen = rows.take(np.flatnonzero(rows.captured)[:: EVERY[kind.family]])
    unpruned = solve(effects_of(priors, chosen), chosen, priors, kernel, None)
    estimate = fit(chosen, priors, kernel)
    misses, before = (predict(one, rows, priors, kernel) - rows.log_time for one in (estimate, unpruned))
    return FamilyFit(kind, rows, estimate, unpruned, misses, before, _left_out(rows, chosen, priors, kernel))


def _left_out(rows: Rows, chosen: Rows, priors: Mapping[str, Prior], kernel: Compiled) -> Array:
    """Return the misses of every row by a fit that saw no row of its accelerator, pruning included."""
    misses = np.full(len(rows.log_time), np.nan)
    for system in np.unique(rows.of("system")):
        there = rows.of("system") == system
        estimate = fit(chosen.take(chosen.of("system") != system), priors, kernel)
        part = rows.take(there)
        misses[there] = predict(estimate, part, priors, kernel) - part.log_time
    return misses


def _errors(one: FamilyFit, columns: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "family": one.rows.family,
            **{name: one.rows.of(name) for name in columns},
            "fit": np.abs(np.expm1(one.misses)),
            "left_out": np.abs(np.expm1(one.left_out)),
            "inside": np.abs(one.misses) <= one.widths(np.full(len(one.misses), fill_value=True))["known"],
            "inside_left_out": one.inside_left_out,
        }
    )
    names = ["family", *columns]
    groups = frame.groupby(names, sort=True)
    return pd.DataFrame([dict(zip(names, key, strict=True)) | _figures(part) for key, part in groups])


def _figures(part: pd.DataFrame) -> dict[str, float]:
    return {
        "rows": len(part),
        "median": float(part["fit"].median()),
        "p90": float(part["fit"].quantile(0.9)),
        "coverage_80": float(part["inside"].mean()),
        "left_out_median": float(part["left_out"].median()),
        "left_out_p90": float(part["left_out"].quantile(0.9)),
        "left_out_coverage_80": float(part["inside_left_out"].mean()),
    }


def _assumed() -> KernelTable:
    values = {name: quantity(prior.start, prior.unit) for name, prior in ASSUMPTIONS.items()}
    return KernelTable({}, Constants(id="assumed", name="assumptions", value=values), {}, {})


__all__ = ["BASE", "FamilyFit", "KernelFit", "fit_kernels"]
