"""Requests of one length moving through a replica: the fixed point of batch and times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from costmodel.performance.formulas import collectives as c
from costmodel.performance.formulas import decoding as d
from costmodel.performance.formulas import preemption
from costmodel.performance.formulas import queueing as q
from costmodel.performance.formulas import serving as f
from costmodel.performance.machine.operator import NOTHING, Rows
from costmodel.performance.machine.setup import ONE, Setup
from costmodel.performance.machine.step import software_latency, step_overhead, step_time
from costmodel.performance.service.admission import Admission
from costmodel.performance.service.prompt_queue import Prompts, Queue
from costmodel.units import Quantity, quantity

ROUNDS = 3
"""Rounds of the fixed point of the batch; a fourth changes results by less than 0.1%."""

NO_TIME = quantity(0.0, "second")


@dataclass(frozen=True)
class Times:
    """Times of a replica at one batch."""

    batch: Quantity
    plain: Quantity
    """A pass that only decodes."""
    carrying: Quantity
    """A pass that carries prompts."""
    share: Quantity
    """Passes with prompts per decode step."""
    interval: Quantity
    """Mean time from one decode step to the next."""
    unpaused: Quantity
    """Mean time between the tokens of a request while it is worked on."""
    per_token: Quantity
    """The same with pauses by preemption."""
    first: Quantity
    """Time to first token without the wait for memory."""
    alone: Quantity
    """The part of it in which the prompt itself is read."""
    queue: Queue
    """The part of it behind other prompts."""
    wait: Quantity = NO_TIME
    """Wait for memory."""


@dataclass(frozen=True)
class Flow(Admission):
    """Requests moving through a replica; those of one mean length, with the spreads of `traffic`."""

    @cached_property
    def drafted(self) -> Quantity:
        """Tokens of a sequence in one pass."""
        draft = self.setup.deployment.draft_tokens
        return ONE if draft is None else d.verified_tokens(draft=draft)

    def solve(self) -> Times:
        """Return the times at the fixed point of the batch."""
        batch = self.admitted
        for _ in range(ROUNDS):
            times = self.times(batch)
            batch = f.steady_batch(
                admitted=self.admitted, output=self.output, per_token=times.unpaused, first=times.first
            )
        wait = preemption.wait_for_memory(
            concurrency=self.concurrency,
            admitted=self.admitted,
            output=self.output,
            per_token=times.unpaused,
            first=times.first,
            rounds=self.traffic.rounds,
            paused=self.paused,
        )
        return replace(times, batch=batch, wait=wait)

    def rows(self, batch: Quantity, prompt: Quantity) -> Rows:
        """Return the rows of a pass of one pipeline stage: its part of the batch, and new tokens of prompts."""
        cached = NOTHING if self.new is self.prompt else self.prompt - self.new
        context = self.prompt + self.written / 2
        met, group = self._met, rows_of_group(self.setup, batch)
        return Rows(group, context, prompt, met, cached, self.drafted, self._filled, self._held_up)

    def pass_time(self, batch: Quantity, prompt: Quantity) -> Quantity:
        """Return the time of a pass of so many sequences and prompt tokens."""
        return step_time(self.setup, self.rows(batch, prompt))

    def host(self, batch: Quantity) -> Quantity:
        """Return the host's time per step, which an engine to compare with may count in its passes."""
        return host_time(self.setup, batch)

    @cached_property
    def way(self) -> Quantity:
        """Time of a request on the way to its first pass."""
        constants, undescribed = self.setup.constants, self.traffic.undescribed
        overhead = constants[self.setup.software.request]
        way = f.request_time(overhead=overhead, text=constants["text_overhead"], prompt=self.prompt)
        if undescribed is None:
            return way
        return f.way_by_client(way=way, client=constants["client_overhead"], undescribed=undescribed)

    @cached_property
    def steps(self) -> Quantity:
        """Steps from the first token until its client sees it."""
        constants, group = self.setup.constants, self.setup.deployment.stream_interval
        steps = constants[self.setup.software.first_steps]
        return steps if group is None else f.steps_until_sent(steps=steps, group=group, share=constants["stream_share"])

    def _taken(self, starts: Quantity) -> Quantity:
        """Return the steps until a request is seen at all, where software does not look at each."""
        deployment = self.setup.deployment
        if deployment.admission_interval is None and deployment.admission_hold is None:
            return NOTHING
        interval, hold = deployment.admission_interval, deployment.admission_hold
        return f.steps_until_taken(interval=_or_none(interval), hold=_or_none(hold), starts=starts)

    @cached_property
    def _met(self) -> Quantity:
        """New tokens of a prompt that is met at a random moment."""
        return q.length_when_met(length=self.new, spread=self.traffic.prompt_spread)

    @cached_property
    def _filled(self) -> Quantity:
        if self.setup.deployment.attention_copies is None:
            return ONE
        return c.filled_share(requests=self.concurrency, copies=self.setup.copies, stages=self.setup.stages)

    @cached_property
    def _held_up(self) -> Quantity:
        setup = self.setup
        if setup.deployment.pipeline_parallel is None:
            return ONE
        requests = self.concurrency / setup.copies
        return c.longest_stage(layers=setup.model.layers, stages=setup.stages, requests=requests)

    @cached_property
    def together(self) -> Quantity:
        """Requests in flight that can wait for one another: those of one group."""
        return q.together(count=rows_of_group(self.setup, self.admitted))

    @cached_property
    def full(self) -> tuple[Quantity, Quantity]:
        """Prompt tokens and time of a pass while prompts wait."""
        tokens = q.full_pass_tokens(prompt=self.new, waiting=self.together, chunk=self.setup.constants["chunk"])
        beside = q.writing_beside(admitted=self.admitted, tokens=tokens, prompt=self.new, output=self.output)
        batch = beside if self.setup.software.mixes else NOTHING
        return tokens, self.pass_time(batch, tokens) + self.setup.constants["prompt_overhead"]

    def burst(self, batch: Quantity) -> Quantity:
        """Return the new prompt tokens of a pass that carries any."""
        starts = f.prompts_per_step(batch=rows_of_group(self.setup, batch), output=self.output)
        return f.prefill_burst(prompt=self.new, starts=starts, chunk=self.setup.constants["chunk"])

    def times(self, batch: Quantity) -> Times:
        """Return the times at one batch."""
        burst, mixes = self.burst(batch), self.setup.software.mixes
        starts = f.prompts_per_step(batch=rows_of_group(self.setup, batch), output=self.output)
        share = f.prefill_share(prompt=self.read, starts=starts, burst=burst)
        plain, carrying = self.pass_time(batch, NOTHING), self.pass_time(batch if mixes else NOTHING, burst)
        overhead, host = self.setup.constants["prompt_overhead"], self.host(batch)
        if mixes:
            share = q.mixed_share(share=share)
            interval = f.mixed_step_interval(
                plain=plain, mixed=carrying, share=share, host=host, prompt_overhead=overhead
            )
        else:
            interval = f.separate_step_interval(
                plain=plain, alone=carrying, share=share, host=host, prompt_overhead=overhead
            )
        alone = f.prompt_time(prompt=self.new, burst=burst, carrying=carrying, prompt_overhead=overhead)
        unpaused = self.per_token(interval, plain)
        queue = self._queue(burst, carrying + overhead, starts, plain + host, interval, unpaused)
        steps = self.steps + self._taken(starts)
        first = f.time_to_first_token(
            prompt_time=alone, wait=queue.mean, interval=interval, steps=steps, request_overhead=self.way
        )
        per_token = preemption.time_with_pauses(interval=unpaused, paused=self.paused)
        return Times(batch, plain, carrying, share, interval, unpaused, per_token, first, alone, queue)

    def _queue(
        self,
        burst: Quantity,
        carrying: Quantity,
        starts: Quantity,
        plain: Quantity,
        interval: Quantity,
        per_token: Quantity,
    ) -> Queue:
        tokens, full = self.full
        return Prompts(
            traffic=self.traffic,
            length=self.read,
            output=self.output,
            together=self.together,
            full_tokens=tokens,
            full_pass=full,
            passes=q.passes_alone(prompt=self.new, burst=burst),
            carrying=carrying,
            starts=starts,
            plain=plain,
            interval=interval,
            per_token=per_token,
            way=self.way,
            mixes=self.setup.software.mixes,
        ).queue()

    def per_token(self, interval: Quantity, plain: Quantity) -> Quantity:
        """Return the mean time between tokens of a sequence, from that between steps: drafts give more than one."""
        deployment = self.setup.deployment
        if deployment.draft_tokens is None:
            return interval
        accepted = d.accepted_tokens(draft=deployment.draft_tokens, acceptance=deployment.need("draft_acceptance"))
        cost = self.setup.constants["draft_cost"]
        return d.time_per_output_token(
            interval=interval, plain=plain, draft=deployment.draft_tokens, draft_cost=cost, accepted=accepted
        )


def _or_none(value: Quantity | None) -> Quantity:
    return NOTHING if value is None else value


def rows_of_group(setup: Setup, batch: Quantity) -> Quantity:
    """Return the sequences of a batch in each pipeline stage and copy of attention that has any."""
    deployment = setup.deployment
    if deployment.pipeline_parallel is None and deployment.attention_copies is None:
        return batch
    return c.rows_of_group(batch=batch, groups=setup.stages * setup.copies)


def host_time(setup: Setup, batch: Quantity) -> Quantity:
    """Return the host's time per step for a batch: each pipeline stage and copy of attention has a part of it."""
    sequence = setup.constants["sequence_overhead"]
    if not setup.streams:
        sequence = sequence * setup.constants["offline_sequence_share"]
    return f.host_time(
        step=step_overhead(setup), sequence=software_latency(setup, sequence), batch=rows_of_group(setup, batch)
    )
