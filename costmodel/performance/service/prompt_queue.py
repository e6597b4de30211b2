"""How long a prompt waits behind others, before its own is read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from costmodel.performance.formulas import queueing as q
from costmodel.performance.service.traffic import Traffic
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
    """Share of time in which prompts are read."""
    waits: Quantity
    """Probability of having to wait: higher where requests end together, and others follow them together."""
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
    passes: Quantity
    carrying: Quantity
    """Passes of a prompt that need not wait, and the time of each."""
    starts: Quantity
    """Prompts begun per decode step."""
    plain: Quantity
    interval: Quantity
    """Time of a decode step without prompts, and the mean time of one."""
    per_token: Quantity
    """Mean time between the tokens of a request."""
    way: Quantity
    """Time of a request on the way to its first pass."""
    mixes: bool
    """Whether decoding goes on while prompts are read."""

    @cached_property
    def alone(self) -> Quantity:
        """Time of a prompt that need not wait."""
        return q.time_alone(passes=self.passes, carrying=self.carrying)

    @cached_property
    def service_passes(self) -> Quantity:
        """Passes of each of many waiting prompts."""
        return q.service_passes(prompt=self.length, tokens=self.full_tokens)

    @cached_property
    def service(self) -> Quantity:
        """Time of each of many waiting prompts."""
        return q.service_time(passes=self.service_passes, full_pass=self.full_pass)

    @cached_property
    def writing(self) -> Quantity:
        """Time in which a request is written."""
        return q.writing_time(output=self.output, per_token=self.per_token)

    @cached_property
    def rate(self) -> Quantity:
        """Prompts per second."""
        return q.prompt_rate(starts=self.starts, per_token=self.per_token)

    @cached_property
    def load(self) -> Quantity:
        """Share of time in which prompts are read."""
        return q.prompt_load(rate=self.rate, alone=self.alone)

    def queue(self) -> Queue:
        """Return the waits."""
        burst = q.burst_wait(service=self.service, waiting=self.together, full_pass=self.full_pass, alone=self.alone)
        crowding = self._crowding
        wait = self._open() if self.traffic.open else self._closed(crowding)
        later = q.wait_of_all(wait=wait, waiting=self.together, service=self.service, writing=self.writing)
        waits = self.load if self.traffic.open else q.crowded_load(load=self.load, crowding=crowding)
        mean = q.mean_wait(burst=burst, later=later, rounds=self.traffic.rounds)
        return Queue(self.service, burst, later, self.load, waits, mean)

    def _open(self) -> Quantity:
        return q.open_wait(
            rate=self.rate,
            service=self.service,
            alone=self.alone,
            arrival_spread=self.traffic.arrival_spread,
            spread=self.traffic.prompt_spread,
            waiting=self.together,
        )

    @cached_property
    def _period(self) -> Quantity:
        return q.arrivals_period(
            writing=self.writing,
            service=self.service,
            waiting=self.together,
            spread=self.traffic.output_spread,
            rounds=self.traffic.rounds,
        )

    @property
    def _crowding(self) -> Quantity:
        return q.crowding(writing=self.writing, period=self._period)

    def _closed(self, crowding: Quantity) -> Quantity:
        return self._mixed(self._period, crowding) if self.mixes else self._separate(crowding)

    def _mixed(self, period: Quantity, crowding: Quantity) -> Quantity:
        passes = q.passes_waited(
            waiting=self.together,
            service=self.service_passes,
            alone=self.passes,
            period=q.steps_in(time=period, interval=self.interval),
            spread=self.traffic.prompt_spread,
        )
        running = q.running_wait(
            share=q.carrying_steps(starts=self.starts, passes=self.passes, crowding=crowding),
            load=q.crowded_load(load=self.load, crowding=crowding),
            carrying=self.carrying,
            way=self.way,
        )
        return q.mixed_wait(passes=passes, carrying=self.carrying, running=running)

    def _separate(self, crowding: Quantity) -> Quantity:
        meeting = q.meeting_prompts(
            starts=self.starts, crowding=crowding, alone=self.alone, plain=self.plain, way=self.way
        )
        return q.paused_wait(service=self.service, meeting=meeting, waiting=self.together)
