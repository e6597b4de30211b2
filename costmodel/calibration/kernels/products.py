"""The time of a matrix product, put together from its formulas."""

from __future__ import annotations

from functools import reduce

from costmodel.calibration.kernels.chip import Chip
from costmodel.calibration.kernels.formulas import products as p
from costmodel.calibration.kernels.formulas import shared as s
from costmodel.calibration.kernels.memory import TILE, Named, memory_rate
from costmodel.calibration.kernels.work import Product
from costmodel.units import Quantity, quantity

SPLITS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Parts of the inner dimension that a library tries: powers of two, as finer steps shorten the time by less than 6%."""
SHORTEST_PART = 64.0
"""Elements of the shortest part of an inner dimension: one step of the inner loop of 16-bit kernels."""


def matrix_product(chip: Chip, work: Product, constants: Named) -> Quantity:
    """Return the time of a matrix product."""
    weights = p.product_weights(columns=work.columns, inner=work.inner, weight_bytes=work.weight_bytes)
    activations = p.product_activations(
        rows=work.rows,
        columns=work.columns,
        inner=work.inner,
        activation_bytes=work.activation_bytes,
        write_cost=constants["write_cost"],
    )
    set_read = p.product_working_set(weights=weights, copies=work.copies, activations=activations)
    rate = memory_rate(chip, constants, set_read)
    busy = s.overlapped_time(
        first=_fastest_computing(chip, work, constants),
        second=s.transfer_time(moved=weights + activations, rate=rate),
        sharpness=constants["sharpness"],
    )
    time = p.product_kernel_time(
        latency=s.cycle_time(cycles=constants["latency"], clock=chip.clock),
        busy=busy,
        quantisation=_quantisation(chip, work, constants, rate),
    )
    return p.host_bound_time(time=time, host=constants["host"], uncaptured=work.uncaptured)


def _fastest_computing(chip: Chip, work: Product, constants: Named) -> Quantity:
    times = [_computing(chip, work, constants, quantity(most)) for most in SPLITS]
    return reduce(lambda first, second: p.shorter_time(first=first, second=second), times)


def _computing(chip: Chip, work: Product, constants: Named, most: Quantity) -> Quantity:
    tile_rows = s.tile_length(length=work.rows, grain=16.0, largest=TILE)
    tile_columns = s.tile_length(length=work.columns, grain=32.0, largest=TILE)
    tiles = p.product_tiles(rows=work.rows, columns=work.columns, tile_rows=tile_rows, tile_columns=tile_columns)
    parts = p.inner_parts(inner=work.inner, most=most, splits=work.splits, shortest=SHORTEST_PART)
    operations = p.tile_operations(
        paid=_paid_rows(chip, work, constants, tile_rows),
        tile_columns=tile_columns,
        inner=work.inner / parts,
        inner_half=constants["inner_half"],
    )
    walking = p.walk_cycles(
        inner=work.inner,
        parts=parts,
        activation_bytes=work.activation_bytes,
        per_byte=constants["walk"],
        join=constants["join"],
    )
    return s.cycle_time(cycles=walking, clock=chip.clock) + s.tiled_compute_time(
        waves=s.filled_waves(pieces=tiles * parts, units=chip.units, unhidden=constants["wave_blend"]),
        units=chip.units,
        operations=operations,
        peak=chip.sustained_peak,
        efficiency=constants["compute_efficiency"],
    )


def _paid_rows(chip: Chip, work: Product, constants: Named, tile_rows: Quantity) -> Quantity:
    return p.paid_rows(
        tile_rows=tile_rows,
        largest=TILE,
        peak=chip.sustained_peak,
        units=chip.units,
        clock=chip.clock,
        weight_bytes=work.weight_bytes,
        feed=constants["feed"],
    )


def _quantisation(chip: Chip, work: Product, constants: Named, rate: Quantity) -> Quantity:
    return p.quantisation_time(
        quantised=work.quantised,
        rows=work.rows,
        inner=work.inner,
        activation_bytes=work.activation_bytes,
        passes=constants["quantise_passes"],
        row_cycles=constants["quantise_row"],
        units=chip.units,
        clock=chip.clock,
        rate=rate,
    )
