"""The time of attention, put together from its formulas."""

from __future__ import annotations

from costmodel.calibration.kernels.chip import Chip
from costmodel.calibration.kernels.formulas import attention as a
from costmodel.calibration.kernels.formulas import shared as s
from costmodel.calibration.kernels.memory import TILE, Named, memory_rate
from costmodel.calibration.kernels.work import Decode, Prefill
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
        latency=_prefill_latency(chip, work, constants, waves),
        work=s.overlapped_time(first=computing, second=moving, sharpness=constants["sharpness"]),
    )


def _prefill_latency(chip: Chip, work: Prefill, constants: Named, waves: Quantity) -> Quantity:
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


def decode_attention(chip: Chip, work: Decode, constants: Named) -> Quantity:
    """Return the time of attention of one new token per sequence over its cache."""
    group = a.padded_group(
        heads=work.heads,
        key_value_heads=work.key_value_heads,
        padding=constants["group_half"],
        largest=work.largest_group,
        slow_cost=constants["fallback_cost"],
    )
    computing = a.decode_compute_time(
        sequences=work.sequences,
        context=work.context,
        key_value_heads=work.key_value_heads,
        head_size=work.head_size,
        group=group,
        peak=chip.sustained_peak,
        efficiency=constants["compute_efficiency"],
    )
    cycles = a.decode_latency_cycles(
        latency=constants["latency"],
        context=work.context,
        chain=constants["chain_time"],
        chain_half=constants["chain_half"],
        sequences=work.sequences,
        heads=work.heads,
        key_value_heads=work.key_value_heads,
        largest=work.largest_group,
        per_sequence=constants["sequence_time"],
        units=chip.units,
    )
    return a.attention_kernel_time(
        latency=s.cycle_time(cycles=cycles, clock=chip.clock),
        work=s.overlapped_time(
            first=computing, second=_cache_reading(chip, work, constants), sharpness=constants["sharpness"]
        ),
    )


def _cache_reading(chip: Chip, work: Decode, constants: Named) -> Quantity:
    elements = a.attended_elements(
        sequences=work.sequences,
        context=work.context,
        key_value_heads=work.key_value_heads,
        head_size=work.head_size,
        tensors=work.tensors,
    )
    queries = a.query_traffic(sequences=work.sequences, heads=work.heads, head_size=work.head_size)
    rate = memory_rate(chip, constants, elements * work.cache_bytes + queries)
    pieces = a.cache_pieces(
        sequences=work.sequences,
        key_value_heads=work.key_value_heads,
        context=work.context,
        split_context=constants["split_context"],
    )
    reading = a.cache_read_time(
        elements=elements,
        bytes_per_element=work.cache_bytes,
        waves=s.filled_waves(pieces=pieces, units=chip.units, unhidden=constants["wave_blend"]),
        units=chip.units,
        pieces=pieces,
        rate=rate,
    )
    return reading + s.transfer_time(moved=queries, rate=rate)
