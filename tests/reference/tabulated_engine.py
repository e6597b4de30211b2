"""A replica of a real setup, simulated event by event: with the model's times of a pass, and none of its queueing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from costmodel.performance.machine.operator import NOTHING
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.flow import Flow, host_time
from costmodel.performance.service.traffic import usual_traffic
from costmodel.units import Quantity, magnitude, quantity
from tests.reference.continuous_batching import Engine, Replica, Request

Array = npt.NDArray[np.float64]
TOKENS = np.concatenate(([0.0], np.geomspace(1, 8192, 40)))
MOST = 1024
"""Sequences of a group for which times are tabulated."""


@dataclass(frozen=True, eq=False)
class TabulatedEngine(Engine):
    """An engine whose steps take the times of a setup, read from a table by batch and tokens of prompts."""

    batches: Array = field(default_factory=lambda: np.arange(1.0))
    table: Array = field(default_factory=lambda: np.zeros((1, 1)))
    """Seconds of a step: by batch, and by `TOKENS`."""
    known: dict[tuple[int, float], float] = field(default_factory=dict)

    def plain(self, batch: int, context: float) -> float:
        """Return the time of a step without prompts, at the mean context."""
        del context
        return self._seconds(batch, 0.0)

    def added(self, batch: int, tokens: float) -> float:
        """Return by how much so many tokens of prompts make a step of a batch longer."""
        return self._seconds(batch, tokens) + self.carrying - self._seconds(batch, 0.0)

    def alone(self, tokens: float) -> float:
        """Return the time of a step of nothing but prompts."""
        return self._seconds(0, tokens) + self.carrying

    def _seconds(self, batch: int, tokens: float) -> float:
        if (batch, tokens) not in self.known:
            self.known[batch, tokens] = self._computed(batch, tokens)
        return self.known[batch, tokens]

    def _computed(self, batch: int, tokens: float) -> float:
        column = [np.interp(tokens, TOKENS, row) for row in self._around(batch)]
        low, high = self._ends(batch)
        part = 0.0 if high == low else (batch - self.batches[low]) / (self.batches[high] - self.batches[low])
        return float(column[0] + part * (column[-1] - column[0]))

    def _ends(self, batch: int) -> tuple[int, int]:
        high = int(min(np.searchsorted(self.batches, batch), len(self.batches) - 1))
        return max(high - 1, 0), high

    def _around(self, batch: int) -> tuple[Array, Array]:
        low, high = self._ends(batch)
        return self.table[low], self.table[high]


@dataclass(frozen=True)
class Latencies:
    """What the simulated requests saw, in seconds, each of its own length."""

    first: Array
    per_token: Array


def simulated_replica(setup: Setup, prompt: float, output: float, rate: float, requests: int, seed: int) -> Latencies:
    """Return the latencies of random arrivals at a replica, whose groups (stages, copies) share them at random."""
    traffic = usual_traffic(setup.constants)
    flow = Flow(setup, quantity(prompt), quantity(output), quantity(1.0), traffic)
    groups = round(number(setup.stages * setup.copies))
    engine, draws = _engine(flow, groups), np.random.default_rng(seed)
    made = list(
        _requests(draws, prompt, output, number(traffic.prompt_spread), number(traffic.output_spread), requests)
    )
    replica, level = Replica(engine), number(setup.level)
    for request, time in zip(made, np.cumsum(draws.exponential(groups / (rate * level), requests)), strict=True):
        replica.send(request, float(time))
    replica.open()
    way = float(magnitude(flow.way, "second"))
    kept = made[requests // 5 :]
    per_token = np.array([(one.finish - one.first) / (one.output - 1) for one in kept])
    first = np.array([one.first - one.arrival for one in kept]) + way + (number(flow.steps) - 0.5) * per_token.mean()
    return Latencies(level * first, level * per_token)


def number(value: Quantity) -> float:
    """Return a plain number."""
    return float(magnitude(value, "1"))


def _engine(flow: Flow, groups: int) -> TabulatedEngine:
    batches = np.unique(np.concatenate((np.arange(0, 33), np.geomspace(33, MOST, 48).round())))
    every = quantity(batches[:, None] * groups)
    host = magnitude(host_time(flow.setup, every), "second")
    plain = magnitude(flow.pass_time(every, NOTHING), "second") + host
    table = np.hstack(
        (
            np.broadcast_to(plain, (len(batches), 1)),
            magnitude(flow.pass_time(every, quantity(TOKENS[None, 1:])), "second") + host,
        )
    )
    software = flow.setup.software
    fits = number(flow.fits)
    held = number(flow.prompt) + number(flow.written) / 2
    return TabulatedEngine(
        carrying=float(magnitude(flow.setup.constants["prompt_overhead"], "second")),
        chunk=number(flow.setup.constants["chunk"]),
        mixes=software.mixes,
        cache=fits * held / groups,
        reserves=False,
        batches=batches,
        table=table,
    )


def _requests(
    draws: np.random.Generator, prompt: float, output: float, prompt_spread: float, output_spread: float, count: int
) -> Iterable[Request]:
    lengths = [
        np.maximum(draws.gamma(1 / spread**2, mean * spread**2, count), 2).round()
        for mean, spread in ((prompt, prompt_spread), (output, output_spread))
    ]
    for one, other in zip(*lengths, strict=True):
        yield Request(float(one), int(other))
