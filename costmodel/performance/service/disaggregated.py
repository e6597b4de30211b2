"""Disaggregated serving: some accelerators only read prompts, others only write; the cache moves between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from costmodel.domain.hardware import Accelerator
from costmodel.errors import MissingData
from costmodel.formula.ops import maximum, minimum
from costmodel.performance.formulas import disaggregated as f
from costmodel.performance.formulas import offline as o
from costmodel.performance.formulas import percentiles as p
from costmodel.performance.formulas import serving as s
from costmodel.performance.machine.memory import cache_of_request
from costmodel.performance.machine.operator import NOTHING
from costmodel.performance.machine.setup import ONE, Setup
from costmodel.performance.machine.step import step_time
from costmodel.performance.service.flow import Flow, host_time
from costmodel.performance.service.latency import normal_score
from costmodel.performance.service.traffic import Traffic, usual_traffic
from costmodel.units import Quantity, quantity

LOAD = 0.8
"""Share of time in which reading replicas are busy, if it is not asked otherwise."""

BUSIEST = 0.95
"""Reading replicas that are busy for a larger share of the time fall behind: their queue has no end in sight."""


@dataclass(frozen=True)
class Reader:
    """A replica that reads prompts, one at a time in each of its pipeline stages and copies of attention.

    Short prompts are not read together, as some software does: for those, the answer is on the slow side.
    """

    setup: Setup
    prompt: Quantity
    output: Quantity
    traffic: Traffic

    @cached_property
    def prompt_time(self) -> Quantity:
        """Time in which one prompt passes through, from its start."""
        flow = Flow(self.setup, self.prompt, self.output, ONE, self.traffic)
        burst = o.batch_burst(batch=ONE, prompt=flow.new, chunk=self.setup.constants["chunk"])
        return s.prompt_time(
            prompt=flow.new,
            burst=burst,
            carrying=step_time(self.setup, flow.rows(NOTHING, burst)),
            prompt_overhead=self.setup.constants["prompt_overhead"],
        )

    @property
    def groups(self) -> Quantity:
        """Prompts that are read side by side."""
        return self.setup.stages * self.setup.copies

    @property
    def sent(self) -> Quantity:
        """Bytes of a prompt's cache on each accelerator that holds a part of it."""
        return cache_of_request(self.setup, self.prompt) * self.setup.copies


@dataclass(frozen=True)
class Writer:
    """A replica that writes answers, with `batch` of them at a time."""

    setup: Setup
    prompt: Quantity
    output: Quantity
    batch: Quantity
    traffic: Traffic

    @cached_property
    def flow(self) -> Flow:
        """The answers that are written."""
        return Flow(self.setup, self.prompt, self.output, self.batch, self.traffic)

    @cached_property
    def per_token(self) -> Quantity:
        """Mean time between tokens of an answer: no step carries prompts."""
        step = self.flow.pass_time(self.batch, NOTHING)
        return self.flow.per_token(step + host_time(self.flow.setup, self.batch), step)

    @property
    def received(self) -> Quantity:
        """Bytes of a prompt's cache on each accelerator that gets a part of it."""
        return cache_of_request(self.setup, self.prompt) * self.setup.copies


@dataclass(frozen=True)
class Disaggregated:
    """What a writing replica and its share of reading replicas do."""

    reader: Reader
    writer: Writer
    readers: Quantity
    """Reading replicas for each writing replica."""
    bandwidth: Quantity
    """One-way bandwidth of the network at one accelerator, over which caches move."""

    @cached_property
    def transfer(self) -> Quantity:
        """Time in which the cache of a prompt moves: as the end with the larger parts sends or receives them."""
        most = maximum(self.reader.sent, self.writer.received)
        return f.cache_transfer_time(cache=most, bandwidth=self.bandwidth)

    @cached_property
    def interval(self) -> Quantity:
        """Time after which a reading replica takes the next prompt."""
        reader = self.reader
        return f.reading_interval(prompt_time=reader.prompt_time, groups=reader.groups, transfer=self.transfer)

    @cached_property
    def load(self) -> Quantity:
        """Share of time in which reading replicas are busy; at one or above they fall behind."""
        writer = self.writer
        return f.reading_load(
            batch=writer.batch,
            output=writer.output,
            per_token=writer.per_token,
            interval=self.interval,
            readers=self.readers,
        )

    @cached_property
    def queue(self) -> Quantity:
        """Mean wait of a prompt behind others; without meaning where reading replicas fall behind."""
        traffic = self.reader.traffic
        return f.reading_queue(
            interval=self.interval,
            load=minimum(self.load, BUSIEST),
            arrival_spread=traffic.arrival_spread,
            spread=traffic.prompt_spread,
        )

    @property
    def request_overhead(self) -> Quantity:
        """Time of host and network for each request."""
        return self.writer.flow.way

    @property
    def first_steps(self) -> Quantity:
        """Time of the steps until the client sees the first token."""
        return self.writer.flow.steps * self.writer.per_token

    @cached_property
    def time_to_first_token(self) -> Quantity:
        """Mean wait for the first token."""
        return s.time_to_first_token(
            prompt_time=f.reading_and_moving(prompt_time=self.reader.prompt_time, transfer=self.transfer),
            wait=self.queue,
            interval=self.writer.per_token,
            steps=self.writer.flow.steps,
            request_overhead=self.request_overhead,
        )

    @property
    def time_per_output_token(self) -> Quantity:
        """Mean time between tokens."""
        return s.time_between_tokens(per_token=self.writer.per_token, output=self.writer.flow.output)

    @property
    def user_rate(self) -> Quantity:
        """Output tokens per second that one user sees."""
        return s.user_rate(
            per_token=self.time_per_output_token, first=self.time_to_first_token, output=self.writer.flow.output
        )

    @cached_property
    def output_rate(self) -> Quantity:
        """Output tokens per second and accelerator, reading ones counted."""
        return f.output_rate_of_all(
            batch=self.writer.batch,
            per_token=self.writer.per_token,
            writers=self.writer.setup.replica,
            readers=self.readers,
            reader=self.reader.setup.replica,
        )

    def first_token_percentile(self, share: float) -> Quantity:
        """Return the time to first token that a share of requests stays under; see `formulas/percentiles.py`."""
        alone, fixed = self.reader.prompt_time, self.reader.setup.constants["prompt_overhead"]
        mean = self.queue + alone
        waiting = p.wait_deviation(wait=self.queue, load=p.waiting_share(load=self.load))
        reading = p.reading_deviation(alone=alone, plain=fixed, spread=self.reader.traffic.prompt_spread)
        deviation = p.both_deviations(first=waiting, second=reading)
        later = p.log_normal_percentile(mean=mean, deviation=deviation, score=normal_score(share))
        return p.first_token_percentile(fixed=self.time_to_first_token - mean, later=later, burst=0 * later)


def serve_disaggregated(
    reading: Setup,
    writing: Setup,
    prompt: Quantity,
    output: Quantity,
    batch: Quantity,
    *,
    readers: Quantity | None = None,
    load: float = LOAD,
    bandwidth: Quantity | None = None,
    traffic: Traffic | None = None,
) -> Disaggregated:
    """Return the steady state with `batch` answers on each writing replica, and `readers` reading replicas for it.

    Without `readers` there are as many as are busy for the share `load` of the time. The cache of a prompt moves over
    the scale-out network, or links of the `bandwidth` given. Lengths and arrivals differ as `traffic` says; as usual,
    if it is not given.
    """
    came = traffic or usual_traffic(writing.constants)
    reader, writer = Reader(reading, prompt, output, came), Writer(writing, prompt, output, batch, came)
    links = transfer_bandwidth(writing.accelerator) if bandwidth is None else bandwidth
    if readers is not None:
        return Disaggregated(reader, writer, readers, links)
    interval = Disaggregated(reader, writer, ONE, links).interval
    needed = f.readers_per_writer(
        batch=batch, output=output, per_token=writer.per_token, interval=interval, load=quantity(load)
    )
    return Disaggregated(reader, writer, needed, links)


def transfer_bandwidth(accelerator: Accelerator) -> Quantity:
    """Return the one-way bandwidth of the network at one accelerator."""
    if accelerator.scale_out_bandwidth_one_way is None:
        msg = (
            f"{accelerator.id} gives no scale-out bandwidth, over which caches move: add it to "
            f"{accelerator.place or accelerator.id}, or give a bandwidth (--transfer-bandwidth)"
        )
        raise MissingData(msg)
    return accelerator.scale_out_bandwidth_one_way
