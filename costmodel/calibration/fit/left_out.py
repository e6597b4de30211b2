"""Errors of rows that a fit never saw: models, accelerators, frameworks or combinations left out in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.fit.objective import Prior
from costmodel.calibration.fit.serving import SIBLINGS, OfflineData, ServingData, fit_serving, fit_stacks

Array = npt.NDArray[np.float64]
FOLDS = 10
FEW_STEPS = 3
"""Steps of a fit with one chip left out, which begins where that of all chips ended."""

PER_FRAMEWORK = {"latency": ("trtllm", "vllm", "sglang")}


def keys(rows: pd.DataFrame) -> dict[str, pd.Series[str]]:
    """Return what can be left out of rows of served configurations, each as a label of every row."""
    model = rows["model"].replace(SIBLINGS)
    configuration = model + rows["system"] + rows["framework"] + rows["precision"] + rows["tp_size"].astype(str)
    fold = {name: str(i % FOLDS) for i, name in enumerate(sorted(set(configuration)))}
    cell = model + rows["system"] + rows["framework"]
    return {
        "configuration": configuration.map(fold),
        "model": model,
        "accelerator": rows["system"],
        "framework": rows["framework"],
        "combination": cell,
    }


def both_left_out_errors(data: ServingData, priors: Mapping[str, Prior]) -> Array:
    """Return the errors of rows under constants fitted without any row of their model or of their accelerator."""
    labels, found = keys(data.rows), np.full(len(data.rows), np.nan)
    models, accelerators = labels["model"], labels["accelerator"]
    for model, accelerator in sorted(set(zip(models, accelerators, strict=True))):
        of_model, of_accelerator = ((models == model).to_numpy(), (accelerators == accelerator).to_numpy())
        values = fit_serving(data, priors, ~(of_model | of_accelerator)).values
        cell = of_model & of_accelerator
        found[cell] = errors(data, values)[cell]
    return found


def errors(data: ServingData, values: Mapping[str, float]) -> Array:
    """Return the logarithm of predicted over measured output rates."""
    rate, _, _ = data.predict({name: np.array([value]) for name, value in values.items()})
    return np.log(rate[0]) - np.log(data.rows["output_tokens_per_s_per_chip"].to_numpy(dtype=float))


def left_out_errors(data: ServingData, priors: Mapping[str, Prior], labels: pd.Series[str]) -> Array:
    """Return the errors of each label's rows under constants that were fitted on all other rows."""
    found = np.full(len(data.rows), np.nan)
    for label in sorted(set(labels)):
        mask = (labels == label).to_numpy()
        values = dict(fit_serving(data, priors, ~mask).values)
        found[mask] = errors(data, _without(values, label))[mask]
    return found


def _without(values: dict[str, float], label: str) -> dict[str, float]:
    """Give a framework that was left out the mean of the others."""
    for name, variants in PER_FRAMEWORK.items():
        if label in variants:
            others = [np.log(values[f"{name}_{one}"]) for one in variants if one != label]
            values[f"{name}_{label}"] = float(np.exp(np.mean(others)))
    return values


def offline_errors(data: OfflineData, values: Mapping[str, float]) -> list[Array]:
    """Return the logarithm of predicted over measured values of each table."""
    found = data.predict({name: np.array([value]) for name, value in values.items()})
    measured = [rows["value"].to_numpy(dtype=float) for rows, _ in data.tables]
    return [np.log(one[0]) - np.log(value) for one, value in zip(found, measured, strict=True)]


def offline_left_out(data: OfflineData, priors: Mapping[str, Prior], whole: Mapping[str, float]) -> list[Array]:
    """Return the errors of each chip's rows under constants of stacks that were fitted on all other rows.

    `whole` are the constants that were fitted on all rows, where each fit begins.
    """
    labels: Sequence[pd.Series[str]] = [rows["chip"] for rows, _ in data.tables]
    found = [np.full(len(one), np.nan) for one in labels]
    for label in sorted(set(pd.concat(labels))):
        masks = [(one == label).to_numpy() for one in labels]
        values = fit_stacks(data, priors, [~mask for mask in masks], FEW_STEPS, whole).values
        for table, mask, error in zip(found, masks, offline_errors(data, values), strict=True):
            table[mask] = error[mask]
    return found
