"""Serving at an arrival rate: by Little's law, requests in flight are the rate times the time that each stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from costmodel.errors import Infeasible
from costmodel.performance.serving import ServingResult, steady_state
from costmodel.performance.setup import Setup
from costmodel.units import Quantity, quantity

LARGEST = 8192.0
POINTS = 48
ROUNDS = 3
"""Rounds of a search that narrows the concurrency by the number of points each."""

Array = npt.NDArray[np.float64]


def serve_arrivals(setup: Setup, prompt: Quantity, output: Quantity, rate: Quantity) -> ServingResult:
    """Return the steady state of a replica at which requests arrive at a rate (queries per second).

    The concurrency is that at which requests leave as fast as they come; where they come more slowly than one at a
    time is answered, each is alone. How long prompts queue follows from the busy share, as at a fixed concurrency.
    """
    wanted = float(rate.to("query/second").magnitude)
    low, high = 1.0, LARGEST
    for _ in range(ROUNDS):
        grid = np.geomspace(low, high, POINTS)
        enough = _throughput(setup, prompt, output, grid) >= wanted
        if not enough.any():
            most = _throughput(setup, prompt, output, grid).max()
            msg = f"one replica answers at most {most:.3g} queries per second, fewer than the {wanted:.3g} that arrive"
            raise Infeasible(msg)
        first = int(np.argmax(enough))
        low, high = float(grid[max(first - 1, 0)]), float(grid[first])
    result = steady_state(setup, prompt, output, quantity(high))
    queries = rate.to("query/second") / (setup.replica * quantity(1.0, "accelerator"))
    tokens = queries * output * quantity(1.0, "token/query")
    return replace(result, query_rate=queries, output_rate=tokens)


def _throughput(setup: Setup, prompt: Quantity, output: Quantity, concurrency: Array) -> Array:
    """Return queries per second of a replica, which leave as fast as requests in flight over the time each stays."""
    result = steady_state(setup, prompt, output, quantity(concurrency))
    rate: Array = concurrency / np.asarray(result.residence_time.to("second").magnitude)
    return rate
