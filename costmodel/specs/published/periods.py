"""Layers that follow a period: windows, blocks and linear attention between layers that attend to everything."""

from __future__ import annotations

from costmodel.specs.published.config import Config, counted, refused
from costmodel.specs.published.layers import CHUNK, FULL, LINEAR, WINDOW, Layers, all_of, layer_count


def everything(config: Config) -> Layers:
    """Return layers that all attend to everything."""
    if config.get("window"):
        config.remark(f"{config.key('window')} is given, but software of this family attends to everything")
    return all_of(config, FULL)


def windowed(config: Config) -> Layers:
    """Return layers that all have a window, where a file gives one."""
    return all_of(config, WINDOW if config.maybe("window") else FULL)


def windowed_after(config: Config) -> Layers:
    """Return windows only where switched on, and only from layer `max_window_layers` on."""
    count = layer_count(config)
    used = config.flag("use_sliding_window") and config.maybe("window")
    config.get("window")
    first = config.maybe("max_window_layers") if config.get("max_window_layers") is not None else count
    return Layers([WINDOW if used and i >= first else FULL for i in range(count)])


def full_at_end(config: Config) -> Layers:
    """Return windows in all layers but every n-th, counted from the end of a period."""
    count = layer_count(config)
    word = next((key for key in ("sliding_window_pattern", "_sliding_window_pattern") if config.get(key)), "")
    found = config.get(config.family.every_key) if config.family.every_key else config.get(word) if word else None
    if isinstance(found, str):  # "LLLG": local, local, local, global
        kinds = [FULL if found[i % len(found)] in "GF" else WINDOW for i in range(count)]
    else:
        every = counted(word or config.family.every_key, found) if found is not None else config.family.every
        kinds = [FULL if (i + 1) % every == 0 else WINDOW for i in range(count)]
    return Layers(kinds if config.maybe("window") else [FULL] * count)


def full_at_start(config: Config) -> Layers:
    """Return windows in all layers but the first of each period."""
    count, every = layer_count(config), config.family.every
    return Layers(
        [FULL if i % every == 0 else WINDOW for i in range(count)] if config.maybe("window") else [FULL] * count
    )


def chunked(config: Config) -> Layers:
    """Return blocks in layers with rotary positions; those without attend to everything."""
    count = layer_count(config)
    every = config.maybe("no_rope_layer_interval") or config.family.every
    ropes = config.list_of("no_rope_layers", count) if config.get("no_rope_layers") else None
    inside = [bool(rope) for rope in ropes] if ropes else [(i + 1) % every != 0 for i in range(count)]
    chunk = config.maybe("chunk")
    if not chunk:
        config.remark("no attention_chunk_size: every layer attends to everything")
    return Layers([CHUNK if chunk and one else FULL for one in inside])


def linear_between(config: Config) -> Layers:
    """Return linear attention in all layers but the last of each period."""
    count = layer_count(config)
    key = config.family.every_key or "full_attention_interval"
    every = config.maybe(key) or config.family.every
    if not every:
        raise refused(key, "is missing: which layers have softmax attention is not known")
    kinds = [FULL if (i + 1) % every == 0 else LINEAR for i in range(count)]
    if config.family.every_key:  # layers beyond the last whole group attend to everything
        kinds = [FULL if i >= count // every * every else kind for i, kind in enumerate(kinds)]
    return Layers(kinds)
