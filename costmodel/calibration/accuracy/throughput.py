"""Accuracy of offline throughput and latency: batches that start together, or as many requests as fit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy.architectures import NUMBERS as SHAPES
from costmodel.calibration.accuracy.result import HIGH, LOW, PREDICTED, REASON
from costmodel.calibration.accuracy.table import MEASURED_NUMBER, Table
from costmodel.calibration.accuracy.throughput_rows import UNLIMITED, Run, column, runs
from costmodel.calibration.accuracy.unanswerable import empty, speculative, without_room
from costmodel.formula.ops import maximum, minimum
from costmodel.performance.machine.constants import Constants, load_constants
from costmodel.performance.machine.memory import requests_that_fit
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.interval import prediction_interval
from costmodel.performance.service.offline import saturated, static_batch
from costmodel.specs.catalog import Catalog
from costmodel.specs.rows import COUNT, MAYBE_NONE
from costmodel.units import Quantity, magnitude, quantity

SAID = ("model", "chip", "precision", "framework", "n_chips", "metric")
COLUMNS = (*SAID, "batch_or_concurrency")
HIDDEN = (
    "value",
    "output_tokens_per_s_total",
    "output_tokens_per_s_per_chip",
    "total_tokens_per_s",
    "ttft_ms",
    "tpot_ms",
    "e2e_latency_s",
    "mfu_pct",
)
NUMBERS = {
    **SHAPES,
    **dict.fromkeys(("n_chips", "tp", "pp", "dp"), COUNT),
    **dict.fromkeys(("ep", "input_len", "output_len"), MAYBE_NONE),
    "value": MEASURED_NUMBER,
}
OF_PROMPTS = ("ttft_ms", "input_tokens_per_s_per_chip", "input_tokens_per_s_total")
METRICS = (
    "output_tokens_per_s_total",
    "output_tokens_per_s_per_chip",
    "output_tokens_per_s_per_user",
    "total_tokens_per_s",
    "requests_per_s",
    "tpot_ms",
    "e2e_latency_s",
    *OF_PROMPTS,
)
"""What a row may give as measured."""

STREAM = 8192.0
"""Tokens of prompts per step of a replica that only reads prompts."""

Array = npt.NDArray[np.float64]
Timings = Mapping[str, Array]


def measured_value(rows: pd.DataFrame) -> pd.Series[float]:
    """Return the measured value, in the unit of its metric."""
    return pd.to_numeric(rows["value"], errors="coerce")


def predict(rows: pd.DataFrame, catalog: Catalog, constants: Constants | None = None) -> pd.DataFrame:
    """Return predictions of each row's metric with 80% interval, or reasons why there are none."""
    result = pd.DataFrame({PREDICTED: np.nan, LOW: np.nan, HIGH: np.nan, REASON: ""}, rows.index)
    result[REASON] = _unsaid(rows)
    for run in runs(rows[result[REASON] == ""], catalog, constants or load_constants()):
        if isinstance(run, Run):
            _answer(run, result)
        else:
            result.loc[run[0], REASON] = run[1]
    return result


def _unsaid(rows: pd.DataFrame) -> pd.Series[str]:
    """Return what rows would have to say to be predicted; nothing where they say it."""
    found = empty(rows, SAID)
    unknown = ~rows["metric"].isin(METRICS)
    found[(found == "") & unknown] = f"the metric is none of {', '.join(METRICS)}"
    found[(found == "") & speculative(rows)] = "speculative decoding is stated, which is not predicted for such runs"
    return found


def _answer(run: Run, result: pd.DataFrame) -> None:
    """Write the answers of a run, and why rows have none that leave lengths empty or whose memory holds no request."""
    why = without_room(run.setup, run.prompt, run.output)
    why = np.where(_without_lengths(run), "input_len or output_len is empty", why)
    why = np.where(run.overfull, "tp and pp name more accelerators than n_chips", why)
    answered, value = why == "", answers(run)
    low, high = prediction_interval(run.setup)
    result.loc[run.rows.index, REASON] = why
    table = np.column_stack([value, value * low, value * high])
    result.loc[run.rows.index[answered], [PREDICTED, LOW, HIGH]] = table[answered]


def _without_lengths(run: Run) -> npt.NDArray[np.bool_]:
    """Return the rows without a length that their metric depends on; fleets of one phase have usual ones."""
    lengths = (np.isfinite(column(run.rows, name, np.nan)) for name in ("input_len", "output_len"))
    prompt, output = lengths
    reading = run.rows["metric"].isin(OF_PROMPTS).to_numpy()
    return ~(prompt & (output | reading)) & (not run.setup.software.apart)


def answers(run: Run) -> Array:
    """Return the predicted value of each row's metric."""
    values = metrics(run, timings(run))
    metric = run.rows["metric"].to_numpy()
    return np.select([metric == name for name in values], list(values.values()), np.nan)


def timings(run: Run) -> dict[str, Array]:
    """Return the times from which all metrics follow, in seconds."""
    found = traced_timings(run.setup, quantity(run.prompt), quantity(run.output), quantity(run.batch), run.forced)
    return {name: np.asarray(value.to_base_units().magnitude) for name, value in found.items()}


def traced_timings(
    setup: Setup, prompt: Quantity, output: Quantity, batch: Quantity, forced: Quantity
) -> dict[str, Quantity]:
    """Return sequences held at a time, and the times of a saturated replica and of a batch, as quantities."""
    fits = minimum(requests_that_fit(setup, prompt, output), setup.constants["batch_limit"] * setup.copies)
    held = maximum(minimum(batch, fits), forced)
    full, together = saturated(setup, prompt, output, held), static_batch(setup, prompt, output, held)
    stream = maximum(STREAM / prompt, 1) * setup.copies
    reading = static_batch(setup, prompt, quantity(1.0), stream)
    return {
        "held": held,
        "token": full.per_token,
        "prompts": together.prompts,
        "writing": together.writing,
        "reading": reading.prompts,
        "stream": stream,
    }


def metrics(run: Run, times: Timings) -> dict[str, Array]:
    """Return every metric that a row may ask for."""
    chips, output = column(run.rows, "n_chips", 1.0), run.output
    together = times["prompts"] + times["writing"]
    stated = run.batch < UNLIMITED
    queued = stated & (run.batch > 1.01 * times["held"])
    end = np.where(queued, run.batch * output * times["token"] / times["held"], together)
    requests = np.where(stated, run.batch, times["held"])
    endless = times["held"] / times["token"]
    token = times["writing"] / np.maximum(output - 1, 1)
    whole = np.where(stated, requests * output / end, endless)
    rate = run.replicas * (times["held"] / token if run.setup.software.apart else whole)
    read = times["stream"] * run.prompt / times["reading"] / _replica(run)
    apart = run.rows["framework"].astype(str).str.startswith("JAX").to_numpy() & (output > 1)
    return {
        "output_tokens_per_s_total": rate,
        "output_tokens_per_s_per_chip": rate / chips,
        "output_tokens_per_s_per_user": 1 / np.maximum(token, 1e-9),
        "input_tokens_per_s_per_chip": read,
        "input_tokens_per_s_total": read * chips,
        "total_tokens_per_s": rate * (1 + run.prompt / output),
        "requests_per_s": rate / output,
        "ttft_ms": 1e3 * times["prompts"],
        "tpot_ms": 1e3 * token,
        "e2e_latency_s": np.where(apart, times["writing"], end),
    }


def _replica(run: Run) -> Array:
    return np.asarray(magnitude(run.setup.replica, "1"))


TABLES = (Table("inference_throughput", (*COLUMNS, "value"), measured_value, predict, HIDDEN, NUMBERS),)
