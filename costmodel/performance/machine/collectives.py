"""What the accelerators of a replica pass to each other in one pass: sums, tokens for experts, rows of stages."""

from __future__ import annotations

from costmodel.formula.ops import minimum, where
from costmodel.once import once
from costmodel.performance.formulas import all_reduce as k
from costmodel.performance.formulas import collectives as c
from costmodel.performance.formulas import operators as f
from costmodel.performance.machine import shape
from costmodel.performance.machine.operator import NOTHING, Rows
from costmodel.performance.machine.setup import ONE, UNLIMITED, Setup
from costmodel.specs.number_types import BYTES
from costmodel.units import Quantity, quantity

ROUNDS = quantity(2.0)
"""An all-reduce first sums parts, then gathers them."""

EIGHT_BITS = quantity(1.0, "byte")


def collectives_time(setup: Setup, rows: Rows) -> Quantity:
    """Return the time of all-reduces, one for each block; blocks whose tokens go to their experts have none."""
    return _blocks(setup) * _all_reduce(setup, rows)


@once
def _blocks(setup: Setup) -> Quantity:
    blocks = 2 * shape.whole_layers(setup.model)
    return where(setup.copies > 1, blocks - setup.model.experts_layers, blocks) if exchanges(setup) else blocks


def _all_reduce(setup: Setup, rows: Rows) -> Quantity:
    data = rows.total * setup.model.hidden_size * setup.activation
    if setup.software.name == "tpu":  # a torus moves less, as layers can be split along both of its axes
        data = data * f.torus_share(ways=setup.ways, line=setup.constants["torus_line"])
    if not _crosses(setup):
        return _all_reduce_inside(setup, data)
    return _all_reduce_inside(setup, data) + c.all_reduce_across_time(
        data=data,
        ways=setup.ways,
        domain=setup.domain,
        network=setup.network,
        latency=setup.constants["network_latency"],
        efficiency=setup.constants["link_efficiency"],
    )


def _crosses(setup: Setup) -> bool:
    """Return whether an all-reduce may leave a scale-up domain over a network that is known."""
    return setup.domain is not UNLIMITED and setup.accelerator.scale_out_bandwidth_one_way is not None


def _all_reduce_inside(setup: Setup, data: Quantity) -> Quantity:
    """Return the time of an all-reduce in one scale-up domain, as timed ones take it; none for one accelerator."""
    constants, variant = setup.constants, setup.software.all_reduce
    start = constants["all_reduce_latency"] * (constants.of("all_reduce", variant) if variant else ONE)
    ways, rate = _sending(setup)
    traffic = k.collective_traffic(rounds=ROUNDS, data=data, ways=ways, copied=NOTHING)
    time = k.chunked_time(start=start, traffic=traffic, rate=rate, filling=constants["all_reduce_filling"])
    return where(ways > 1, time, 0 * time)


@once
def _sending(setup: Setup) -> tuple[Quantity, Quantity]:
    """Return the accelerators of a scale-up domain that share a layer, and the rate at which each sends."""
    ways, links = setup.ways, setup.links
    if _crosses(setup):
        ways = minimum(ways, setup.domain)
    else:
        links = setup.bandwidth_among(ways)
    return ways, k.collective_rate(
        link_bandwidth=links,
        efficiency=setup.constants["link_efficiency"],
        ways=ways,
        contention=setup.constants["link_contention"],
    )


def exchanges(setup: Setup) -> bool:
    """Return whether tokens may go to experts on other accelerators: where copies of attention share experts."""
    return setup.model.has_experts and setup.deployment.attention_copies is not None


def exchange_time(setup: Setup, rows: Rows) -> Quantity:
    """Return the time in which tokens go to their experts and come back, in all layers with experts.

    Tokens go out as narrow as experts multiply them, and come back in 16 bits.
    """
    narrow = BYTES[setup.types.experts.multiplied] <= EIGHT_BITS.magnitude
    out = _exchange(setup, rows, EIGHT_BITS if narrow else setup.activation)
    both = out + _exchange(setup, rows, setup.activation)
    return setup.model.experts_layers * where(setup.copies > 1, both, 0 * both)


def _exchange(setup: Setup, rows: Rows, size: Quantity) -> Quantity:
    """Return the time of one exchange: passes with prompts send a row once to each domain, where it is passed on.

    Passes that only decode save the second hop and write to each destination.
    """
    ways, domain = setup.ways * setup.copies, setup.domain
    each = {"rows": rows.total / setup.ways, "width": setup.model.hidden_size, "bytes_per_element": size}
    among = {"ways": ways, "domain": domain}
    holders, passed_on = setup.expert_holders, rows.prompt > 0
    spread = where(passed_on, minimum(ways, domain), ways)
    return c.exchange_time(
        inside=c.exchanged_inside(**each, **among, destinations=holders, spread=spread),
        across=c.exchanged_across(**each, **among, destinations=where(passed_on, setup.expert_domains, holders)),
        links=setup.links,
        network=setup.network,
        latency=setup.constants["exchange_latency"],
        efficiency=setup.constants["exchange_efficiency"],
        ways=ways,
    )


def stage_transfer_time(setup: Setup, rows: Rows) -> Quantity:
    """Return the time in which the rows of a pass move from stage to stage."""
    return c.stage_transfer_time(
        data=rows.total * setup.model.hidden_size * setup.activation,
        stages=setup.stages,
        bandwidth=setup.among_stages,
        latency=setup.constants["stage_latency"],
        efficiency=setup.constants["exchange_efficiency"],
    )
