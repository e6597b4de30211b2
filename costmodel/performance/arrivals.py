"""Serving at an arrival rate: by Little's law, requests in flight are the rate times the time that each stays."""

from __future__ import annotations

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

    The concurrency is that at which requests leave as fast as they come. Arrivals are taken as evenly random: how
    much longer the queue for prompts is then follows from the busy share, as at a fixed concurrency.
    """
    wanted = float(rate.to("query/second").magnitude)
    low, high = 1e-3, LARGEST
    if _throughput(setup, prompt, output, np.array([high]))[0] < wanted:
        most = _throughput(setup, prompt, output, np.geomspace(1, high, POINTS)).max()
        if most < wanted:
            msg = f"one replica answers at most {most:.3g} queries per second, fewer than the {wanted:.3g} that arrive"
            raise Infeasible(msg)
    for _ in range(ROUNDS):
        grid = np.geomspace(low, high, POINTS)
        enough = _throughput(setup, prompt, output, grid) >= wanted
        first = int(np.argmax(enough)) if enough.any() else POINTS - 1
        low, high = float(grid[max(first - 1, 0)]), float(grid[first])
    return steady_state(setup, prompt, output, quantity(high))


def _throughput(setup: Setup, prompt: Quantity, output: Quantity, concurrency: Array) -> Array:
    """Return queries per second of a replica, which leave as fast as requests in flight over the time each stays."""
    result = steady_state(setup, prompt, output, quantity(concurrency))
    rate: Array = concurrency / np.asarray(result.residence_time.to("second").magnitude)
    return rate
