"""Seconds of the operators of a transformer on one accelerator, from its peak rates and a few efficiencies."""

from costmodel.formula import formula
from costmodel.formula.ops import exp, log1p, maximum, minimum, where
from costmodel.units import quantity

FLOP = quantity(1.0, "FLOP")
SHARE = (1e-6, 1.5)
MANY = (0.0, 1e15)


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


@formula(increasing=["experts", "rows"], bounds={"experts": (1, 1e6), "per_token": (0, 1e6), "rows": MANY})
def experts_touched(*, experts: "1", per_token: "1", rows: "1") -> "1":
    """Return the expected number of different experts that the rows of a step choose, evenly and independently.

    experts x (1 - (1 - per_token / experts) ^ rows)
    """
    share = minimum(per_token / experts, 1 - 1e-12)
    return experts * (1 - exp(rows * log1p(-share)))


@formula(increasing=["rows", "per_token", "tile"], decreasing=["ways"], bounds={"ways": (1, 1e6)})
def expert_rows(*, rows: "1", per_token: "1", touched: "1", tile: "1", ways: "1") -> "1":
    """Return the rows that the experts of one accelerator compute, padded by a tile for each expert touched."""
    return rows * per_token / ways + touched * tile


@formula(increasing=["imbalance"], bounds={"ways": (1, 1e6), "imbalance": (0, 10)})
def expert_unevenness(*, ways: "1", imbalance: "1") -> "1":
    """Return how much longer the fullest accelerator takes when experts are spread over `ways` of them."""
    return 1 + imbalance * (1 - 1 / ways)


@formula(increasing=["length"], bounds={"length": (1, 1e9), "window": (1, 1e12)})
def mean_attended(*, length: "1", window: "1") -> "1":
    """Return the mean number of earlier tokens that the tokens of a prompt attend to, at most `window` back.

    w - w^2 / (2 length), with w the smaller of window and length
    """
    seen = minimum(window, length)
    return seen - seen * seen / (2 * length)


@formula(
    increasing=["rows", "attended", "operations_per_pair"],
    decreasing=["peak", "efficiency"],
    bounds={"efficiency": SHARE},
)
def prefill_attention_time(
    *, rows: "1", attended: "1", operations_per_pair: "FLOP", peak: "FLOP/s", efficiency: "1"
) -> "second":
    """Return the time in which new tokens attend to `attended` tokens each on average."""
    return rows * attended * operations_per_pair / (peak * efficiency)


@formula(
    increasing=["sequences", "context", "cache_per_token", "operations_per_pair"],
    decreasing=["peak", "bandwidth", "compute_efficiency", "bandwidth_efficiency"],
    bounds={"compute_efficiency": SHARE, "bandwidth_efficiency": SHARE},
)
def decode_attention_time(
    *,
    sequences: "1",
    context: "1",
    cache_per_token: "byte",
    operations_per_pair: "FLOP",
    peak: "FLOP/s",
    bandwidth: "byte/s",
    compute_efficiency: "1",
    bandwidth_efficiency: "1",
) -> "second":
    """Return the time in which each sequence reads its cache of `context` tokens for one new token."""
    moving = sequences * context * cache_per_token / (bandwidth * bandwidth_efficiency)
    computing = sequences * context * operations_per_pair / (peak * compute_efficiency)
    return maximum(moving, computing)


@formula(
    increasing=["data", "latency"],
    decreasing=["link_bandwidth", "efficiency"],
    bounds={"ways": (1, 1e6), "efficiency": SHARE},
    source="ring-all-reduce",
)
def all_reduce_time(
    *, data: "byte", ways: "1", link_bandwidth: "byte/s", latency: "second", efficiency: "1"
) -> "second":
    """Return the time to sum `data` over accelerators of one scale-up domain, none for a single one.

    latency + 2 (ways - 1) / ways x data / (one-way link bandwidth x efficiency)
    """
    moving = 2 * (ways - 1) / ways * data / (link_bandwidth * efficiency)
    return where(ways > 1, latency + moving, 0 * moving)


@formula(
    increasing=["rows", "width", "passes", "bytes_per_element"],
    decreasing=["bandwidth", "efficiency"],
    bounds={"efficiency": SHARE},
)
def activation_time(
    *, rows: "1", width: "1", passes: "1", bytes_per_element: "byte", bandwidth: "byte/s", efficiency: "1"
) -> "second":
    """Return the time of norms, residuals, rotations and activations: so many readings and writings of each row."""
    return rows * width * passes * bytes_per_element / (bandwidth * efficiency)
