"""What a model's shape means for one accelerator: weights, cache elements and operations per layer."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.domain.architecture import NONE, Architecture
from costmodel.performance.formulas import shape as f
from costmodel.units import Quantity, quantity


@dataclass(frozen=True)
class Attention:
    """One softmax-attention layer of a model."""

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


def attention(model: Architecture) -> Attention:
    """Return the softmax attention of a model: grouped heads, or latent."""
    return _latent(model) if model.is_latent else _grouped(model)


def _grouped(model: Architecture) -> Attention:
    heads, kept, size = model.attention_query_heads, model.attention_key_value_heads, model.attention_head_size
    gate = quantity(2.0 if model.attention_output_gate == "yes" else 1.0)
    pairs = f.grouped_pair_operations(heads=heads, head_size=size)
    return Attention(
        split_weights=f.grouped_split_weights(hidden_size=model.hidden_size, heads=heads, head_size=size, gate=gate),
        key_value_weights=f.grouped_key_value_weights(
            hidden_size=model.hidden_size, key_value_heads=kept, head_size=size
        ),
        replicated_weights=quantity(0.0),
        cache_elements=f.grouped_cache_elements(key_value_heads=kept, head_size=size),
        prefill_operations=pairs,
        decode_operations=pairs,
        ways=kept,
    )


def _latent(model: Architecture) -> Attention:
    rank, rope, plain = model.latent_key_value_rank, model.latent_rope_size, model.latent_no_rope_size
    heads, value = model.attention_query_heads, model.latent_value_size
    compressed = model.latent_query_rank
    query_input = model.hidden_size if compressed is NONE else compressed
    absorbed = f.latent_decode_operations(heads=heads, rank=rank, rope=rope)
    return Attention(
        split_weights=f.latent_split_weights(
            hidden_size=model.hidden_size,
            query_input=query_input,
            heads=heads,
            rank=rank,
            rope=rope,
            plain=plain,
            value=value,
        ),
        key_value_weights=quantity(0.0),
        replicated_weights=f.latent_replicated_weights(
            hidden_size=model.hidden_size,
            query_rank=compressed,
            query_input=query_input,
            rank=rank,
            rope=rope,
            index_heads=model.sparse_index_heads,
            index_size=model.sparse_index_size,
        ),
        cache_elements=f.latent_cache_elements(rank=rank, rope=rope),
        prefill_operations=absorbed
        if model.is_sparse  # prompts read chosen tokens of the latent cache, as decoding does
        else f.latent_prefill_operations(heads=heads, rope=rope, plain=plain, value=value),
        decode_operations=absorbed,
        ways=quantity(1.0),
    )


def linear_weights(model: Architecture) -> Quantity:
    """Return the weights of one layer of linear attention."""
    return f.linear_attention_weights(
        hidden_size=model.hidden_size,
        key_heads=model.linear_key_heads,
        key_size=model.linear_key_size,
        value_heads=model.linear_value_heads,
        value_size=model.linear_value_size,
    )


def linear_state(model: Architecture) -> Quantity:
    """Return the elements of the state of one sequence in one layer of linear attention."""
    return f.linear_attention_state(
        value_heads=model.linear_value_heads, key_size=model.linear_key_size, value_size=model.linear_value_size
    )


def softmax_layers(model: Architecture) -> Quantity:
    """Return the layers with softmax attention."""
    return model.layers - model.linear_layers


def full_layers(model: Architecture) -> Quantity:
    """Return the layers that attend to every earlier token."""
    return softmax_layers(model) - model.attention_window_layers - model.attention_chunk_layers


def dense_layers(model: Architecture) -> Quantity:
    """Return the layers with one dense feed-forward block."""
    return model.layers - model.experts_layers


def dense_weights(model: Architecture) -> Quantity:
    """Return the weights of one dense feed-forward block."""
    return f.feed_forward_weights(
        hidden_size=model.hidden_size, width=model.feed_forward_width, matrices=model.feed_forward_matrices
    )


def expert_weights(model: Architecture) -> Quantity:
    """Return the weights of one routed expert."""
    return f.feed_forward_weights(
        hidden_size=model.hidden_size, width=model.experts_width, matrices=model.feed_forward_matrices
    )


def shared_weights(model: Architecture) -> Quantity:
    """Return the weights of the shared experts of one layer together."""
    return f.feed_forward_weights(
        hidden_size=model.hidden_size, width=model.experts_shared_width, matrices=model.feed_forward_matrices
    )


def router_weights(model: Architecture) -> Quantity:
    """Return the weights of the router of one expert layer."""
    return model.hidden_size * model.experts_count


def embedding_tables(model: Architecture) -> Quantity:
    """Return how many tables of embeddings are stored."""
    return quantity(1.0 if model.tied_embeddings == "yes" else 2.0)


def parameters(model: Architecture) -> Quantity:
    """Return all weights of a model."""
    return _parameters(model, model.experts_count, embedding_tables(model))


def active_parameters(model: Architecture) -> Quantity:
    """Return the weights that one token uses; the look-up in the input embedding is not counted."""
    return _parameters(model, model.experts_per_token, quantity(1.0))


def _parameters(model: Architecture, experts: Quantity, tables: Quantity) -> Quantity:
    shape = attention(model)
    return f.parameters(
        softmax_layers=softmax_layers(model),
        attention=shape.split_weights + shape.key_value_weights + shape.replicated_weights,
        linear_layers=model.linear_layers,
        linear=linear_weights(model),
        dense_layers=dense_layers(model),
        dense=dense_weights(model),
        expert_layers=model.experts_layers,
        experts=experts,
        expert=expert_weights(model),
        shared=shared_weights(model) + router_weights(model),
        embedding=model.vocabulary * model.hidden_size,
        tables=tables,
    )
