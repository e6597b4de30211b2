"""Accuracy of MLPerf Inference: the best layout and batch under the limits of a scenario."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy.architectures import NUMBERS as SHAPES
from costmodel.calibration.accuracy.architectures import of_row
from costmodel.calibration.accuracy.mlperf_rules import (
    LENGTHS,
    NO_LIMIT,
    benchmark,
    stated_limits,
    stated_type,
    unknown_rules,
)
from costmodel.calibration.accuracy.result import HIGH, LOW, PREDICTED, REASON
from costmodel.calibration.accuracy.software_names import offline_framework, years_since_reference
from costmodel.calibration.accuracy.table import MEASURED_NUMBER, Table
from costmodel.calibration.accuracy.throughput_rows import column
from costmodel.calibration.accuracy.unanswerable import empty
from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.architecture import Architecture
from costmodel.domain.architecture_names import Architectures
from costmodel.domain.hardware import Accelerator
from costmodel.domain.workload import Deployment
from costmodel.errors import CostModelError
from costmodel.formula.ops import minimum
from costmodel.performance.formulas import offline as f
from costmodel.performance.machine.constants import Constants, load_constants
from costmodel.performance.machine.memory import memory_for_cache, requests_that_fit
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.interval import prediction_interval
from costmodel.performance.service.offline import saturated
from costmodel.specs.bounds import LARGEST_COUNT
from costmodel.specs.catalog import Catalog
from costmodel.specs.rows import COUNT, Bounds
from costmodel.units import Quantity, magnitude, quantity

COLUMNS = ("model", "chip", "framework", "scenario", "n_chips", "benchmark")
SAID = ("model", "chip", "scenario", "n_chips", "benchmark")
HIDDEN = ("value", "per_chip", "samples_per_s", "other_submitters_same_config", "spread_other_submitters")
NUMBERS = {
    **SHAPES,
    "n_chips": COUNT,
    "chips_per_node": COUNT,
    "beams": COUNT,
    "input_len_mean": Bounds(least=1, most=LARGEST_COUNT),
    "output_len_mean": Bounds(least=1, most=LARGEST_COUNT),
    "value": MEASURED_NUMBER,
}
KEYS = ("model", "chip", "framework", "scenario", "benchmark", "beams", "round", "source_date")
WAYS = (1.0, 2.0, 4.0, 8.0)
WIDE_WAYS = (16.0, 32.0)
BATCHES = 28
NO_RATE = 1e-3
Array = npt.NDArray[np.float64]


def measured_value(rows: pd.DataFrame) -> pd.Series[float]:
    """Return measured output tokens per second of the whole system."""
    return pd.to_numeric(rows["value"], errors="coerce")


def predict(rows: pd.DataFrame, catalog: Catalog, constants: Constants | None = None) -> pd.DataFrame:
    """Return predicted tokens per second of each system with 80% interval, or reasons why there are none."""
    result = pd.DataFrame({PREDICTED: np.nan, LOW: np.nan, HIGH: np.nan, REASON: ""}, rows.index)
    models = Architectures(catalog, rows.attrs.get("architectures", ()))
    chips, used = Accelerators(catalog), constants or load_constants()
    result[REASON] = _unsaid(rows)
    for part in parts(rows[result[REASON] == ""]):
        try:
            setup = setup_of(part, chips, models, used)
        except CostModelError as error:
            result.loc[part.index, REASON] = str(error)
            continue
        _answer(setup, part, result)
    return result


def _unsaid(rows: pd.DataFrame) -> pd.Series[str]:
    """Return what rows would have to say to be predicted; nothing where they say it."""
    found = empty(rows, SAID)
    return found.where(found != "", rows.apply(unknown_rules, axis=1))


def _answer(setup: Setup, part: pd.DataFrame, result: pd.DataFrame) -> None:
    """Write the answers of a part, and that rows have none where no layout holds the model within the limits."""
    rate = best_rate(setup, part)
    value, answered = rate * column(part, "n_chips", 1.0), rate > NO_RATE
    low, high = prediction_interval(setup)
    table = np.column_stack([value, value * low, value * high])
    result.loc[part.index[answered], [PREDICTED, LOW, HIGH]] = table[answered]
    what = f"{setup.model.name} in {setup.deployment.precision} on {setup.accelerator.name}"
    result.loc[part.index[~answered], REASON] = f"no layout of {what} fits in memory and keeps the limits"


def parts(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the rows that differ only in numbers."""
    if rows.empty:
        return
    together = np.fmin(column(rows, "chips_per_node", np.nan), column(rows, "n_chips", 1.0))
    notes = [rows.apply(one, axis=1).astype(str) for one in (stated_type, stated_limits)]
    keys = [rows[key] for key in KEYS if key in rows]
    for _, part in rows.groupby([*keys, pd.Series(together, rows.index), *notes], sort=False, dropna=False):
        yield part


def setup_of(part: pd.DataFrame, chips: Accelerators, models: Architectures, constants: Constants) -> Setup:
    """Return a setup whose tensor parallelism is a column of choices beside a row of batches, for each row."""
    first = part.iloc[0]
    chip = chips.find(str(first["chip"]))
    most = float(np.fmin(first.get("chips_per_node", np.nan), first["n_chips"]))
    model = of_row(models, first.to_dict())
    ways, copies = layouts(model, most)
    spread = quantity(copies[:, None, None]) if (copies > 1).any() else None
    deployment = Deployment(
        id="measured",
        name="measured deployment",
        precision=stated_type(first) or submitted_type(chip),
        tensor_parallel=quantity(ways[:, None, None]),
        expert_parallel=spread,
        attention_copies=spread,
        kv_cache_precision="fp8",
        framework=offline_framework(first["framework"], first.get("source_date", "")),
        software_newer=quantity(years_since_reference(part.get("source_date"), len(part))),
    )
    return Setup(model, chip, deployment, constants, benchmark=str(first.get("round", "MLPerf")))


def layouts(model: Architecture, most: float) -> tuple[Array, Array]:
    """Return the layouts that are tried: tensor parallelism, and copies of attention that share all experts.

    The latter are for latent attention, whose cache tensor parallelism does not divide.
    """
    split = np.array([one for one in WAYS if one <= most])
    if not (model.is_latent and model.has_experts):
        return split, np.ones_like(split)
    spread = np.array([one for one in (*WAYS, *WIDE_WAYS) if 1 < one <= most])
    return np.concatenate([split, np.ones_like(spread)]), np.concatenate([np.ones_like(split), spread])


def submitted_type(chip: Accelerator) -> str:
    """Return the number type that submitters choose: the narrowest that the accelerator computes in."""
    narrow = [one for one in ("fp4", "fp8") if one in chip.peak]
    narrow += ["int8"] if "int8" in chip.peak and chip.maker != "NVIDIA" else []
    return narrow[0] if narrow else "fp16"


def best_rate(setup: Setup, part: pd.DataFrame) -> Array:
    """Return the highest tokens per second and accelerator of any layout and batch within the limits, for each row."""
    found = traced_rates(setup, part, *lengths(part), quantity(batches(setup)))
    return best_of(np.asarray(found["rate"].magnitude), np.asarray(found["free"].magnitude))


def traced_rates(
    setup: Setup, part: pd.DataFrame, prompt: Quantity, output: Quantity, grid: Quantity
) -> dict[str, Quantity]:
    """Return rates within the limits, and the memory left beside the weights, by layout, batch and row."""
    first, token = stated_limits(part.iloc[0])
    constants = setup.constants
    beams = float(column(part, "beams", 1.0)[0])
    shared = (
        prompt / beams
    )  # beams of a search are sequences that read one prompt, and keep and look up one cache of it
    found = saturated(setup, shared, output, minimum(grid * setup.copies, requests_that_fit(setup, shared, output)))
    share = f.load_under_limit(
        limit=quantity(first, "second"),
        prompt_time=found.prompt_time,
        tail=constants["queue_tail"],
        most=quantity(1.0) if first == NO_LIMIT[0] else constants["server_share"],
    )
    limit = quantity(token, "second") * constants["latency_headroom"]
    gain = f.submission_gain(
        gain=constants["submission_gain"],
        yearly=constants["submission_yearly"],
        newer=setup.deployment.need("software_newer"),
    )
    tuned = found.rate / beams * gain
    rate = f.rate_under_limit(rate=tuned, share=share, per_token=found.per_token, limit=limit)
    return {"rate": rate, "free": memory_for_cache(setup)}


def best_of(rate: Array, free: Array) -> Array:
    """Return the highest rate of any layout and batch that fits, for each row; very little where none does."""
    return np.maximum(np.where(free > 0, rate, 0.0).max(axis=(-3, -2)), NO_RATE)


def batches(setup: Setup) -> Array:
    """Return batches up to the largest that engines are built for, as a row beside columns of layouts."""
    largest = float(magnitude(setup.constants["batch_limit"], "1"))
    return np.geomspace(1, largest, BATCHES)[None, :, None]


def lengths(part: pd.DataFrame) -> tuple[Quantity, Quantity]:
    """Return tokens of prompts and outputs: those of a benchmark's data set, else as the rows give them.

    A data set has one mean of its prompts, which rows recall in words or tokens; answers differ between submissions.
    """
    prompt, output = LENGTHS.get(benchmark(part.iloc[0]), (np.nan, np.nan))
    asked = part if np.isnan(prompt) else part.assign(input_len_mean=prompt)
    return quantity(column(asked, "input_len_mean", prompt)), quantity(column(part, "output_len_mean", output))


TABLES = (Table("mlperf_inference", (*COLUMNS, "value"), measured_value, predict, HIDDEN, NUMBERS),)
