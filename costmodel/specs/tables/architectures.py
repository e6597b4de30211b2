"""What the file of a model's shape may say."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.number_types import BYTES, WEIGHT_TYPES
from costmodel.specs.tables.common import NAME, NOTE

ARCHITECTURE = Kind(
    "architecture",
    "architectures",
    "The shape of a model, as its publisher gives it: every count is from the `source` of the file, or an estimate.",
    (
        NAME,
        Attribute("source", "Where the shape was published", "source", required=True),
        Attribute("aliases", "Other names under which measurements and users know it", "references"),
        Attribute("layers", "Transformer layers", "count", required=True),
        Attribute("hidden_size", "Width of the residual stream", "count", required=True),
        Attribute("vocabulary", "Entries of the embedding table", "count", required=True),
        Attribute(
            "context_limit",
            "Most tokens of a sequence, prompt and answer together",
            "count",
            needed_for="whether a prompt is too long for it",
        ),
        Attribute(
            "tied_embeddings", "Whether input and output embeddings are one table", "choice", choices=("yes", "no")
        ),
        Attribute("attention.query_heads", "Query heads of the softmax attention; none in a model without it", "count"),
        Attribute("attention.key_value_heads", "Key and value heads (fewer than query heads: grouped)", "count"),
        Attribute(
            "attention.total_key_value_heads",
            "Key and value heads of all layers added up, where they differ; key_value_heads is then the least",
            "count",
        ),
        Attribute("attention.head_size", "Width of one head", "count"),
        Attribute("attention.value_size", "Width of a value head, where another than of a query", "count"),
        Attribute("attention.input_size", "Width of what queries, keys and values are projected from", "count"),
        Attribute("attention.layers", "Layers with softmax attention, where not all that have nothing else", "count"),
        Attribute(
            "attention.weight_sets", "Sets of weights that the layers with attention take in turn, if shared", "count"
        ),
        Attribute(
            "attention.keys_are_values",
            "Whether layers that attend to everything project keys and values by one matrix",
            "choice",
            choices=("yes", "no"),
        ),
        Attribute(
            "attention.reading_layers", "Layers that read the cache of an earlier one instead of an own", "count"
        ),
        Attribute("attention.reading_window_layers", "Windowed layers that do so", "count"),
        Attribute("attention.window", "Tokens that a windowed layer attends to", "count"),
        Attribute("attention.window_layers", "Layers with a window", "count"),
        Attribute("attention.window_query_heads", "Query heads of windowed layers, where others", "count"),
        Attribute("attention.window_key_value_heads", "Key and value heads of windowed layers, where others", "count"),
        Attribute("attention.window_head_size", "Width of a head of windowed layers, where another", "count"),
        Attribute("attention.window_value_size", "Width of a value head of windowed layers, where another", "count"),
        Attribute("attention.chunk", "Tokens of a block, in layers that attend inside blocks", "count"),
        Attribute("attention.chunk_layers", "Layers that attend inside blocks", "count"),
        Attribute(
            "attention.output_gate",
            "Whether a gate scales the output: as wide as the queries (yes), or one number a head (heads)",
            "choice",
            choices=("yes", "no", "heads"),
        ),
        Attribute("latent.query_rank", "Latent attention: width of the compressed queries", "count"),
        Attribute("latent.key_value_rank", "Latent attention: width of the compressed keys and values", "count"),
        Attribute("latent.rope_size", "Latent attention: part of a head with rotary position", "count"),
        Attribute("latent.no_rope_size", "Latent attention: part of a head without position", "count"),
        Attribute("latent.value_size", "Latent attention: width of a value head", "count"),
        Attribute("sparse.top", "Sparse attention: cached tokens that the indexer selects", "count"),
        Attribute("sparse.index_heads", "Sparse attention: heads of the indexer", "count"),
        Attribute("sparse.index_size", "Sparse attention: width of an indexer head", "count"),
        Attribute(
            "sparse.index_layers", "Sparse attention: layers with an indexer, where others take its choice", "count"
        ),
        Attribute("linear.layers", "Layers with linear attention instead of softmax", "count"),
        Attribute(
            "linear.kind",
            "Linear attention: how the state is updated",
            "choice",
            choices=("gated delta", "key-wise gated delta", "lightning", "rwkv"),
        ),
        Attribute("linear.key_heads", "Linear attention: key heads", "count"),
        Attribute("linear.value_heads", "Linear attention: value heads", "count"),
        Attribute("linear.key_size", "Linear attention: width of a key head", "count"),
        Attribute("linear.value_size", "Linear attention: width of a value head", "count"),
        Attribute("linear.gates", "Linear attention: gates as wide as the values; without it one", "count"),
        Attribute("linear.gate_rank", "Linear attention: width through which these gates pass, if narrower", "count"),
        Attribute("linear.head_gates", "Linear attention: gates of one number a head", "count"),
        Attribute("linear.kernel", "Linear attention: tokens of the convolution before it", "count"),
        Attribute("linear.state_size", "Linear attention: elements of a layer's state, if not key by value", "count"),
        Attribute("state_space.layers", "Layers with a state space", "count"),
        Attribute(
            "state_space.kind",
            "State space: how the state is updated",
            "choice",
            choices=("mamba 1", "mamba 2", "gated recurrence"),
        ),
        Attribute("state_space.width", "State space: channels", "count"),
        Attribute("state_space.state_size", "State space: elements of the state of a channel", "count"),
        Attribute("state_space.kernel", "State space: tokens of the convolution before it", "count"),
        Attribute(
            "state_space.heads", "State space: heads of Mamba 2, or blocks of the gates of a recurrence", "count"
        ),
        Attribute("state_space.groups", "State space: groups of heads that share input and output matrices", "count"),
        Attribute("state_space.step_rank", "State space: width through which the time step passes (Mamba 1)", "count"),
        Attribute("convolution.layers", "Layers with a short gated convolution", "count"),
        Attribute("convolution.width", "Convolution: channels", "count"),
        Attribute("convolution.kernel", "Convolution: tokens that it reaches over", "count"),
        Attribute("feed_forward.width", "Inner width of a dense layer", "count"),
        Attribute("feed_forward.total_width", "Inner widths of all dense layers added up, where they differ", "count"),
        Attribute("feed_forward.layers", "Layers with a dense block, where not all without experts", "count"),
        Attribute("feed_forward.weight_sets", "Sets of weights that dense layers take in turn, if shared", "count"),
        Attribute("feed_forward.matrices", "Matrices of a feed-forward block: 3 with a gate, else 2", "count"),
        Attribute("experts.count", "Routed experts of an expert layer", "count"),
        Attribute("experts.per_token", "Routed experts that a token visits", "count"),
        Attribute("experts.width", "Inner width of one expert", "count"),
        Attribute("experts.layers", "Layers with experts", "count"),
        Attribute("experts.shared_width", "Inner width of the shared experts together", "count"),
        Attribute("experts.input_size", "Width to which tokens are projected for experts, if narrower", "count"),
        Attribute(
            "other.layer_weights", "Further weights of a layer, on average: adapters, embeddings by layer", "count"
        ),
        Attribute("other.table_rows", "Rows of a further table of which a token reads one: positions", "count"),
        Attribute("other.table_width", "Width of that table", "count"),
        Attribute(
            "published.type",
            "Number type of the published weights; of attention, where other parts have another",
            "choice",
            choices=WEIGHT_TYPES,
        ),
        Attribute("published.dense_type", "Number type of dense blocks, where another", "choice", choices=WEIGHT_TYPES),
        Attribute(
            "published.shared_type", "Number type of shared experts, where another", "choice", choices=WEIGHT_TYPES
        ),
        Attribute(
            "published.expert_type",
            "Number type of the published expert weights, where another",
            "choice",
            choices=WEIGHT_TYPES,
        ),
        Attribute(
            "published.head_type",
            "Number type of the output head, where it is not in 16 bits as embeddings are",
            "choice",
            choices=WEIGHT_TYPES,
        ),
        Attribute(
            "published.cache_type", "Number type of the cache that the file asks for", "choice", choices=tuple(BYTES)
        ),
        Attribute("published.group", "Weights of an integer type that share one scale", "count"),
        Attribute(
            "published.zero_points", "Whether these groups have zero points too", "choice", choices=("yes", "no")
        ),
        Attribute(
            "published.scaling",
            "What shares a scale in 8-bit checkpoints of the family: a whole tensor, or blocks of 128 x 128",
            "choice",
            choices=("tensor", "block"),
        ),
        NOTE,
    ),
)
