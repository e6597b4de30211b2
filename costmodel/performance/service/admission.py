"""Which requests are worked on: those whose cache fits, and how often others are preempted for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from costmodel.performance.formulas import preemption as q
from costmodel.performance.formulas import queueing
from costmodel.performance.formulas import serving as f
from costmodel.performance.machine.memory import requests_that_fit
from costmodel.performance.machine.operator import NOTHING
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.traffic import ALIKE, Traffic
from costmodel.units import Quantity


@dataclass(frozen=True)
class Admission:
    """Requests of one mean length, with the spreads of `traffic`, on a replica."""

    setup: Setup
    prompt: Quantity
    output: Quantity
    concurrency: Quantity
    traffic: Traffic = ALIKE

    @cached_property
    def written(self) -> Quantity:
        """Length of the outputs that are met at a random moment."""
        return queueing.length_when_met(length=self.output, spread=self.traffic.output_spread)

    @cached_property
    def fits(self) -> Quantity:
        """Requests whose cache fits in the replica."""
        return requests_that_fit(self.setup, self.prompt, self.written)

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
    def paused(self) -> Quantity:
        """Requests that are paused by preemption, for each that is worked on."""
        if not self.setup.software.preempts:
            return NOTHING
        constants = self.setup.constants
        return q.paused_share(
            prompt=self.prompt,
            output=self.output,
            concurrency=self.concurrency,
            fits=self.fits,
            lost=constants["preempted_output"],
            most=constants["paused_share"],
        )

    @cached_property
    def preemptions(self) -> Quantity:
        """How often a request is preempted, and read again."""
        return q.preemptions(paused=self.paused, lost=self.setup.constants["preempted_output"])

    @cached_property
    def read(self) -> Quantity:
        """Tokens that are read for a request, again after each preemption."""
        if self.paused is NOTHING:
            return self.new
        lost = self.setup.constants["preempted_output"]
        return q.tokens_read(prompt=self.new, output=self.output, preemptions=self.preemptions, lost=lost)
