"""What a model's shape means for one accelerator: weights, cache elements and operations per layer."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.domain.architecture import NONE, Architecture
from costmodel.once import once
from costmodel.performance.formulas import shape as f
from costmodel.performance.machine.states import states_weights
from costmodel.units import Quantity, quantity

NO_GATE = quantity(0.0)
ONE = quantity(1.0)


@dataclass(frozen=True, eq=False)
class Attention:
    """One softmax-attention layer of a model, which stands for itself."""

    split_weights: Quantity
    """Weights that tensor parallelism splits over all accelerators."""
    key_value_weights: Quantity
    """Weights that are split at most as many ways as there are key and value heads."""
    replicated_weights: Quantity
    """Weights that every accelerator holds."""
    cache_elements: Quantity
    """Elements in the cache per token."""
    prefill_operations: Quantity
    """Operations per pair of new and earlier token."""
    decode_operations: Quantity
    ways: Quantity
    """Most accelerators that can share the cache."""


@dataclass(frozen=True)
class Span:
    """Layers with softmax attention of one reach."""

    layers: Quantity
    reading: Quantity
    """Those of them that read the cache of another layer: they have no keys and values of their own."""
    limit: Quantity | None
    """Tokens to which they attend at most; none where they attend to all."""
    attention: Attention
    inside: bool = False
    """Whether the limit is a block, in which a token attends to those before it, instead of a window that moves."""

    @property
    def keeping(self) -> Quantity:
        """Return the layers that keep a cache."""
        return self.layers if self.reading is NONE else self.layers - self.reading


@once
def spans(model: Architecture) -> list[Span]:
    """Return the layers with softmax attention by reach: to every token, in a window, inside blocks."""
    if not model.attends:
        return []
    full = Span(full_layers(model), model.attention_reading_layers, None, attention(model))
    found = [full]
    if model.attention_window is not NONE:
        reading = model.attention_reading_window_layers
        found.append(Span(model.attention_window_layers, reading, model.attention_window, windowed(model)))
    if model.attention_chunk is not NONE:
        chunks = Span(model.attention_chunk_layers, NONE, model.attention_chunk, full.attention, inside=True)
        found.append(chunks)
    return found


@once
def attention(model: Architecture) -> Attention:
    """Return the softmax attention of a model: grouped heads, or latent."""
    if model.is_latent:
        return _latent(model)
    total = model.attention_total_key_value_heads
    return _grouped(model, None if total is NONE else total / softmax_layers(model))


def windowed(model: Architecture) -> Attention:
    """Return the softmax attention of windowed layers, which may have heads of their own."""
    own = {
        "attention_query_heads": model.attention_window_query_heads,
        "attention_key_value_heads": model.attention_window_key_value_heads,
        "attention_head_size": model.attention_window_head_size,
        "attention_value_size": model.attention_window_value_size,
    }
    set_here = {name: value for name, value in own.items() if value is not NONE}
    if not set_here:
        return attention(model)
    return _grouped(model.with_leaves(**set_here), set_here.get("attention_key_value_heads"), windowed=True)


def _grouped(model: Architecture, mean: Quantity | None = None, *, windowed: bool = False) -> Attention:
    heads, size = model.attention_query_heads, model.attention_head_size
    kept = model.attention_key_value_heads if mean is None else mean
    value = size if model.attention_value_size is NONE else model.attention_value_size
    into = model.hidden_size if model.attention_input_size is NONE else model.attention_input_size
    keys = value if model.attention_keys_are_values == "yes" and not windowed else size + value
    pairs = f.grouped_pair_operations(heads=heads, key_size=size, value_size=value)
    return Attention(
        split_weights=f.grouped_split_weights(
            input_size=into,
            hidden_size=model.hidden_size,
            heads=heads,
            key_size=size,
            value_size=value,
            gate=_gate(model, value),
        ),
        key_value_weights=f.grouped_key_value_weights(input_size=into, key_value_heads=kept, both_sizes=keys),
        replicated_weights=quantity(0.0),
        cache_elements=f.grouped_cache_elements(key_value_heads=kept, key_size=size, value_size=value),
        prefill_operations=pairs,
        decode_operations=pairs,
        ways=model.attention_key_value_heads,
    )


def _gate(model: Architecture, value: Quantity) -> Quantity:
    """Return the numbers of a head's output gate: as many as its values, one, or none."""
    return {"yes": value, "heads": ONE}.get(model.attention_output_gate, NO_GATE)


def _latent(model: Architecture) -> Attention:
    rank, rope, plain = model.latent_key_value_rank, model.latent_rope_size, model.latent_no_rope_size
    heads, value = model.attention_query_heads, model.latent_value_size
    compressed = model.latent_query_rank
    query_input = model.hidden_size if compressed is NONE else compressed
    absorbed = f.latent_decode_operations(heads=heads, rank=rank, rope=rope)
    split = f.latent_split_weights(
        hidden_size=model.hidden_size,
        query_input=query_input,
        heads=heads,
        rank=rank,
        rope=rope,
        plain=plain,
        value=value,
    )
    gate = _gate(model, value)
    return Attention(
        split_weights=split if gate is NO_GATE else split + model.hidden_size * heads * gate,
        key_value_weights=quantity(0.0),
        replicated_weights=f.latent_replicated_weights(
            hidden_size=model.hidden_size,
            query_rank=compressed,
            query_input=query_input,
            rank=rank,
            rope=rope,
            index_heads=model.sparse_index_heads,
            index_size=model.sparse_index_size,
            indexed=indexed_share(model),
        ),
        cache_elements=f.latent_cache_elements(rank=rank, rope=rope),
        prefill_operations=absorbed
        if model.is_sparse  # prompts read chosen tokens of the latent cache, as decoding does
        else f.latent_prefill_operations(heads=heads, rope=rope, plain=plain, value=value),
        decode_operations=absorbed,
        ways=quantity(1.0),
    )


@once
def indexed_share(model: Architecture) -> Quantity:
    """Return the share of layers with sparse attention that have an indexer of their own."""
    return ONE if model.sparse_index_layers is NONE else model.sparse_index_layers / softmax_layers(model)


@once
def softmax_layers(model: Architecture) -> Quantity:
    """Return the layers with softmax attention."""
    if not model.attends:
        return NONE
    if model.attention_layers is not NONE:
        return model.attention_layers
    layers = model.layers
    for others in (model.linear_layers, model.state_space_layers, model.convolution_layers):
        layers = layers if others is NONE else layers - others
    return layers


@once
def full_layers(model: Architecture) -> Quantity:
    """Return the layers that attend to every earlier token."""
    return softmax_layers(model) - model.attention_window_layers - model.attention_chunk_layers


def mixing_blocks(model: Architecture) -> Quantity:
    """Return the blocks in which tokens look back: attention of any kind, state spaces, convolutions."""
    return softmax_layers(model) + model.linear_layers + model.state_space_layers + model.convolution_layers


def dense_blocks(model: Architecture) -> Quantity:
    """Return the dense feed-forward blocks."""
    return dense_layers(model) if model.has_dense else NONE


@once
def whole_layers(model: Architecture) -> Quantity:
    """Return the layers of two blocks each that a model's blocks make: half as many where a layer has only one."""
    return (mixing_blocks(model) + dense_blocks(model) + model.experts_layers) / 2


@once
def dense_layers(model: Architecture) -> Quantity:
    """Return the layers with one dense feed-forward block."""
    if not model.has_dense:
        return model.layers - model.experts_layers
    return model.layers - model.experts_layers if model.feed_forward_layers is NONE else model.feed_forward_layers


@once
def dense_weights(model: Architecture) -> Quantity:
    """Return the weights of one dense feed-forward block, on average where their widths differ."""
    total = model.feed_forward_total_width
    width = model.feed_forward_width if total is NONE else total / dense_layers(model)
    return f.feed_forward_weights(hidden_size=model.hidden_size, width=width, matrices=model.feed_forward_matrices)


@once
def expert_weights(model: Architecture) -> Quantity:
    """Return the weights of one routed expert."""
    into = model.hidden_size if model.experts_input_size is NONE else model.experts_input_size
    return f.feed_forward_weights(hidden_size=into, width=model.experts_width, matrices=model.feed_forward_matrices)


@once
def shared_weights(model: Architecture) -> Quantity:
    """Return the weights of one layer's shared experts together, and of the projections to narrower experts."""
    shared = f.feed_forward_weights(
        hidden_size=model.hidden_size, width=model.experts_shared_width, matrices=model.feed_forward_matrices
    )
    narrow = model.experts_input_size
    return shared if narrow is NONE else shared + 2 * model.hidden_size * narrow


def router_weights(model: Architecture) -> Quantity:
    """Return the weights of the router of one expert layer."""
    return model.hidden_size * model.experts_count


def embedding_tables(model: Architecture) -> Quantity:
    """Return how many tables of embeddings are stored."""
    return quantity(1.0 if model.tied_embeddings == "yes" else 2.0)


def attention_weights(model: Architecture) -> Quantity:
    """Return the weights of all layers with softmax attention, those that take them in turn as often as they do."""
    total = NONE
    for one in spans(model):
        shape = one.attention
        total = total + one.layers * (shape.split_weights + shape.replicated_weights)
        total = total + one.keeping * shape.key_value_weights
    return total


def stored_share(layers: Quantity, sets: Quantity) -> Quantity:
    """Return the share of layers whose weights are stored, where others take the same ones."""
    return ONE if sets is NONE else sets / layers


def other_weights(model: Architecture) -> Quantity:
    """Return the weights of all layers that no other part counts."""
    return model.other_layer_weights if model.other_layer_weights is NONE else model.layers * model.other_layer_weights


def looked_up_weights(model: Architecture) -> Quantity:
    """Return the weights of a further table of which a token reads one row."""
    return (
        model.other_table_rows if model.other_table_rows is NONE else model.other_table_rows * model.other_table_width
    )


def parameters(model: Architecture) -> Quantity:
    """Return all weights of a model: matrices, convolutions and tables; norms and biases are left out."""
    return _parameters(model, model.experts_count, embedding_tables(model)) + looked_up_weights(model)


def active_parameters(model: Architecture) -> Quantity:
    """Return the weights that one token uses; the look-up in the input embedding is not counted."""
    return _parameters(model, model.experts_per_token, quantity(1.0))


def _parameters(model: Architecture, experts: Quantity, tables: Quantity) -> Quantity:
    softmax = attention_weights(model) * stored_share(softmax_layers(model), model.attention_weight_sets)
    dense = dense_layers(model) * dense_weights(model)
    return f.parameters(
        attention=softmax,
        states=states_weights(model),
        dense=dense * stored_share(dense_layers(model), model.feed_forward_weight_sets),
        expert_layers=model.experts_layers,
        experts=experts,
        expert=expert_weights(model) if model.has_experts else NONE,
        shared=shared_weights(model) + router_weights(model) if model.has_experts else NONE,
        embedding=model.vocabulary * model.hidden_size,
        tables=tables,
        other=other_weights(model),
    )
