"""A replica step by step, with requests that come at random: what closed forms of a queue round off.

Each step takes the time model's own time for its batch and its tokens of prompts. The oldest requests begin first, each
once the cache of the whole of it fits; pipeline stages and copies of attention share the arrivals at random.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from math import ceil, inf

import numpy as np
import numpy.typing as npt

from costmodel.performance.machine.operator import NOTHING
from costmodel.performance.service.flow import Flow, host_time
from costmodel.performance.service.trace import Trace
from costmodel.units import Quantity, magnitude, quantity

Array = npt.NDArray[np.float64]
POINTS = 24
"""Counts of prompt tokens in a pass for which its time is computed; between them it is taken as linear."""
SMALL, LARGE = 64, 2048
"""Sequences of a group up to which the time of every batch is computed, and of the largest."""
SETTLING = 5
"""One part in so many of the requests, the first ones, is not counted: the replica is still empty."""


ALIKE = 1e-3
"""A spread below which lengths are taken as equal."""


@dataclass(frozen=True)
class Seen:
    """What requests saw, in seconds."""

    time_to_first_token: Array
    time_per_output_token: Array
    """Not a number for an answer of one token."""

    def at(self, latency: str, share: float | None) -> float:
        """Return a latency on average, or that which a share of the requests stays under; nothing where none has it."""
        times: Array = getattr(self, latency)
        known = times[~np.isnan(times)]
        if not len(known):
            return 0.0
        return float(known.mean() if share is None else np.quantile(known, share))


@dataclass(frozen=True)
class StepTimes:
    """Seconds of a step of one group, by sequences that write and by tokens of prompts."""

    batches: Sequence[float]
    tokens: Sequence[float]
    table: Sequence[Sequence[float]]
    overhead: float
    """Of a step with prompts."""

    def step(self, batch: int, tokens: float) -> float:
        """Return the time of a step."""
        high = min(bisect_right(self.batches, batch), len(self.batches) - 1)
        low, part = high - 1, _part(self.batches, high, batch)
        time = (1 - part) * self._read(low, tokens) + part * self._read(high, tokens)
        return time + (self.overhead if tokens else 0.0)

    def _read(self, row: int, tokens: float) -> float:
        high = min(bisect_right(self.tokens, tokens), len(self.tokens) - 1)
        part, times = _part(self.tokens, high, tokens), self.table[row]
        return (1 - part) * times[high - 1] + part * times[high]


def _part(points: Sequence[float], high: int, value: float) -> float:
    return (value - points[high - 1]) / (points[high] - points[high - 1])


@dataclass
class _Group:
    """One group of a replica and its requests, each a place in the arrays."""

    times: StepTimes
    chunk: float
    cache: float
    mixes: bool
    arrivals: Sequence[float]
    prompts: Sequence[float]
    """Tokens that are read."""
    outputs: Sequence[float]
    places: Sequence[float]
    """Tokens whose cache each holds."""
    waiting: deque[int] = field(default_factory=deque)
    reading: deque[int] = field(default_factory=deque)
    writing: list[tuple[int, int]] = field(default_factory=list)
    held: float = 0.0

    def run(self) -> tuple[Array, Array]:
        """Return the times at which the first and the last token of each request are written."""
        count = len(self.arrivals)
        first, last, unread = np.zeros(count), np.zeros(count), list(self.prompts)
        now, step, coming, ended = 0.0, 0, 0, 0
        while ended < count:
            while coming < count and self.arrivals[coming] <= now:
                self.waiting.append(coming)
                coming += 1
            self._begin()
            if not self.reading and not self.writing:
                now = self.arrivals[coming]
                continue
            tokens, done = self._read(unread)
            pauses = bool(tokens) and not self.mixes
            time = self.times.step(0 if pauses else len(self.writing), tokens)
            alike = 1 if tokens else self._alike(step, time, self.arrivals[coming] - now if coming < count else inf)
            now += alike * time
            step += 0 if pauses else alike
            for one in done:
                first[one] = now
                heapq.heappush(self.writing, (step + int(self.outputs[one]) - 1, one))
            while self.writing and self.writing[0][0] <= step:
                one = heapq.heappop(self.writing)[1]
                last[one], ended = now, ended + 1
                self.held -= self.places[one]
        return first, last

    def _alike(self, step: int, time: float, until: float) -> int:
        """Return how many steps like this follow one another: until a request ends, or the next one comes."""
        ends = self.writing[0][0] - step
        return ends if until >= ends * time else max(ceil(until / time), 1)

    def _begin(self) -> None:
        """Let the oldest begin whose cache fits; one that fits nowhere begins alone."""
        while self.waiting:
            need = self.places[self.waiting[0]]
            if (self.reading or self.writing) and self.held + need > self.cache:
                return
            self.held += need
            self.reading.append(self.waiting.popleft())

    def _read(self, unread: list[float]) -> tuple[float, list[int]]:
        """Return the prompt tokens of a step, the oldest prompts first, and the prompts that it ends."""
        left, done = self.chunk, []
        while self.reading and left > 0:
            one = self.reading[0]
            part = min(left, unread[one])
            unread[one] -= part
            left -= part
            if unread[one] <= 0:
                done.append(self.reading.popleft())
        return self.chunk - left, done


def step_times(flow: Flow) -> StepTimes:
    """Return the times of the steps of a replica, tabulated."""
    setup, groups = flow.setup, _groups(flow)
    batches = np.unique(np.concatenate((np.arange(SMALL), np.geomspace(SMALL, LARGE, SMALL // 2).round())))
    chunk = _number(setup.constants["chunk"])
    tokens = np.concatenate(([0.0], np.geomspace(1, chunk, POINTS)))
    every = quantity(batches[:, None] * groups)
    host = magnitude(host_time(flow.setup, every), "second")
    plain = magnitude(flow.pass_time(every, NOTHING), "second") + host
    carrying = magnitude(flow.pass_time(every, quantity(tokens[None, 1:])), "second") + host
    table = np.hstack((np.broadcast_to(plain, (len(batches), 1)), carrying))
    overhead = float(magnitude(setup.constants["prompt_overhead"], "second"))
    return StepTimes(batches.tolist(), tokens.tolist(), table.tolist(), overhead)


def simulate(flow: Flow, times: StepTimes, rate: float, requests: int, seed: int = 1) -> Seen:
    """Return what requests see that come at random at a replica, so many per second, with the spreads of the traffic.

    Lengths are of a gamma distribution; the result rests on `seed` alone.
    """
    draws, traffic = np.random.default_rng(seed), flow.traffic
    prompts = _lengths(draws, _number(flow.new), _number(traffic.prompt_spread), requests)
    output = _number(flow.output)
    alone = output <= 1  # answers of one token on average are all of one
    outputs = np.ones(requests) if alone else _lengths(draws, output, _number(traffic.output_spread), requests)
    gaps = _lengths(draws, 1.0, _number(traffic.arrival_spread), requests, least=0.0)
    seen = _run(flow, times, np.cumsum(gaps) * _groups(flow) / rate, prompts, outputs, prompts)
    kept = slice(requests // SETTLING, None)
    return Seen(seen.time_to_first_token[kept], seen.time_per_output_token[kept])


def replay(flow: Flow, times: StepTimes, trace: Trace, seed: int = 1) -> Seen:
    """Return what each request of a trace sees at a replica, whose stages and copies share them at random."""
    groups = round(_groups(flow))
    of_group = np.random.default_rng(seed).integers(groups, size=len(trace))
    first, each = np.zeros(len(trace)), np.zeros(len(trace))
    for group in np.unique(of_group):
        kept = of_group == group
        part = trace.part(kept)
        seen = _run(flow, times, part.arrivals, part.prompts - part.cached, part.outputs, part.prompts)
        first[kept], each[kept] = seen.time_to_first_token, seen.time_per_output_token
    return Seen(first, each)


def seen_by_all(parts: Sequence[Seen]) -> Seen:
    """Return what the requests of several replicas saw, together."""
    return Seen(*(np.concatenate([getattr(one, part.name) for one in parts]) for part in fields(Seen)))


def _run(flow: Flow, times: StepTimes, arrivals: Array, read: Array, outputs: Array, prompts: Array) -> Seen:
    """Return what requests see that come at given seconds at one group of a replica."""
    level, written = _number(flow.setup.level), outputs.round()
    came = arrivals / level  # all times are so many times those of the steps: the clock runs slower
    # Tokens that the cache holds: of as many requests as fit, at their mean length while they are written.
    cache = _number(flow.fits) * (_number(flow.prompt) + _number(flow.written) / 2) / _groups(flow)
    chunk, mixes = _number(flow.setup.constants["chunk"]), flow.setup.software.mixes
    each = (one.tolist() for one in (came, read, written, prompts + written))
    first, last = _Group(times, chunk, cache, mixes, *each).run()
    per_token = np.where(written > 1, (last - first) / np.maximum(written - 1, 1), np.nan)
    step = 0.0 if np.isnan(per_token).all() else np.nanmean(per_token)
    later = float(magnitude(flow.way, "second")) + max(_number(flow.steps) - 0.5, 0.0) * step
    return Seen(level * _number(flow.setup.first_level) * (first - came + later), level * per_token)


def _groups(flow: Flow) -> float:
    """Return the stages and copies of a replica, each of which has sequences of its own in a step."""
    return _number(flow.setup.stages * flow.setup.copies)


def _lengths(draws: np.random.Generator, mean: float, spread: float, count: int, least: float = 2.0) -> Array:
    if spread < ALIKE:
        return np.full(count, max(mean, least))
    return np.maximum(draws.gamma(1 / spread**2, mean * spread**2, count), least)


def _number(value: Quantity) -> float:
    return float(magnitude(value, "1"))
