"""What single families have beside the common parts: embeddings by layer, blocks that share weights, other heads."""

from __future__ import annotations

from collections.abc import Callable

from costmodel.specs.published.config import Config, counted, refused
from costmodel.specs.published.heads import mimo_v2, step
from costmodel.specs.published.layers import BOTH, FULL, WINDOW, Layers

Shape = dict[str, int | str]
MOST_TIMES = 100
USUAL_GLOBAL_SIZE = 512


def further(config: Config, layers: Layers, shape: Shape) -> Shape:
    """Return the keys that a family has beside the common ones, those that it changes included."""
    found = _positions(config)
    if config.family.further:
        found |= _FAMILIES[config.family.further](config, layers, shape)
    return found


def _positions(config: Config) -> Shape:
    if config.family.positions != "learned":
        return {}
    rows = config.whole("context") + config.family.positions_more
    return {"other.table_rows": rows, "other.table_width": config.whole("hidden_size")}


def _gemma4(config: Config, layers: Layers, shape: Shape) -> Shape:
    """Full layers have heads of their own; layers may share caches; embeddings by layer where a file has them."""
    kinds, heads = layers.mixers, config.whole("heads")
    kept, size = int(shape["attention.key_value_heads"]), int(shape["attention.head_size"])
    found: Shape = {}
    own = _full_layers_own(config, kinds)
    globally = own.get("num_key_value_heads") or config.maybe("num_global_key_value_heads")
    if globally and heads % globally:
        raise refused("num_global_key_value_heads", f"{globally} key-value heads do not divide {heads} heads")
    wide = own.get("head_dim") or config.maybe("global_head_dim") or USUAL_GLOBAL_SIZE
    found |= {"attention.key_value_heads": globally or kept, "attention.head_size": wide}
    if WINDOW in kinds:
        found |= {"attention.window_key_value_heads": kept, "attention.window_head_size": size}
    if config.flag("attention_k_eq_v"):
        found["attention.keys_are_values"] = "yes"
    shared = _shared_caches(config, kinds)
    if config.flag("use_double_wide_mlp") and shared:
        count, width = len(kinds), config.whole("width")
        found["feed_forward.total_width"] = width * (count + config.whole("shared_cache_layers"))
        shape.pop("feed_forward.width", None)
    return found | shared | (_by_layer(config, len(kinds)) if config.said("hidden_size_per_layer_input") else {})


def _full_layers_own(config: Config, kinds: list[str]) -> dict[str, int]:
    """Return the heads that newer files give layer by layer, which must be those of all full layers alike."""
    given = config.table("per_layer_config")
    if not given:
        return {}
    full = {i for i, kind in enumerate(kinds) if kind == FULL}
    layers = {int(key) if str(key).isdecimal() else -1 for key in given}
    own = next(iter(given.values()))
    known = isinstance(own, dict) and set(own) <= {"head_dim", "num_key_value_heads"}
    if layers != full or not known or any(one != own for one in given.values()):
        raise refused("per_layer_config", "gives other than the heads of all layers with full attention alike")
    return {key: counted(f"per_layer_config.{key}", value) for key, value in own.items()}


def _gemma3n(config: Config, layers: Layers, _: Shape) -> Shape:
    """Embeddings by layer, several streams of hidden states, and last layers that read earlier layers' cache."""
    count, hidden = len(layers.mixers), config.whole("hidden_size")
    streams, rank = config.maybe("altup_num_inputs") or 4, config.maybe("laurel_rank") or 64
    each = 2 * hidden * rank + hidden * streams + streams**3 + streams**2
    found = _by_layer(config, count) | _shared_caches(config, layers.mixers)
    by_layer = int(found.get("other.layer_weights", 0)) + each
    return found | {"other.layer_weights": by_layer + 2 * (streams - 1) * hidden**2 // count}


def _by_layer(config: Config, count: int) -> Shape:
    """Return the tables and projections of embeddings that each layer has of its own."""
    size = config.maybe("hidden_size_per_layer_input")
    if not size:
        return {}
    hidden, rows = config.whole("hidden_size"), config.maybe("vocab_size_per_layer_input") or config.whole("vocabulary")
    return {"other.table_rows": rows, "other.table_width": size * count, "other.layer_weights": 3 * hidden * size}


def _shared_caches(config: Config, kinds: list[str]) -> Shape:
    last = config.maybe("shared_cache_layers")
    if not last:
        return {}
    if last >= len(kinds):
        raise refused("num_kv_shared_layers", f"{last} of {len(kinds)} layers leave none that keeps a cache")
    reading = kinds[-last:]
    found = {"attention.reading_layers": reading.count(FULL), "attention.reading_window_layers": reading.count(WINDOW)}
    return {key: value for key, value in found.items() if value}


def _hunyuan(config: Config, layers: Layers, _: Shape) -> Shape:
    """Return the layers that read the cache of the first of their group (CLA)."""
    times = config.maybe("cla_share_factor")
    if not config.flag("use_cla") or times <= 1:
        return {}
    count = len(layers.mixers)
    return {"attention.reading_layers": count - -(-count // times)}


def _longcat(config: Config, layers: Layers, _: Shape) -> Shape:
    """Every layer holds two of attention and two dense blocks, and one set of experts beside them."""
    count = len(layers.mixers)
    config.remark(f"its {count} layers count as {2 * count}, with experts in every second")
    zero = config.maybe("zero_expert_num")
    if zero:
        config.remark(
            f"{zero} experts that compute nothing are among those a token may choose: fewer weights are active"
        )
    width = config.whole("width")
    router: Shape = {"other.layer_weights": zero * config.whole("hidden_size") // 2} if zero else {}
    return {
        "layers": 2 * count,
        "feed_forward.width": width,
        "feed_forward.layers": 2 * count,
        "experts.layers": count,
        **router,
    }


def _nemotron_h(config: Config, _: Layers, shape: Shape) -> Shape:
    """Experts may work in a narrower space than the rest of the model."""
    inner = config.maybe("moe_latent_size")
    return {"experts.input_size": inner} if inner and "experts.count" in shape else {}


def _kimi_linear(config: Config, _: Layers, shape: Shape) -> Shape:
    """Experts may work in a narrower space, as those of Kimi K3 do; what its gates weigh beside is not published."""
    inner = config.maybe("routed_expert_hidden_size")
    full_rank = config.table("linear_attn_config").get("use_full_rank_gate") is True
    gates = ["use_full_rank_gate"] * full_rank + ["mla_use_output_gate"] * config.flag("mla_use_output_gate")
    if gates:
        config.remark(f"the weights of the gates of {' and '.join(gates)} are not counted")
    return {"experts.input_size": inner} if inner and "experts.count" in shape else {}


def _cohere2_moe(config: Config, _: Layers, shape: Shape) -> Shape:
    """First layers without experts are as wide as a key of their own says; experts as the common one does."""
    if "feed_forward.width" not in shape:
        return {}
    return {"feed_forward.width": config.whole("prefix_dense_intermediate_size")}


def _zamba(config: Config, layers: Layers, _: Shape) -> Shape:
    """Return a block of attention and feed-forward that hybrid layers share and that reads twice the width."""
    hidden, heads = config.whole("hidden_size"), config.whole("heads")
    used = layers.mixers.count(BOTH)
    wide = config.maybe("attention_hidden_size") or 2 * hidden
    size = config.maybe("attention_head_dim") or wide // heads
    return {
        "attention.head_size": size,
        "attention.input_size": wide,
        "attention.weight_sets": 1,
        "feed_forward.weight_sets": 1,
        "other.layer_weights": used * hidden**2 // len(layers.mixers),
    }


def _zamba2(config: Config, layers: Layers, shape: Shape) -> Shape:
    """As Zamba, with blocks in turn and adapters at every use."""
    hidden, used = config.whole("hidden_size"), layers.mixers.count(BOTH)
    rank, sets = config.maybe("adapter_rank"), min(config.maybe("num_mem_blocks") or 1, used)
    width = int(shape["feed_forward.width"])
    adapters = used * rank * (hidden + 2 * width)
    if config.flag("use_shared_attention_adapter"):
        adapters += used * 3 * rank * 4 * hidden
    found = _zamba(config, layers, shape)
    kept = config.whole("heads")
    return {
        **found,
        "attention.key_value_heads": kept,
        "attention.weight_sets": sets,
        "feed_forward.weight_sets": sets,
        "other.layer_weights": int(found["other.layer_weights"]) + adapters // len(layers.mixers),
    }


def _lfm2(config: Config, _: Layers, shape: Shape) -> Shape:
    """Return the dense width: two thirds of the stated one, rounded up, where a file says so."""
    config.get("convolution_kernel")  # models without any such layer state it too
    stated = config.maybe("block_ff_dim") or config.whole("width")
    if config.get("block_auto_adjust_ff_dim") is not True:
        return {"feed_forward.width": stated} if "feed_forward.width" in shape else {}
    factor, multiple = config.get("block_ffn_dim_multiplier"), config.maybe("block_multiple_of") or 256
    times = factor if isinstance(factor, (int, float)) and 0 < factor < MOST_TIMES else 1.0
    width = int(times * int(2 * stated / 3))
    return {"feed_forward.width": -(-width // multiple) * multiple}


def _rwkv(config: Config, _layers: Layers, _shape: Shape) -> Shape:
    """Return the gate on the feed-forward block, as wide as the model."""
    return {"other.layer_weights": config.whole("hidden_size") ** 2}


_FAMILIES: dict[str, Callable[[Config, Layers, Shape], Shape]] = {
    "gemma3n": _gemma3n,
    "gemma4": _gemma4,
    "hunyuan": _hunyuan,
    "mimo_v2": mimo_v2,
    "step": step,
    "kimi_linear": _kimi_linear,
    "cohere2_moe": _cohere2_moe,
    "longcat": _longcat,
    "nemotron_h": _nemotron_h,
    "zamba": _zamba,
    "zamba2": _zamba2,
    "lfm2": _lfm2,
    "rwkv": _rwkv,
}
"""What `further` of `families.toml` names."""
