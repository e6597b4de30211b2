"""Batches without arrivals: everything queued, as in offline benchmarks, or a batch that starts and ends together."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.performance.formulas import collectives as c
from costmodel.performance.formulas import offline as f
from costmodel.performance.formulas import serving as s
from costmodel.performance.machine.operator import NOTHING
from costmodel.performance.machine.setup import ONE, Setup
from costmodel.performance.machine.step import step_overhead, step_time
from costmodel.performance.service.flow import Flow, host_time, rows_of_group
from costmodel.units import Quantity, quantity

NO_TIME = quantity(0.0, "second")


@dataclass(frozen=True)
class Saturated:
    """A replica with a prompt always waiting."""

    per_token: Quantity
    prompt_time: Quantity
    rate: Quantity
    """Output tokens per second and accelerator."""


@dataclass(frozen=True)
class Batch:
    """A batch that starts and ends together."""

    prompts: Quantity
    """Time until all prompts are read."""
    writing: Quantity
    """Time of all later steps."""


def saturated(setup: Setup, prompt: Quantity, output: Quantity, batch: Quantity) -> Saturated:
    """Return times and rate of a replica that always has `batch` sequences and a prompt waiting."""
    flow = Flow(setup, prompt, output, batch)
    burst = flow.burst(batch)
    starts = s.prompts_per_step(batch=rows_of_group(flow.setup, batch), output=output)
    share = s.prefill_share(prompt=flow.new, starts=starts, burst=burst)
    mixed = step_time(setup, flow.rows(batch, burst))
    interval = s.mixed_step_interval(
        plain=step_time(setup, flow.rows(batch, NOTHING)),
        mixed=mixed,
        share=share,
        host=host_time(setup, batch),
        prompt_overhead=NO_TIME,
    )
    alone = s.prompt_time(prompt=flow.new, burst=burst, carrying=mixed, prompt_overhead=NO_TIME)
    accelerators = setup.replica * quantity(1.0, "accelerator")
    interval, alone = (s.levelled_time(time=one, level=setup.level) for one in (interval, alone))
    return Saturated(interval, alone, f.saturated_rate(batch=batch, per_token=interval, accelerators=accelerators))


def static_batch(setup: Setup, prompt: Quantity, output: Quantity, batch: Quantity) -> Batch:
    """Return the times of a batch that starts and ends together."""
    flow, constants = Flow(setup, prompt, output, batch), setup.constants
    each = rows_of_group(flow.setup, batch)
    burst = f.batch_burst(batch=each, prompt=prompt, chunk=constants["chunk"])
    step = step_overhead(setup)
    prompts = f.batch_prompt_time(
        batch=each,
        prompt=prompt,
        burst=burst,
        carrying=step_time(setup, flow.rows(NOTHING, burst)),
        side=_side_by_side(setup, batch),
        stages=setup.stages,
        step_overhead=step,
    )
    later = step_time(setup, flow.rows(batch, NOTHING))
    writing = f.batch_writing_time(step=later, host=host_time(setup, batch), output=output)
    return Batch(*(s.levelled_time(time=one, level=setup.level) for one in (prompts, writing)))


def _side_by_side(setup: Setup, batch: Quantity) -> Quantity:
    """Return the stages that have a micro-batch: all, unless there are fewer requests in a copy of attention."""
    if setup.deployment.pipeline_parallel is None:
        return ONE
    return setup.stages * c.filled_share(requests=batch, copies=setup.stages, stages=setup.copies)
