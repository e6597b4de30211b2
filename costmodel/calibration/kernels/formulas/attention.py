"""Attention: new tokens among themselves (prefill), and one new token over a cache (decode)."""

from costmodel.calibration.kernels.formulas.shared import COUNT, SHARE, UNITS, whole
from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum, where
from costmodel.performance.formulas.all_reduce import RATE
from costmodel.units import quantity

FLOP = quantity(1.0, "FLOP")
WIDE = quantity(2.0, "byte")
QUERY_ROWS = 16.0
"""Rows of a matrix instruction, to whole numbers of which the query heads of a kept head are filled up (PTX ISA, mma:
m16)."""

USUAL_HEAD = 128.0
"""Elements of a head, for which lengths of split contexts are given; longer heads are split into fewer tokens."""


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


@formula(bounds={"heads": COUNT, "key_value_heads": COUNT})
def vector_share(*, heads: "1", key_value_heads: "1", smallest: "1", largest: "1") -> "1":
    """Return 1 where a kernel without matrix instructions runs: with too few or too many query heads per kept head."""
    group = heads / key_value_heads
    many = where(largest < group, quantity(1.0), quantity(0.0))
    return where(group < smallest, quantity(1.0), many)


@formula(increasing=["sequences", "heads", "key_value_heads"], bounds={"vector": SHARE})
def cache_readers(*, sequences: "1", heads: "1", key_value_heads: "1", vector: "1") -> "1":
    """Return what is started for all sequences: a kept head with all its query heads, or each without matrix units."""
    return sequences * where(vector > 0.0, heads, minimum(heads, key_value_heads))


@formula(
    increasing=["units", "context", "head_size"],
    decreasing=["readers", "split_context"],
    bounds={"split_context": COUNT, "readers": (1e-6, 1e18), "split": SHARE},
)
def context_splits(*, readers: "1", units: "1", context: "1", head_size: "1", split_context: "1", split: "1") -> "1":
    """Return into how many parts each context is split: as many as give every unit one, none too short, if any.

    min(units / readers, context x head size / (split_context x 128)), at least 1
    """
    parts = minimum(units / readers, context * head_size / (split_context * USUAL_HEAD))
    return where(split > 0.0, maximum(parts, 1), quantity(1.0))


@formula(bounds={"heads": COUNT, "key_value_heads": COUNT, "split_single": SHARE})
def splitting(*, heads: "1", key_value_heads: "1", split_single: "1") -> "1":
    """Return 1 where contexts may be split: always, or only where several query heads share a cache."""
    return where(heads / key_value_heads > 1.0, quantity(1.0), split_single)


@formula(bounds={"heads": COUNT, "key_value_heads": COUNT})
def small_kernels(*, sequences: "1", heads: "1", key_value_heads: "1", copies: "1", beside: "1") -> "1":
    """Return the small kernels beside attention: copies only where queries of a kept head do not lie side by side.

    beside + copies where heads > kept heads > 1 and sequences > 1
    """
    apart = where(key_value_heads > 1.0, where(sequences > 1.0, copies, quantity(0.0)), quantity(0.0))
    return beside + where(heads / key_value_heads > 1.0, apart, quantity(0.0))


@formula(
    increasing=["start", "heads", "head_size", "per_element"],
    bounds={"key_value_heads": COUNT},
)
def tile_start(*, start: "1", heads: "1", key_value_heads: "1", head_size: "1", per_element: "1") -> "1":
    """Return the cycles to start a reader: it fetches a tile of queries and writes one of results, in rows of 16.

    start + per_element x 16 x ceil(heads / kept heads / 16) x head size
    """
    return start + per_element * QUERY_ROWS * whole(heads / key_value_heads / QUERY_ROWS) * head_size


@formula(
    increasing=["waves", "start", "context", "head_size", "bytes_per_element", "resident"],
    decreasing=["unit_rate", "clock"],
    bounds={"unit_rate": (1e-3, 1e6), "clock": (1, 1e12), "split": SHARE},
)
def reader_time(
    *,
    waves: "1",
    start: "1",
    context: "1",
    head_size: "1",
    bytes_per_element: "byte",
    resident: "1",
    split: "1",
    unit_rate: "byte",
    clock: "Hz",
) -> "second":
    """Return the time in which units start all readers; one that is not split draws its cache through its unit alone.

    waves x (start + [2 x context x head size x bytes x resident / unit rate where not split]) / clock
    """
    alone = 2 * context * head_size * bytes_per_element * resident / unit_rate
    return waves * (start + where(split > 0.0, quantity(0.0), alone)) / clock


@formula(
    increasing=["sequences", "context", "key_value_heads", "head_size", "heads", "padding"],
    decreasing=["peak", "efficiency"],
    bounds={"peak": RATE, "efficiency": (1e-3, 10), "key_value_heads": COUNT},
)
def decode_compute_time(
    *,
    sequences: "1",
    context: "1",
    heads: "1",
    key_value_heads: "1",
    padding: "1",
    head_size: "1",
    peak: "FLOP/s",
    efficiency: "1",
) -> "second":
    """Return the time of query times key and score times value for every cached token, in padded groups of queries.

    4 x sequences x context x (heads + padding x key_value_heads) x head_size / (peak x efficiency)
    """
    operations = 4 * FLOP * sequences * context * head_size * (heads + padding * key_value_heads)
    return operations / (peak * efficiency)


@formula(increasing=["units", "clock", "operations_per_cycle"])
def vector_peak(*, units: "1", clock: "Hz", operations_per_cycle: "FLOP") -> "FLOP/s":
    """Return the operations that all units do without matrix instructions."""
    return units * clock * operations_per_cycle


@formula(increasing=["latency", "joining", "splits", "kernels", "per_kernel"], bounds={"splits": (1.0, 1e9)})
def decode_latency_cycles(*, latency: "1", joining: "1", splits: "1", kernels: "1", per_kernel: "1") -> "1":
    """Return the cycles of decode beside its work: its kernel, joining split contexts, and small kernels beside.

    latency + joining x min(splits - 1, 1) + kernels x per kernel
    """
    return latency + joining * minimum(splits - 1, 1) + kernels * per_kernel


@formula(increasing=["launch", "latency", "work"])
def attention_kernel_time(*, launch: "second", latency: "second", work: "second") -> "second":
    """Return the time of attention: launching, which no clock makes faster, its latency, and its work."""
    return launch + latency + work
