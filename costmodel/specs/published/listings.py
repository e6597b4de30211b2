"""Layers as families list them, each in words of its own."""

from __future__ import annotations

from typing import Any

from costmodel.specs.published.config import MOST_LAYERS, Config, refused
from costmodel.specs.published.layers import (
    BOTH,
    CONVOLUTION,
    DENSE,
    FULL,
    LINEAR,
    NONE,
    STATE,
    WINDOW,
    Layers,
    layer_count,
)
from costmodel.specs.published.periods import everything

_PERIODS = {"prefix_dense_sliding_window_pattern": 1, "sliding_window_pattern": 4}
"""Keys of Cohere's periods, of first layers without experts and of all others, with what is usual."""


def kimi_linear(config: Config) -> Layers:
    """Return the layers that Kimi Linear lists by number, from 1, in two lists."""
    count = layer_count(config)
    table = config.table("linear_attn_config")
    full, other = table.get("full_attn_layers"), table.get("kda_layers")
    if not isinstance(full, list) or not isinstance(other, list):
        raise refused("linear_attn_config", "gives no full_attn_layers and kda_layers")
    kinds = [FULL if i in full else LINEAR if i in other else "" for i in range(1, count + 1)]
    if "" in kinds:
        raise refused("linear_attn_config", f"says nothing of layer {kinds.index('') + 1} of {count}")
    return Layers(kinds)


def minimax(config: Config) -> Layers:
    """Return layers with lightning attention, and those with softmax that MiniMax-01 marks by 1."""
    count = layer_count(config)
    kinds = config.list_of("attn_type_list", count)
    if kinds is None:  # the library's own form of the family
        return Layers([FULL if i % 2 == 0 else LINEAR for i in range(count)])
    if set(kinds) - {0, 1}:
        raise refused("attn_type_list", "has entries other than 0 (lightning) and 1 (softmax)")
    return Layers([FULL if one else LINEAR for one in kinds])


def softmax_list(config: Config) -> Layers:
    """Return layers with softmax attention, which a list in the form of MiniMax-01 may say again."""
    kinds = config.list_of("attn_type_list", layer_count(config))
    if kinds is not None and set(kinds) != {1}:
        raise refused("attn_type_list", f"has entries other than 1 (softmax); {config.model_type} has no others")
    return everything(config)


def mimo_v2(config: Config) -> Layers:
    """Return the layers of MiMo V2: windows where its pattern has 1, without one in five of six."""
    count = layer_count(config)
    config.get("chunk")  # published beside the window, and read by nothing
    kinds = config.list_of("hybrid_layer_pattern", count)
    if kinds is None:
        return Layers([FULL if i == 0 or (i + 1) % 6 == 0 else WINDOW for i in range(count)])
    return Layers([WINDOW if one else FULL for one in kinds])


def cohere2_moe(config: Config) -> Layers:
    """Return windows in all layers but every n-th, counted anew behind the first ones, which have no experts."""
    count = layer_count(config)
    first = config.maybe("first_k_dense_replace")
    before, after = (config.maybe(key) or usual for key, usual in _PERIODS.items())
    periods = [(i + 1, before) if i < first else (i - first + 1, after) for i in range(count)]
    return Layers([FULL if place % every == 0 else WINDOW for place, every in periods])


def gpt_neo(config: Config) -> Layers:
    """Return the layers of GPT-Neo, listed one by one or as repeated groups."""
    count = layer_count(config)
    kinds = config.get("attention_layers")
    config.get("attention_types")
    if kinds is None:
        kinds = _repeated(config.get("attention_types"), count)
    if not isinstance(kinds, list) or len(kinds) != count or set(kinds) - {"global", "local"}:
        raise refused("attention_types", f"does not give {count} layers that are global or local")
    return Layers([FULL if kind == "global" else WINDOW for kind in kinds])


def _repeated(types: object, count: int) -> object:
    if types is None:
        return [("global", "local")[i % 2] for i in range(count)]
    pairs = types if isinstance(types, list) else []
    whole = [pair for pair in pairs if list(map(type, pair if isinstance(pair, list) else [])) == [list, int]]
    if len(whole) != len(pairs) or sum(len(names) * times for names, times in whole) > MOST_LAYERS:
        return None
    return [kind for names, times in whole for _ in range(times) for kind in names]


def jamba(config: Config) -> Layers:
    """Return state space layers with attention once in a period, at an offset."""
    count, period = layer_count(config), config.whole("attn_layer_period")
    offset = config.maybe("attn_layer_offset")
    return Layers([FULL if i % period == offset else STATE for i in range(count)])


def bamba(config: Config) -> Layers:
    """Return state space layers, and attention in those whose numbers are listed."""
    count = layer_count(config)
    attending = config.get("attn_layer_indices") or []
    if not isinstance(attending, list):
        raise refused("attn_layer_indices", "is no list of layers")
    return Layers([FULL if i in attending else STATE for i in range(count)])


def lfm2(config: Config) -> Layers:
    """Return short convolutions, and attention in the layers whose numbers are listed."""
    count = layer_count(config)
    attending = config.get("full_attn_idxs")
    if not isinstance(attending, list):
        raise refused("layer_types", "is missing (or full_attn_idxs): which layers have attention is not known")
    return Layers([FULL if i in attending else CONVOLUTION for i in range(count)])


def recurrent_gemma(config: Config) -> Layers:
    """Return the block types that Recurrent Gemma repeats."""
    count = layer_count(config)
    types = config.get("layers_block_type") or config.get("block_types") or ["recurrent", "recurrent", "attention"]
    known = {"recurrent": STATE, "attention": WINDOW, "linear_attention": STATE, "sliding_attention": WINDOW}
    if not isinstance(types, list) or not types or any(not isinstance(t, str) or t not in known for t in types):
        raise refused("block_types", "has entries other than recurrent and attention")
    return Layers([known[types[i % len(types)]] for i in range(count)])


def zamba(config: Config) -> Layers:
    """Return the layers of Zamba, some of which have attention beside their state space."""
    count = layer_count(config)
    config.get("attn_layer_period")
    types = config.list_of("layers_block_type", count) or _zamba_types(config, count)
    known = {"mamba": STATE, "linear_attention": STATE, "hybrid": BOTH}
    if types is None or any(one not in known for one in types):
        raise refused("layers_block_type", "does not say of every layer whether it is mamba or hybrid")
    kinds = [known[one] for one in types]
    return Layers(kinds, [DENSE if one == BOTH else NONE for one in kinds])


def _zamba_types(config: Config, count: int) -> list[Any] | None:
    """Return the layers of the first Zamba, whose file has a period: its third layer is hybrid beside those in turn."""
    if config.family.pattern != "zamba" or config.family.further != "zamba":
        return None
    period, offset = config.whole("attn_layer_period"), config.maybe("attn_layer_offset")
    later = ("hybrid" if i % period == offset else "mamba" for i in range(count - 3))
    return ["mamba", "mamba", "hybrid", *later]
