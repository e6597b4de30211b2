"""The highest rate of queries at which one replica keeps its limits of latency: by closed form, and simulated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from costmodel.economics.formulas import demand
from costmodel.performance.layout.candidates import Asked, replica_size
from costmodel.performance.layout.layouts import SPLITS
from costmodel.performance.layout.table import Table
from costmodel.performance.service.flow import Flow
from costmodel.performance.service.latency import at_share
from costmodel.performance.service.simulation import Seen, replay, seen_by_all, simulate, step_times
from costmodel.performance.service.trace import Trace
from costmodel.performance.service.traffic import Traffic
from costmodel.units import Quantity, magnitude, quantity

ONE = quantity(1.0)
LAYOUT = [*SPLITS, "precision"]
REQUESTS = 2500
"""Requests of a simulated run; percentiles of another run differ by some 3%, near saturation by a third."""
RUNS = (1, 2, 3, 4, 5)
"""Seeds of the runs that all have to keep the limits."""
MARGIN = 0.97
"""Share of a limit that simulated latencies may reach, since those of other requests differ."""
Simulation = Callable[[float, int], Seen]
STEPS = 1.04 ** np.arange(-28.0, 3.0)
"""Rates that are simulated, over the highest of the closed form."""


@dataclass(frozen=True)
class Limit:
    """The longest that a latency may be: on average, or for a share of requests."""

    latency: str
    seconds: float
    share: float | None = None

    @property
    def column(self) -> str:
        """The column of the latency in a search."""
        return at_share(self.latency, self.share)


@dataclass(frozen=True)
class Load:
    """Requests that come at random."""

    rate: Quantity
    """Queries per second on average over the day."""
    peak_to_mean: Quantity
    prompt: Quantity
    """Tokens of a prompt, a plain number; as is `output`, those of an answer."""
    output: Quantity
    traffic: Traffic
    limits: tuple[Limit, ...] = ()
    trace: Trace | None = None
    """Requests as logged, which are simulated in place of drawn ones."""

    @property
    def peak(self) -> Quantity:
        """The rate that the fleet has to hold."""
        return demand.peak_query_rate(mean=self.rate, peak_to_mean=self.peak_to_mean)


def highest_predicted(tried: pd.DataFrame, load: Load, error: float) -> pd.DataFrame:
    """Return each layout at the highest rate up to which it keeps the limits, in `highest` (queries per second).

    Times are `error` times as long as predicted.
    """
    each = float(magnitude(load.output, "1"))
    rates = tried["output_rate"] * replica_size(tried) / each / error
    good = pd.Series(data=True, index=tried.index)
    for limit in load.limits:
        good &= tried[limit.column] * error <= limit.seconds
    ordered = tried.assign(highest=rates, good=good).sort_values([*LAYOUT, "concurrency"])
    kept = ordered[ordered.groupby(LAYOUT, sort=False)["good"].cummin().astype(bool)]
    return kept.loc[kept.groupby(LAYOUT, sort=False)["highest"].idxmax()]


def simulator(asked: Asked, row: Mapping[Any, Any], trace: Trace | None = None) -> Simulation:
    """Return the simulation of a replica in the layout of a row, at so many queries per second, from a seed."""
    setup = asked.setup(str(row["precision"]), _one(row), ())
    flow = Flow(setup, asked.prompt, asked.output, ONE, asked.usual)
    times = step_times(flow)
    if trace is None:
        return lambda rate, seed: simulate(flow, times, rate, REQUESTS, seed)
    return lambda rate, seed: seen_by_all([replay(flow, times, one, seed) for one in shared_out(trace, rate, seed)])


def _one(row: Mapping[Any, Any]) -> Table:
    return Table({name: np.array([float(row[name])]) for name in (*SPLITS, "draft_tokens")})


def shared_out(trace: Trace, rate: float, seed: int) -> list[Trace]:
    """Return what replicas get of a trace, each so many queries per second, at random; enough of them to be counted.

    Where one replica gets more than all, the trace runs faster.
    """
    share = rate / trace.rate
    if share >= 1:
        return [trace.part(np.ones(len(trace), dtype=bool), share)]
    place = np.floor(np.random.default_rng(seed).random(len(trace)) / share)
    enough = min(np.ceil(REQUESTS / (share * len(trace))), np.floor(1 / share))
    return [trace.part(place == one) for one in np.arange(enough) if (place == one).any()]


def highest_simulated(simulated: Simulation, load: Load, near: float) -> float | None:
    """Return the highest rate at which simulated latencies keep their limits, near that of the closed form.

    Near saturation one run says little: the rate that a first run keeps is lowered until all others keep it too.
    """

    def keeps(step: int, seed: int) -> bool:
        seen = simulated(near * float(STEPS[step]), seed)
        return all(seen.at(one.latency, one.share) <= MARGIN * one.seconds for one in load.limits)

    first, *others = RUNS
    low, high = -1, len(STEPS)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if keeps(middle, first) else (low, middle)
    while low >= 0 and not all(keeps(low, seed) for seed in others):
        low -= 1
    return None if low < 0 else near * float(STEPS[low])
