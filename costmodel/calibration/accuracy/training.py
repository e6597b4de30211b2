"""Accuracy of training: steps of published runs, and minutes of MLPerf submissions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy.architectures import NUMBERS as SHAPES
from costmodel.calibration.accuracy.result import HIGH, LOW, PREDICTED, REASON
from costmodel.calibration.accuracy.table import MEASURED_NUMBER, Table
from costmodel.calibration.accuracy.training_rows import TrainingRow, training_rows
from costmodel.performance.machine.constants import Constants, load_constants
from costmodel.performance.training.case import Case, stacked
from costmodel.performance.training.interval import half_width
from costmodel.performance.training.step import step_time
from costmodel.specs.catalog import Catalog
from costmodel.specs.rows import COUNT, MAYBE_NONE, Bounds
from costmodel.units import magnitude

Array = npt.NDArray[np.float64]
COLUMNS = ("model", "chip", "seq_len", "n_chips", "metric")
HIDDEN = (
    "value",
    "s_per_iter",
    "tokens_per_s_per_chip",
    "model_tflops_per_chip",
    "hw_tflops_per_chip",
    "mfu_pct",
    "hfu_pct",
    "gpu_hours",
)
NUMBERS = {
    **SHAPES,
    **dict.fromkeys(("n_chips", "tp", "pp", "cp", "ep", "vp", "mbs"), MAYBE_NONE),
    **dict.fromkeys(("gbs_seqs", "train_tokens_b", "samples_to_target", "tokens_to_target"), Bounds()),
    "seq_len": COUNT,
    "value": MEASURED_NUMBER,
}
OF_SUBMISSIONS = (
    "value",
    "min_of_runs",
    "max_of_runs",
    "mean_of_runs",
    "log_throughput_samples_per_s",
    "log_throughput_tokens_per_s",
    "derived_tokens_per_s_per_chip",
)


def measured_value(rows: pd.DataFrame) -> pd.Series[float]:
    """Return the measured value, in the unit of its metric."""
    return pd.to_numeric(rows["value"], errors="coerce")


def predict(
    rows: pd.DataFrame, catalog: Catalog, constants: Constants | None = None, *, submitted: bool = False
) -> pd.DataFrame:
    """Return predictions of each row's metric with 80% interval, or reasons why there are none."""
    used = constants or load_constants()
    result = pd.DataFrame({PREDICTED: np.nan, LOW: np.nan, HIGH: np.nan, REASON: ""}, rows.index)
    found = training_rows(rows, catalog, used, submitted=submitted)
    known = {index: one for index, one in found.items() if isinstance(one, TrainingRow)}
    for index, reason in found.items():
        if isinstance(reason, str):
            result.loc[index, REASON] = reason
    if known:
        value = answers(list(known.values()), used)
        half = np.exp([half_width(used, one.family, one.software) for one in known.values()])
        result.loc[list(known), [PREDICTED, LOW, HIGH]] = np.column_stack([value, value / half, value * half])
    return result


def answers(rows: Sequence[TrainingRow], constants: Constants) -> Array:
    """Return the metric of each row."""
    return answers_of(stacked([one.case for one in rows]), rows, constants)


def answers_of(case: Case, rows: Sequence[TrainingRow], constants: Constants) -> Array:
    """Return the metric of each row, whose cases are stacked already."""
    rate = magnitude(case.batch / step_time(case, constants) / case.accelerators, "token/second/accelerator")
    factor, exponent = (np.array([getattr(one, name) for one in rows]) for name in ("factor", "exponent"))
    return factor * np.asarray(rate) ** exponent


TABLES = (
    Table(
        "training_throughput", (*COLUMNS, "gbs_seqs", "recompute", "value"), measured_value, predict, HIDDEN, NUMBERS
    ),
    Table(
        "mlperf_training",
        (*COLUMNS, "round", "benchmark", "samples_to_target", "value"),
        measured_value,
        partial(predict, submitted=True),
        OF_SUBMISSIONS,
        NUMBERS,
    ),
)
