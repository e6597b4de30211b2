"""A matrix product: tiles of the result on the units, weights and activations through the memory."""

from costmodel.calibration.kernels.formulas.shared import COUNT, SHARE, UNITS, whole
from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum
from costmodel.performance.formulas.all_reduce import RATE
from costmodel.units import quantity

FLOP = quantity(1.0, "FLOP")
WIDE = quantity(2.0, "byte")


@formula(
    increasing=["rows", "columns"],
    decreasing=["tile_rows", "tile_columns"],
    bounds={"tile_rows": COUNT, "tile_columns": COUNT},
)
def product_tiles(*, rows: "1", columns: "1", tile_rows: "1", tile_columns: "1") -> "1":
    """Return the tiles that cover the result of a product."""
    return whole(rows / tile_rows) * whole(columns / tile_columns)


@formula(
    increasing=["tile_rows", "peak", "weight_bytes"],
    decreasing=["units", "clock", "feed"],
    bounds={
        "tile_rows": COUNT,
        "largest": COUNT,
        "units": UNITS,
        "peak": RATE,
        "clock": (1, 1e12),
        "feed": (1e-3, 1e6),
    },
)
def paid_rows(
    *,
    tile_rows: "1",
    largest: "1",
    peak: "FLOP/s",
    units: "1",
    clock: "Hz",
    weight_bytes: "byte",
    feed: "byte",
) -> "1":
    """Return the rows whose time a tile takes: a short one waits for its weights, which come however few rows it has.

    rows + max(1 - rows / largest, 0) x waited, where waited, at most the largest tile, is
    operations of a unit per cycle x weight_bytes / (2 x feed)
    """
    waited = minimum(peak / (units * clock) * weight_bytes / (2 * FLOP * feed), largest)
    return tile_rows + maximum(1 - tile_rows / largest, 0.0) * waited


@formula(increasing=["paid", "tile_columns", "inner", "inner_half"])
def tile_operations(*, paid: "1", tile_columns: "1", inner: "1", inner_half: "1") -> "FLOP":
    """Return the operations of one tile, with what filling and draining it costs in further elements.

    2 x paid rows x columns x (inner + inner_half)
    """
    return 2 * FLOP * paid * tile_columns * (inner + inner_half)


@formula(increasing=["inner", "most"], bounds={"most": (1, 1e6), "splits": SHARE, "shortest": COUNT})
def inner_parts(*, inner: "1", most: "1", splits: "1", shortest: "1") -> "1":
    """Return the parts into which the inner dimension is split: so many, but none shorter than the shortest.

    1 + splits x (min(most, max(inner / shortest, 1)) - 1)
    """
    return 1 + splits * (minimum(most, maximum(inner / shortest, 1.0)) - 1)


@formula(increasing=["inner", "activation_bytes", "per_byte", "join"], bounds={"parts": (1, 1e6)})
def walk_cycles(*, inner: "1", parts: "1", activation_bytes: "byte", per_byte: "1/byte", join: "1") -> "1":
    """Return the cycles in which a unit walks along its part of the inner dimension, and the parts are added up.

    inner / parts x activation_bytes x per_byte + join x (parts - 1)
    """
    return inner / parts * activation_bytes * per_byte + join * (parts - 1)


@formula(increasing=["first", "second"])
def shorter_time(*, first: "second", second: "second") -> "second":
    """Return the time of the faster of two ways, which the library takes."""
    return minimum(first, second)


@formula(increasing=["columns", "inner", "weight_bytes"])
def product_weights(*, columns: "1", inner: "1", weight_bytes: "byte") -> "byte":
    """Return the bytes of the weights of a product."""
    return columns * inner * weight_bytes


@formula(increasing=["rows", "columns", "inner", "activation_bytes", "write_cost"])
def product_activations(*, rows: "1", columns: "1", inner: "1", activation_bytes: "byte", write_cost: "1") -> "byte":
    """Return the bytes of activations read and, at their own cost, of 16-bit results written."""
    return rows * (inner * activation_bytes + write_cost * columns * WIDE)


@formula(increasing=["weights", "copies", "activations"])
def product_working_set(*, weights: "byte", copies: "1", activations: "byte") -> "byte":
    """Return the bytes that pass before the same weights are read again: many copies mean weights never stay cached."""
    return weights * copies + activations


@formula(
    increasing=["quantised", "rows", "inner", "activation_bytes", "passes", "row_cycles"],
    decreasing=["units", "clock", "rate"],
    bounds={"units": UNITS, "clock": (1, 1e12), "rate": RATE},
)
def quantisation_time(
    *,
    quantised: "1",
    rows: "1",
    inner: "1",
    activation_bytes: "byte",
    passes: "1",
    row_cycles: "1",
    units: "1",
    clock: "Hz",
    rate: "byte/s",
) -> "second":
    """Return the time of the separate kernel that turns 16-bit activations into the product's number type.

    quantised x rows x (row_cycles / (units x clock) + passes x inner x (2 byte + activation_bytes) / rate)
    """
    starting = row_cycles / (units * clock)
    moving = passes * inner * (WIDE + activation_bytes) / rate
    return quantised * rows * (starting + moving)


@formula(increasing=["latency", "busy", "quantisation"])
def product_kernel_time(*, latency: "second", busy: "second", quantisation: "second") -> "second":
    """Return the time of a matrix product: its latency, its work, and the quantisation before it."""
    return latency + busy + quantisation


@formula(increasing=["time", "host", "uncaptured"], bounds={"uncaptured": (0, 1)})
def host_bound_time(*, time: "second", host: "second", uncaptured: "1") -> "second":
    """Return the time of a call, at least what the host needs to launch it when no graph captured it."""
    return maximum(time, host * uncaptured)
