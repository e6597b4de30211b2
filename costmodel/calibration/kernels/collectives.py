"""The time of a collective, put together from its formulas."""

from __future__ import annotations

from costmodel.calibration.kernels.chip import Chip
from costmodel.calibration.kernels.memory import Named
from costmodel.calibration.kernels.work import Exchange
from costmodel.performance.formulas import all_reduce as c
from costmodel.units import Quantity, quantity


def collective(chip: Chip, work: Exchange, constants: Named) -> Quantity:
    """Return the time of a collective."""
    return c.collective_kernel_time(
        library=_library(chip, work, constants),
        own=_own(chip, work, constants),
        direct=work.direct,
        between_two=work.between_two,
        ways=work.ways,
        link_bandwidth=chip.link_bandwidth,
    )


def _library(chip: Chip, work: Exchange, constants: Named) -> Quantity:
    sent = c.summed_rounds(rounds=work.rounds, ways=work.ways, in_switch=work.in_switch)
    hops = c.collective_hops(rounds=work.rounds, ways=work.ways, chained=work.chained)
    return c.chunked_time(
        start=_start(chip, constants, "latency", hops),
        traffic=c.collective_traffic(rounds=sent, data=work.data, ways=work.ways, copied=constants["copied"]),
        rate=_rate(chip, work, constants, "efficiency"),
        filling=constants["pipeline"],
    )


def _own(chip: Chip, work: Exchange, constants: Named) -> Quantity:
    return c.direct_time(
        start=_start(chip, constants, "own_latency", quantity(1.0)),
        hop=constants["hop"],
        data=work.data,
        ways=work.ways,
        rate=_rate(chip, work, constants, "own_efficiency"),
    )


def _start(chip: Chip, constants: Named, latency: str, hops: Quantity) -> Quantity:
    launch = c.collective_launch(
        latency=constants[latency], clock=chip.clock, dies=chip.dies, crossing=constants["crossing"]
    )
    return c.collective_start(launch=launch, hop=constants["hop"], hops=hops)


def _rate(chip: Chip, work: Exchange, constants: Named, efficiency: str) -> Quantity:
    return c.collective_rate(
        link_bandwidth=chip.link_bandwidth,
        efficiency=constants[efficiency],
        ways=work.ways,
        contention=constants["contention"],
    )
