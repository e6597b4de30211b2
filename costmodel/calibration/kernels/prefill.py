"""The time of attention of new tokens among each other, put together from its formulas."""

from __future__ import annotations

from costmodel.calibration.kernels.chip import Chip
from costmodel.calibration.kernels.formulas import attention as a
from costmodel.calibration.kernels.formulas import shared as s
from costmodel.calibration.kernels.memory import TILE, Named, memory_rate
from costmodel.calibration.kernels.work import Prefill
from costmodel.units import Quantity


def prefill_attention(chip: Chip, work: Prefill, constants: Named) -> Quantity:
    """Return the time of attention among new tokens."""
    tile = s.tile_length(length=work.tokens, grain=64.0, largest=TILE)
    tiles = a.query_tiles(sequences=work.sequences, heads=work.heads, tokens=work.tokens, tile=tile)
    waves = s.filled_waves(pieces=tiles, units=chip.units, unhidden=constants["wave_blend"])
    operations = a.query_tile_operations(
        tokens=work.tokens,
        tile=tile,
        head_size=work.head_size,
        extra_keys=constants["sequence_half"],
    )
    computing = s.tiled_compute_time(
        waves=waves,
        units=chip.units,
        operations=operations,
        peak=chip.sustained_peak,
        efficiency=constants["compute_efficiency"],
    ) + a.softmax_time(
        waves=waves,
        tokens=work.tokens,
        tile=tile,
        extra_keys=constants["sequence_half"],
        score_cycles=constants["score_time"],
        clock=chip.clock,
    )
    moved = a.prefill_traffic(
        sequences=work.sequences,
        tokens=work.tokens,
        heads=work.heads,
        key_value_heads=work.key_value_heads,
        head_size=work.head_size,
        cache_bytes=work.cache_bytes,
    )
    moving = s.transfer_time(moved=moved, rate=memory_rate(chip, constants, moved))
    return a.attention_kernel_time(
        launch=constants["launch"],
        latency=_latency(chip, work, constants, tiles),
        work=s.overlapped_time(first=computing, second=moving, sharpness=constants["sharpness"]),
    )


def _latency(chip: Chip, work: Prefill, constants: Named, tiles: Quantity) -> Quantity:
    waves = s.filled_waves(pieces=tiles / work.resident, units=chip.units, unhidden=constants["wave_blend"])
    rows = a.rotated_rows(
        sequences=work.sequences, tokens=work.tokens, heads=work.heads, key_value_heads=work.key_value_heads
    )
    cycles = a.prefill_latency_cycles(
        latency=constants["latency"],
        tokens=work.tokens,
        per_token=constants["serial"],
        waves=waves,
        per_tile=constants["piece_time"],
        rows=rows,
        per_row=constants["row_time"],
        units=chip.units,
    )
    return s.cycle_time(cycles=cycles, clock=chip.clock)
