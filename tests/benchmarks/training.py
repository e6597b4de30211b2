"""How fast layouts of training are computed: as a search does, at once as arrays and one by one, beside other models.

python tests/benchmarks/training.py
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from costmodel.domain.architecture import load_architecture
from costmodel.domain.hardware import load_accelerator
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.performance.layout.training import FIELDS, NUMBERS, evaluated, laid_out, search_training
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training import train
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity

WHOLE, SAMPLE, RUNS = 100_000, 40, 5
ACCELERATOR = "nvidia/h100-sxm5-80gb"
RUN_OF = {"gpt-3-175b": (1024, 1536, 2048), "llama-3.1-405b": (16384, 2048, 8192), "deepseek-v3": (2048, 15360, 4096)}
"""Accelerators, sequences of a step and their tokens."""
PEERS = {
    "Calculon, one step of GPT-3 in a process": 143.0,
    "Calculon, its search on two cores": 68.0,
    "llm-analysis, train() of LLaMA 65B": 82.0,
    "SimuMax, one example of Llama 3 8B": 0.33,
}
"""Training steps a second that others computed on two cores, by their own examples (docs/speed.md)."""


@dataclass(frozen=True)
class Speed:
    """Layouts a second of one model."""

    model: str
    arrays: float
    search: float
    layouts: int
    loop: float


def asked(model: str) -> tuple[Setup, TrainingRun]:
    """Return a model on many accelerators, and its run."""
    count, sequences, length = RUN_OF[model]
    one, tokens = quantity(1.0), quantity(float(sequences * length), "token")
    base = Deployment(id="d", name="d", precision="bf16", tensor_parallel=one, pipeline_parallel=one, micro_batch=one)
    catalog = Catalog()
    setup = Setup(load_architecture(catalog, model), load_accelerator(catalog, ACCELERATOR), base, load_constants())
    run = TrainingRun(
        id="r",
        name="r",
        tokens=tokens,
        batch=tokens,
        sequence_length=quantity(float(length), "token"),
        accelerators=quantity(float(count), "accelerator"),
        goodput=one,
    )
    return replace(setup, deployment=replace(base, framework="megatron")), run


def measure(model: str) -> Speed:
    """Return the speeds of a search, of its arrays and of a loop, whose answers are compared."""
    setup, run = asked(model)
    table = search_training(setup, run)
    rows = pd.concat([table] * (WHOLE // len(table) + 1)).head(WHOLE).reset_index(drop=True)
    rows = rows.astype(dict.fromkeys(FIELDS, "category"))
    some = table.sample(SAMPLE, random_state=1)
    np.testing.assert_allclose(_loop(setup, run, some), some["step_time"], rtol=1e-9)
    tried = len(table) + sum(table.attrs["refused"].values())
    return Speed(
        model,
        WHOLE / seconds(lambda: evaluated(setup, run, rows[[*NUMBERS, *FIELDS]]), RUNS),
        tried / seconds(lambda: search_training(setup, run), RUNS),
        tried,
        SAMPLE / seconds(lambda: _loop(setup, run, some), 1),
    )


def seconds(function: Callable[[], object], runs: int) -> float:
    """Return the median time of a call, after one to warm up."""
    function()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _loop(setup: Setup, run: TrainingRun, rows: pd.DataFrame) -> list[float]:
    tried = (replace(setup, deployment=laid_out(setup, row)) for _, row in rows.iterrows())
    return [float(magnitude(train(one, run).step_time, "second")) for one in tried]


def main() -> None:
    """Print layouts a second, and how many times as many that is as others compute."""
    found = [measure(model) for model in RUN_OF]
    for one in found:
        sys.stdout.write(
            f"{one.model:<16} {WHOLE:,} at once: {one.arrays:9,.0f}/s   "
            f"search of {one.layouts:,}: {one.search:9,.0f}/s   one by one: {one.loop:5,.0f}/s\n"
        )
    slowest = min(one.arrays for one in found)
    for peer, rate in PEERS.items():
        sys.stdout.write(f"{peer:<42} {rate:6g}/s: {slowest / rate:9,.0f} times as many\n")


if __name__ == "__main__":
    main()
