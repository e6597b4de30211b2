"""Requests of one length moving through a replica: the fixed point of batch and times."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from costmodel.performance.formulas import collectives as c
from costmodel.performance.formulas import decoding as d
from costmodel.performance.formulas import serving as f
from costmodel.performance.memory import requests_that_fit
from costmodel.performance.operators import NOTHING, Rows
from costmodel.performance.setup import ONE, Setup
from costmodel.performance.step import software_latency, step_overhead, step_time
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
    per_token: Quantity
    first: Quantity
    """Time to first token without the wait for memory."""
    queue: Quantity
    """The part of it behind other prompts."""
    wait: Quantity = NO_TIME
    """Wait for memory."""


@dataclass(frozen=True)
class Flow:
    """Requests of one length moving through a replica."""

    setup: Setup
    prompt: Quantity
    output: Quantity
    concurrency: Quantity

    @cached_property
    def fits(self) -> Quantity:
        """Requests whose cache fits in the replica."""
        return requests_that_fit(self.setup, self.prompt, self.output)

    @cached_property
    def admitted(self) -> Quantity:
        """Requests that are worked on."""
        return f.admitted(concurrency=self.concurrency, fits=self.fits)

    @cached_property
    def new(self) -> Quantity:
        """Tokens of a prompt that are not in the prefix cache."""
        share = self.setup.deployment.cached_prompt_share
        return self.prompt if share is None else f.new_tokens(prompt=self.prompt, cached_share=share)

    @cached_property
    def drafted(self) -> Quantity:
        """Tokens of a sequence in one pass."""
        draft = self.setup.deployment.draft_tokens
        return ONE if draft is None else d.verified_tokens(draft=draft)

    def solve(self) -> Times:
        """Return the times at the fixed point of the batch."""
        batch = f.admitted(concurrency=self.concurrency, fits=self.fits)
        for _ in range(ROUNDS):
            times = self.times(batch)
            batch = f.steady_batch(
                admitted=self.admitted, output=self.output, per_token=times.per_token, first=times.first
            )
        wait = f.wait_for_admission(
            concurrency=self.concurrency,
            admitted=self.admitted,
            output=self.output,
            per_token=times.per_token,
            first=times.first,
            share=self.setup.constants["waiting_share"],
        )
        return Times(**{**vars(times), "batch": batch, "wait": wait})

    def rows(self, batch: Quantity, prompt: Quantity) -> Rows:
        """Return the rows of a pass of one pipeline stage: its part of the batch, and new tokens of prompts."""
        cached = NOTHING if self.new is self.prompt else self.prompt - self.new
        context = self.prompt + self.output / 2
        return Rows(self.each(batch), context, prompt, self.new, cached, self.drafted, self._filled, self._held_up)

    def each(self, batch: Quantity) -> Quantity:
        """Return the sequences of a batch in each pipeline stage and copy of attention that has any."""
        return _each(self.setup, batch)

    @property
    def _filled(self) -> Quantity:
        if self.setup.deployment.attention_copies is None:
            return ONE
        return c.filled_share(requests=self.concurrency, copies=self.setup.copies, stages=self.setup.stages)

    @property
    def _held_up(self) -> Quantity:
        setup = self.setup
        if setup.deployment.pipeline_parallel is None:
            return ONE
        requests = self.concurrency / setup.copies
        return c.longest_stage(layers=setup.model.layers, stages=setup.stages, requests=requests)

    def burst(self, batch: Quantity) -> Quantity:
        """Return the new prompt tokens of a pass that carries any."""
        starts = f.prompts_per_step(batch=self.each(batch), output=self.output)
        return f.prefill_burst(prompt=self.new, starts=starts, chunk=self.setup.constants["chunk"])

    def times(self, batch: Quantity) -> Times:
        """Return the times at one batch."""
        setup = self.setup
        burst, mixes = self.burst(batch), setup.software.mixes
        starts = f.prompts_per_step(batch=self.each(batch), output=self.output)
        share = f.prefill_share(prompt=self.new, starts=starts, burst=burst)
        plain = step_time(setup, self.rows(batch, NOTHING))
        carrying = step_time(setup, self.rows(batch if mixes else NOTHING, burst))
        overhead = setup.constants["prompt_overhead"]
        host = host_time(setup, batch)
        if mixes:
            interval = f.mixed_step_interval(
                plain=plain, mixed=carrying, share=share, host=host, prompt_overhead=overhead
            )
        else:
            interval = f.separate_step_interval(
                plain=plain, alone=carrying, share=share, host=host, prompt_overhead=overhead
            )
        alone = f.prompt_time(prompt=self.new, burst=burst, carrying=carrying, prompt_overhead=overhead)
        queue = f.queue_time(prompt_time=alone, ahead=self._ahead(share, carrying, interval))
        first = f.time_to_first_token(
            prompt_time=alone, queue=queue, interval=interval, request_overhead=_request_overhead(setup)
        )
        return Times(batch, plain, carrying, share, interval, self.per_token(interval, plain), first, queue)

    def _ahead(self, share: Quantity, carrying: Quantity, interval: Quantity) -> Quantity:
        constants = self.setup.constants
        return f.prompts_ahead(
            depth=constants["queue_depth"],
            slope=constants["queue_slope"],
            busy=f.busy_share(share=share, carrying=carrying, interval=interval),
            admitted=self.each(self.admitted),
            together=constants["queue_together"],
        )

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


def _each(setup: Setup, batch: Quantity) -> Quantity:
    deployment = setup.deployment
    if deployment.pipeline_parallel is None and deployment.attention_copies is None:
        return batch
    return c.rows_of_group(batch=batch, groups=setup.stages * setup.copies)


def host_time(setup: Setup, batch: Quantity) -> Quantity:
    """Return the host's time per step for a batch: each pipeline stage and copy of attention has a part of it."""
    sequence = setup.constants["sequence_overhead"]
    if not setup.software.streams:
        sequence = sequence * setup.constants["offline_sequence_share"]
    return f.host_time(step=step_overhead(setup), sequence=software_latency(setup, sequence), batch=_each(setup, batch))


def _request_overhead(setup: Setup) -> Quantity:
    return setup.constants[setup.software.request]
