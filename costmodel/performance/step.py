"""One pass through the model: seconds by operator, collectives, and what the software adds."""

from __future__ import annotations

from costmodel.domain.architecture import NONE
from costmodel.formula.ops import where
from costmodel.performance.formulas import operators as f
from costmodel.performance.operators import Rows, operators
from costmodel.performance.setup import ACTIVATION, ONE, Setup
from costmodel.units import Quantity, add, quantity

__all__ = ["Rows", "collectives_time", "launch_time", "software_latency", "step_parts", "step_time"]


ACCELERATOR = quantity(1.0, "accelerator")


def step_time(setup: Setup, rows: Rows) -> Quantity:
    """Return the time of one pass, as the software runs it."""
    kernels = add(one.time for one in operators(setup, rows)) + collectives_time(setup, rows)
    return f.pass_time(
        kernels=kernels,
        slowness=_of_software(setup, "kernels", setup.software.kernels),
        launches=software_latency(setup, launch_time(setup)),
        latency=_of_software(setup, "latency", setup.software.latency),
    )


def _of_software(setup: Setup, name: str, variant: str) -> Quantity:
    return setup.constants.of(name, variant) if variant else ONE


def step_parts(setup: Setup, rows: Rows) -> dict[str, Quantity]:
    """Return the time of one pass by operator, before what the software makes of it."""
    parts = {one.name: one.time for one in operators(setup, rows)}
    return parts | {"collectives": collectives_time(setup, rows), "launches": launch_time(setup)}


def collectives_time(setup: Setup, rows: Rows) -> Quantity:
    """Return the time of two all-reduces a layer; copies of attention also exchange rows with their experts."""
    one = f.all_reduce_time(
        data=rows.total * setup.model.hidden_size * ACTIVATION * _torus(setup),
        ways=setup.ways,
        link_bandwidth=setup.link_bandwidth,
        latency=setup.constants["all_reduce_latency"],
        efficiency=setup.constants["link_efficiency"],
    )
    total = 2 * setup.model.layers * one
    if setup.deployment.attention_copies is None or not setup.model.has_experts:
        return total
    return total + setup.model.experts_layers * exchange_time(setup, rows)


def exchange_time(setup: Setup, rows: Rows) -> Quantity:
    """Return the time in which one layer's rows reach the experts of all copies of attention, and come back.

    Nothing is charged beyond one scale-up domain: software that spreads experts so far hides the exchange behind
    computing, and its published rates are above those predicted without any.
    """
    group = setup.ways * setup.copies
    domain = setup.accelerator.scale_up_domain
    inside = group if domain is None else where(group > domain / ACCELERATOR, ONE, group)
    moved = f.exchanged_rows(rows=rows.total, copies=setup.copies, per_token=setup.model.experts_per_token)
    return f.all_reduce_time(
        data=moved * setup.model.hidden_size * ACTIVATION,
        ways=where(setup.copies > ONE, inside, ONE),
        link_bandwidth=setup.link_bandwidth,
        latency=setup.constants["all_reduce_latency"],
        efficiency=setup.constants["link_efficiency"],
    )


def _torus(setup: Setup) -> Quantity:
    """Return how much less data a two-dimensional torus moves, as layers can be split along both of its axes."""
    return f.torus_share(ways=setup.ways) if setup.software.name == "tpu" else ONE


def launch_time(setup: Setup) -> Quantity:
    """Return the time of launches and tails of all kernels of a pass."""
    model, constants = setup.model, setup.constants
    total = model.layers * constants["layer_latency"]
    if model.has_experts:
        total = total + model.experts_layers * constants["expert_latency"]
    if model.is_latent:
        total = total + model.layers * constants["attention_latency"]
    if model.linear_layers is not NONE:
        total = total + model.linear_layers * constants["attention_latency"]
    if setup.types.quantises:
        total = total + model.layers * constants["block_latency"]
    return total


def step_overhead(setup: Setup) -> Quantity:
    """Return the host's work per step that does not hide behind the accelerator."""
    overhead = setup.constants["step_overhead"]
    if not setup.software.streams:
        overhead = overhead * setup.constants["offline_step_share"]
    return software_latency(setup, overhead)


def software_latency(setup: Setup, latency: Quantity) -> Quantity:
    """Return a latency for the age of the deployment's software."""
    newer = setup.deployment.software_newer
    if newer is None:
        return latency
    return f.software_latency(latency=latency, gain=setup.constants["yearly_gain"], newer=newer)
