"""The time of a collective, put together from its formulas."""

from __future__ import annotations

from costmodel.performance.formulas.kernels import collectives as c
from costmodel.performance.kernels.chip import Chip
from costmodel.performance.kernels.memory import Named
from costmodel.performance.kernels.work import Exchange
from costmodel.units import Quantity


def collective(chip: Chip, work: Exchange, constants: Named) -> Quantity:
    """Return the time of a collective."""
    return c.collective_kernel_time(
        start=c.collective_start(latency=constants["latency"], hop=constants["hop"], ways=work.ways),
        traffic=c.collective_traffic(rounds=work.rounds, data=work.data, ways=work.ways),
        rate=c.collective_rate(
            link_bandwidth=chip.link_bandwidth,
            efficiency=constants["efficiency"],
            ways=work.ways,
            contention=constants["contention"],
        ),
        filling=constants["pipeline"],
        ways=work.ways,
    )
