"""Rows of offline throughput and latency as setups of the time model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy.architectures import of_row
from costmodel.calibration.accuracy.software_names import (
    cache_type,
    offline_framework,
    weight_type,
    years_since_reference,
)
from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.architecture_names import Architectures
from costmodel.domain.hardware import Accelerator
from costmodel.domain.workload import Deployment
from costmodel.errors import CostModelError
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.setup import Setup
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, quantity

KEYS = ("model", "chip", "precision", "framework", "source_date", "kv_precision", "ep")
UNLIMITED = 1e9
"""Requests at once in a run that keeps as many in flight as fit."""

CALLED = r"(?:~|about\b|bs\b|batch(?:[ _]size)?\b|concurrency\b|max_num_seqs\b)"
AT_ONCE = rf"^{CALLED}?[ =:]*(\d+\.?\d*)(?![\d.]*\s*(?:req|quer|qps))"
"""How tables write requests at once: 64, bs=32, batch size 8; not 10 req/s."""

PROMPT, OUTPUT = 2000.0, 500.0
"""Lengths where a row gives none."""

LARGEST_REPLICA = 16
"""Accelerators beyond which a row without a batch is a fleet, not one replica driven to its limit."""

FLEET_BATCH = 128.0
"""Sequences per copy of attention in a fleet that states no batch: DeepEP calls 128 typical of production."""

TWO_CORES = ("inferentia", "trainium", "tpu-v7")
"""Accelerators of two cores, where tables count tensor parallelism in cores."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Run:
    """Rows that differ only in numbers."""

    setup: Setup
    rows: pd.DataFrame
    prompt: Array
    output: Array
    batch: Array
    """Requests at once; UNLIMITED where as many as fit are kept in flight."""
    forced: Quantity
    """Sequences that are in flight whether their cache fits or not: a batch that starts and ends together."""
    replicas: Array
    overfull: npt.NDArray[np.bool_]
    """Rows that name more accelerators of a replica than they have."""


def runs(rows: pd.DataFrame, catalog: Catalog, constants: Constants) -> Iterator[Run | tuple[pd.Index[Any], str]]:
    """Yield groups of rows, or the rows of a group that cannot be answered with the reason."""
    models = Architectures(catalog, rows.attrs.get("architectures", ()))
    chips = Accelerators(catalog)
    keys = [key for key in KEYS if key in rows]
    bad = ~_stated(rows).fillna(1).between(1, UNLIMITED)
    if bad.any():
        yield rows.index[bad], f"batch_or_concurrency begins with a number that is not from 1 to {UNLIMITED:g}"
    for _, part in rows[~bad].groupby(keys, sort=False, dropna=False):
        first = part.iloc[0]
        try:
            chip = chips.find(str(first["chip"]))
            setup = Setup(of_row(models, first.to_dict()), chip, _deployment(part, chip), constants)
        except CostModelError as error:
            yield part.index, str(error)
            continue
        yield _run(setup, part)


def _run(setup: Setup, part: pd.DataFrame) -> Run:
    copies = np.asarray(setup.copies.magnitude, dtype=float)
    replica = np.asarray(setup.replica.magnitude, dtype=float)
    chips = column(part, "n_chips", 1.0)
    stated = _stated(part).to_numpy()
    unlimited = np.where(chips > LARGEST_REPLICA, FLEET_BATCH * copies, UNLIMITED)
    batch = np.where(np.isfinite(stated), stated, unlimited)
    together = part["scheduling"].astype(str).str.contains("static").to_numpy() if "scheduling" in part else False
    return Run(
        setup,
        part,
        np.maximum(column(part, "input_len", PROMPT), 1),
        np.maximum(column(part, "output_len", OUTPUT), 1),
        batch,
        quantity(np.where(together & (batch < UNLIMITED), batch, 1.0)),
        np.maximum(chips / replica, 1),
        np.broadcast_to(replica > chips, chips.shape),
    )


def _stated(rows: pd.DataFrame) -> pd.Series[float]:
    """Return requests at once, with which a text begins; no number where it says that as many run as fit, or a rate."""
    return rows["batch_or_concurrency"].astype(str).str.strip().str.lower().str.extract(AT_ONCE)[0].astype(float)


def _deployment(part: pd.DataFrame, chip: Accelerator) -> Deployment:
    first = part.iloc[0]
    experts = column(part, "ep", 1.0)
    stages = column(part, "pp", 1.0)
    spread = (experts > 1).any()
    tensor = _tensor(part, chip, experts)
    return Deployment(
        id="measured",
        name="measured deployment",
        precision=weight_type(first["precision"]),
        tensor_parallel=quantity(tensor),
        pipeline_parallel=quantity(stages) if (stages > 1).any() else None,
        expert_parallel=quantity(experts) if spread else None,
        attention_copies=quantity(_copies(part, experts, tensor)) if spread else None,
        kv_cache_precision=cache_type(first.get("kv_precision")),
        framework=offline_framework(first["framework"], first.get("source_date", "")),
        software_newer=quantity(years_since_reference(part.get("source_date"), len(part))),
    )


def _tensor(part: pd.DataFrame, chip: Accelerator, experts: Array) -> Array:
    """Return accelerators that share a layer: as stated; else all, or one where experts are spread."""
    chips = column(part, "n_chips", 1.0)
    if any(word in chip.id for word in TWO_CORES):
        return chips
    stated = column(part, "tp", np.nan)
    return np.where(np.isfinite(stated), stated, np.where(experts > 1, 1.0, chips))


def _copies(part: pd.DataFrame, experts: Array, tensor: Array) -> Array:
    """Return copies of attention that share experts: as stated (data parallel); else what expert parallelism leaves."""
    stated = column(part, "dp", np.nan)
    among = np.where(np.isfinite(stated), stated, np.maximum(experts / tensor, 1.0))
    return np.where(experts > 1, among, 1.0)


def column(part: pd.DataFrame, name: str, default: float) -> Array:
    """Return a column as numbers, with a value for what is missing."""
    if name not in part:
        return np.full(len(part), default)
    values = pd.to_numeric(part[name], errors="coerce").to_numpy(dtype=float)
    return np.where(np.isfinite(values), values, default)
