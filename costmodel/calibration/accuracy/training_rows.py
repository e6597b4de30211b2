"""Rows of training measurements as setups and runs of the time model, and what their metrics mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, isnan, nan
from typing import Any

import numpy as np
import pandas as pd

from costmodel.calibration.accuracy.architectures import of_row
from costmodel.calibration.accuracy.software_names import weight_type, years_since_reference
from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.architecture_names import Architectures
from costmodel.domain.terms import disturbances
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.errors import CostModelError, MissingData
from costmodel.performance.layout.training import fastest, laid_out, search_training
from costmodel.performance.machine import shape
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.number_types import compute_type
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training.case import UNSTATED, Case, case_of
from costmodel.performance.training.goodput import goodput_of
from costmodel.performance.training.interval import OWN
from costmodel.specs.catalog import Catalog
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
FLEET = 1024.0
"""Accelerators where a row of a whole run gives none."""
USUAL_BATCH = 4e6
"""Tokens of a step where a row gives none: that of Llama 2 and 3.1 8B."""
FULL = ("full", "zero-3", "fsdp", "shard_grad")
OUTPUTS_KEPT = ("minimal", "selective (saves linear outputs)")
"""Recomputation that keeps what products return; that of torchtitan does, whatever it is called."""
EVALUATED = {
    "gpt3": (24576, 5760),
    "llama2_70b_lora": (384, 173),
    "llama31_405b": (46080, 5760),
    "llama31_8b": (12288, 1024),
}
"""Rules of MLPerf Training: sequences between evaluations, and sequences of one (recalled)."""
ADAPTERS = "llama-2-70b"
"""Model of MLPerf that is fine-tuned with adapters (LoRA), its weights frozen."""
ONE_PART = ("deepspeed", "neox", "torchtitan", "neuronx")
"""Software whose pipelines interleave no parts unless a row says so; all other takes single layers as parts."""
INTERLEAVED = "interleaved"
PARTS = 2.0
"""Parts of each stage in an interleaved pipeline of such software."""
NEAR = 1.1
"""Memory over the least of a model, up to which layouts are tried for a run that fitted though none does on paper."""
AGAIN = 4.0 / 3.0
"""Operations with full recomputation over those without."""


@dataclass(frozen=True)
class TrainingRow:
    """One row as a case, and how its metric follows from tokens per second and accelerator."""

    case: Case
    family: str
    software: str
    factor: float
    exponent: float
    """metric = factor x rate ^ exponent."""


def training_rows(
    rows: pd.DataFrame, catalog: Catalog, constants: Constants, *, submitted: bool = False
) -> dict[Any, TrainingRow | str]:
    """Return each row by its index, or the reason why it has no answer."""
    models, chips = Architectures(catalog, rows.attrs.get("architectures", ())), Accelerators(catalog)
    found: dict[Any, TrainingRow | str] = {}
    for index, row in rows.iterrows():
        try:
            found[index] = _row(row.to_dict(), models, chips, constants, submitted=submitted)
        except CostModelError as error:
            found[index] = str(error)
    return found


def measured_setups(
    rows: pd.DataFrame, catalog: Catalog, constants: Constants, *, recompute_unstated: str
) -> dict[Any, tuple[Setup, TrainingRun]]:
    """Return the layout and the run of each row by its index, and what those that are silent compute again."""
    models, chips = Architectures(catalog), Accelerators(catalog)
    found = {}
    for index, row in rows.iterrows():
        setup, run = _measured(row.to_dict(), models, chips, constants, submitted=False)
        if setup.deployment.recompute == UNSTATED:
            setup = replace(setup, deployment=replace(setup.deployment, recompute=recompute_unstated))
        found[index] = setup, run
    return found


def _row(row: Row, models: Architectures, chips: Accelerators, constants: Constants, *, submitted: bool) -> TrainingRow:
    setup, run = _measured(row, models, chips, constants, submitted=submitted)
    total = float(magnitude(run.accelerators, "accelerator"))
    factor, exponent = _submitted(row, total) if submitted else _metric(row, setup, run)
    return TrainingRow(case_of(setup, run), setup.accelerator.family, setup.deployment.framework, factor, exponent)


def _measured(
    row: Row, models: Architectures, chips: Accelerators, constants: Constants, *, submitted: bool
) -> tuple[Setup, TrainingRun]:
    """Return the layout of a row, as stated or the fastest that fits, and its run."""
    chip, model = chips.find(str(row["chip"])), of_row(models, row)
    frozen = submitted and str(row["model"]).lower().startswith(ADAPTERS)
    run = replace(_run(row), trained_share=quantity(0.0)) if frozen else _run(row)
    setup = Setup(model, chip, _deployment(row, submitted=submitted), constants)
    if number(row, "tp") is None:
        return replace(setup, deployment=_searched(setup, run)), run
    return replace(setup, deployment=_stated(row, setup, run, float(magnitude(model.layers, "1")))), run


def _run(row: Row) -> TrainingRun:
    length = number(row, "seq_len")
    if length is None:
        msg = "seq_len is missing: the tokens of a sequence decide what attention and memory take"
        raise MissingData(msg)
    batch = (number(row, "gbs_seqs") or USUAL_BATCH / length) * length
    return TrainingRun(
        id="measured",
        name="measured run",
        tokens=quantity(batch, "token"),
        batch=quantity(batch, "token"),
        sequence_length=quantity(length, "token"),
        accelerators=quantity(number(row, "n_chips") or FLEET, "accelerator"),
        **{name: fact.value for name, fact in disturbances().items()},  # type: ignore[arg-type]
    )


def number(row: Row, name: str, default: float | None = None) -> float | None:
    """Return a column as a number, with a value for what is missing."""
    try:
        value = float(row.get(name, nan))
    except (TypeError, ValueError):
        return default
    return default if isnan(value) else value


def _deployment(row: Row, *, submitted: bool) -> Deployment:
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


def _searched(setup: Setup, run: TrainingRun) -> Deployment:
    """Return the fastest layout that fits; for a run that was measured though none does, of those that need least."""
    table = search_training(setup, run)
    if table.empty:
        return fastest(setup, run)
    fits = table[table["refused"] == ""]
    tried = table[table["memory"] <= NEAR * table["memory"].min()] if fits.empty else fits
    return laid_out(setup, tried.sort_values("step_time").iloc[0])


def _stated(row: Row, setup: Setup, run: TrainingRun, layers: float) -> Deployment:
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


def _submitted(row: Row, total: float) -> tuple[float, float]:
    tokens = number(row, "tokens_to_target") or (number(row, "samples_to_target", 0.0) or 0.0) * (
        number(row, "seq_len") or 0.0
    )
    if not tokens:
        msg = "neither tokens_to_target nor samples_to_target is given: how fast a model learns is not predicted"
        raise MissingData(msg)
    return tokens / total / 60 * (1 + _evaluated(row)), -1.0


def _evaluated(row: Row) -> float:
    """Return the time of evaluations over that of training: forward passes over so many sequences, every so often."""
    between, sequences = EVALUATED.get(str(row.get("benchmark")), (1, 0))
    passes = 2 if str(row["model"]).lower().startswith(ADAPTERS) else 3
    return sequences / between / passes


def _metric(row: Row, setup: Setup, run: TrainingRun) -> tuple[float, float]:
    total = float(magnitude(run.accelerators, "accelerator"))
    batch, length = float(magnitude(run.batch, "token")), float(magnitude(run.sequence_length, "token"))
    peak = float(magnitude(setup.accelerator.peak[compute_type(setup.accelerator, "bf16")], "FLOP/s"))
    tera = operations_per_token(row, setup, run) / 1e12
    known = {
        "tokens_per_s_per_chip": (1.0, 1.0),
        "tokens_per_s_total": (total, 1.0),
        "seqs_per_s": (total / length, 1.0),
        "s_per_iter": (batch / total, -1.0),
        "model_tflops_per_chip": (tera, 1.0),
        "hw_tflops_per_chip": (tera, 1.0),
        "mfu_pct": (tera * 1e14 / peak, 1.0),
        "hfu_pct": (tera * 1e14 / peak, 1.0),
        "gpu_hours": (_tokens_done_again(row, setup, run) / 3600, -1.0),
    }
    metric = str(row["metric"])
    if metric not in known:
        msg = f"the metric {metric} is not known: {', '.join(known)}"
        raise MissingData(msg)
    return known[metric]


def _tokens_done_again(row: Row, setup: Setup, run: TrainingRun) -> float:
    """Return the tokens whose steps fill a whole run: its hours also hold failures, restarts, evaluation."""
    goodput = float(magnitude(goodput_of(setup, run).share, "1"))
    return (number(row, "train_tokens_b") or np.nan) * 1e9 / goodput


def operations_per_token(row: Row, setup: Setup, run: TrainingRun) -> float:
    """Return the operations that a row's convention counts for a token: products, attention, recomputation."""
    words = f"{row.get('flops_convention')} {row.get('source_title')}".lower()
    case = case_of(setup, run)
    products = 6 * float(magnitude(shape.active_parameters(setup.model), "1"))
    attention = 3 * float(magnitude(case.attention, "FLOP"))
    hardware = str(row["metric"]).startswith(("hw", "hfu")) or "recompute" in words
    whole = 2.0 if hardware or "full attention" in words or "12*l*d*t" in words else 1.0
    return (products + whole * attention) * (AGAIN if hardware else 1.0)
