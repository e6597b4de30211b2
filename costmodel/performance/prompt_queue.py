"""How long a prompt waits behind others, before its own is read."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.performance.formulas import queueing as q
from costmodel.performance.traffic import Traffic
from costmodel.units import Quantity


@dataclass(frozen=True)
class Queue:
    """Waits of a prompt behind others."""

    service: Quantity
    """Time of each of many waiting prompts."""
    burst: Quantity
    """Mean wait in a burst at the start."""
    later: Quantity
    """Mean wait after that."""
    load: Quantity
    """Share of time in which prompts are read: the probability of having to wait."""
    mean: Quantity
    """Mean wait over the run."""


@dataclass(frozen=True)
class Prompts:
    """What a queue of prompts depends on."""

    traffic: Traffic
    length: Quantity
    """Tokens that are read for a request."""
    output: Quantity
    together: Quantity
    """Requests that can wait for one another."""
    full_tokens: Quantity
    full_pass: Quantity
    """Prompt tokens and time of a pass while many prompts wait."""
    alone: Quantity
    """Time of a prompt that need not wait."""
    starts: Quantity
    """Prompts begun per decode step."""
    plain: Quantity
    """Decode step without prompts."""
    per_token: Quantity
    """Mean time between tokens."""
    way: Quantity
    """Time of a request on the way to its first pass."""
    busiest: Quantity
    """Load up to which an open queue is computed."""
    mixes: bool
    """Whether decoding goes on while prompts are read."""

    def queue(self) -> Queue:
        """Return the waits."""
        service = q.service_time(prompt=self.length, full_pass=self.full_pass, tokens=self.full_tokens)
        burst = q.burst_wait(service=service, waiting=self.together, full_pass=self.full_pass, alone=self.alone)
        rate = q.prompt_rate(starts=self.starts, per_token=self.per_token)
        later = self._open(service, rate) if self.traffic.open else self._closed(service)
        load = q.prompt_load(rate=rate, service=service)
        mean = q.mean_wait(burst=burst, later=later, rounds=self.traffic.rounds)
        return Queue(service, burst, later, load, mean)

    def _open(self, service: Quantity, rate: Quantity) -> Quantity:
        return q.open_wait(
            rate=rate,
            service=service,
            alone=self.alone,
            arrival_spread=self.traffic.arrival_spread,
            spread=self.traffic.prompt_spread,
            busiest=self.busiest,
        )

    def _closed(self, service: Quantity) -> Quantity:
        writing = q.writing_time(output=self.output, per_token=self.per_token)
        period = q.arrivals_period(
            writing=writing,
            service=service,
            waiting=self.together,
            spread=self.traffic.output_spread,
            rounds=self.traffic.rounds,
        )
        wait = q.closed_wait(
            waiting=self.together, service=service, alone=self.alone, period=period, spread=self.traffic.prompt_spread
        )
        if self.mixes:
            return wait
        meeting = q.meeting_prompts(
            starts=self.starts, writing=writing, period=period, alone=self.alone, plain=self.plain, way=self.way
        )
        return q.paused_wait(wait=wait, service=service, meeting=meeting)
