"""The time of attention of one new token of each sequence over its cache, put together from its formulas."""

from __future__ import annotations

from costmodel.calibration.kernels.chip import Chip
from costmodel.calibration.kernels.formulas import attention as a
from costmodel.calibration.kernels.formulas import shared as s
from costmodel.calibration.kernels.memory import Named, memory_rate
from costmodel.calibration.kernels.work import Decode
from costmodel.formula.ops import where
from costmodel.units import Quantity, quantity


def decode_attention(chip: Chip, work: Decode, constants: Named) -> Quantity:
    """Return the time of attention of one new token per sequence over its cache."""
    vector = a.vector_share(
        heads=work.heads,
        key_value_heads=work.key_value_heads,
        smallest=work.smallest_group,
        largest=work.largest_group,
    )
    readers = a.cache_readers(
        sequences=work.sequences, heads=work.heads, key_value_heads=work.key_value_heads, vector=vector
    )
    splits = _splits(chip, work, constants, readers)
    sharpness = constants["sharpness"]
    moving = s.overlapped_time(
        first=_starting(chip, work, constants, readers * splits, vector),
        second=_cache_reading(chip, work, constants),
        sharpness=sharpness,
    )
    computing = _computing(chip, work, constants, vector)
    return a.attention_kernel_time(
        launch=constants["launch"],
        latency=s.cycle_time(cycles=_latency(work, constants, splits, vector), clock=chip.clock),
        work=s.overlapped_time(first=moving, second=computing, sharpness=sharpness),
    )


def _splits(chip: Chip, work: Decode, constants: Named, readers: Quantity) -> Quantity:
    return a.context_splits(
        readers=readers,
        units=chip.units,
        context=work.context,
        head_size=work.head_size,
        split_context=constants["split_context"],
        split=_split(work),
    )


def _split(work: Decode) -> Quantity:
    return a.splitting(heads=work.heads, key_value_heads=work.key_value_heads, split_single=work.split_single)


def _starting(chip: Chip, work: Decode, constants: Named, parts: Quantity, vector: Quantity) -> Quantity:
    waves = s.filled_waves(pieces=parts / work.resident, units=chip.units, unhidden=constants["wave_blend"])
    return a.reader_time(
        waves=waves,
        start=where(vector > 0.0, constants["vector_start"], _tile_start(work, constants)),
        context=work.context,
        head_size=work.head_size,
        bytes_per_element=work.cache_bytes,
        resident=work.resident,
        split=_split(work),
        unit_rate=constants["unit_rate"],
        clock=chip.clock,
    )


def _tile_start(work: Decode, constants: Named) -> Quantity:
    return a.tile_start(
        start=constants["start"],
        heads=work.heads,
        key_value_heads=work.key_value_heads,
        head_size=work.head_size,
        per_element=constants["query_time"],
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
    moved = elements * work.cache_bytes + queries
    return s.transfer_time(moved=moved, rate=memory_rate(chip, constants, moved))


def _computing(chip: Chip, work: Decode, constants: Named, vector: Quantity) -> Quantity:
    shape = {
        "sequences": work.sequences,
        "context": work.context,
        "heads": work.heads,
        "key_value_heads": work.key_value_heads,
        "head_size": work.head_size,
    }
    padding, efficiency = constants["group_half"], constants["compute_efficiency"]
    peak = a.vector_peak(units=chip.units, clock=chip.clock, operations_per_cycle=constants["vector_rate"])
    by_matrix = a.decode_compute_time(**shape, padding=padding, peak=chip.sustained_peak, efficiency=efficiency)
    by_vector = a.decode_compute_time(**shape, padding=quantity(0.0), peak=peak, efficiency=quantity(1.0))
    return where(vector > 0.0, by_vector, by_matrix)


def _latency(work: Decode, constants: Named, splits: Quantity, vector: Quantity) -> Quantity:
    kernels = a.small_kernels(
        sequences=work.sequences,
        heads=work.heads,
        key_value_heads=work.key_value_heads,
        copies=work.copies,
        beside=work.beside,
    )
    return a.decode_latency_cycles(
        latency=where(vector > 0.0, constants["vector_latency"], constants["latency"]),
        joining=constants["join_time"],
        splits=splits,
        kernels=kernels,
        per_kernel=constants["kernel_time"],
    )
