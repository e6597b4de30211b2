"""The kind of every layer, in the order of layers: how a token looks back, and what feeds it forward."""

from __future__ import annotations

from collections.abc import Callable

from costmodel.specs.published import listings, nemotron, periods
from costmodel.specs.published.config import Config, refused
from costmodel.specs.published.layers import (
    BOTH,
    CHUNK,
    CONVOLUTION,
    FULL,
    LINEAR,
    NONE,
    STATE,
    WINDOW,
    Layers,
    all_of,
    layer_count,
)

WORDS = {
    "full_attention": FULL,
    "attention": FULL,
    "global": FULL,
    "global_attention": FULL,
    "indexed_attention": FULL,
    "sliding_attention": WINDOW,
    "sliding_window": WINDOW,
    "local": WINDOW,
    "local_attention": WINDOW,
    "chunked_attention": CHUNK,
    "linear_attention": LINEAR,
    "mamba": STATE,
    "mamba2": STATE,
    "recurrent": STATE,
    "conv": CONVOLUTION,
    "short_conv": CONVOLUTION,
}
"""How files name the kinds of layers -> our name."""


_OTHERWISE = (
    "layers_block_type",
    "full_attention_interval",
    "full_attn_idxs",
    "attn_layer_indices",
    "attn_layer_period",
    "linear_attn_config",
    "hybrid_layer_pattern",
    "attention_chunk_size",
)
"""Keys that say by a period or by indices what a list of kinds says layer by layer: beside a list, they add nothing."""


def layers_of(config: Config) -> Layers:
    """Return the kinds of all layers, or a SpecError for a kind that is not known."""
    return _PATTERNS[config.family.pattern](config) if not _listed(config) else _by_list(config)


def _listed(config: Config) -> bool:
    named = config.family.pattern not in ("nemotron_h", "nemotron_nas", "zamba", "recurrent_gemma")
    return named and any(config.get(key) for key in ("layer_types", "layers_block_type"))


def _by_list(config: Config) -> Layers:
    count = layer_count(config)
    key = "layer_types" if config.get("layer_types") else "layers_block_type"
    kinds = [_kind(config, key, word) for word in config.list_of(key, count) or []]
    for word in (*_OTHERWISE, config.family.every_key):
        config.get(word)
    return Layers(kinds)


def _kind(config: Config, key: str, word: object) -> str:
    kind = WORDS.get(str(word).lower())
    if kind is None:
        known = ", ".join(WORDS)
        raise refused(key, f'"{str(word)[:40]}" is no kind of layer that is modelled; known are {known}')
    if kind == LINEAR and not config.family.linear:
        kind = STATE if config.family.state else LINEAR
    if (kind == LINEAR and not config.family.linear) or (kind == STATE and not config.family.state):
        raise refused(key, f'"{word}" layers are not known in files of model type {config.model_type}')
    return kind


_PATTERNS: dict[str, Callable[[Config], Layers]] = {
    "full": periods.everything,
    "window": periods.windowed,
    "window_after": periods.windowed_after,
    "every": periods.full_at_end,
    "first_of": periods.full_at_start,
    "chunks": periods.chunked,
    "linear_between": periods.linear_between,
    "kimi_linear": listings.kimi_linear,
    "minimax": listings.minimax,
    "softmax_list": listings.softmax_list,
    "mimo_v2": listings.mimo_v2,
    "cohere2_moe": listings.cohere2_moe,
    "gpt_neo": listings.gpt_neo,
    "jamba": listings.jamba,
    "bamba": listings.bamba,
    "granite_hybrid": listings.bamba,
    "beside": lambda config: all_of(config, BOTH),
    "lfm2": listings.lfm2,
    "recurrent_gemma": listings.recurrent_gemma,
    "zamba": listings.zamba,
    "nemotron_h": nemotron.by_letters,
    "nemotron_nas": nemotron.by_blocks,
    "state": lambda config: Layers([STATE] * layer_count(config), [NONE] * layer_count(config)),
    "rwkv": lambda config: all_of(config, LINEAR),
}
"""Patterns of `families.toml` -> how they are read."""
