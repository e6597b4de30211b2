"""Rows of served configurations as setups of the time model: one for each model, accelerator, software and type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy.server_settings import settings_of
from costmodel.calibration.accuracy.software_names import serving_framework, weight_type, years_since_reference
from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.architecture_names import Architectures
from costmodel.domain.workload import Deployment
from costmodel.errors import CostModelError
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.traffic import Traffic
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, quantity

KEYS = ("model", "system", "framework", "precision")
SHORTER = 0.9
"""Mean length over nominal length where InferenceX draws lengths: between 80% and 100%."""

SPREAD = 0.2 / 12**0.5 / SHORTER
"""Their standard deviation over their mean."""

ROUNDS = 10.0
"""Requests for each one in flight, as the client of InferenceX is called: the first of all places begin at once."""

OF_REQUESTS = ("draft_tokens", "draft_acceptance", "cached_prompt_share")
"""Further columns that a table may have: speculative decoding, and the share of prompts found in a prefix cache."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """Rows that differ only in numbers."""

    setup: Setup
    rows: pd.DataFrame
    prompt: Array
    output: Array
    concurrency: Array
    spread: Array
    """Standard deviation of the lengths of prompts and answers over their means."""
    undescribed: Array
    """One for rows of a client that nobody describes, else zero."""

    def traffic(self, spread: Quantity, undescribed: Quantity) -> Traffic:
        """Return how the requests of the benchmark come, whose lengths have a spread."""
        return Traffic(spread, spread, quantity(0.0), quantity(ROUNDS), undescribed=undescribed)


def groups(rows: pd.DataFrame, catalog: Catalog, constants: Constants) -> Iterator[Group | tuple[pd.Index[Any], str]]:
    """Yield groups of rows, or the rows of a group that cannot be answered with the reason."""
    models = Architectures(catalog, rows.attrs.get("architectures", ()))
    chips = Accelerators(catalog)
    for key, part in rows.groupby(list(KEYS), sort=False, dropna=False):
        model, system, framework, precision = map(str, key)
        try:
            found, chip = models.find(model), chips.find(system)
            deployment = _deployment(
                part, framework, precision, settings_of(part, serving_framework(framework), found.id, chip.id)
            )
            setup = Setup(found, chip, deployment, constants)
        except CostModelError as error:
            yield part.index, str(error)
            continue
        drawn = _drawn(part)
        shorter = np.where(drawn, SHORTER, 1.0)
        prompt, output = (np.maximum(shorter * _column(part, name), 1.0) for name in ("isl", "osl"))
        concurrency, spread = _column(part, "concurrency"), np.where(drawn, SPREAD, 0.0)
        yield Group(setup, part, prompt, output, concurrency, spread, np.where(drawn, 0.0, 1.0))


def _drawn(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return the rows whose lengths are drawn: those of InferenceX are dated; others send what their columns say."""
    dates = rows.get("measured_last", pd.Series("", rows.index))
    return np.asarray(pd.to_datetime(dates, errors="coerce").notna())


def _deployment(part: pd.DataFrame, framework: str, precision: str, settings: Mapping[str, Array]) -> Deployment:
    tensor, experts = _column(part, "tp_size"), _column(part, "moe_ep_size", 1.0)
    chips = _column(part, "chips", np.nan)
    copies = np.where(np.isfinite(chips), np.maximum(chips / tensor, 1), 1.0)
    newer = years_since_reference(part.get("measured_last"), len(part))
    draft, accepted, cached = (_if_any(_column(part, name, 0.0)) for name in OF_REQUESTS)
    return Deployment(
        id="measured",
        name="measured deployment",
        precision=weight_type(precision),
        tensor_parallel=quantity(tensor),
        expert_parallel=quantity(experts) if (experts > 1).any() else None,
        attention_copies=quantity(copies) if (copies > 1).any() else None,
        kv_cache_precision="",
        framework=serving_framework(framework),
        admission_interval=_if_any(settings["admission_interval"]),
        admission_hold=_if_any(settings["admission_hold"]),
        stream_interval=_if_any(settings["stream_interval"]),
        software_newer=quantity(newer) if newer.any() else None,
        draft_tokens=draft,
        draft_acceptance=accepted,
        cached_prompt_share=cached,
    )


def _if_any(steps: Array) -> Quantity | None:
    return quantity(steps) if steps.any() else None


def _column(part: pd.DataFrame, name: str, default: float | None = None) -> Array:
    if name not in part and default is not None:
        return np.full(len(part), default)
    values = pd.to_numeric(part[name], errors="coerce").to_numpy(dtype=float)
    return values if default is None else np.where(np.isfinite(values), values, default)
