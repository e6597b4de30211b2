"""Serving at a fixed number of requests in flight: time to first token, time per token, tokens per second."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.domain.workload import Serving
from costmodel.performance.formulas import serving as f
from costmodel.performance.memory import requests_that_fit
from costmodel.performance.setup import Setup
from costmodel.performance.step import Rows, step_time
from costmodel.units import Quantity, quantity

ROUNDS = 3
"""Rounds of the fixed point of the batch; a fourth changes results by less than 0.1%."""


@dataclass(frozen=True)
class ServingResult:
    """What a replica does with `concurrency` requests in flight."""

    time_to_first_token: Quantity
    time_per_output_token: Quantity
    batch: Quantity
    """Sequences that write at a time."""
    fits: Quantity
    """Requests whose cache fits."""
    output_rate: Quantity
    """Output tokens per second and accelerator."""
    query_rate: Quantity
    """Queries per second and accelerator."""


def serve(setup: Setup, workload: Serving) -> ServingResult:
    """Return the steady state of a replica under continuous batching."""
    prompt, output = workload.prompt_tokens, workload.output_tokens
    flow = _Flow(setup, _count(prompt), _count(output), setup.deployment.need("concurrency"))
    first, per_token, batch = flow.solve()
    rate = f.output_rate(
        concurrency=flow.concurrency,
        per_token=per_token,
        first=first,
        output=flow.output,
        accelerators=setup.ways * quantity(1.0, "accelerator"),
    )
    queries = f.query_rate(output_rate=rate, output=output)
    return ServingResult(first, per_token, batch, flow.fits, rate, queries)


class _Flow:
    """Requests of one length moving through a replica."""

    def __init__(self, setup: Setup, prompt: Quantity, output: Quantity, concurrency: Quantity) -> None:
        self.setup, self.prompt, self.output, self.concurrency = setup, prompt, output, concurrency
        self.software, self.constants = setup.deployment.framework, setup.constants
        self.context = prompt + output / 2
        self.fits = requests_that_fit(setup, prompt + output)
        self.admitted = f.admitted(concurrency=concurrency, fits=self.fits)

    def solve(self) -> tuple[Quantity, Quantity, Quantity]:
        """Return time to first token, time per output token and batch at the fixed point."""
        batch = self.admitted
        for _ in range(ROUNDS):
            first, per_token = self._times(batch)
            batch = f.steady_batch(admitted=self.admitted, output=self.output, per_token=per_token, first=first)
        wait = f.wait_for_admission(
            concurrency=self.concurrency,
            admitted=self.admitted,
            output=self.output,
            per_token=per_token,
            first=first,
            share=self.constants["waiting_share"],
        )
        return first + wait, per_token, batch

    def _times(self, batch: Quantity) -> tuple[Quantity, Quantity]:
        constants, software = self.constants, self.software
        starts = f.prompts_per_step(batch=batch, output=self.output)
        burst = f.prefill_burst(prompt=self.prompt, starts=starts, chunk=constants["chunk"])
        share = f.prefill_share(prompt=self.prompt, starts=starts, burst=burst)
        plain = step_time(self.setup, Rows(batch, self.context, quantity(0.0), self.prompt))
        mixed = step_time(self.setup, Rows(batch, self.context, burst, self.prompt))
        prompt_overhead = constants.of("prompt_overhead", software)
        per_token = f.time_per_output_token(
            plain=plain,
            mixed=mixed,
            share=share,
            step_overhead=f.host_time(
                step=constants.of("step_overhead", software),
                sequence=constants.of("sequence_overhead", software),
                batch=batch,
            ),
            prompt_overhead=prompt_overhead,
        )
        ahead = f.prompts_ahead(
            depth=constants["queue_depth"],
            slope=constants["queue_slope"],
            busy=f.busy_share(share=share, mixed=mixed, per_token=per_token),
            admitted=self.admitted,
        )
        first = f.time_to_first_token(
            prompt_time=f.prompt_time(prompt=self.prompt, burst=burst, mixed=mixed, prompt_overhead=prompt_overhead),
            ahead=ahead,
            prompt=self.prompt,
            chunk=constants["chunk"],
            per_token=per_token,
            request_overhead=constants.of("request_overhead", software),
        )
        return first, per_token


def _count(tokens: Quantity) -> Quantity:
    return f.per_query(tokens=tokens)
