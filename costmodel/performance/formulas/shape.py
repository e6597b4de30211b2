"""Weights, cache elements and operations of the layers of a transformer, from its published shape."""

from costmodel.formula import formula
from costmodel.units import quantity

FLOP = quantity(1.0, "FLOP")


@formula(increasing=["input_size", "hidden_size", "heads", "key_size", "value_size", "gate"])
def grouped_split_weights(
    *, input_size: "1", hidden_size: "1", heads: "1", key_size: "1", value_size: "1", gate: "1"
) -> "1":
    """Return the weights of query and output projections, and of an output gate of so many numbers a head."""
    return heads * (input_size * key_size + hidden_size * value_size + hidden_size * gate)


@formula(increasing=["input_size", "key_value_heads", "both_sizes"])
def grouped_key_value_weights(*, input_size: "1", key_value_heads: "1", both_sizes: "1") -> "1":
    """Return the weights of the key and value projections, whose widths a head are `both_sizes` together."""
    return input_size * key_value_heads * both_sizes


@formula(increasing=["key_value_heads", "key_size", "value_size"])
def grouped_cache_elements(*, key_value_heads: "1", key_size: "1", value_size: "1") -> "1":
    """Return the elements cached per token and layer: a key and a value of every kept head."""
    return key_value_heads * (key_size + value_size)


@formula(increasing=["heads", "key_size", "value_size"])
def grouped_pair_operations(*, heads: "1", key_size: "1", value_size: "1") -> "FLOP":
    """Return the operations for one pair of tokens: query times key, and score times value, of every head."""
    return 2 * FLOP * heads * (key_size + value_size)


@formula(increasing=["hidden_size", "query_input", "heads", "rank", "rope", "plain", "value"])
def latent_split_weights(
    *, hidden_size: "1", query_input: "1", heads: "1", rank: "1", rope: "1", plain: "1", value: "1"
) -> "1":
    """Return the weights of latent attention that belong to heads: queries, expansion of the latent, output."""
    return query_input * heads * (plain + rope) + rank * heads * (plain + value) + heads * value * hidden_size


@formula(increasing=["hidden_size", "query_rank", "rank", "rope", "index_heads", "index_size", "indexed"])
def latent_replicated_weights(
    *,
    hidden_size: "1",
    query_rank: "1",
    query_input: "1",
    rank: "1",
    rope: "1",
    index_heads: "1",
    index_size: "1",
    indexed: "1",
) -> "1":
    """Return the weights of latent attention that every accelerator holds: compressions and the sparse indexer.

    `indexed` is the share of layers that have an indexer of their own
    """
    compress = hidden_size * (query_rank + rank + rope)
    index = query_input * index_heads * index_size + hidden_size * (index_size + index_heads)
    return compress + indexed * index


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


@formula(increasing=["hidden_size", "width", "matrices"])
def feed_forward_weights(*, hidden_size: "1", width: "1", matrices: "1") -> "1":
    """Return the weights of a feed-forward block: up, down and, where gated, gate."""
    return matrices * hidden_size * width


@formula(
    increasing=[
        "attention",
        "states",
        "dense",
        "expert_layers",
        "experts",
        "expert",
        "shared",
        "embedding",
        "tables",
        "other",
    ]
)
def parameters(
    *,
    attention: "1",
    states: "1",
    dense: "1",
    expert_layers: "1",
    experts: "1",
    expert: "1",
    shared: "1",
    embedding: "1",
    tables: "1",
    other: "1",
) -> "1":
    """Return the weights of a model: attention, layers with a state, dense blocks, experts, embeddings, the rest."""
    feeding = dense + expert_layers * (experts * expert + shared)
    return attention + states + feeding + embedding * tables + other
