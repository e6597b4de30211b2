"""What feeds a token forward in every layer: a dense block, routed experts, or nothing."""

from __future__ import annotations

from costmodel.specs.published.config import Config, counted, missing, refused
from costmodel.specs.published.layers import DENSE, EXPERTS, Layers

Shape = dict[str, int | str]
_FIRST_DENSE = ("first_k_dense_replace", "num_dense_layers", "n_dense_layers")
_DENSE_WORDS, _EXPERT_WORDS = ("dense", "mlp"), ("sparse", "moe", "hash_moe", "experts")


def feeding(config: Config, layers: Layers) -> Shape:
    """Return the keys of feed-forward blocks and experts, or a SpecError."""
    count = len(layers.mixers)
    experts = _count_of_experts(config, layers)
    feeders = layers.feeders or _feeders(config, count, experts)
    routed = feeders.count(EXPERTS)
    dense = count if _stands_beside(config) else feeders.count(DENSE)
    shape: Shape = {"feed_forward.matrices": config.family.matrices} if routed or dense else {}
    if dense:
        shape |= _dense(config, layers, dense, with_experts=bool(routed))
    if dense != count - routed and dense:
        shape["feed_forward.layers"] = dense
    return shape | (_experts(config, experts, routed) if routed else {})


def _stands_beside(config: Config) -> bool:
    """Return whether experts stand beside a dense block in every layer, always or where a file says so."""
    key = config.family.beside_key
    return config.family.beside or bool(key and config.flag(key))


def _count_of_experts(config: Config, layers: Layers) -> int:
    """Return the routed experts of a layer; none where the family or the file has no experts."""
    how = config.family.experts
    if not how or (layers.feeders is not None and EXPERTS not in layers.feeders):
        return 0
    if config.get("enable_moe_block") is False:
        config.get("experts")
        return 0
    value = config.get("experts")
    if value is None and not config.owes("experts") and (how in ("maybe", "granite_hybrid") or config.said("experts")):
        return 0
    if isinstance(value, list):
        value = _uniform(config, "experts")
    if how in ("maybe", "granite_hybrid") and value == 0:
        return 0
    found = config.whole("experts") if value is None else counted(config.key("experts"), value)
    return 0 if found == 1 and how in ("width", "hunyuan") else found


def _feeders(config: Config, count: int, experts: int) -> list[str]:
    if not experts:
        return [DENSE] * count
    listed = config.list_of("mlp_layer_types", count)
    if listed is not None:
        return [_feeder(word) for word in listed]
    routed = _routed(config, count)
    return [EXPERTS if one else DENSE for one in routed]


def _feeder(word: object) -> str:
    if word not in (*_DENSE_WORDS, *_EXPERT_WORDS):
        raise refused("mlp_layer_types", f"{str(word)[:40]} is neither dense nor sparse")
    return EXPERTS if word in _EXPERT_WORDS else DENSE


def _routed(config: Config, count: int) -> list[bool]:
    """Return of every layer whether it has experts, by whichever keys the file says it."""
    layers = range(count)
    frequency = config.get("moe_layer_freq")
    if isinstance(frequency, list):
        return [bool(one) for one in config.list_of("moe_layer_freq", count) or []]
    numbered = _numbered(config)
    if numbered is not None:
        return [i in numbered for i in layers]
    if config.get("expert_layer_period"):
        period, offset = config.whole("expert_layer_period"), config.maybe("expert_layer_offset")
        return [i % period == offset for i in layers]
    if config.get("interleave_moe_layer_step"):
        step = config.whole("interleave_moe_layer_step")
        return [(i + 1) % step == 0 for i in layers]
    if config.get("moe_layer_start_index") is not None or config.get("moe_layer_interval"):
        first, step = _single(config, "moe_layer_start_index"), config.maybe("moe_layer_interval") or 1
        last = (
            _single(config, "moe_layer_end_index") if config.get("moe_layer_end_index") not in (None, -1) else count - 1
        )
        return [first <= i <= last and (i + 1) % step == 0 for i in layers]
    dense = [name for name in _FIRST_DENSE if config.get(name) is not None]
    if config.model_type in config.family.dense_first and not dense and frequency is None:
        raise missing("first_k_dense_replace", ["mlp_layer_types", "moe_layer_freq", *_FIRST_DENSE])
    first = next((config.maybe(name) for name in dense if config.maybe(name)), 0)
    step = config.maybe("decoder_sparse_step") or 1
    skipped = config.get("mlp_only_layers") or []
    if not isinstance(skipped, list):
        raise refused("mlp_only_layers", "is no list of layers")
    freq = counted("moe_layer_freq", frequency) if frequency is not None else 1
    return [i >= first and i % freq == 0 and (i + 1) % step == 0 and i not in skipped for i in layers]


def _numbered(config: Config) -> list[int] | None:
    """Return the numbers of the layers with experts, which Step writes as one text; nothing where a file has none."""
    listed, written = config.get("moe_layers"), config.get("moe_layers_enum")
    if isinstance(listed, list):
        return listed
    words = written.split(",") if isinstance(written, str) else written
    if words is None:
        return None
    if not isinstance(words, list) or not all(str(word).strip().isdecimal() for word in words):
        raise refused("moe_layers_enum", f"{str(written)[:40]} is no list of layers")
    return [int(word) for word in words]


def _single(config: Config, name: str) -> int:
    """Return a count that some files give as a list: of the text and of another kind of token."""
    value = config.get(name)
    return counted(name, min(value) if isinstance(value, list) and value else value or 0, least=0)


def _dense(config: Config, layers: Layers, dense: int, *, with_experts: bool) -> Shape:
    if layers.widths:
        return _by_layer(layers.widths, "feed_forward.width", "feed_forward.total_width")
    if config.family.experts == "granite_hybrid":
        return {"feed_forward.width": config.whole("shared_width")}
    if config.family.experts == "llama4":
        name = "intermediate_size_mlp" if with_experts or config.get("intermediate_size_mlp") else "width"
        return {"feed_forward.width": config.whole(name)}
    value = config.get("width")
    if isinstance(value, list):
        widths = [counted(config.key("width"), one) for one in config.list_of("width", dense) or []]
        return _by_layer(widths, "feed_forward.width", "feed_forward.total_width")
    times = config.maybe("times_hidden") or config.family.width_of_hidden
    if value is None and times and not config.owes("width"):
        return {"feed_forward.width": times * config.whole("hidden_size")}
    return {"feed_forward.width": int(config.whole("width") * config.family.width_share)}


def _by_layer(values: list[int], one: str, total: str) -> Shape:
    return {one: values[0]} if len(set(values)) == 1 else {total: sum(values)}


def _experts(config: Config, count: int, layers: int) -> Shape:
    chosen = _uniform(config, "experts_per_token")
    if chosen > count:
        raise refused(config.key("experts_per_token"), f"{chosen} experts are chosen of {count}")
    width = _width(config)
    shared = _shared_width(config, width)
    return {
        "experts.count": count,
        "experts.per_token": chosen,
        "experts.width": width,
        "experts.layers": layers,
        **({"experts.shared_width": shared} if shared else {}),
    }


def _width(config: Config) -> int:
    how = config.family.experts
    if how in ("width", "llama4", "granite_hybrid") and not (config.family.beside_key and _stands_beside(config)):
        own = config.get("expert_width")
        if own not in (None, config.get("width")):
            raise refused(config.key("expert_width"), f"{str(own)[:40]} is another width than that of the dense block")
        return config.whole("width")
    if how == "hunyuan" and config.get("expert_width") is None:
        return config.whole("width")
    return _uniform(config, "expert_width")


def _shared_width(config: Config, width: int) -> int:
    if config.family.shared_of_hidden:
        return config.whole("hidden_size") * config.family.shared_of_hidden
    if config.family.experts == "hunyuan":
        used = config.get("use_mixed_mlp_moe")
        return _uniform(config, "shared_experts") * width if used and config.get("shared_experts") else 0
    own = config.maybe("shared_width")
    if own:
        times = config.maybe("shared_experts") or 1
        return own if config.family.further == "nemotron_h" else own * times
    return (config.maybe("shared_experts") or config.family.shared) * width


def _uniform(config: Config, name: str) -> int:
    """Return a count that may be a list by layer, all of whose entries must agree."""
    value = config.get(name)
    if not isinstance(value, list):
        return config.whole(name)
    if not value or any(one != value[0] for one in value):
        raise refused(config.key(name), "differs from layer to layer, which is not modelled for experts")
    return counted(config.key(name), value[0])
