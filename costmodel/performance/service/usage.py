"""What serving uses of the machine: memory, utilisation by bound, power and energy."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.performance.formulas import memory as m
from costmodel.performance.formulas import power as f
from costmodel.performance.machine.memory import cache_of_request, weights_on_accelerator
from costmodel.performance.machine.operator import NOTHING, Rows
from costmodel.performance.machine.operators import operators
from costmodel.performance.machine.step import launch_time, linking_parts
from costmodel.performance.service.flow import host_time
from costmodel.performance.service.serving import ServingResult
from costmodel.units import Quantity, add, quantity


@dataclass(frozen=True)
class Usage:
    """Utilisation by bound and what follows from it, of one accelerator."""

    compute: Quantity
    """Operations over those that the dense peak allows."""
    memory_bandwidth: Quantity
    """Bytes moved over those that the bandwidth allows."""
    links: Quantity
    """Share of time in collectives."""
    launches: Quantity
    """Share of time in launches of kernels."""
    host: Quantity
    """Share of time that waits for the host."""
    memory: Quantity
    """Bytes of weights and of the cache of admitted requests."""
    power: Quantity
    energy_per_token: Quantity


def usage(result: ServingResult) -> Usage:
    """Return what a steady state uses of each accelerator."""
    work = _Work(result)
    constants = result.flow.setup.constants
    compute, moving = work.share(work.computing), work.share(work.moving)
    power = f.power_draw(
        power=result.flow.setup.accelerator.power,
        idle=constants["idle_power"],
        memory=constants["memory_power"],
        compute=constants["compute_power"],
        memory_share=moving,
        compute_share=compute,
    )
    return Usage(
        compute=compute,
        memory_bandwidth=moving,
        links=work.share(work.linking),
        launches=work.share(launch_time(result.flow.setup)),
        host=work.share(host_time(result.flow.setup, result.batch)),
        memory=_memory(result),
        power=power,
        energy_per_token=f.energy_per_token(power=power, output_rate=result.output_rate),
    )


class _Work:
    """Work of the mean decode step, with its part of the passes that carry prompts."""

    def __init__(self, result: ServingResult) -> None:
        flow, times = result.flow, result.times
        self.setup, self.interval = flow.setup, times.interval
        plain = flow.rows(times.batch, NOTHING)
        prompts = Rows(NOTHING, plain.context, flow.burst(times.batch), plain.prompt_length, plain.cached, plain.each)
        parts = [(plain, quantity(1.0)), (prompts, times.share)]
        found = [(one, share) for rows, share in parts for one in operators(flow.setup, rows)]
        self.computing = add(share * one.operations / one.peak for one, share in found)
        self.moving = add(share * one.moved / one.bandwidth for one, share in found)
        self.linking = add(share * time for rows, share in parts for time in linking_parts(flow.setup, rows).values())

    def share(self, work: Quantity) -> Quantity:
        """Return a part of the work over the time of a step."""
        return f.used_share(work=work, time=self.interval)


def _memory(result: ServingResult) -> Quantity:
    flow = result.flow
    return m.memory_in_use(
        weights=weights_on_accelerator(flow.setup),
        per_sequence=cache_of_request(flow.setup, flow.prompt + flow.written / 2),
        admitted=flow.admitted,
    )
