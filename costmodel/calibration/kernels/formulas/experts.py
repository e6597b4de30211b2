"""A layer of routed experts on its busiest rank: grouped products, and moving tokens to experts and back."""

from costmodel.calibration.kernels.formulas.shared import COUNT, UNITS, whole
from costmodel.formula import formula
from costmodel.formula.ops import maximum
from costmodel.units import quantity

FLOP = quantity(1.0, "FLOP")
WIDE = quantity(2.0, "byte")


@formula(increasing=["busiest"], bounds={"touched": COUNT, "tile": COUNT})
def expert_row_tiles(*, busiest: "1", touched: "1", tile: "1") -> "1":
    """Return the tiles of rows over the experts touched, each with the same share of the rows.

    touched x ceil(busiest / touched / tile)
    """
    return touched * whole(busiest / touched / tile)


@formula(increasing=["row_tiles", "width", "matrices"], bounds={"matrices": (1, 10)})
def expert_tiles(*, row_tiles: "1", width: "1", matrices: "1") -> "1":
    """Return the tiles of the first grouped product, the wider of the two: at least one for each tile of rows.

    row_tiles x max(width x (matrices - 1) / 128, 1): a last tile that is not full counts as its part
    """
    return row_tiles * maximum(width * (matrices - 1) / 128.0, 1.0)


@formula(increasing=["row_tiles", "tile", "rows_half", "matrices", "hidden", "width", "inner_half"])
def expert_operations(
    *,
    row_tiles: "1",
    tile: "1",
    rows_half: "1",
    matrices: "1",
    hidden: "1",
    width: "1",
    inner_half: "1",
) -> "FLOP":
    """Return the operations of the grouped products with their padding.

    2 x row_tiles x (tile + rows_half) x matrices x hidden x (width + inner_half)
    """
    return 2 * FLOP * row_tiles * (tile + rows_half) * matrices * hidden * (width + inner_half)


@formula(
    increasing=["operations", "waves", "units"],
    decreasing=["tiles", "peak", "efficiency"],
    bounds={"tiles": (0, 1e18), "peak": (1, 1e24), "efficiency": (1e-3, 10)},
)
def expert_compute_time(
    *, operations: "FLOP", waves: "1", units: "1", tiles: "1", peak: "FLOP/s", efficiency: "1"
) -> "second":
    """Return the time of the grouped products, longer by the idle part of the last wave.

    operations x (waves x units / tiles) / (peak x efficiency)
    """
    return operations * waves * units / maximum(tiles, 1e-9) / (peak * efficiency)


@formula(increasing=["touched", "matrices", "hidden", "width", "weight_bytes"])
def expert_weights(*, touched: "1", matrices: "1", hidden: "1", width: "1", weight_bytes: "byte") -> "byte":
    """Return the bytes of the weights of the experts touched."""
    return touched * matrices * hidden * width * weight_bytes


@formula(increasing=["busiest", "assignments", "elsewhere"], bounds={"elsewhere": (0, 1)})
def handled_rows(*, busiest: "1", assignments: "1", elsewhere: "1") -> "1":
    """Return the rows that a rank sorts and moves: its own, and a share of those that belong to other ranks."""
    return busiest + elsewhere * maximum(assignments - busiest, 0.0)


@formula(increasing=["tokens", "handled", "hidden", "width", "matrices", "activation_bytes", "passes"])
def expert_activations(
    *,
    tokens: "1",
    handled: "1",
    hidden: "1",
    width: "1",
    matrices: "1",
    activation_bytes: "byte",
    passes: "1",
) -> "byte":
    """Return the bytes of activations moved: tokens in and out once, handled rows in several passes."""
    per_row = hidden * (WIDE + activation_bytes) + width * matrices * WIDE
    return passes * handled * per_row + tokens * hidden * 2 * WIDE


@formula(
    increasing=["latency", "launches", "experts", "per_expert", "assignments", "per_assignment"],
    decreasing=["units"],
    bounds={"units": UNITS},
)
def expert_latency_cycles(
    *,
    latency: "1",
    launches: "1",
    experts: "1",
    per_expert: "1",
    assignments: "1",
    per_assignment: "1",
    units: "1",
) -> "1":
    """Return the cycles of an expert layer beside its products: launches, routing per expert and per assignment.

    latency x launches + per_expert x experts + per_assignment x assignments / units
    """
    return latency * launches + per_expert * experts + per_assignment * assignments / units


@formula(increasing=["latency", "activations", "products"])
def expert_kernel_time(*, latency: "second", activations: "second", products: "second") -> "second":
    """Return the time of a layer of routed experts on its busiest rank."""
    return latency + activations + products
