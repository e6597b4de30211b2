"""Attention: new tokens among themselves (prefill), and one new token over a cache (decode)."""

from costmodel.calibration.kernels.formulas.shared import COUNT, UNITS, whole
from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum, where
from costmodel.performance.formulas.all_reduce import RATE
from costmodel.units import quantity

FLOP = quantity(1.0, "FLOP")
WIDE = quantity(2.0, "byte")


@formula(increasing=["sequences", "heads", "tokens"], decreasing=["tile"], bounds={"tile": COUNT})
def query_tiles(*, sequences: "1", heads: "1", tokens: "1", tile: "1") -> "1":
    """Return the tiles of queries over all sequences and heads."""
    return sequences * heads * whole(tokens / tile)


@formula(increasing=["tokens", "tile", "head_size", "extra_keys"])
def query_tile_operations(*, tokens: "1", tile: "1", head_size: "1", extra_keys: "1") -> "FLOP":
    """Return the operations of a tile of queries on the half of the keys that causal attention lets it see.

    4 x tile x (tokens + tile + extra_keys) / 2 x head_size
    """
    keys = (tokens + tile + extra_keys) / 2
    return 4 * FLOP * tile * keys * head_size


@formula(
    increasing=["waves", "tokens", "tile", "extra_keys", "score_cycles"],
    decreasing=["clock"],
    bounds={"clock": (1, 1e12)},
)
def softmax_time(*, waves: "1", tokens: "1", tile: "1", extra_keys: "1", score_cycles: "1", clock: "Hz") -> "second":
    """Return the time of the exponentials of all scores, which units compute beside their matrix products.

    waves x tile x (tokens + tile + extra_keys) / 2 x score_cycles / clock
    """
    return waves * tile * (tokens + tile + extra_keys) / 2 * score_cycles / clock


@formula(increasing=["sequences", "tokens", "heads", "key_value_heads", "head_size", "cache_bytes"])
def prefill_traffic(
    *, sequences: "1", tokens: "1", heads: "1", key_value_heads: "1", head_size: "1", cache_bytes: "byte"
) -> "byte":
    """Return the bytes of prefill: queries, keys and values read, results and the cache written."""
    per_head = 2 * WIDE * heads + 2 * (WIDE + cache_bytes) * key_value_heads
    return sequences * tokens * head_size * per_head


@formula(
    increasing=["latency", "tokens", "per_token", "waves", "per_tile", "rows", "per_row"],
    decreasing=["units"],
    bounds={"units": UNITS},
)
def prefill_latency_cycles(
    *,
    latency: "1",
    tokens: "1",
    per_token: "1",
    waves: "1",
    per_tile: "1",
    rows: "1",
    per_row: "1",
    units: "1",
) -> "1":
    """Return the cycles of prefill beside its operations: launch, the walk along keys, starting tiles, and rows.

    latency + per_token x tokens + per_tile x waves + per_row x rows / units
    """
    return latency + per_token * tokens + per_tile * waves + per_row * rows / units


@formula(increasing=["sequences", "tokens", "heads", "key_value_heads"])
def rotated_rows(*, sequences: "1", tokens: "1", heads: "1", key_value_heads: "1") -> "1":
    """Return the query, key and value rows that are rotated and stored."""
    return sequences * tokens * (heads + 2 * key_value_heads)


@formula(increasing=["sequences", "context", "key_value_heads", "head_size", "tensors"])
def attended_elements(*, sequences: "1", context: "1", key_value_heads: "1", head_size: "1", tensors: "1") -> "1":
    """Return the cached elements that one new token of every sequence reads: keys and values are two tensors."""
    return tensors * sequences * context * key_value_heads * head_size


@formula(increasing=["sequences", "heads", "head_size"])
def query_traffic(*, sequences: "1", heads: "1", head_size: "1") -> "byte":
    """Return the bytes of 16-bit queries read and results written by decode."""
    return 2 * WIDE * sequences * heads * head_size


@formula(
    increasing=["sequences", "key_value_heads", "context"],
    decreasing=["split_context"],
    bounds={"split_context": COUNT},
)
def cache_pieces(*, sequences: "1", key_value_heads: "1", context: "1", split_context: "1") -> "1":
    """Return the pieces of cache that units work on: one for each sequence and kept head, more for long contexts."""
    return sequences * key_value_heads * maximum(context / split_context, 1)


@formula(
    increasing=["elements", "bytes_per_element", "waves", "units"],
    decreasing=["pieces", "rate"],
    bounds={"pieces": (0, 1e18), "rate": RATE},
)
def cache_read_time(
    *,
    elements: "1",
    bytes_per_element: "byte",
    waves: "1",
    units: "1",
    pieces: "1",
    rate: "byte/s",
) -> "second":
    """Return the time to read the cache, longer by the idle part of the last wave.

    elements x bytes x (waves x units / pieces) / rate
    """
    fill = waves * units / maximum(pieces, 1e-9)
    return elements * bytes_per_element * fill / rate


@formula(increasing=["heads", "padding", "slow_cost"], bounds={"key_value_heads": COUNT, "slow_cost": (1, 1e3)})
def padded_group(*, heads: "1", key_value_heads: "1", padding: "1", largest: "1", slow_cost: "1") -> "1":
    """Return the query heads per kept head that a unit computes, padded, and dearer where the fast kernel ends.

    (group + padding) x (slow_cost where group > largest, else 1), with group = heads / key_value_heads
    """
    group = heads / key_value_heads
    return (group + padding) * where(largest < group, slow_cost, quantity(1.0))


@formula(
    increasing=["sequences", "context", "key_value_heads", "head_size", "group"],
    decreasing=["peak", "efficiency"],
    bounds={"peak": RATE, "efficiency": (1e-3, 10)},
)
def decode_compute_time(
    *,
    sequences: "1",
    context: "1",
    key_value_heads: "1",
    head_size: "1",
    group: "1",
    peak: "FLOP/s",
    efficiency: "1",
) -> "second":
    """Return the time of query times key and score times value for every cached token.

    4 x sequences x context x key_value_heads x head_size x group / (peak x efficiency)
    """
    operations = 4 * FLOP * sequences * context * key_value_heads * head_size * group
    return operations / (peak * efficiency)


@formula(
    increasing=["latency", "context", "chain", "sequences", "per_sequence"],
    decreasing=["chain_half", "units", "largest"],
    bounds={"units": UNITS, "chain_half": COUNT, "key_value_heads": COUNT, "context": (0, 1e12), "heads": COUNT},
)
def decode_latency_cycles(
    *,
    latency: "1",
    context: "1",
    chain: "1",
    chain_half: "1",
    sequences: "1",
    heads: "1",
    key_value_heads: "1",
    largest: "1",
    per_sequence: "1",
    units: "1",
) -> "1":
    """Return the cycles of decode beside its traffic: launch, the walk along the context, and starting sequences.

    latency + chain x context / (context + chain_half) + per_sequence x sequences x heads kept / units
    """
    kept = minimum(heads, key_value_heads)
    started = where(largest < heads / key_value_heads, heads, kept)
    return latency + chain * context / (context + chain_half) + per_sequence * sequences * started / units


@formula(increasing=["latency", "work"])
def attention_kernel_time(*, latency: "second", work: "second") -> "second":
    """Return the time of attention: its latency, and the longer of computing and moving."""
    return latency + work
