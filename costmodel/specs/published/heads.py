"""Families whose windowed layers have heads of their own."""

from __future__ import annotations

from costmodel.specs.published.config import Config, counted
from costmodel.specs.published.layers import WINDOW, Layers
from costmodel.specs.published.mixing import key_value_heads

Shape = dict[str, int | str]
_OTHER = "attention_other_setting"
_HEADS = {"query_heads": "num_attention_heads", "key_value_heads": "num_attention_groups", "head_size": "head_dim"}
"""Our names of what windowed layers of Step have, with those of its table."""


def mimo_v2(config: Config, layers: Layers, shape: Shape) -> Shape:
    """Windowed layers have heads of their own."""
    names = {"query_heads": "swa_num_attention_heads", "head_size": "swa_head_dim"}
    found: Shape = {
        f"attention.window_{ours}": config.whole(theirs) for ours, theirs in names.items() if config.get(theirs)
    }
    if config.get("swa_num_key_value_heads"):
        heads = int(found.get("attention.window_query_heads", shape["attention.query_heads"]))
        found["attention.window_key_value_heads"] = key_value_heads(config, heads, "swa_num_key_value_heads")
    if config.get("swa_v_head_dim"):
        found["attention.window_value_size"] = config.whole("swa_v_head_dim")
    if config.get("sliding_window_size") and WINDOW in layers.mixers:
        found["attention.window"] = config.whole("sliding_window_size") + 1
    same = {
        "attention.window_query_heads": "attention.query_heads",
        "attention.window_head_size": "attention.head_size",
    }
    return {key: value for key, value in found.items() if key not in same or value != shape[same[key]]}


def step(config: Config, layers: Layers, shape: Shape) -> Shape:
    """Windowed layers of Step have the heads of a table of their own, or as many as a key says."""
    own = config.table(_OTHER)
    found = {ours: counted(f"{_OTHER}.{key}", own[key]) for ours, key in _HEADS.items() if own.get(key)}
    if heads := config.maybe("num_sliding_attention_heads"):
        found["query_heads"] = heads
    if WINDOW not in layers.mixers:
        return {}
    return {f"attention.window_{key}": one for key, one in found.items() if one != shape[f"attention.{key}"]}
