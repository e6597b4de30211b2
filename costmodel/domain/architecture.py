"""The shape of a model, as its publisher gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from costmodel.domain.noun import Noun, build
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, quantity

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
    attention_query_heads: Quantity
    attention_key_value_heads: Quantity
    attention_head_size: Quantity
    attention_window: Quantity = NONE
    attention_window_layers: Quantity = NONE
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
    linear_layers: Quantity = NONE
    linear_key_heads: Quantity = NONE
    linear_value_heads: Quantity = NONE
    linear_key_size: Quantity = NONE
    linear_value_size: Quantity = NONE
    feed_forward_width: Quantity = NONE
    feed_forward_matrices: Quantity
    experts_count: Quantity = NONE
    experts_per_token: Quantity = NONE
    experts_width: Quantity = NONE
    experts_layers: Quantity = NONE
    experts_shared_width: Quantity = NONE
    published_type: str = "bf16"
    published_expert_type: str = ""
    published_scaling: str = "tensor"
    aliases: list[str] = field(default_factory=list)

    @property
    def is_latent(self) -> bool:
        """Whether attention is latent (MLA)."""
        return self.latent_key_value_rank is not NONE

    @property
    def is_sparse(self) -> bool:
        """Whether an indexer selects the cached tokens that are attended to."""
        return self.sparse_top is not NONE

    @property
    def has_experts(self) -> bool:
        """Whether any layer has routed experts."""
        return self.experts_count is not NONE


def load_architecture(catalog: Catalog, id_: str) -> Architecture:
    """Return a model's shape by id."""
    return build(Architecture, catalog.get("architecture", id_))


def architecture_of(id_: str, name: str, shape: Mapping[str, int | str]) -> Architecture:
    """Return a model from the keys of an architecture file, as `read_published` gives them."""
    fields = {key.replace(".", "_"): quantity(v) if isinstance(v, int) else v for key, v in shape.items()}
    return Architecture(id=id_, name=name, **fields)  # type: ignore[arg-type]
