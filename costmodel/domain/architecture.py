"""The shape of a model, as its publisher gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from costmodel.domain.noun import Noun, build
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, quantity, registry

NONE = quantity(0.0)
"""The one object that stands for what a model does not have: it is no leaf and is never traced."""


@dataclass(frozen=True, kw_only=True)
class Architecture(Noun):
    """Layers, widths, heads and experts; what a model does not have is zero."""

    layers: Quantity
    hidden_size: Quantity
    vocabulary: Quantity
    context_limit: Quantity = NONE
    """Most tokens of a sequence, prompt and answer together."""
    tied_embeddings: str = "no"
    attention_layers: Quantity = NONE
    """Layers with softmax attention, where they are not all that have nothing else."""
    attention_query_heads: Quantity = NONE
    attention_key_value_heads: Quantity = NONE
    attention_total_key_value_heads: Quantity = NONE
    attention_head_size: Quantity = NONE
    attention_value_size: Quantity = NONE
    attention_input_size: Quantity = NONE
    attention_weight_sets: Quantity = NONE
    attention_keys_are_values: str = "no"
    attention_reading_layers: Quantity = NONE
    attention_reading_window_layers: Quantity = NONE
    attention_window: Quantity = NONE
    attention_window_layers: Quantity = NONE
    attention_window_query_heads: Quantity = NONE
    attention_window_key_value_heads: Quantity = NONE
    attention_window_head_size: Quantity = NONE
    attention_window_value_size: Quantity = NONE
    attention_chunk: Quantity = NONE
    attention_chunk_layers: Quantity = NONE
    attention_output_gate: str = "no"
    latent_query_rank: Quantity = NONE
    latent_key_value_rank: Quantity = NONE
    latent_rope_size: Quantity = NONE
    latent_no_rope_size: Quantity = NONE
    latent_value_size: Quantity = NONE
    sparse_top: Quantity = NONE
    sparse_index_heads: Quantity = NONE
    sparse_index_size: Quantity = NONE
    sparse_index_layers: Quantity = NONE
    linear_layers: Quantity = NONE
    linear_kind: str = "gated delta"
    linear_key_heads: Quantity = NONE
    linear_value_heads: Quantity = NONE
    linear_key_size: Quantity = NONE
    linear_value_size: Quantity = NONE
    linear_gates: Quantity = NONE
    linear_head_gates: Quantity = NONE
    linear_gate_rank: Quantity = NONE
    linear_kernel: Quantity = NONE
    linear_state_size: Quantity = NONE
    state_space_layers: Quantity = NONE
    state_space_kind: str = "mamba 2"
    state_space_width: Quantity = NONE
    state_space_state_size: Quantity = NONE
    state_space_kernel: Quantity = NONE
    state_space_heads: Quantity = NONE
    state_space_groups: Quantity = NONE
    state_space_step_rank: Quantity = NONE
    convolution_layers: Quantity = NONE
    convolution_width: Quantity = NONE
    convolution_kernel: Quantity = NONE
    feed_forward_width: Quantity = NONE
    feed_forward_total_width: Quantity = NONE
    feed_forward_layers: Quantity = NONE
    feed_forward_weight_sets: Quantity = NONE
    feed_forward_matrices: Quantity = NONE
    experts_count: Quantity = NONE
    experts_per_token: Quantity = NONE
    experts_width: Quantity = NONE
    experts_layers: Quantity = NONE
    experts_shared_width: Quantity = NONE
    experts_input_size: Quantity = NONE
    other_layer_weights: Quantity = NONE
    other_table_rows: Quantity = NONE
    other_table_width: Quantity = NONE
    published_type: str = "bf16"
    published_dense_type: str = ""
    published_shared_type: str = ""
    published_expert_type: str = ""
    published_head_type: str = ""
    published_cache_type: str = ""
    published_group: Quantity = NONE
    published_zero_points: str = "no"
    published_scaling: str = "tensor"
    aliases: list[str] = field(default_factory=list)
    note: str = ""
    """What a reader has to know; of a published configuration file, what was taken for granted in it."""

    def __setstate__(self, state: dict[str, object]) -> None:
        """Take over what was copied or pickled; what a model does not have is the one object again."""
        absent = {one.name for one in fields(self) if one.default is NONE}
        self.__dict__.update(
            {name: NONE if name in absent and _is_nothing(value) else value for name, value in state.items()}
        )

    @property
    def is_latent(self) -> bool:
        """Whether attention is latent (MLA)."""
        return self.latent_key_value_rank is not NONE

    @property
    def is_sparse(self) -> bool:
        """Whether an indexer selects the cached tokens that are attended to."""
        return self.sparse_top is not NONE

    @property
    def attends(self) -> bool:
        """Whether any layer has softmax attention, and so a cache that grows with the sequence."""
        return self.attention_query_heads is not NONE

    @property
    def has_dense(self) -> bool:
        """Whether any layer has a dense feed-forward block."""
        return self.feed_forward_width is not NONE or self.feed_forward_total_width is not NONE

    @property
    def has_experts(self) -> bool:
        """Whether any layer has routed experts."""
        return self.experts_count is not NONE


def _is_nothing(value: object) -> bool:
    return isinstance(value, registry.Quantity) and value.dimensionless and bool(value.magnitude == 0)


def load_architecture(catalog: Catalog, id_: str) -> Architecture:
    """Return a model's shape by id."""
    return build(Architecture, catalog.get("architecture", id_))


def architecture_of(id_: str, name: str, shape: Mapping[str, int | str], note: str = "") -> Architecture:
    """Return a model from the keys of an architecture file, as `read_published` gives them."""
    fields = {key.replace(".", "_"): quantity(v) if isinstance(v, int) else v for key, v in shape.items()}
    return Architecture(id=id_, name=name, note=note, **fields)  # type: ignore[arg-type]
