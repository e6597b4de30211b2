"""Seconds in which accelerators pass data to each other: sums across systems, tokens to experts, rows of stages."""

from costmodel.formula import formula
from costmodel.formula.ops import ceil, maximum, minimum, where

SHARE = (1e-6, 1.5)
WAYS = (1.0, 1e6)
DOMAIN = (1, 1e12)
"""Accelerators that links join; at the upper end all, where a file names no limit."""


@formula(
    increasing=["data", "latency"],
    decreasing=["network", "efficiency"],
    bounds={"ways": WAYS, "domain": DOMAIN, "efficiency": SHARE},
    source="ring-all-reduce",
)
def all_reduce_across_time(
    *, data: "byte", ways: "1", domain: "1", network: "byte/s", latency: "second", efficiency: "1"
) -> "second":
    """Return what an all-reduce takes beyond scale-up domains, after it has summed within each: none inside one.

    Each accelerator sums its part of the data with those of its place in the other domains:
    latency + 2 (domains - 1) / domains x data / domain / (one-way network bandwidth x efficiency)
    """
    domains = maximum(ways / domain, 1)
    moving = 2 * (domains - 1) / domains * data / minimum(ways, domain) / (network * efficiency)
    return where(ways > domain, latency + moving, 0 * moving)


@formula(
    increasing=["rows", "width", "bytes_per_element"], bounds={"destinations": WAYS, "ways": WAYS, "domain": DOMAIN}
)
def exchanged_inside(
    *, rows: "1", destinations: "1", width: "1", bytes_per_element: "byte", ways: "1", domain: "1", spread: "1"
) -> "byte":
    """Return the bytes that one accelerator sends to others of its scale-up domain when rows go to their experts.

    rows x destinations x width x bytes x (inside - 1) / spread, with inside = min(ways, domain) accelerators, of
    `spread` among which the destinations are uniform: all ways, or those inside where rows are passed on
    """
    inside = minimum(ways, domain)
    return rows * destinations * width * bytes_per_element * (inside - 1) / spread


@formula(increasing=["rows", "width", "bytes_per_element"], bounds={"ways": WAYS, "domain": DOMAIN})
def exchanged_across(
    *, rows: "1", destinations: "1", width: "1", bytes_per_element: "byte", ways: "1", domain: "1"
) -> "byte":
    """Return the bytes that one accelerator sends beyond its scale-up domain when rows go to their experts.

    rows x destinations x width x bytes x max(ways - domain, 0) / ways; destinations are accelerators, or domains
    where one of each domain passes rows on
    """
    return rows * destinations * width * bytes_per_element * maximum(ways - domain, 0) / ways


@formula(
    increasing=["inside", "across", "latency"],
    decreasing=["links", "network", "efficiency"],
    bounds={"ways": WAYS, "efficiency": SHARE},
    source="deepep",
)
def exchange_time(
    *,
    inside: "byte",
    across: "byte",
    links: "byte/s",
    network: "byte/s",
    latency: "second",
    efficiency: "1",
    ways: "1",
) -> "second":
    """Return the time of an all-to-all exchange, whose two kinds of links work at once; none for one accelerator.

    latency + max(inside / (link bandwidth x efficiency), across / (network bandwidth x efficiency)), both one-way
    """
    moving = maximum(inside / (links * efficiency), across / (network * efficiency))
    return where(ways > 1, latency + moving, 0 * moving)


@formula(increasing=["kernels", "exchange", "overlap_loss"], bounds={"overlap_loss": (0, 1)}, source="deepep")
def halved_pass_time(*, kernels: "second", exchange: "second", overlap_loss: "1") -> "second":
    """Return the time of a pass in two halves, each of which computes while the other's tokens are exchanged.

    max(kernels, exchange) + overlap_loss x min(the same two)
    """
    return maximum(kernels, exchange) + overlap_loss * minimum(kernels, exchange)


@formula(
    increasing=["data", "stages", "latency"],
    decreasing=["bandwidth", "efficiency"],
    bounds={"stages": WAYS, "efficiency": SHARE},
)
def stage_transfer_time(
    *, data: "byte", stages: "1", bandwidth: "byte/s", latency: "second", efficiency: "1"
) -> "second":
    """Return the time in which the rows of a pass move from stage to stage of a pipeline.

    (stages - 1) x (latency + data / (one-way bandwidth x efficiency))
    """
    return (stages - 1) * (latency + data / (bandwidth * efficiency))


@formula(bounds={"requests": (0, 1e9), "stages": WAYS, "layers": WAYS}, increasing=["requests"])
def longest_stage(*, layers: "1", stages: "1", requests: "1") -> "1":
    """Return the time of a pass whose longest stage holds up the others, over the sum of its stages.

    ceil(layers / stages) x stages / layers; one for fewer requests than stages, which wait for nobody
    """
    return where(requests >= stages, ceil(layers / stages) * stages / layers, layers / layers)


@formula(bounds={"batch": (0, 1e9), "groups": WAYS}, increasing=["batch"])
def rows_of_group(*, batch: "1", groups: "1") -> "1":
    """Return the sequences of a batch in each group that has any: a lone one is whole in one of them.

    max(batch / groups, min(batch, 1))
    """
    return maximum(batch / groups, minimum(batch, 1))


@formula(increasing=["requests"], bounds={"requests": (0, 1e9), "copies": WAYS, "stages": WAYS})
def filled_share(*, requests: "1", copies: "1", stages: "1") -> "1":
    """Return the share of attention copies that have work in a pass: all, unless there are fewer requests.

    min(max(requests / stages, 1), copies) / copies
    """
    return minimum(maximum(requests / stages, 1), copies) / copies
