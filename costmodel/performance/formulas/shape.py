"""Weights, cache elements and operations of the layers of a transformer, from its published shape."""

from costmodel.formula import formula
from costmodel.units import quantity

FLOP = quantity(1.0, "FLOP")


@formula(increasing=["hidden_size", "heads", "head_size", "gate"])
def grouped_split_weights(*, hidden_size: "1", heads: "1", head_size: "1", gate: "1") -> "1":
    """Return the weights of query and output projections; an output gate is a second query projection."""
    return hidden_size * heads * head_size * (gate + 1)


@formula(increasing=["hidden_size", "key_value_heads", "head_size"])
def grouped_key_value_weights(*, hidden_size: "1", key_value_heads: "1", head_size: "1") -> "1":
    """Return the weights of the key and value projections."""
    return 2 * hidden_size * key_value_heads * head_size


@formula(increasing=["key_value_heads", "head_size"])
def grouped_cache_elements(*, key_value_heads: "1", head_size: "1") -> "1":
    """Return the elements cached per token and layer: a key and a value of every kept head."""
    return 2 * key_value_heads * head_size


@formula(increasing=["heads", "head_size"])
def grouped_pair_operations(*, heads: "1", head_size: "1") -> "FLOP":
    """Return the operations for one pair of tokens: query times key, and score times value, of every head."""
    return 4 * FLOP * heads * head_size


@formula(increasing=["hidden_size", "query_input", "heads", "rank", "rope", "plain", "value"])
def latent_split_weights(
    *, hidden_size: "1", query_input: "1", heads: "1", rank: "1", rope: "1", plain: "1", value: "1"
) -> "1":
    """Return the weights of latent attention that belong to heads: queries, expansion of the latent, output."""
    return query_input * heads * (plain + rope) + rank * heads * (plain + value) + heads * value * hidden_size


@formula(increasing=["hidden_size", "query_rank", "rank", "rope", "index_heads", "index_size"])
def latent_replicated_weights(
    *,
    hidden_size: "1",
    query_rank: "1",
    query_input: "1",
    rank: "1",
    rope: "1",
    index_heads: "1",
    index_size: "1",
) -> "1":
    """Return the weights of latent attention that every accelerator holds: compressions and the sparse indexer."""
    compress = hidden_size * (query_rank + rank + rope)
    return compress + query_input * index_heads * index_size + hidden_size * (index_size + index_heads)


@formula(increasing=["rank", "rope"])
def latent_cache_elements(*, rank: "1", rope: "1") -> "1":
    """Return the elements cached per token and layer: the latent and the rotary part of the key."""
    return rank + rope


@formula(increasing=["heads", "rope", "plain", "value"])
def latent_prefill_operations(*, heads: "1", rope: "1", plain: "1", value: "1") -> "FLOP":
    """Return the operations for one pair of tokens when the latent is expanded, as in prefill."""
    return 2 * FLOP * heads * (plain + rope + value)


@formula(increasing=["heads", "rank", "rope"])
def latent_decode_operations(*, heads: "1", rank: "1", rope: "1") -> "FLOP":
    """Return the operations for one pair of tokens in the absorbed form, as in decode."""
    return 2 * FLOP * heads * (2 * rank + rope)


@formula(increasing=["hidden_size", "key_heads", "key_size", "value_heads", "value_size"])
def linear_attention_weights(
    *, hidden_size: "1", key_heads: "1", key_size: "1", value_heads: "1", value_size: "1"
) -> "1":
    """Return the weights of a gated delta layer: query, key, value, gate and output projections, and two gates."""
    return hidden_size * (2 * key_heads * key_size + 3 * value_heads * value_size + 2 * value_heads)


@formula(increasing=["value_heads", "key_size", "value_size"])
def linear_attention_state(*, value_heads: "1", key_size: "1", value_size: "1") -> "1":
    """Return the elements of the state that a sequence keeps in one layer."""
    return value_heads * key_size * value_size


@formula(increasing=["hidden_size", "width", "matrices"])
def feed_forward_weights(*, hidden_size: "1", width: "1", matrices: "1") -> "1":
    """Return the weights of a feed-forward block: up, down and, where gated, gate."""
    return matrices * hidden_size * width


@formula(
    increasing=["softmax_layers", "attention", "dense_layers", "dense", "experts", "expert", "shared", "embedding"]
)
def parameters(
    *,
    softmax_layers: "1",
    attention: "1",
    linear_layers: "1",
    linear: "1",
    dense_layers: "1",
    dense: "1",
    expert_layers: "1",
    experts: "1",
    expert: "1",
    shared: "1",
    embedding: "1",
    tables: "1",
) -> "1":
    """Return the weights of a model: attention, feed-forward blocks, experts and embeddings of all layers."""
    mixing = softmax_layers * attention + linear_layers * linear
    feeding = dense_layers * dense + expert_layers * (experts * expert + shared)
    return mixing + feeding + embedding * tables
