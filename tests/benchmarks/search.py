"""How fast deployments are computed: 100,000 at once as arrays, beside a plain loop over some of them in the same run.

python tests/benchmarks/search.py
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from costmodel.domain.architecture import load_architecture
from costmodel.domain.hardware import load_accelerator
from costmodel.domain.workload import Deployment
from costmodel.performance.layout.candidates import Asked, evaluated
from costmodel.performance.layout.layouts import SPLITS, layouts
from costmodel.performance.layout.table import Table
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.serving import steady_state
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity

WHOLE, SAMPLE, RUNS = 100_000, 100, 5
MODELS = ("llama-3.1-70b", "deepseek-r1")
ACCELERATOR = "nvidia/h200-sxm5-141gb"


@dataclass(frozen=True)
class Speed:
    """Deployments per second of one model."""

    model: str
    arrays: float
    loop: float

    @property
    def ratio(self) -> float:
        """How many times as fast arrays are."""
        return self.arrays / self.loop


def asked(model: str) -> Asked:
    """Return the question that all deployments answer."""
    catalog, one = Catalog(), quantity(1.0)
    base = Deployment(id="d", name="d", precision="", tensor_parallel=one, kv_cache_precision="")
    shape, chip = load_architecture(catalog, model), load_accelerator(catalog, ACCELERATOR)
    return Asked(shape, chip, base, load_constants(), quantity(1000.0), quantity(500.0))


def deployments(question: Asked, count: int) -> Table:
    """Return so many different deployments that hold a request: splits of a model, each with many concurrencies."""
    splits = layouts(question.model, 8)
    held = evaluated(question, "fp8", splits.crossed(draft_tokens=(0.0,), concurrency=(1.0,)))
    each = np.linspace(1, 1024, count // len(held) + 1)
    fits = Table({name: held[name] for name in splits.columns})
    return fits.crossed(draft_tokens=(0.0,), concurrency=each.tolist())[np.arange(count)]


def seconds(function: Callable[[], object], runs: int) -> float:
    """Return the median time of a call, after one to warm up."""
    function()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(model: str) -> Speed:
    """Return the speed of arrays and of a loop, whose answers are compared."""
    question = asked(model)
    rows = deployments(question, WHOLE)
    some = rows.frame().sample(SAMPLE, random_state=1)
    at_once = evaluated(question, "fp8", rows)["output_rate"][some.index.to_numpy()]
    alone = _loop(question, some)
    np.testing.assert_allclose(alone, at_once, rtol=1e-9)
    took = seconds(lambda: evaluated(question, "fp8", rows), RUNS)
    looped = seconds(lambda: _loop(question, some), 1)
    return Speed(model, len(rows) / took, SAMPLE / looped)


def _loop(question: Asked, rows: pd.DataFrame) -> list[float]:
    return [_one(question, row) for row in rows.to_dict("records")]


def _one(question: Asked, row: dict[Hashable, float]) -> float:
    numbers = {name: quantity(row[name]) for name in SPLITS if row[name] != 1 or name == "tensor_parallel"}
    tried = replace(question.base, precision="fp8", **numbers)  # type: ignore[arg-type]
    setup = Setup(question.model, question.accelerator, tried, question.constants)
    served = steady_state(setup, question.prompt, question.output, quantity(row["concurrency"]))
    return float(magnitude(served.output_rate, "token/second/accelerator"))


def main() -> None:
    """Print deployments per second, as arrays and in a loop, and their ratio."""
    for one in map(measure, MODELS):
        sys.stdout.write(
            f"{one.model:<16} {WHOLE:,} at once: {one.arrays:12,.0f}/s   one by one: {one.loop:6,.0f}/s   "
            f"{one.ratio:6,.0f} times\n"
        )


if __name__ == "__main__":
    main()
