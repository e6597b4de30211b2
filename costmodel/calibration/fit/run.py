"""The whole fit: constants of serving, then of software stacks, then half-widths of intervals."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.calibration.fit.compiled import Compiled
from costmodel.calibration.fit.objective import Estimate, Prior
from costmodel.calibration.fit.rewrite import write_constants, write_residuals
from costmodel.calibration.fit.serving import OfflineData, ServingData, fit_serving, fit_stacks, load_data, with_values
from costmodel.calibration.fit.widths import offline_widths, serving_widths
from costmodel.performance.machine.constants import load_constants, read_priors
from costmodel.performance.service.interval import combination, load_residuals

SERVING, STACKS = "inferencex-serving", "public-throughput"
"""Sources in constants.toml: which table a constant is fitted on."""


@dataclass(frozen=True)
class ServingFit:
    """What the fit found."""

    serving: Estimate
    stacks: Estimate
    widths: dict[str, dict[str, float]]
    known: dict[str, list[str]]


def fit(*, write: bool = False) -> ServingFit:
    """Fit all constants of serving on hardware/measurements/; deterministic."""
    constants = load_constants()
    serving, offline = load_data(constants)
    priors = {source: priors_of(source) for source in (SERVING, STACKS)}
    first = fit_serving(serving, priors[SERVING])
    later = OfflineData(offline.throughput, offline.mlperf, with_values(constants, first.values), offline.catalog)
    second = fit_stacks(later, priors[STACKS])
    widths = serving_widths(serving, priors[SERVING])
    widths |= offline_widths(later, priors[STACKS], second.values)
    found = ServingFit(first, second, widths, _known(serving, later))
    if write:
        write_constants(first, priors[SERVING])
        write_constants(second, priors[STACKS])
        write_residuals(found.widths, found.known)
        load_constants.cache_clear()
        load_residuals.cache_clear()
    return found


def priors_of(source: str) -> dict[str, Prior]:
    """Return the priors of the constants that are fitted on one table."""
    return {name: Prior(*ends) for name, (given, ends) in read_priors().items() if given == source}


def _known(serving: ServingData, offline: OfflineData) -> dict[str, list[str]]:
    queued = [group for _, groups in offline.tables for group in groups]
    return {
        "serving_models": _sorted(group.setup.model.id for group in serving.groups),
        "serving_accelerators": _accelerators(serving.groups),
        "offline_accelerators": _accelerators(queued),
        "serving_combinations": _sorted(combination(group.setup) for group in serving.groups),
    }


def _accelerators(groups: list[Compiled]) -> list[str]:
    return _sorted(group.setup.accelerator.id for group in groups)


def _sorted(names: object) -> list[str]:
    return sorted(set(names))  # type: ignore[call-overload]
