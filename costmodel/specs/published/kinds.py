"""The kind of every layer, in the order of layers: how a token looks back, and what feeds it forward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from costmodel.specs.published.config import MOST_LAYERS, Config, counted, refused

FULL, WINDOW, CHUNK, LINEAR, STATE, CONVOLUTION, NONE, BOTH = (
    "full",
    "windowed",
    "chunked",
    "linear",
    "state space",
    "convolution",
    "none",
    "attention and state space",
)
DENSE, EXPERTS = "dense", "experts"
MOST_TIMES = 100

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


@dataclass(frozen=True)
class Layers:
    """The kinds of all layers: how each looks back and, where a family says so, how each feeds forward."""

    mixers: list[str]
    feeders: list[str] | None = None
    query_heads: list[int] = field(default_factory=list)
    key_value_heads: list[int] = field(default_factory=list)
    """Heads of the layers with attention, where they differ one by one."""
    widths: list[int] = field(default_factory=list)
    """Inner widths of the layers with a dense block, where they differ one by one."""


def layers_of(config: Config) -> Layers:
    """Return the kinds of all layers, or a SpecError for a kind that is not known."""
    return _PATTERNS[config.family.pattern](config) if not _listed(config) else _by_list(config)


def _listed(config: Config) -> bool:
    named = config.family.pattern not in ("nemotron_h", "nemotron_nas", "zamba", "recurrent_gemma")
    return named and any(config.get(key) for key in ("layer_types", "layers_block_type"))


def _by_list(config: Config) -> Layers:
    count = _count(config)
    key = "layer_types" if config.get("layer_types") else "layers_block_type"
    kinds = [_kind(config, key, word) for word in config.list_of(key, count) or []]
    for word in _OTHERWISE:
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


def _same(config: Config, kind: str) -> Layers:
    return Layers([kind] * _count(config))


def _count(config: Config) -> int:
    return config.whole("layers", MOST_LAYERS)


def _full(config: Config) -> Layers:
    if config.get("window"):
        config.remark(f"{config.key('window')} is given, but software of this family attends to everything")
    return _same(config, FULL)


def _windowed(config: Config) -> Layers:
    return _same(config, WINDOW if config.maybe("window") else FULL)


def _window_after(config: Config) -> Layers:
    """Windows only where switched on, and only from layer `max_window_layers` on."""
    count = _count(config)
    used = config.flag("use_sliding_window") and config.maybe("window")
    config.get("window")
    first = config.maybe("max_window_layers") if config.get("max_window_layers") is not None else count
    return Layers([WINDOW if used and i >= first else FULL for i in range(count)])


def _every(config: Config) -> Layers:
    """Windows in all layers but every n-th, counted from the end of a period."""
    count = _count(config)
    word = next((key for key in ("sliding_window_pattern", "_sliding_window_pattern") if config.get(key)), "")
    found = config.get(config.family.every_key) if config.family.every_key else config.get(word) if word else None
    if isinstance(found, str):  # "LLLG": local, local, local, global
        kinds = [FULL if found[i % len(found)] in "GF" else WINDOW for i in range(count)]
    else:
        every = counted(word or config.family.every_key, found) if found is not None else config.family.every
        kinds = [FULL if (i + 1) % every == 0 else WINDOW for i in range(count)]
    return Layers(kinds if config.maybe("window") else [FULL] * count)


def _first_of(config: Config) -> Layers:
    count, every = _count(config), config.family.every
    return Layers(
        [FULL if i % every == 0 else WINDOW for i in range(count)] if config.maybe("window") else [FULL] * count
    )


def _chunks(config: Config) -> Layers:
    """Blocks in layers with rotary positions; those without attend to everything."""
    count = _count(config)
    every = config.maybe("no_rope_layer_interval") or config.family.every
    ropes = config.list_of("no_rope_layers", count) if config.get("no_rope_layers") else None
    inside = [bool(rope) for rope in ropes] if ropes else [(i + 1) % every != 0 for i in range(count)]
    chunk = config.maybe("chunk")
    if not chunk:
        config.remark("no attention_chunk_size: every layer attends to everything")
    return Layers([CHUNK if chunk and one else FULL for one in inside])


def _linear_between(config: Config) -> Layers:
    count = _count(config)
    key = config.family.every_key or "full_attention_interval"
    every = config.maybe(key) or config.family.every
    if not every:
        raise refused(key, "is missing: which layers have softmax attention is not known")
    kinds = [FULL if (i + 1) % every == 0 else LINEAR for i in range(count)]
    if config.family.every_key:  # layers beyond the last whole group attend to everything
        kinds = [FULL if i >= count // every * every else kind for i, kind in enumerate(kinds)]
    return Layers(kinds)


def _kimi_linear(config: Config) -> Layers:
    count = _count(config)
    table = config.table("linear_attn_config")
    full, other = table.get("full_attn_layers"), table.get("kda_layers")
    if not isinstance(full, list) or not isinstance(other, list):
        raise refused("linear_attn_config", "gives no full_attn_layers and kda_layers")
    kinds = [FULL if i in full else LINEAR if i in other else "" for i in range(1, count + 1)]
    if "" in kinds:
        raise refused("linear_attn_config", f"says nothing of layer {kinds.index('') + 1} of {count}")
    return Layers(kinds)


def _minimax(config: Config) -> Layers:
    count = _count(config)
    kinds = config.list_of("attn_type_list", count)
    if kinds is None:  # the library's own form of the family
        return Layers([FULL if i % 2 == 0 else LINEAR for i in range(count)])
    if set(kinds) - {0, 1}:
        raise refused("attn_type_list", "has entries other than 0 (lightning) and 1 (softmax)")
    return Layers([FULL if one else LINEAR for one in kinds])


def _softmax_list(config: Config) -> Layers:
    """Return layers with softmax attention, which a list in the form of MiniMax-01 may say again."""
    kinds = config.list_of("attn_type_list", _count(config))
    if kinds is not None and set(kinds) != {1}:
        raise refused("attn_type_list", f"has entries other than 1 (softmax); {config.model_type} has no others")
    return _full(config)


def _mimo_v2(config: Config) -> Layers:
    count = _count(config)
    kinds = config.list_of("hybrid_layer_pattern", count)
    if kinds is None:
        return Layers([FULL if i == 0 or (i + 1) % 6 == 0 else WINDOW for i in range(count)])
    return Layers([WINDOW if one else FULL for one in kinds])


def _gpt_neo(config: Config) -> Layers:
    count = _count(config)
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


def _jamba(config: Config) -> Layers:
    count, period = _count(config), config.whole("attn_layer_period")
    offset = config.maybe("attn_layer_offset")
    return Layers([FULL if i % period == offset else STATE for i in range(count)])


def _bamba(config: Config) -> Layers:
    count = _count(config)
    attending = config.get("attn_layer_indices") or []
    if not isinstance(attending, list):
        raise refused("attn_layer_indices", "is no list of layers")
    return Layers([FULL if i in attending else STATE for i in range(count)])


def _lfm2(config: Config) -> Layers:
    count = _count(config)
    attending = config.get("full_attn_idxs")
    if not isinstance(attending, list):
        raise refused("layer_types", "is missing (or full_attn_idxs): which layers have attention is not known")
    return Layers([FULL if i in attending else CONVOLUTION for i in range(count)])


def _recurrent_gemma(config: Config) -> Layers:
    count = _count(config)
    types = config.get("layers_block_type") or config.get("block_types") or ["recurrent", "recurrent", "attention"]
    known = {"recurrent": STATE, "attention": WINDOW, "linear_attention": STATE, "sliding_attention": WINDOW}
    if not isinstance(types, list) or not types or any(not isinstance(t, str) or t not in known for t in types):
        raise refused("block_types", "has entries other than recurrent and attention")
    return Layers([known[types[i % len(types)]] for i in range(count)])


def _zamba(config: Config) -> Layers:
    count = _count(config)
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


def _nemotron_h(config: Config) -> Layers:
    known = {"M": (STATE, NONE), "*": (FULL, NONE), "-": (NONE, DENSE), "E": (NONE, EXPERTS)}
    words = {"mamba": "M", "linear_attention": "M", "attention": "*", "full_attention": "*", "mlp": "-", "moe": "E"}
    found = config.get("hybrid_override_pattern")
    listed = config.get("layers_block_type") or config.get("layer_types")
    letters = list(found) if isinstance(found, str) else [words.get(str(w), "?") for w in _list(listed)]
    letters = [one for one in letters if one != "|"]
    if not letters:
        raise refused("hybrid_override_pattern", "is missing: which layers are of which kind is not known")
    if wrong := set(letters) - set(known):
        raise refused("hybrid_override_pattern", f"has {min(wrong)[:1]!r}; known are M, *, - and E")
    if config.said("layers") and _count(config) != len(letters):
        raise refused("hybrid_override_pattern", f"has {len(letters)} layers, num_hidden_layers says another number")
    return Layers([known[one][0] for one in letters], [known[one][1] for one in letters])


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _nemotron_nas(config: Config) -> Layers:
    """Layers that differ one by one: attention left out or grouped otherwise, feed-forward blocks of other widths."""
    count, heads, hidden = _count(config), config.whole("heads"), config.whole("hidden_size")
    blocks = config.list_of("block_configs", count)
    if blocks is None:
        raise refused("block_configs", "is missing: what each layer is made of is not known")
    mixers, feeders, kept, widths = [], [], [], []
    for block in blocks:
        attention, feeding = (_part(block, name) for name in ("attention", "ffn"))
        grouped = attention.get("n_heads_in_group")
        here = not attention.get("no_op") and grouped is not None
        mixers.append(FULL if here else NONE)
        if here:
            kept.append(heads // counted("block_configs.attention.n_heads_in_group", grouped, heads))
        times = feeding.get("ffn_mult")
        feeders.append(NONE if feeding.get("no_op") or times is None else DENSE)
        if feeders[-1] == DENSE:
            widths.append(_scaled_width(times, hidden))
    return Layers(mixers, feeders, key_value_heads=kept, widths=widths)


def _part(block: object, name: str) -> dict[str, object]:
    part = block.get(name) if isinstance(block, dict) else None
    if not isinstance(part, dict):
        raise refused("block_configs", f"an entry has no {name}")
    if part.get("replace_with_linear"):
        raise refused("block_configs", "replace_with_linear: layers of one matrix are not modelled")
    return part


def _scaled_width(times: object, hidden: int) -> int:
    """Return the width that a multiple of two thirds of four times the hidden size gives, up to a multiple of 256."""
    if isinstance(times, bool) or not isinstance(times, (int, float)) or not 0 < times < MOST_TIMES:
        raise refused("block_configs.ffn.ffn_mult", f"{str(times)[:20]} is no factor")
    return -(-int(2 * times * hidden / 3) // 256) * 256


_PATTERNS: dict[str, Callable[[Config], Layers]] = {
    "full": _full,
    "window": _windowed,
    "window_after": _window_after,
    "every": _every,
    "first_of": _first_of,
    "chunks": _chunks,
    "linear_between": _linear_between,
    "kimi_linear": _kimi_linear,
    "minimax": _minimax,
    "softmax_list": _softmax_list,
    "mimo_v2": _mimo_v2,
    "gpt_neo": _gpt_neo,
    "jamba": _jamba,
    "bamba": _bamba,
    "granite_hybrid": _bamba,
    "beside": lambda config: _same(config, BOTH),
    "lfm2": _lfm2,
    "recurrent_gemma": _recurrent_gemma,
    "zamba": _zamba,
    "nemotron_h": _nemotron_h,
    "nemotron_nas": _nemotron_nas,
    "state": lambda config: Layers([STATE] * _count(config), [NONE] * _count(config)),
    "rwkv": lambda config: _same(config, LINEAR),
}
"""Patterns of `families.toml` -> how they are read."""
