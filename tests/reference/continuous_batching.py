"""A second opinion on queueing: continuous batching event by event, for any time of a step; it imports nothing of ours.

A step takes `fixed + per_sequence x batch + per_context x tokens in the cache of the batch`, and with prompts in it
`carrying + per_prompt x tokens` more. Steps between two events (an arrival, a prompt, an end, a full cache) are taken
together, as their sum is known.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

SOON = 1e-12


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
    """Whether the cache of a whole request is set aside at its start; else its prompt's, and it may be preempted."""

    def plain(self, batch: int, context: float) -> float:
        """Return the time of a step without prompts."""
        return self.fixed + self.per_sequence * batch + self.per_context * context

    def added(self, batch: int, tokens: float) -> float:
        """Return by how much so many tokens of prompts make a step of a batch longer: here, of any batch."""
        del batch
        return self.carrying + self.per_prompt * tokens

    def alone(self, tokens: float) -> float:
        """Return the time of a step of nothing but prompts, while decoding pauses."""
        return self.fixed + self.added(0, tokens)


@dataclass(eq=False)
class Request:
    """One request and what became of it."""

    prompt: float
    output: int
    way: float = 0.0
    """Time on its way to the engine, which counts in the time to first token."""
    arrival: float = 0.0
    number: int = 0
    """Place in the order in which requests were sent: which of equals comes first."""
    unread: float = 0.0
    ends: int = 0
    """Number of the step at which it ends."""
    written: int = 0
    first: float = 0.0
    finish: float = 0.0


@dataclass
class Replica:
    """One replica, and the requests on it."""

    engine: Engine
    now: float = 0.0
    step: int = 0
    coming: list[tuple[float, int, Request]] = field(default_factory=list)
    waiting: deque[Request] = field(default_factory=deque)
    reading: deque[Request] = field(default_factory=deque)
    writing: list[tuple[int, int, Request]] = field(default_factory=list)
    held: float = 0.0
    """Tokens set aside or in the cache."""
    context: float = 0.0
    """Tokens in the cache of those that write."""
    sent: int = 0
    preemptions: int = 0
    busy: float = 0.0
    """Sequences that write, times seconds."""

    def closed(self, requests: Iterator[Request], concurrency: int) -> None:
        """Begin so many requests at once, and another for each that ends."""
        for request in islice(requests, concurrency):
            self.send(request, self.now)
        while self.coming or self.waiting or self.reading or self.writing:
            for request in islice(requests, len(self.advance())):
                self.send(request, self.now)

    def open(self) -> None:
        """Serve the requests that were sent."""
        while self.coming or self.waiting or self.reading or self.writing:
            self.advance()

    def send(self, request: Request, arrival: float) -> None:
        """Let a request come at a time."""
        request.arrival, request.number = arrival, self.sent
        self.sent += 1
        heapq.heappush(self.coming, (arrival + request.way, request.number, request))

    def advance(self) -> list[Request]:
        """Go on to the next event; return the requests that ended."""
        while self.coming and self.coming[0][0] <= self.now + SOON:
            self.waiting.append(heapq.heappop(self.coming)[2])
        while self.waiting and (not self.held or self.held + self._need(self.waiting[0]) <= self.engine.cache):
            one = self.waiting.popleft()
            one.unread = one.prompt + one.written
            self.held += self._need(one)
            self.reading.append(one)
        if self.reading:
            return self._read()
        if self.writing:
            return self._write(self._steps())
        self.now = self.coming[0][0]
        return []

    def _need(self, one: Request) -> float:
        return one.prompt + (one.output if self.engine.reserves else one.written + 1)

    def _read(self) -> list[Request]:
        """Take a step that carries prompts, the oldest first; without mixing, decoding pauses."""
        left, done = self.engine.chunk, []
        while self.reading and left > 0:
            part = min(left, self.reading[0].unread)
            self.reading[0].unread -= part
            left -= part
            if self.reading[0].unread <= 0:
                done.append(self.reading.popleft())
        read = self.engine.chunk - left
        self.now += 0.0 if self.engine.mixes else self.engine.alone(read)
        ended = self._write(1, self.engine.added(len(self.writing), read)) if self.engine.mixes else []
        for one in done:
            one.first, one.written = one.first or self.now, one.written + 1
            one.ends = self.step + one.output - one.written
            self.context += one.prompt + one.written
            heapq.heappush(self.writing, (one.ends, one.number, one))
        return ended + self._ended()

    def _steps(self) -> int:
        """Return after how many steps something can happen."""
        limits = [float(self.writing[0][0] - self.step)]
        if self.coming:
            limits.append((self.coming[0][0] - self.now) / self._seconds())
        if not self.engine.reserves:
            limits.append((self.engine.cache - self.held) / len(self.writing))
        return max(int(min(limits)), 1)

    def _seconds(self) -> float:
        return self.engine.plain(len(self.writing), self.context)

    def _write(self, steps: int, extra: float = 0.0) -> list[Request]:
        """Take steps in which every sequence grows by a token."""
        while not self.engine.reserves and self.held + len(self.writing) > self.engine.cache and len(self.writing) > 1:
            self._preempt()
        batch = len(self.writing)
        time = extra + steps * (self._seconds() + self.engine.per_context * batch * (steps - 1) / 2)
        self.now, self.step, self.busy = self.now + time, self.step + steps, self.busy + batch * time
        self.context += batch * steps
        self.held += 0 if self.engine.reserves else batch * steps
        return self._ended()

    def _preempt(self) -> None:
        """Throw out the newest, which comes next: its prompt and what it wrote are read again."""
        place = max(self.writing, key=lambda entry: entry[2].arrival)
        self.writing.remove(place)
        heapq.heapify(self.writing)
        one = place[2]
        one.written = one.output - (one.ends - self.step)
        self._leave(one.prompt + one.written)
        self.preemptions += 1
        self.waiting.appendleft(one)

    def _ended(self) -> list[Request]:
        ended = []
        while self.writing and self.writing[0][0] <= self.step:
            one = heapq.heappop(self.writing)[2]
            one.finish = self.now
            self._leave(one.prompt + one.output)
            ended.append(one)
        return ended

    def _leave(self, tokens: float) -> None:
        self.context -= tokens
        self.held -= tokens
