"""One pass through the model: seconds by operator, collectives, and what the software adds."""

from __future__ import annotations

from costmodel.once import once
from costmodel.performance.formulas import collectives as c
from costmodel.performance.formulas import operators as f
from costmodel.performance.machine import shape
from costmodel.performance.machine.collectives import collectives_time, exchange_time, exchanges, stage_transfer_time
from costmodel.performance.machine.operator import Rows
from costmodel.performance.machine.operators import operators
from costmodel.performance.machine.setup import ONE, Setup
from costmodel.performance.machine.states import states
from costmodel.units import Quantity, add

__all__ = ["Rows", "launch_time", "linking_parts", "software_latency", "step_overhead", "step_parts", "step_time"]


FUSED = ("blackwell", "blackwell-ultra", "blackwell-rtx", "rubin")
"""Families whose expert layers run in few, fused kernels (kernels/moe.csv: 0.55 of the launch of Hopper)."""


def step_time(setup: Setup, rows: Rows) -> Quantity:
    """Return the time of one pass, as the software runs it."""
    kernels = add(one.time for one in operators(setup, rows)) + collectives_time(setup, rows)
    if exchanges(setup):
        kernels = _with_exchange(setup, kernels, exchange_time(setup, rows))
    if setup.deployment.pipeline_parallel is not None:
        kernels = (kernels + stage_transfer_time(setup, rows)) * rows.held_up
    return f.pass_time(
        kernels=kernels,
        slowness=software_slowness(setup),
        launches=software_latency(setup, launch_time(setup)),
        latency=_of_software(setup, "latency", setup.software.latency),
    )


def _with_exchange(setup: Setup, kernels: Quantity, exchange: Quantity) -> Quantity:
    if not setup.software.halves:
        return kernels + exchange
    return c.halved_pass_time(kernels=kernels, exchange=exchange, overlap_loss=setup.constants["overlap_loss"])


def _of_software(setup: Setup, name: str, variant: str) -> Quantity:
    return setup.constants.of(name, variant) if variant else ONE


def step_parts(setup: Setup, rows: Rows) -> dict[str, Quantity]:
    """Return the time of one pass by operator, before what the software makes of it."""
    parts = {one.name: one.time for one in operators(setup, rows)}
    return parts | linking_parts(setup, rows) | {"launches": launch_time(setup)}


def linking_parts(setup: Setup, rows: Rows) -> dict[str, Quantity]:
    """Return the time of what accelerators pass to each other in one pass, by kind."""
    parts = {"collectives": collectives_time(setup, rows)}
    if exchanges(setup):
        parts["token exchange"] = exchange_time(setup, rows)
    if setup.deployment.pipeline_parallel is not None:
        parts["stage transfer"] = stage_transfer_time(setup, rows)
    return parts


@once
def launch_time(setup: Setup) -> Quantity:
    """Return the time of launches and tails of all kernels of a pass."""
    model, constants = setup.model, setup.constants
    layers = shape.whole_layers(model)
    total = layers * constants["layer_latency"]
    if model.has_experts:
        total = total + model.experts_layers * expert_latency(setup)
    if model.is_latent:
        total = total + shape.softmax_layers(model) * constants["attention_latency"]
    for state in states(model):
        total = total + state.layers * constants["attention_latency"]
    if model.is_sparse:
        indexed = shape.full_layers(model) * shape.indexed_share(model)
        total = total + indexed * constants["indexer_latency"]
    if setup.types.quantises:
        total = total + layers * constants["block_latency"]
    return total


def expert_latency(setup: Setup) -> Quantity:
    """Return the launches of one layer of experts: fewer and shorter on the generations that have fused ones."""
    latency = setup.constants["expert_latency"]
    return latency * setup.constants["expert_latency_fused"] if setup.accelerator.family in FUSED else latency


@once
def software_slowness(setup: Setup) -> Quantity:
    """Return the time of the software's kernels over that of the mean serving framework, for its age."""
    software, newer = setup.software, setup.deployment.software_newer
    slowness = _of_software(setup, "kernels", software.kernels)
    if newer is None or not software.gain:
        return slowness
    return f.software_slowness(slowness=slowness, gain=setup.constants.of("gain", software.gain), newer=newer)


@once
def step_overhead(setup: Setup) -> Quantity:
    """Return the host's work per step that does not hide behind the accelerator."""
    overhead = setup.constants["step_overhead"]
    if not setup.streams:
        overhead = overhead * setup.constants["offline_step_share"]
    return software_latency(setup, overhead)


def software_latency(setup: Setup, latency: Quantity) -> Quantity:
    """Return a latency for the age of the deployment's software."""
    newer = setup.deployment.software_newer
    if newer is None:
        return latency
    return f.software_latency(latency=latency, gain=setup.constants["yearly_gain"], newer=newer)
