"""The time of a matrix product, put together from its formulas."""

from __future__ import annotations

from costmodel.calibration.kernels.chip import Chip
from costmodel.calibration.kernels.formulas import products as p
from costmodel.calibration.kernels.formulas import shared as s
from costmodel.calibration.kernels.memory import TILE, Named, memory_rate
from costmodel.calibration.kernels.work import Product
from costmodel.units import Quantity


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
        first=_product_computing(chip, work, constants),
        second=s.transfer_time(moved=weights + activations, rate=rate),
        sharpness=constants["sharpness"],
    )
    cycles = p.product_latency_cycles(latency=constants["latency"], inner=work.inner, per_element=constants["serial"])
    time = p.product_kernel_time(
        latency=s.cycle_time(cycles=cycles, clock=chip.clock),
        busy=busy,
        quantisation=_quantisation(chip, work, constants, rate),
    )
    return p.host_bound_time(time=time, host=constants["host"], uncaptured=work.uncaptured)


def _product_computing(chip: Chip, work: Product, constants: Named) -> Quantity:
    tile_rows = s.tile_length(length=work.rows, grain=16.0, largest=TILE)
    tile_columns = s.tile_length(length=work.columns, grain=32.0, largest=TILE)
    tiles = p.product_tiles(rows=work.rows, columns=work.columns, tile_rows=tile_rows, tile_columns=tile_columns)
    operations = p.tile_operations(
        tile_rows=tile_rows,
        tile_columns=tile_columns,
        inner=work.inner,
        rows_half=constants["rows_half"],
        inner_half=constants["inner_half"],
    )
    return s.tiled_compute_time(
        waves=s.filled_waves(pieces=tiles, units=chip.units, unhidden=constants["wave_blend"]),
        units=chip.units,
        operations=operations,
        peak=chip.sustained_peak,
        efficiency=constants["compute_efficiency"],
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
