"""Weights, cache and operations of layers by hand, from small shapes."""

from __future__ import annotations

from costmodel.formula import Formula
from costmodel.performance.formulas import shape as f
from tests.by_hand import cases, holds

LATENT = {"heads": 4, "rank": 16, "rope": 2, "plain": 3, "value": 5}
HEADS = {"input_size": 64, "hidden_size": 32, "heads": 4, "key_size": 8, "value_size": 6}
ALL = {
    "attention": 500,
    "states": 60,
    "dense": 120,
    "expert_layers": 4,
    "experts": 8,
    "expert": 7,
    "shared": 9,
    "embedding": 1000,
    "tables": 2,
    "other": 11,
}


@cases(
    (f.grouped_split_weights, {**HEADS, "gate": 0}, 4 * (64 * 8 + 32 * 6)),
    (f.grouped_split_weights, {**HEADS, "gate": 6}, 4 * (64 * 8 + 32 * 6 + 32 * 6)),
    (f.grouped_key_value_weights, {"input_size": 64, "key_value_heads": 2, "both_sizes": 14}, 64 * (16 + 12)),
    (f.grouped_cache_elements, {"key_value_heads": 2, "key_size": 8, "value_size": 6}, 16 + 12),
    (f.grouped_pair_operations, {"heads": 4, "key_size": 8, "value_size": 6}, 2 * 32 + 2 * 24),
    (f.latent_split_weights, {**LATENT, "hidden_size": 64, "query_input": 24}, 24 * 20 + 16 * 32 + 20 * 64),
    (
        f.latent_replicated_weights,
        {
            "hidden_size": 64,
            "query_rank": 24,
            "query_input": 24,
            "rank": 16,
            "rope": 2,
            "index_heads": 3,
            "index_size": 6,
            "indexed": 0.5,
        },
        64 * 42 + (24 * 18 + 64 * 9) / 2,
    ),
    (f.latent_cache_elements, {"rank": 512, "rope": 64}, 576),
    (f.latent_prefill_operations, {"heads": 4, "rope": 2, "plain": 3, "value": 5}, 2 * 4 * 5 + 2 * 4 * 5),
    (f.latent_decode_operations, {"heads": 4, "rank": 16, "rope": 2}, 2 * 4 * 18 + 2 * 4 * 16),
    (f.feed_forward_weights, {"hidden_size": 64, "width": 256, "matrices": 3}, 3 * 64 * 256),
    (f.parameters, ALL, 500 + 60 + 120 + 4 * (8 * 7 + 9) + 2000 + 11),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Weights and operations are counted one projection after the other."""
    assert holds(one, given, right)
