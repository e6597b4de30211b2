"""The time of a layer of routed experts, put together from its formulas."""

from __future__ import annotations

from costmodel.calibration.kernels.chip import Chip
from costmodel.calibration.kernels.formulas import expert_load as load
from costmodel.calibration.kernels.formulas import experts as e
from costmodel.calibration.kernels.formulas import shared as s
from costmodel.calibration.kernels.memory import TILE, Named, memory_rate
from costmodel.calibration.kernels.work import Experts
from costmodel.units import Quantity, quantity


def expert_layer(chip: Chip, work: Experts, constants: Named) -> Quantity:
    """Return the time of a layer of routed experts on its busiest rank."""
    assignments = work.tokens * work.per_token
    busiest, touched = expert_load(work, constants)
    width = work.width / work.tensor_ways
    weights = e.expert_weights(
        touched=touched,
        matrices=work.matrices,
        hidden=work.hidden,
        width=width,
        weight_bytes=work.weight_bytes,
    )
    handled = e.handled_rows(busiest=busiest, assignments=assignments, elsewhere=work.elsewhere)
    activations = _activations(work, handled, constants["activation_passes"])
    rate = memory_rate(chip, constants, weights + activations)
    between = memory_rate(chip, constants, _activations(work, handled, quantity(1.0)))
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
        products=s.overlapped_time(
            first=_expert_computing(chip, work, constants, busiest, touched),
            second=s.transfer_time(moved=weights, rate=rate),
            sharpness=constants["sharpness"],
        ),
    )


def _activations(work: Experts, handled: Quantity, passes: Quantity) -> Quantity:
    """Return the bytes of activations; one pass is what a kernel hands to the next, by the cache as far as it fits."""
    return e.expert_activations(
        tokens=work.tokens,
        handled=handled,
        hidden=work.hidden,
        width=work.width / work.tensor_ways,
        matrices=work.matrices,
        activation_bytes=work.activation_bytes,
        passes=passes,
    )


def _expert_computing(chip: Chip, work: Experts, constants: Named, busiest: Quantity, touched: Quantity) -> Quantity:
    width = work.width / work.tensor_ways
    tile = s.tile_length(length=busiest / touched, grain=16.0, largest=TILE)
    row_tiles = e.expert_row_tiles(busiest=busiest, touched=touched, tile=tile)
    tiles = e.expert_tiles(row_tiles=row_tiles, width=width, matrices=work.matrices)
    operations = e.expert_operations(
        row_tiles=row_tiles,
        tile=tile,
        rows_half=constants["rows_half"],
        matrices=work.matrices,
        hidden=work.hidden,
        width=width,
        inner_half=constants["inner_half"],
    )
    return e.expert_compute_time(
        operations=operations,
        waves=s.filled_waves(pieces=tiles, units=chip.units, unhidden=constants["wave_blend"]),
        units=chip.units,
        tiles=tiles,
        peak=chip.sustained_peak,
        efficiency=constants["compute_efficiency"],
    )


def expert_load(work: Experts, constants: Named) -> tuple[Quantity, Quantity]:
    """Return the rows of the busiest rank and the experts that they touch."""
    assignments, held = work.tokens * work.per_token, work.experts / work.expert_ways
    span = load.popularity_span(tokens=work.tokens, assignments=assignments, experts=work.experts)
    exponent = load.popularity_exponent(skew=work.skew)
    mean = load.popularity_moment(exponent=exponent, span=span, order=1.0)
    variation = load.rank_variation(
        square=load.popularity_moment(exponent=exponent, span=span, order=2.0),
        mean=mean,
        held=held,
        assignments=assignments,
        experts=work.experts,
    )
    excess = load.busiest_excess(
        variation=variation,
        ranks=work.expert_ways,
        assignments=assignments,
        group_spread=constants["group_spread"],
        group_skew=constants["group_skew"],
        whole_tokens=constants["whole_tokens"],
    )
    busiest = load.busiest_rows(
        assignments=assignments, ranks=work.expert_ways, held=held, tokens=work.tokens, excess=excess
    )
    share = load.chosen_share(experts=work.experts, mean=mean, assignments=assignments, span=span, exponent=exponent)
    touched = load.touched_experts(
        busiest=busiest,
        held=held,
        share=share,
        assignments=assignments,
        experts=work.experts,
        repeat=constants["repeat"],
    )
    even = load.even_rows(assignments=assignments, ranks=work.expert_ways)
    even_touched = load.evenly_touched(held=held, rows=even)
    return (
        load.by_skew(skew=work.skew, uneven=busiest, even=even),
        load.by_skew(skew=work.skew, uneven=touched, even=even_touched),
    )
