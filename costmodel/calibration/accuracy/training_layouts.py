"""How rows of training measurements laid a model out: as stated, or as their software does by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from math import ceil, isnan, nan
from typing import Any

import pandas as pd

from costmodel.calibration.accuracy.software_names import weight_type, years_since_reference
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.performance.layout.training import fastest, laid_out, search_training
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training.case import UNSTATED
from costmodel.performance.training.interval import OWN
from costmodel.units import magnitude, quantity

Row = Mapping[Any, Any]
STACKS = {
    "megatron-bridge": "megatron-bridge",
    "nvidia nemo": "megatron-bridge",
    "megatron": "megatron",
    "llm-foundry": "llm-foundry",
    "torchtitan": "torchtitan",
    "neuronx": "neuron",
    "maxtext": "maxtext",
    "pathways": "maxtext",
    "deepspeed zero": "deepspeed-zero",
}
"""Beginning of a framework's name in small letters -> software whose level is known."""
SUBMITTED = "mlperf"
CONTAINERS = r"container (\d\d)\.(\d\d)"
TWO_CORES = ("trainium", "tpu-v7")
"""Accelerators of two cores, where tables count tensor parallelism in cores."""
FULL = ("full", "zero-3", "fsdp", "shard_grad")
OUTPUTS_KEPT = ("minimal", "selective (saves linear outputs)")
"""Recomputation that keeps what products return; that of torchtitan does, whatever it is called."""
ONE_PART = ("deepspeed", "neox", "torchtitan", "neuronx")
"""Software whose pipelines interleave no parts unless a row says so; all other takes single layers as parts."""
INTERLEAVED = "interleaved"
PARTS = 2.0
"""Parts of each stage in an interleaved pipeline of such software."""
NEAR = 1.1
"""Memory over the least of a model, up to which layouts are tried for a run that fitted though none does on paper."""


def number(row: Row, name: str, default: float | None = None) -> float | None:
    """Return a column as a number, with a value for what is missing."""
    try:
        value = float(row.get(name, nan))
    except (TypeError, ValueError):
        return default
    return default if isnan(value) else value


def deployment_of(row: Row, *, submitted: bool) -> Deployment:
    """Return number type, software and recomputation of a row, on one accelerator."""
    return Deployment(
        id="measured",
        name="measured deployment",
        precision=_precision(row, submitted=submitted),
        tensor_parallel=quantity(1.0),
        pipeline_parallel=quantity(1.0),
        micro_batch=quantity(1.0),
        framework=SUBMITTED if submitted else stack_of(row),
        recompute=_recompute(row),
        software_newer=quantity(_newer(row)),
    )


def _precision(row: Row, *, submitted: bool) -> str:
    text = str(row.get("precision")).lower()
    if submitted and "nvfp4" in text and str(row.get("submitter")).upper() == "NVIDIA":
        return "fp4"
    if text in ("nan", ""):
        return "fp8"  # the one table without a column for it states 8-bit recipes
    kind = weight_type("fp8" if "fp8" in text else text)
    return "fp8" if kind == "mxfp8" else kind


def _recompute(row: Row) -> str:
    text = str(row.get("recompute")).lower()
    if text.startswith(("full", "qkv")):
        return "full"
    if text.startswith(OUTPUTS_KEPT) or (text.startswith("selective") and stack_of(row) == "torchtitan"):
        return "elementwise"
    if text.startswith("selective"):
        return "selective"
    return "none" if text == "none" else UNSTATED


def _newer(row: Row) -> float:
    """Return the years by which a container is newer than the reference day; zero for other software."""
    month = re.search(CONTAINERS, f"{row.get('software')} {row.get('source_title')}")
    if month is None:
        return 0.0
    return float(years_since_reference(pd.Series([f"20{month[1]}-{month[2]}"]), 1)[0])


def stack_of(row: Row) -> str:
    """Return the software of a row whose level may be known."""
    text = str(row.get("framework")).strip().lower()
    return next((stack for word, stack in STACKS.items() if text.startswith(word)), OWN)


def fastest_layout(setup: Setup, run: TrainingRun) -> Deployment:
    """Return the fastest layout that fits; for a run that was measured though none does, of those that need least."""
    table = search_training(setup, run)
    if table.empty:
        return fastest(setup, run)
    fits = table[table["refused"] == ""]
    tried = table[table["memory"] <= NEAR * table["memory"].min()] if fits.empty else fits
    return laid_out(setup, tried.sort_values("step_time").iloc[0])


def stated_layout(row: Row, setup: Setup, run: TrainingRun, layers: float) -> Deployment:
    """Return the layout that a row states, where its software counts as others do."""
    cores = 2.0 if any(word in setup.accelerator.id for word in TWO_CORES) else 1.0
    tensor = max((number(row, "tp") or 1.0) / cores, 1.0)
    stages, context = number(row, "pp", 1.0) or 1.0, number(row, "cp", 1.0) or 1.0
    copies = float(magnitude(run.accelerators, "accelerator")) / (tensor * stages * context)
    each = float(magnitude(run.batch / run.sequence_length, "1")) / copies
    return replace(
        setup.deployment,
        tensor_parallel=quantity(tensor),
        pipeline_parallel=quantity(stages),
        context_parallel=quantity(context),
        virtual_stages=quantity(_parts(row, stages, layers)),
        expert_parallel=quantity(number(row, "ep", 1.0) or 1.0),
        micro_batch=quantity(_micro_batch(row, stages, each)),
        sharding="full" if _shards(row) else "optimizer",
    )


def _parts(row: Row, stages: float, layers: float) -> float:
    """Return the parts of a stage: those stated, or what the software of a row that is silent does by itself."""
    stated = number(row, "vp")
    if stated is not None or stages == 1:
        return stated or 1.0
    if any(word in str(row.get("framework")).lower() for word in ONE_PART):
        return PARTS if INTERLEAVED in str(row.get("note")).lower() else 1.0
    return float(ceil(layers / stages))


def _micro_batch(row: Row, stages: float, each: float) -> float:
    """Return sequences of a micro-batch, where software states other numbers than those.

    torchtitan states those of a copy, of which its pipeline makes as many parts as it has stages unless told otherwise
    (its option pipeline_parallel_microbatches); MaxText states those of an accelerator, and works them off at once.
    """
    software = stack_of(row)
    if stages > 1 and software == "torchtitan":
        return each / stages
    if software == "maxtext":
        return each
    stated = number(row, "mbs", each if stages == 1 else 1.0) or 1.0
    return min(stated, each)


def _shards(row: Row) -> bool:
    text = str(row.get("fsdp")).lower()
    return any(word in text for word in FULL) or (number(row, "fsdp", 0.0) or 0.0) > 1
