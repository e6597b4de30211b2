"""Collectives over the accelerators of one scale-up domain."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum, power, sqrt, where
from costmodel.performance.formulas.kernels.shared import RATE
from costmodel.units import quantity

WAYS = (1.0, 1e6)
PCIE = quantity(64.0, "GB/s")
"""Links up to this rate go through the host: PCI Express 5.0 with 16 lanes has 64 GB/s one way."""


@formula(increasing=["rounds", "data", "ways"], bounds={"ways": WAYS})
def collective_traffic(*, rounds: "1", data: "byte", ways: "1") -> "byte":
    """Return the bytes that each accelerator sends: all but its own part, in one round, or two for an all-reduce.

    rounds x (ways - 1) / ways x data
    """
    return rounds * (1 - 1 / ways) * data


@formula(
    increasing=["link_bandwidth", "efficiency"],
    decreasing=["ways", "contention"],
    bounds={"ways": WAYS, "efficiency": (1e-3, 10), "contention": (0, 10)},
)
def collective_rate(*, link_bandwidth: "byte/s", efficiency: "1", ways: "1", contention: "1") -> "byte/s":
    """Return the rate at which one accelerator sends; links through the host lose rate as more share it.

    link bandwidth x efficiency / max(ways / 2, 1) ^ contention, the last only for links no faster than PCI Express
    """
    shared = power(maximum(ways / 2, 1.0), contention)
    return link_bandwidth * efficiency / where((link_bandwidth / PCIE).to("") > 1.0, quantity(1.0), shared)


@formula(increasing=["latency", "hop", "ways"], bounds={"ways": WAYS})
def collective_start(*, latency: "second", hop: "second", ways: "1") -> "second":
    """Return the time before data flows: a fixed part, and a hop for each further accelerator."""
    return latency + hop * (ways - 1)


@formula(
    increasing=["start", "traffic", "filling"],
    decreasing=["rate"],
    bounds={"rate": RATE, "ways": WAYS, "start": (0, 1e9)},
)
def collective_kernel_time(*, start: "second", traffic: "byte", rate: "byte/s", filling: "1", ways: "1") -> "second":
    """Return the time of a collective: start, transfer, and filling the pipeline of chunks; none for one accelerator.

    start + transfer + filling x sqrt(start x transfer)
    """
    moving = traffic / rate
    return where(ways > 1.0, start + moving + filling * sqrt(start * moving), 0 * start)
