"""Seconds of the operators of a transformer on one accelerator, from its peak rates and a few efficiencies."""

from costmodel.formula import formula
from costmodel.formula.ops import exp, log1p, maximum, minimum, power, sqrt, where
from costmodel.units import quantity

FLOP = quantity(1.0, "FLOP")
SHARE = (1e-6, 1.5)
MANY = (0.0, 1e15)
WAYS = (1.0, 1e6)
BLOM_TAKEN, BLOM_ADDED = 0.375, 0.25
"""Blom's plotting position of the largest of n: (n - 3/8) / (n + 1/4)."""

TUKEY_POWER, TUKEY_SCALE = 0.135, 0.1975
"""Tukey's lambda distribution that is closest to the normal one."""


@formula(
    increasing=["operations", "moved", "overlap_loss"],
    decreasing=["peak", "bandwidth", "compute_efficiency", "bandwidth_efficiency"],
    bounds={"compute_efficiency": SHARE, "bandwidth_efficiency": SHARE, "overlap_loss": (0, 1)},
    source="roofline",
)
def roofline_time(
    *,
    operations: "FLOP",
    moved: "byte",
    peak: "FLOP/s",
    bandwidth: "byte/s",
    compute_efficiency: "1",
    bandwidth_efficiency: "1",
    overlap_loss: "1",
) -> "second":
    """Return the longer of computing and moving, plus the share of the shorter that does not hide behind it.

    max(operations / (peak x efficiency), bytes / (bandwidth x efficiency)) + overlap_loss x min(the same two)
    """
    computing = operations / (peak * compute_efficiency)
    moving = moved / (bandwidth * bandwidth_efficiency)
    return maximum(computing, moving) + overlap_loss * minimum(computing, moving)


@formula(increasing=["rows", "weights"])
def matrix_product_operations(*, rows: "1", weights: "1") -> "FLOP":
    """Return the operations of a matrix product: a multiplication and an addition for each row and weight."""
    return 2 * FLOP * rows * weights


@formula(
    increasing=["rows", "evenness"],
    bounds={"experts": (1, 1e6), "per_token": (0, 1e6), "rows": MANY, "evenness": (0.05, 1e9)},
)
def experts_touched(*, experts: "1", per_token: "1", rows: "1", evenness: "1") -> "1":
    """Return the expected number of different experts that the rows of a step choose, no fewer than one row chooses.

    experts x (1 - (1 + mean / evenness) ^ -evenness), where mean = -rows x log(1 - per_token / experts): how popular
    experts are follows a gamma distribution of this shape; where all are alike, a share of
    (1 - per_token / experts) ^ rows is not chosen
    """
    chosen = minimum(per_token, experts * (1 - 1e-12))
    mean = -rows * log1p(-chosen / experts)
    return maximum(
        experts * (1 - exp(-evenness * log1p(mean / evenness))), minimum(per_token, experts) * minimum(rows, 1)
    )


@formula(increasing=["rows", "per_token", "touched", "tile", "unevenness"], decreasing=["ways"], bounds={"ways": WAYS})
def expert_rows(*, rows: "1", per_token: "1", touched: "1", tile: "1", ways: "1", unevenness: "1") -> "1":
    """Return the rows that the fullest accelerator's experts compute, padded by a tile for each expert touched.

    (rows x per_token x unevenness + touched x tile) / ways
    """
    return (rows * per_token * unevenness + touched * tile) / ways


@formula(increasing=["count"], bounds={"count": WAYS}, source="blom-order-statistics")
def largest_of_normals(*, count: "1") -> "1":
    """Return the expected largest of so many independent normal numbers, in standard deviations above their mean.

    The quantile at p = (count - 0.375) / (count + 0.25), as (p^0.135 - (1 - p)^0.135) / 0.1975
    """
    tail = (BLOM_ADDED + BLOM_TAKEN) / (count + BLOM_ADDED)
    return (power(1 - tail, TUKEY_POWER) - power(tail, TUKEY_POWER)) / TUKEY_SCALE


@formula(
    increasing=["largest"],
    decreasing=["mean"],
    bounds={"ways": WAYS, "mean": (1e-3, 1e12), "largest": (0, 10)},
)
def expert_unevenness(*, ways: "1", largest: "1", mean: "1") -> "1":
    """Return the rows of the fullest of `ways` accelerators over their mean, where rows choose accelerators at random.

    1 + largest x sqrt((1 - 1 / ways) / mean), at most all rows on one accelerator; that some experts are more popular
    than others is left to how they are placed
    """
    return minimum(1 + largest * sqrt((1 - 1 / ways) / mean), ways)


@formula(increasing=["new", "cached", "window"], bounds={"new": (1, 1e9), "cached": (0, 1e9), "window": (1, 1e12)})
def mean_attended(*, new: "1", cached: "1", window: "1") -> "1":
    """Return the mean number of earlier tokens that new tokens of a prompt attend to, at most `window` back.

    (a (cached + a / 2) + (new - a) window) / new, with a the new tokens that see fewer than `window`
    """
    fewer = minimum(maximum(window - cached, 0), new)
    return minimum((fewer * (cached + fewer / 2) + (new - fewer) * window) / new, window)


@formula(increasing=["length", "block"])
def mean_attended_in_blocks(*, length: "1", block: "1") -> "1":
    """Return the mean number of earlier tokens of the same block that the tokens of a prompt attend to."""
    return minimum(length, block) / 2


@formula(increasing=["rows", "attended", "operations_per_pair"])
def attention_operations(*, rows: "1", attended: "1", operations_per_pair: "FLOP") -> "FLOP":
    """Return the operations in which rows attend to `attended` tokens each, summed over layers."""
    return rows * attended * operations_per_pair


@formula(increasing=["sequences", "attended", "cache_per_token"])
def cache_read(*, sequences: "1", attended: "1", cache_per_token: "byte") -> "byte":
    """Return the bytes of cache that sequences read for a step, each `attended` tokens summed over layers."""
    return sequences * attended * cache_per_token


@formula(increasing=["heads", "size", "pairs"])
def index_operations(*, heads: "1", size: "1", pairs: "1") -> "FLOP":
    """Return the operations of a sparse indexer, which scores every pair of a new and an earlier token."""
    return 2 * FLOP * heads * size * pairs


@formula(increasing=["layers", "sequences", "context", "size"])
def index_read(*, layers: "1", sequences: "1", context: "1", size: "byte") -> "byte":
    """Return the bytes of keys that a sparse indexer reads for a step: those of every cached token of each sequence."""
    return layers * sequences * context * size


@formula(increasing=["rows", "width", "passes", "bytes_per_element"])
def activation_bytes(*, rows: "1", width: "1", passes: "1", bytes_per_element: "byte") -> "byte":
    """Return the bytes of norms, residuals, rotations and activations: so many readings and writings of each row."""
    return rows * width * passes * bytes_per_element


@formula(increasing=["near", "far", "domain"], bounds={"ways": WAYS, "domain": WAYS})
def link_bandwidth(*, near: "byte/s", far: "byte/s", ways: "1", domain: "1") -> "byte/s":
    """Return the one-way link bandwidth of a group: that of the scale-up links, or of what joins several domains."""
    return where(ways > domain, minimum(near, far), near)


@formula(increasing=["latency"], decreasing=["newer"], bounds={"gain": (1, 10), "newer": (-10, 10)})
def software_latency(*, latency: "second", gain: "1", newer: "1") -> "second":
    """Return a latency of older or newer software: it shrinks by `gain` for every year after the reference date.

    latency x gain ^ -newer
    """
    return latency * power(gain, -newer)


@formula(increasing=["slowness"], decreasing=["newer"], bounds={"gain": (1, 10), "newer": (-10, 10)})
def software_slowness(*, slowness: "1", gain: "1", newer: "1") -> "1":
    """Return the time of kernels of older or newer software over that of a reference: it shrinks by `gain` a year.

    slowness x gain ^ -newer
    """
    return slowness * power(gain, -newer)


@formula(
    increasing=["watts", "most"],
    decreasing=["peak", "reference"],
    bounds={"exponent": (0, 2), "watts": (1, 1e6), "peak": (1, 1e24), "reference": (1e-3, 1e3), "most": (0.5, 10)},
)
def sustained_share(*, watts: "W", peak: "FLOP/s", reference: "J/TFLOP", exponent: "1", most: "1") -> "1":
    """Return the share of the peak that design power sustains, relative to a chip of its family with `reference`.

    min((watts / peak / reference) ^ exponent, most): what is dissipated bounds the clock, up to the highest clock
    """
    return minimum(power(watts / peak / reference, exponent), most)


@formula(increasing=["kernels", "slowness", "launches", "latency"])
def pass_time(*, kernels: "second", slowness: "1", launches: "second", latency: "1") -> "second":
    """Return the time of one pass: kernels and launches, each times what the software makes of them.

    slowness x kernels + latency x launches
    """
    return slowness * kernels + latency * launches


@formula(bounds={"ways": WAYS, "line": (4, 1e6)}, decreasing=["ways"], source="palm-inference")
def torus_share(*, ways: "1", line: "1") -> "1":
    """Return the data of an all-reduce on a two-dimensional torus, relative to that of a ring.

    2 / sqrt(ways) beyond the accelerators of one line, else 1
    """
    return where(ways > line, 2 / power(ways, 0.5), ways / ways)
