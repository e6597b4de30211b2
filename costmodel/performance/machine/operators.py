"""The operators of one pass through a model: operations and bytes on one accelerator, and how well each runs."""

from __future__ import annotations

from costmodel.domain.architecture import NONE
from costmodel.formula.ops import maximum
from costmodel.once import once
from costmodel.performance.formulas import memory as m
from costmodel.performance.formulas import operators as f
from costmodel.performance.formulas import states as t
from costmodel.performance.machine import shape
from costmodel.performance.machine.memory import attention_weights_held
from costmodel.performance.machine.operator import (
    NO_BYTES,
    NO_OPERATIONS,
    NOTHING,
    Matrices,
    Operator,
    Rows,
    bandwidth_share,
    efficiency,
    matrices,
    operator,
)
from costmodel.performance.machine.setup import ONE, UNLIMITED, Setup, compute_type
from costmodel.performance.machine.shape import Span
from costmodel.performance.machine.states import State, states
from costmodel.units import Quantity, add, quantity

FEWEST_ROWS = quantity(1e-3)
"""Rows of an accelerator below which they count as so many: a pass may have none."""


def operators(setup: Setup, rows: Rows) -> list[Operator]:
    """Return the operators of a pass."""
    model = setup.model
    finished = rows.sequences * rows.each + rows.prompt / rows.prompt_length
    found = [_activations(setup, rows.total), _head(setup).times(finished)]
    if setup.spans:
        projections = _projections(setup).times(rows.total)
        found = [projections, _prefill_attention(setup, rows), _decode_attention(setup, rows), *found]
    for state in states(model):
        found += _state(setup, state, rows)
    if model.has_dense:
        found.append(_feed_forward(setup).times(rows.total))
    if model.other_layer_weights is not NONE:
        found.append(_others(setup).times(rows.total))
    if model.has_experts:
        found += _experts(setup, rows)
    return [*found, _indexer(setup, rows)] if model.is_sparse else found


@once
def _head(setup: Setup) -> Matrices:
    """Return the output head, with a row for each token of a sequence and each finished prompt."""
    weights = setup.model.vocabulary * setup.model.hidden_size / setup.ways
    return matrices(setup, "output head", ONE, weights, setup.types.wide)


@once
def _projections(setup: Setup) -> Matrices:
    return matrices(setup, "attention projections", ONE, attention_weights_held(setup))


@once
def _feed_forward(setup: Setup) -> Matrices:
    weights = shape.dense_weights(setup.model) / setup.ways
    return matrices(setup, "feed-forward", shape.dense_layers(setup.model), weights)


@once
def _others(setup: Setup) -> Matrices:
    return matrices(setup, "other weights", ONE, shape.other_weights(setup.model) / setup.ways)


@once
def _shared_experts(setup: Setup) -> Matrices:
    """Return the router and the experts of all tokens."""
    weights = shape.shared_weights(setup.model) / setup.ways + shape.router_weights(setup.model)
    return matrices(setup, "shared experts", setup.model.experts_layers, weights)


@once
def _projections_of(setup: Setup, state: State) -> Matrices:
    return matrices(setup, f"{state.name} projections", state.layers, state.weights / setup.ways)


def _state(setup: Setup, state: State, rows: Rows) -> list[Operator]:
    """Return projections of layers with a state, the passes over it that each step makes, and its arithmetic."""
    constants, elements = setup.constants, state.layers * state.elements / setup.ways
    moved = (
        2
        * rows.sequences
        * t.state_bytes(
            summed=elements,
            convolved=state.layers * state.convolved / setup.ways,
            summed_bytes=constants["state_size"],
            convolved_bytes=constants["activation_size"],
        )
    )
    update = t.state_operations(elements=elements, each=state.operations, tokens=rows.total)
    bandwidth = constants["cache_bandwidth"]
    return [
        _projections_of(setup, state).times(rows.total),
        operator(setup, state.name, NO_OPERATIONS, moved, bandwidth_efficiency=bandwidth),
        operator(setup, f"{state.name} updates", update, NO_BYTES),
    ]


def _experts(setup: Setup, rows: Rows) -> list[Operator]:
    """Return router and shared experts, routed experts, and the passes that sort and combine their rows."""
    model, constants, kind = setup.model, setup.constants, setup.types.experts
    weights = shape.expert_weights(model) / setup.expert_split
    tokens, rows = rows.total, rows.total * setup.copies * rows.filled
    touched = f.experts_touched(
        experts=model.experts_count,
        per_token=model.experts_per_token,
        rows=rows,
        evenness=constants["routing_evenness"],
    )
    padded = f.expert_rows(
        rows=rows,
        per_token=model.experts_per_token,
        touched=touched,
        tile=constants["expert_tile"],
        ways=setup.expert_ways,
        unevenness=f.expert_unevenness(
            ways=setup.expert_ways,
            largest=setup.fullest,
            mean=maximum(rows * model.experts_per_token / setup.expert_ways, FEWEST_ROWS),
        ),
    )
    read = touched / setup.expert_ways * weights
    routed = operator(
        setup,
        "experts",
        model.experts_layers * f.matrix_product_operations(rows=padded, weights=weights),
        model.experts_layers * m.weight_memory(weights=read, bytes_per_weight=quantity(kind.bytes, "byte")),
        multiplied=kind.multiplied,
        compute_efficiency=efficiency(setup, kind),
        bandwidth_efficiency=bandwidth_share(setup, kind),
    )
    return [
        _shared_experts(setup).times(tokens),
        routed,
        _sorting(setup, rows * model.experts_per_token / setup.expert_ways),
    ]


def _sorting(setup: Setup, rows: Quantity) -> Operator:
    model = setup.model
    moved = model.experts_layers * f.activation_bytes(
        rows=rows,
        width=model.hidden_size + model.experts_width / setup.expert_split,
        passes=setup.constants["expert_passes"],
        bytes_per_element=setup.activation,
    )
    return operator(setup, "expert activations", NO_OPERATIONS, moved)


def _prefill_attention(setup: Setup, rows: Rows) -> Operator:
    work = add(
        f.attention_operations(
            rows=rows.prompt,
            attended=one.layers * _attended_by_prompt(setup, one, rows),
            operations_per_pair=one.attention.prefill_operations / setup.attention_ways,
        )
        for one in setup.spans
    )
    return operator(setup, "prefill attention", work, NO_BYTES)


def _attended_by_prompt(setup: Setup, span: Span, rows: Rows) -> Quantity:
    """Return the mean earlier tokens that a token of a prompt attends to in a layer of a span."""
    if span.limit is not None and span.inside:
        return f.mean_attended_in_blocks(length=rows.prompt_length + rows.cached, block=span.limit)
    limit = setup.model.sparse_top if setup.model.is_sparse and span.limit is None else span.limit
    return f.mean_attended(new=rows.prompt_length, cached=rows.cached, window=UNLIMITED if limit is None else limit)


def _decode_attention(setup: Setup, rows: Rows) -> Operator:
    bandwidth = "latent_bandwidth" if setup.model.is_latent else "cache_bandwidth"
    attended = [(one.attention, setup.attended(one, rows.context)) for one in setup.spans]
    return operator(
        setup,
        "decode attention",
        add(
            f.attention_operations(
                rows=rows.sequences * rows.each,
                attended=tokens,
                operations_per_pair=one.decode_operations / setup.attention_ways,
            )
            for one, tokens in attended
        ),
        add(
            f.cache_read(sequences=rows.sequences, attended=tokens, cache_per_token=setup.cache_per_token(one))
            for one, tokens in attended
        ),
        bandwidth_efficiency=setup.constants[bandwidth],
        overlap_loss=NOTHING,
    )


def _indexer(setup: Setup, rows: Rows) -> Operator:
    model = setup.model
    earlier = f.mean_attended(new=rows.prompt_length, cached=rows.cached, window=UNLIMITED)
    pairs = rows.prompt * earlier + rows.sequences * rows.each * rows.context
    heads = shape.full_layers(model) * shape.indexed_share(model) * model.sparse_index_heads
    work = f.index_operations(heads=heads, size=model.sparse_index_size, pairs=pairs)
    keys = f.index_read(
        layers=shape.full_layers(model) * shape.indexed_share(model),
        sequences=rows.sequences,
        context=rows.context,
        size=setup.index_bytes,
    )
    bandwidth = setup.constants["cache_bandwidth"]
    narrow = compute_type(setup.accelerator, "fp8")
    return operator(setup, "sparse indexer", work, keys, multiplied=narrow, bandwidth_efficiency=bandwidth)


def _activations(setup: Setup, rows: Quantity) -> Operator:
    """Return norms and residuals of whole rows, and activations of the part of a row that is here."""
    hidden = setup.model.hidden_size
    moved = shape.whole_layers(setup.model) * f.activation_bytes(
        rows=rows,
        width=hidden + hidden / setup.ways,
        passes=setup.constants["activation_passes"],
        bytes_per_element=setup.activation,
    )
    return operator(setup, "activations", NO_OPERATIONS, moved)
