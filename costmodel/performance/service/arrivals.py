"""Serving at an arrival rate: by Little's law, requests in flight are the rate times the time that each stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from costmodel.errors import Infeasible
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.serving import ServingResult, steady_state
from costmodel.performance.service.traffic import Traffic, usual_traffic
from costmodel.units import Quantity, magnitude, quantity

LARGEST = 8192.0
POINTS = 48
ROUNDS = 3
"""Rounds of a search that narrows the concurrency by the number of points each."""

Array = npt.NDArray[np.float64]


def serve_arrivals(
    setup: Setup, prompt: Quantity, output: Quantity, rate: Quantity, traffic: Traffic | None = None
) -> ServingResult:
    """Return the steady state of a replica at which requests arrive at a rate (queries per second).

    The concurrency is that at which requests leave as fast as they come; where they come more slowly than one at a
    time is answered, each is alone. Prompts queue as their arrivals and lengths vary, whatever becomes of others.
    """
    open_traffic = replace(traffic or usual_traffic(setup.constants), open=True)

    def served(concurrency: Quantity) -> ServingResult:
        return steady_state(setup, prompt, output, concurrency, traffic=open_traffic)

    wanted = float(rate.to("query/second").magnitude)
    low, high = 1.0, LARGEST
    for _ in range(ROUNDS):
        grid = np.geomspace(low, high, POINTS)
        enough = _throughput(served, grid) >= wanted
        if not enough.any():
            most = _throughput(served, grid).max()
            msg = f"one replica answers at most {most:.3g} queries per second, fewer than the {wanted:.3g} that arrive"
            raise Infeasible(msg)
        first = int(np.argmax(enough))
        low, high = float(grid[max(first - 1, 0)]), float(grid[first])
    result = served(quantity(high))
    queries = rate.to("query/second") / (setup.replica * quantity(1.0, "accelerator"))
    tokens = queries * output * quantity(1.0, "token/query")
    return replace(result, query_rate=queries, output_rate=tokens)


def _throughput(served: Callable[[Quantity], ServingResult], concurrency: Array) -> Array:
    """Return queries per second of a replica, which leave as fast as requests in flight over the time each stays."""
    stays = magnitude(served(quantity(concurrency)).residence_time, "second")
    rate: Array = concurrency / np.asarray(stays)
    return rate
