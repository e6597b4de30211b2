"""A second opinion on queueing: continuous batching, event by event, for any time of a step.

It knows nothing of the model under test. A step takes `fixed + per_sequence x batch + per_context x tokens in the cache of
the batch`, and `carrying + per_prompt x tokens` more where it carries prompts. Between events (an arrival, a prompt, an
end, a full cache) steps are taken together, as their sum is known.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Engine:
    """Times of a step in seconds, and how the software schedules."""

    fixed: float = 0.01
    per_sequence: float = 2e-5
    per_context: float = 2e-8
    carrying: float = 0.002
    per_prompt: float = 3e-5
    chunk: float = 8192
    mixes: bool = True
    cache: float = 1e9
    """Tokens that fit."""
    reserves: bool = True
    """Whether the cache of a whole request is set aside at its start; else only its prompt's, and it may be preempted."""


@dataclass
class Request:
    """One request and what became of it."""

    arrival: float
    prompt: float
    output: int
    way: float = 0.0
    """Time on the way to the engine, which counts in the time to first token."""
    unread: float = 0.0
    ends: int = 0
    """Decode step, counted from the start, at which it ends."""
    written: int = 0
    first: float = np.nan
    finish: float = np.nan


@dataclass
class Simulator:
    """One replica; requests come one for one that ends, or at given times."""

    engine: Engine
    now: float = 0.0
    step: int = 0
    waiting: deque[Request] = field(default_factory=deque)
    coming: list[tuple[float, int, Request]] = field(default_factory=list)
    reading: deque[Request] = field(default_factory=deque)
    writing: list[tuple[int, int, Request]] = field(default_factory=list)
    held: float = 0.0
    """Tokens set aside, or in the cache."""
    context: float = 0.0
    """Tokens in the cache of those that write."""
    preempted: int = 0
    batches: float = 0.0

    def closed(self, requests: Iterator[Request], concurrency: int) -> None:
        """Keep so many requests in flight until none are left; all begin at once."""
        for _, request in zip(range(concurrency), requests, strict=False):
            self._send(request)
        while self.coming or self.waiting or self.reading or self.writing:
            for _ in self._advance():
                for request in [one for one in [next(requests, None)] if one is not None]:
                    self._send(request)

    def open(self, requests: list[Request]) -> None:
        """Serve requests that come at their own times."""
        for request in requests:
            self._push(request)
        while self.coming or self.waiting or self.reading or self.writing:
            self._advance()

    def _send(self, request: Request) -> None:
        request.arrival = self.now
        self._push(request)

    def _push(self, request: Request) -> None:
        heapq.heappush(self.coming, (request.arrival + request.way, id(request), request))

    def _advance(self) -> list[Request]:
        """Go on to the next event; return the requests that ended."""
        while self.coming and self.coming[0][0] <= self.now + 1e-12:
            self.waiting.append(heapq.heappop(self.coming)[2])
        self._admit()
        if self.reading:
            return self._read()
        if self.writing:
            return self._write(self._steps())
        self.now = self.coming[0][0]
        return []

    def _admit(self) -> None:
        while self.waiting:
            one = self.waiting[0]
            need = one.prompt + one.output if self.engine.reserves else one.prompt + one.written + 1
            if self.held + need > self.engine.cache and self.held:
                return
            one.unread = one.prompt + one.written
            self.held += need
            self.reading.append(self.waiting.popleft())

    def _read(self) -> list[Request]:
        """Take one step that carries prompts."""
        left, done = self.engine.chunk, []
        while self.reading and left > 0:
            part = min(left, self.reading[0].unread)
            self.reading[0].unread -= part
            left -= part
            if self.reading[0].unread <= 0:
                done.append(self.reading.popleft())
        extra = self.engine.carrying + self.engine.per_prompt * (self.engine.chunk - left)
        ended = self._write(1, extra) if self.engine.mixes else self._pause(extra)
        for one in done:
            one.first = self.now if np.isnan(one.first) else one.first
            one.ends = self.step + one.output - one.written - 1
            self.context += one.prompt + one.written + 1
            heapq.heappush(self.writing, (one.ends, id(one), one))
        return ended + self._finished()

    def _pause(self, extra: float) -> list[Request]:
        self.now += self.engine.fixed + extra
        return []

    def _steps(self) -> int:
        """Return after how many steps something can happen."""
        steps = self.writing[0][0] - self.step
        if self.coming:
            steps = min(steps, max(int((self.coming[0][0] - self.now) / self._seconds()), 1))
        if not self.engine.reserves:
            steps = min(steps, max(int((self.engine.cache - self.held) / len(self.writing)), 1))
        return max(steps, 1)

    def _seconds(self) -> float:
        e = self.engine
        return e.fixed + e.per_sequence * len(self.writing) + e.per_context * self.context

    def _write(self, steps: int, extra: float = 0.0) -> list[Request]:
        """Take so many steps in which all sequences grow by a token."""
        while not self.engine.reserves and self.held + len(self.writing) > self.engine.cache and len(self.writing) > 1:
            self._preempt()
        batch, before = len(self.writing), self.now
        self.now += extra + steps * (self._seconds() + self.engine.per_context * batch * (steps - 1) / 2)
        self.batches += batch * (self.now - before)
        self.step += steps
        self.context += batch * steps
        self.held += 0 if self.engine.reserves else batch * steps
        return self._finished()

    def _preempt(self) -> None:
        """Throw out the newest: its prompt and what it wrote are read again later."""
        place = max(range(len(self.writing)), key=lambda i: self.writing[i][2].arrival)
        one = self.writing[place][2]
        self.writing[place] = self.writing[-1]
        self.writing.pop()
        heapq.heapify(self.writing)
        one.written = one.output - (one.ends - self.step)
        self.context -= one.prompt + one.written
        self.held -= one.prompt + one.written
        self.preempted += 1
        self.waiting.appendleft(one)

    def _finished(self) -> list[Request]:
        ended = []
        while self.writing and self.writing[0][0] <= self.step:
            one = heapq.heappop(self.writing)[2]
            one.finish = self.now
            self.context -= one.prompt + one.output
            self.held -= one.prompt + one.output
            ended.append(one)
        return ended
