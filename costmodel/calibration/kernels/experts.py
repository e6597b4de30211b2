"""The time of a layer of routed experts, put together from its formulas."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.calibration.kernels.chip import Chip
from costmodel.calibration.kernels.expert_load import Load, expert_load
from costmodel.calibration.kernels.formulas import experts as e
from costmodel.calibration.kernels.formulas import shared as s
from costmodel.calibration.kernels.memory import TILE, Named, memory_rate
from costmodel.calibration.kernels.work import Experts
from costmodel.units import Quantity, quantity


@dataclass(frozen=True)
class Tiles:
    """Tiles of the results of the grouped products."""

    side: Quantity
    """Rows of a tile."""
    of_rows: Quantity
    every: Quantity
    """Tiles of the first product, the wider of the two."""


def expert_layer(chip: Chip, work: Experts, constants: Named) -> Quantity:
    """Return the time of a layer of routed experts on its busiest rank."""
    assignments = work.tokens * work.per_token
    load = expert_load(work, constants)
    handled = e.handled_rows(busiest=load.rows, assignments=assignments, elsewhere=work.elsewhere)
    between = memory_rate(chip, constants, _activations(work, handled, quantity(1.0)))
    activations = _activations(work, handled, constants["activation_passes"])
    cycles = e.expert_latency_cycles(
        latency=constants["latency"],
        launches=work.launches,
        experts=work.experts,
        per_expert=constants["expert_time"],
        assignments=assignments,
        per_assignment=constants["assignment_time"],
        units=chip.units,
    )
    return e.expert_kernel_time(
        latency=s.cycle_time(cycles=cycles, clock=chip.clock),
        activations=s.transfer_time(moved=activations, rate=between),
        products=_products(chip, work, constants, load, activations),
    )


def _products(chip: Chip, work: Experts, constants: Named, load: Load, activations: Quantity) -> Quantity:
    """Return the time of the grouped products, which compute while weights come."""
    tiles = _tiles(work, load)
    weights = e.expert_weights(
        touched=load.touched,
        matrices=work.matrices,
        hidden=work.hidden,
        width=_width(work),
        weight_bytes=work.weight_bytes,
    )
    rate = memory_rate(chip, constants, weights + activations)
    return s.overlapped_time(
        first=_computing(chip, work, constants, tiles),
        second=s.transfer_time(moved=weights, rate=rate),
        sharpness=constants["sharpness"],
    )


def _width(work: Experts) -> Quantity:
    return work.width / work.tensor_ways


def _tiles(work: Experts, load: Load) -> Tiles:
    side = s.tile_length(length=load.rows / load.touched, grain=16.0, largest=TILE)
    of_rows = load.row_tiles(side)
    return Tiles(side, of_rows, e.expert_tiles(row_tiles=of_rows, width=_width(work), matrices=work.matrices))


def _activations(work: Experts, handled: Quantity, passes: Quantity) -> Quantity:
    """Return the bytes of activations; one pass is what a kernel hands to the next, by the cache as far as it fits."""
    return e.expert_activations(
        tokens=work.tokens,
        handled=handled,
        hidden=work.hidden,
        width=_width(work),
        matrices=work.matrices,
        activation_bytes=work.activation_bytes,
        passes=passes,
    )


def _computing(chip: Chip, work: Experts, constants: Named, tiles: Tiles) -> Quantity:
    operations = e.expert_operations(
        row_tiles=tiles.of_rows,
        tile=tiles.side,
        rows_half=constants["rows_half"],
        matrices=work.matrices,
        hidden=work.hidden,
        width=_width(work),
        inner_half=constants["inner_half"],
    )
    return e.expert_compute_time(
        operations=operations,
        waves=s.filled_waves(pieces=tiles.every, units=chip.units, unhidden=constants["wave_blend"]),
        units=chip.units,
        tiles=tiles.every,
        peak=chip.sustained_peak,
        efficiency=constants["compute_efficiency"],
    )
