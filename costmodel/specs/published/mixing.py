"""How tokens look back: softmax attention of every form, linear attention, state space and convolution."""

from __future__ import annotations

from costmodel.specs.published.config import Config, counted, refused
from costmodel.specs.published.layers import BOTH, CHUNK, CONVOLUTION, FULL, LINEAR, STATE, WINDOW, Layers

Shape = dict[str, int | str]
LOWEST_RANK = 16
"""Hidden units for each step of the time step's rank, where a file says "auto"."""


def mixing(config: Config, layers: Layers) -> Shape:
    """Return the keys of attention, latents, linear attention, state spaces and convolutions, or a SpecError."""
    kinds = layers.mixers
    attending = sum(kinds.count(kind) for kind in (FULL, WINDOW, CHUNK, BOTH))
    recurrent = sum(kinds.count(kind) for kind in (LINEAR, STATE, CONVOLUTION))
    shape: Shape = {}
    if attending:
        shape |= _attention(config, layers) | _spans(config, kinds)
        if attending != len(kinds) - recurrent or BOTH in kinds:
            shape["attention.layers"] = attending
    if LINEAR in kinds:
        shape |= {"linear.layers": kinds.count(LINEAR)} | _linear(config)
    if states := kinds.count(STATE) + kinds.count(BOTH):
        shape |= {"state_space.layers": states} | _state(config)
    elif config.family.state:
        config.get("state_size")  # a hybrid whose layers all attend still gives the size of a state
    if CONVOLUTION in kinds:
        shape |= {"convolution.layers": kinds.count(CONVOLUTION), "convolution.width": config.whole("hidden_size")}
        shape["convolution.kernel"] = config.whole("convolution_kernel")
    return shape


def _attention(config: Config, layers: Layers) -> Shape:
    heads = config.whole("heads")
    latent = bool(config.maybe("key_value_rank")) and config.get("use_mla") is not False
    shape: Shape = {"attention.query_heads": heads}
    if latent:
        shape |= {"attention.key_value_heads": heads, "attention.head_size": _latent_size(config)}
        return shape | _gate(config) | _latent(config)
    if layers.key_value_heads:
        shape |= _heads_by_layer(layers.key_value_heads)
    else:
        shape["attention.key_value_heads"] = key_value_heads(config, heads)
    size = head_size(config, heads)
    shape["attention.head_size"] = size
    value = config.maybe("value_size") if config.family.further == "mimo_v2" else 0
    if value and value != size:
        shape["attention.value_size"] = value
    return shape | _gate(config)


def _heads_by_layer(kept: list[int]) -> Shape:
    if len(set(kept)) == 1:
        return {"attention.key_value_heads": kept[0]}
    return {"attention.key_value_heads": min(kept), "attention.total_key_value_heads": sum(kept)}


def key_value_heads(config: Config, heads: int, name: str = "key_value_heads") -> int:
    """Return the key and value heads: as many as heads where a file gives none; they must divide them."""
    if config.family.multi_query and config.get("multi_query_attention") is False:
        return heads
    if config.family.one_key and not config.get("new_decoder_architecture") and config.flag("multi_query"):
        return 1
    if config.table("attn_config").get("attn_type") == "multiquery_attention":
        return 1
    if config.get(name) is None:
        return heads
    return _divides(config, config.whole(name, heads), heads, name)


def _divides(config: Config, kept: int, heads: int, name: str) -> int:
    if heads % kept:
        raise refused(config.key(name), f"{kept} key-value heads do not divide {heads} heads")
    return kept


def head_size(config: Config, heads: int) -> int:
    """Return the width of a head: the width of the model over the heads where a file gives none."""
    if config.get("head_size") is not None:
        return config.whole("head_size")
    hidden = config.whole("hidden_size")
    if hidden % heads:
        known = f"{config.key('hidden_size')} {hidden} is no multiple of {heads} heads"
        raise refused("head_dim", f"is missing, and {known}: add it to the file")
    return hidden // heads


def _latent_size(config: Config) -> int:
    # The size of a head is that of its parts; the file's own head_dim means one part or another.
    return config.maybe("no_rope_size") + config.maybe("rope_size") or config.whole("rope_size")


def _gate(config: Config) -> Shape:
    said = config.get("attn_output_gate")
    if said is False:
        return {}
    gate = config.family.gate or ("yes" if said else "")
    return {"attention.output_gate": gate} if gate else {}


def _latent(config: Config) -> Shape:
    for name in ("key_value_heads", "head_size"):
        config.get(name)
    query = config.maybe("query_rank")
    shape: Shape = {"latent.query_rank": query} if query else {}
    shape |= {
        "latent.key_value_rank": config.whole("key_value_rank"),
        "latent.rope_size": config.whole("rope_size"),
        "latent.no_rope_size": config.whole("no_rope_size"),
        "latent.value_size": config.whole("value_size"),
    }
    if config.maybe("index_top"):
        shape |= {
            "sparse.top": config.whole("index_top"),
            "sparse.index_heads": config.whole("index_heads"),
            "sparse.index_size": config.whole("index_size"),
        }
        shape |= _index_layers(config)
    return shape


def _index_layers(config: Config) -> Shape:
    types = config.get("indexer_types")
    if not isinstance(types, list) or set(map(str, types)) == {"full"}:
        return {}
    if set(map(str, types)) - {"full", "shared"}:
        raise refused("indexer_types", "has entries other than full and shared")
    return {"sparse.index_layers": types.count("full")}


def _spans(config: Config, kinds: list[str]) -> Shape:
    shape: Shape = {}
    if WINDOW in kinds:
        shape |= {"attention.window": config.whole("window"), "attention.window_layers": kinds.count(WINDOW)}
    if CHUNK in kinds:
        shape |= {"attention.chunk": config.whole("chunk"), "attention.chunk_layers": kinds.count(CHUNK)}
    return shape


def _linear(config: Config) -> Shape:
    kind = config.family.linear
    if kind == "gated delta":
        names = ("key_heads", "value_heads", "key_size", "value_size", "kernel")
        return {f"linear.{name}": config.whole(f"linear_{name}") for name in names}
    if kind.startswith("key gates"):
        heads, size = config.whole("linear_heads"), config.whole("linear_size")
        rank: Shape = {} if "whole" in kind else {"linear.gate_rank": size}
        gates: Shape = {"linear.gates": 2, "linear.head_gates": 1, "linear.kernel": config.whole("linear_kernel")}
        return _square(heads, size, kind="key-wise gated delta") | gates | rank
    if kind == "lightning":
        heads = config.whole("heads")
        return _square(heads, head_size(config, heads), kind="lightning")
    width = config.maybe("attention_hidden_size") or config.whole("hidden_size")
    return _square(width, 1, kind="rwkv") | {"linear.state_size": 3 * width + 2 * config.whole("hidden_size")}


def _square(heads: int, size: int, *, kind: str) -> Shape:
    return {
        "linear.kind": kind,
        "linear.key_heads": heads,
        "linear.value_heads": heads,
        "linear.key_size": size,
        "linear.value_size": size,
    }


def _state(config: Config) -> Shape:
    kind, hidden = config.family.state, config.whole("hidden_size")
    shape: Shape = {"state_space.kind": kind, "state_space.kernel": config.whole("state_kernel")}
    if kind == "gated recurrence":
        return shape | {
            "state_space.width": config.maybe("state_inner") or hidden,
            "state_space.heads": config.whole("heads"),
        }
    shape["state_space.width"] = _inner(config, hidden)
    shape["state_space.state_size"] = config.whole("state_size")
    if kind == "mamba 1":
        rank = config.get("state_rank")
        automatic = rank is None or rank == "auto"
        shape["state_space.step_rank"] = -(-hidden // LOWEST_RANK) if automatic else config.whole("state_rank")
        return shape
    groups = config.maybe("state_groups") or 1
    heads = config.whole("state_heads")
    if int(shape["state_space.width"]) % heads:
        raise refused(config.key("state_heads"), f"{heads} heads do not divide a width of {shape['state_space.width']}")
    return shape | {"state_space.heads": heads, "state_space.groups": groups}


def _inner(config: Config, hidden: int) -> int:
    """Return the inner width: stated, heads times their size, or a multiple of the width of the model."""
    if config.maybe("state_inner"):
        return config.whole("state_inner")
    size = config.get("state_head_size")
    if config.family.state == "mamba 2" and isinstance(size, int) and config.get("state_heads"):
        return config.whole("state_heads") * counted(config.key("state_head_size"), size)
    if config.family.pattern == "state" and config.get("intermediate_size"):
        return config.whole("intermediate_size")
    expand = config.get("state_expand")
    if isinstance(expand, float) and expand > 0 and (expand * hidden).is_integer():
        return int(expand * hidden)
    return config.whole("state_expand") * hidden
