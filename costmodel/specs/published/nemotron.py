"""Layers of Nemotron, which differ one by one."""

from __future__ import annotations

from costmodel.specs.published.config import Config, counted, refused
from costmodel.specs.published.layers import DENSE, EXPERTS, FULL, NONE, STATE, Layers, layer_count

MOST_TIMES = 100


def by_letters(config: Config) -> Layers:
    """Return the layers that Nemotron-H writes as letters, each a mixer or a feed-forward block."""
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
    if config.said("layers") and layer_count(config) != len(letters):
        raise refused("hybrid_override_pattern", f"has {len(letters)} layers, num_hidden_layers says another number")
    return Layers([known[one][0] for one in letters], [known[one][1] for one in letters])


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def by_blocks(config: Config) -> Layers:
    """Return layers that differ one by one: attention left out or grouped otherwise, and blocks of other widths."""
    count, heads, hidden = layer_count(config), config.whole("heads"), config.whole("hidden_size")
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
