"""What the metrics of training measurements mean, in tokens per second and accelerator."""

from __future__ import annotations

import numpy as np

from costmodel.calibration.accuracy.training_layouts import Row, number
from costmodel.domain.workload import TrainingRun
from costmodel.errors import MissingData
from costmodel.performance.machine import shape
from costmodel.performance.machine.number_types import compute_type
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training.case import case_of
from costmodel.performance.training.goodput import goodput_of
from costmodel.units import magnitude

EVALUATED = {
    "gpt3": (24576, 5760),
    "llama2_70b_lora": (384, 173),
    "llama31_405b": (46080, 5760),
    "llama31_8b": (12288, 1024),
}
"""Rules of MLPerf Training: sequences between evaluations, and sequences of one (recalled)."""
ADAPTERS = "llama-2-70b"
"""Model of MLPerf that is fine-tuned with adapters (LoRA), its weights frozen."""
AGAIN = 4.0 / 3.0
"""Operations with full recomputation over those without."""


def submitted_metric(row: Row, total: float) -> tuple[float, float]:
    """Return factor and exponent of tokens per second and accelerator for the minutes of a submission to MLPerf."""
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


def published_metric(row: Row, setup: Setup, run: TrainingRun) -> tuple[float, float]:
    """Return factor and exponent of tokens per second and accelerator for the metric of a row."""
    total = float(magnitude(run.accelerators, "accelerator"))
    batch, length = float(magnitude(run.batch, "token")), float(magnitude(run.sequence_length, "token"))
    peak = float(magnitude(setup.accelerator.peak[compute_type(setup.accelerator, "bf16")], "FLOP/s"))
    tera = _operations_per_token(row, setup, run) / 1e12
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


def _operations_per_token(row: Row, setup: Setup, run: TrainingRun) -> float:
    """Return the operations that a row's convention counts for a token: products, attention, recomputation."""
    words = f"{row.get('flops_convention')} {row.get('source_title')}".lower()
    case = case_of(setup, run)
    products = 6 * float(magnitude(shape.active_parameters(setup.model), "1"))
    attention = 3 * float(magnitude(case.attention, "FLOP"))
    hardware = str(row["metric"]).startswith(("hw", "hfu")) or "recompute" in words
    whole = 2.0 if hardware or "full attention" in words or "12*l*d*t" in words else 1.0
    return (products + whole * attention) * (AGAIN if hardware else 1.0)
