"""Collectives over the accelerators of one scale-up domain."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum, power, sqrt, where
from costmodel.units import quantity

RATE = (1.0, 1e24)
WAYS = (1.0, 1e6)
TIME = (0, 1e9)
PCIE = quantity(64.0, "GB/s")
"""Links up to this rate go through the host: PCI Express 5.0 with 16 lanes has 64 GB/s one way."""

PAIR = 2.0
"""Accelerators between which some own kernels run over any links."""


@formula(increasing=["rounds"], bounds={"ways": WAYS, "in_switch": (0, 1)})
def summed_rounds(*, rounds: "1", ways: "1", in_switch: "1") -> "1":
    """Return the rounds of a collective in each of which (ways - 1) / ways of the data is sent.

    Where switches add what accelerators send, more than two of them send all data once, and a part of the sum:
    (1 + 1 / ways) / (1 - 1 / ways) rounds, where that is less.
    """
    added = minimum((ways + 1) / maximum(ways - 1, 1.0), rounds)
    return where(in_switch > 0.0, added, rounds)


@formula(increasing=["rounds", "data", "ways", "copied"], bounds={"ways": WAYS, "copied": (0, 10)})
def collective_traffic(*, rounds: "1", data: "byte", ways: "1", copied: "1") -> "byte":
    """Return the bytes that each accelerator sends, all but its own part in every round, and what it copies itself.

    (rounds x (ways - 1) / ways + copied) x data
    """
    return (rounds * (1 - 1 / ways) + copied) * data


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


@formula(
    increasing=["latency", "dies", "crossing"],
    decreasing=["clock"],
    bounds={"clock": (1, 1e12), "dies": (1, 1e3), "crossing": (0, 2)},
)
def collective_launch(*, latency: "1", clock: "Hz", dies: "1", crossing: "1") -> "second":
    """Return the time to start a collective: cycles, more of them where signals cross from die to die.

    latency / clock x dies ^ crossing
    """
    return latency / clock * power(dies, crossing)


@formula(increasing=["rounds", "ways", "chained"], bounds={"ways": WAYS, "rounds": (1, 10), "chained": (0, 1)})
def collective_hops(*, rounds: "1", ways: "1", chained: "1") -> "1":
    """Return the links that data passes one after the other: round a ring, or one where all send to all.

    1 + chained x (rounds x (ways - 1) - 1)
    """
    return 1 + chained * maximum(rounds * (ways - 1) - 1, 0.0)


@formula(increasing=["launch", "hop", "hops"])
def collective_start(*, launch: "second", hop: "second", hops: "1") -> "second":
    """Return the time before data flows: the launch, and one link after the other."""
    return launch + hop * hops


@formula(
    increasing=["start", "traffic", "filling"],
    decreasing=["rate"],
    bounds={"rate": RATE, "start": TIME},
)
def chunked_time(*, start: "second", traffic: "byte", rate: "byte/s", filling: "1") -> "second":
    """Return the time of a collective of the general library: start, transfer, and filling the pipeline of chunks.

    start + transfer + filling x sqrt(start x transfer)
    """
    moving = traffic / rate
    return start + moving + filling * sqrt(start * moving)


@formula(
    increasing=["start", "hop", "data", "ways"], decreasing=["rate"], bounds={"rate": RATE, "ways": WAYS, "start": TIME}
)
def direct_time(*, start: "second", hop: "second", data: "byte", ways: "1", rate: "byte/s") -> "second":
    """Return the time of an all-reduce that reads from all others: everything at once, or in two rounds a part each.

    start + min((ways - 1) x data / rate, hop + 2 x (ways - 1) / ways x data / rate)
    """
    at_once = (ways - 1) * data / rate
    return start + minimum(at_once, hop + 2 / ways * at_once)


@formula(
    increasing=["library", "own"],
    bounds={
        "ways": WAYS,
        "library": TIME,
        "own": TIME,
        "direct": (0, 1),
        "between_two": (0, 1),
        "link_bandwidth": RATE,
    },
)
def collective_kernel_time(
    *, library: "second", own: "second", direct: "1", between_two: "1", ways: "1", link_bandwidth: "byte/s"
) -> "second":
    """Return the time of a collective: the general library's, or that of a framework's own kernel where it is less.

    Own kernels need links between accelerators that are faster than PCI Express, but some run between two over any; one
    accelerator has nothing to do.
    """
    through_host = where(ways > PAIR, quantity(0.0), between_two)
    usable = direct * where((link_bandwidth / PCIE).to("") > 1.0, quantity(1.0), through_host)
    best = where(usable > 0.0, minimum(library, own), library)
    return where(ways > 1.0, best, 0 * library)
