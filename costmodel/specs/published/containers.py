"""Number types of published weights: what each container of quantised checkpoints says, part by part of a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from costmodel.specs.published.config import Config, counted, refused
from costmodel.specs.published.modules import ALL, PARTS, Chosen

Shape = dict[str, int | str]
BLOCK_ROWS = 128

_FLOATS = {4: "fp4", 6: "fp6", 8: "fp8", 16: "bf16", 32: "fp32"}
_PLAIN = {"float32": "fp32", "float16": "fp16", "bfloat16": "bf16", "float": "fp32", "half": "fp16"}
_MODELOPT = {
    "FP8": "fp8",
    "FP8_PB_WO": "fp8",
    "FP8_PB_REAL": "fp8",
    "FP8_PER_CHANNEL_PER_TOKEN": "fp8",
    "NVFP4": "fp4",
    "NVFP4_AWQ": "fp4",
    "W4A8_NVFP4_FP8": "fp4",
    "W4A16_NVFP4": "fp4",
    "W4A16_AWQ": "int4",
    "W4A8_AWQ": "int4",
    "W8A16": "int8",
    "W8A8_SQ_PER_CHANNEL": "int8",
    "MXFP4": "mxfp4",
    "W4A8_MXFP4_FP8": "mxfp4",
    "MXFP8": "mxfp8",
}
_BY_NAME = {
    "fbgemm_fp8": "fp8",
    "ptpc_fp8": "fp8",
    "fp8": "fp8",
    "mxfp4": "mxfp4",
    "mxfp8": "mxfp8",
    "eetq": "int8",
    "bitnet": "int2",
    "nvfp4": "fp4",
}
"""Containers with one number type."""

_BY_BITS = (
    "awq",
    "gptq",
    "auto-round",
    "autoround",
    "intel/auto-round",
    "gptq_marlin",
    "awq_marlin",
    "hqq",
    "inc",
    "compressed",
)
_SKIPPED = (
    *("ignore", "modules_to_not_convert", "exclude_modules", "ignored_layers", "exclude", "llm_int8_skip_modules"),
    "skip_modules",
)
_CACHES = {"fp8": "fp8", "float8": "fp8", "int8": "int8", "nvfp4": "fp4", "float4": "fp4"}
MX_GROUP = 32
Found = tuple[str, int, bool, bool]
"""Number type, weights that share a scale, whether they have zero points, whether scales are of blocks."""


def number_types(config: Config, outer: Mapping[str, Any], layers: int) -> Shape:
    """Return the keys of the published number types, or a SpecError for a container that is not understood."""
    published = (
        config.get("quantization_config") or outer.get("quantization_config") or config.get("compression_config")
    )
    if not published:
        return {"published.type": _plain(config, outer), "published.scaling": config.family.scaling}
    if not isinstance(published, dict):
        raise refused("quantization_config", "is no table")
    method = str(published.get("quant_method", "")).lower()
    groups = _groups(published, method, config.whole("hidden_size"))
    chosen = Chosen(published, [word for key in _SKIPPED for word in _words(published.get(key))], layers)
    found = {part: _of_part(chosen, part, groups, method, _plain(config, outer)) for part in PARTS}
    if chosen.mixed:
        config.remark(f"{', '.join(chosen.mixed)}: some layers are kept in 16 bits; the type of most counts for all")
    return _shape(config, found) | _cache(published)


def _shape(config: Config, found: Mapping[str, Found]) -> Shape:
    main = found["attention"][0]
    shape: Shape = {"published.type": main}
    keys: dict[str, str] = {
        "dense": "dense_type",
        "shared": "shared_type",
        "experts": "expert_type",
        "head": "head_type",
    }
    # Experts are said apart wherever anything is narrower than something else; the head is 16 bits unless it is said.
    wide = found["head"][0] in ("bf16", "fp16", "fp32")
    shape |= {
        f"published.{key}": found[part][0]
        for part, key in keys.items()
        if found[part][0] != main and not (part == "head" and wide)
    }
    narrow = [one for one in found.values() if one[1]]
    if narrow:
        shape["published.group"] = narrow[-1][1]
        if any(one[2] for one in narrow):
            shape["published.zero_points"] = "yes"
    eight = any(one[0] in ("fp8", "int8") for one in found.values())
    blocks = any(one[3] for one in found.values())
    shape["published.scaling"] = ("block" if blocks else "tensor") if eight else config.family.scaling
    return shape


def _of_part(chosen: Chosen, part: str, groups: list[tuple[list[str], Found]], method: str, plain: str) -> Found:
    unquantised: Found = (plain, 0, False, False)
    if part == "head" and not chosen.head:
        return unquantised
    if part != "experts" and method == "mxfp4":
        return unquantised
    if chosen.skips(part):
        return unquantised
    return next((found for targets, found in groups if chosen.hits(part, targets)), unquantised)


def _plain(config: Config, outer: Mapping[str, Any]) -> str:
    """Return the type of weights that are not quantised; 16 bits where a file does not say."""
    said = config.get("torch_dtype") or config.get("dtype") or outer.get("torch_dtype") or outer.get("dtype")
    return _PLAIN.get(str(said).removeprefix("torch."), "bf16")


def _groups(published: Mapping[str, Any], method: str, row: int) -> list[tuple[list[str], Found]]:
    """Return for each group of modules the names of its targets and how it is stored."""
    groups = published.get("config_groups")
    if isinstance(groups, dict) and groups:
        return [_group(str(name), one, published) for name, one in sorted(groups.items())]
    return [([ALL], _whole(published, method, row))]


def _whole(published: Mapping[str, Any], method: str, row: int) -> Found:
    """Return how a container stores every matrix alike, or a SpecError for one that is not understood."""
    if method in _BY_NAME:
        return _BY_NAME[method], 0, False, isinstance(published.get("weight_block_size"), list)
    read = next((reader for words, reader in _READERS if any(word in (method, *published) for word in words)), None)
    if read:
        return read(published)
    if method in _BY_BITS or "bits" in published:
        return _by_bits(published, method, row)
    known = sorted({*_BY_NAME, *_BY_BITS, "compressed-tensors", "modelopt", "bitsandbytes", "quark", "quanto"})
    problem = f'"{method[:40]}" is no container that is understood; known are {", ".join(known)}'
    raise refused("quantization_config.quant_method", problem)


def _quanto(published: Mapping[str, Any]) -> Found:
    weights = str(published.get("weights"))
    known = {"float8": "fp8", "int8": "int8", "int4": "int4", "int2": "int2"}
    if weights not in known:
        raise refused("quantization_config.weights", f'"{weights[:40]}" is not understood')
    return known[weights], BLOCK_ROWS if weights in ("int4", "int2") else 0, False, False


def _group(name: str, group: object, published: Mapping[str, Any]) -> tuple[list[str], Found]:
    weights = group.get("weights") if isinstance(group, dict) else None
    where = f"quantization_config.config_groups.{name[:40]}.weights"
    if not isinstance(group, dict) or not isinstance(weights, dict):
        problem = "is missing: the number type of the weights is not known"
        raise refused(where, problem)
    bits, kind = weights.get("num_bits"), weights.get("type", "int")
    size = weights.get("group_size") if isinstance(weights.get("group_size"), int) else 0
    form = str(group.get("format") or published.get("format") or "")
    if kind == "float":
        known = _FLOATS.get(bits) if isinstance(bits, int) else None
        mx = "mx" in form or (known in ("fp4", "fp8") and size == MX_GROUP)
        stored = f"mx{known}" if mx and known in ("fp4", "fp8") else known
    else:
        stored = _integer(bits)
    if stored is None:
        raise refused(where, f"{str(bits)[:20]} bits of type {str(kind)[:20]} are not understood")
    block = isinstance(weights.get("block_structure"), list) or weights.get("strategy") == "block"
    zero = kind == "int" and weights.get("symmetric") is False
    whole = stored.startswith("int") and isinstance(size, int) and size > 0
    return _words(group.get("targets")) or ["Linear"], (stored, int(size or 0) if whole else 0, zero, block)


def _integer(bits: object) -> str | None:
    return f"int{bits}" if isinstance(bits, int) and not isinstance(bits, bool) and bits in (2, 3, 4, 5, 6, 8) else None


def _modelopt(published: Mapping[str, Any]) -> Found:
    quantised = published.get("quantization")
    inner = quantised if isinstance(quantised, dict) else published
    algorithm = str(inner.get("quant_algo", published.get("quant_algo", ""))).upper()
    if algorithm not in _MODELOPT:
        problem = f'"{algorithm[:40]}" is not understood; known are {", ".join(_MODELOPT)}'
        raise refused("quantization_config.quant_algo", problem)
    stored, size = _MODELOPT[algorithm], inner.get("group_size")
    group = size if isinstance(size, int) and stored == "int4" else BLOCK_ROWS if stored == "int4" else 0
    return stored, int(group), False, "_PB" in algorithm


def _bitsandbytes(published: Mapping[str, Any]) -> Found:
    if published.get("load_in_8bit") or published.get("_load_in_8bit"):
        return "int8", 0, False, False
    return "nf4", 64, False, False


def _quark(published: Mapping[str, Any]) -> Found:
    whole = published.get("global_quant_config")
    weight = whole.get("weight") if isinstance(whole, dict) else None
    first = weight[0] if isinstance(weight, list) and weight else weight
    stored = str(first.get("dtype")) if isinstance(first, dict) else ""
    known = {
        "fp8_e4m3": "fp8",
        "fp8_e5m2": "fp8",
        "fp4": "mxfp4",
        "fp6_e2m3": "fp6",
        "fp6_e3m2": "fp6",
        "int8": "int8",
        "int4": "int4",
    }
    if stored not in known:
        where = "quantization_config.global_quant_config.weight.dtype"
        raise refused(where, f'"{stored[:40]}" is not understood')
    return known[stored], BLOCK_ROWS if stored == "int4" else 0, False, False


def _by_bits(published: Mapping[str, Any], method: str, row: int) -> Found:
    inner = published.get("quant_config")
    if isinstance(inner, dict) and isinstance(found := inner.get("weight_quant_params"), dict):  # of HQQ
        return _by_bits(found, method, row)
    bits = next((published[key] for key in ("bits", "w_bit", "nbits") if published.get(key) is not None), None)
    stored = _integer(bits)
    if stored is None:
        raise refused("quantization_config.bits", f"{str(bits)[:20]} is missing or no whole number of bits")
    # These containers write zero points, those of symmetric checkpoints too.
    return stored, _group_size(published, row), method.startswith(("awq", "gptq", "hqq")), False


def _group_size(published: Mapping[str, Any], row: int) -> int:
    """Return how many weights share a scale: those of a row of a matrix, about as long as `row`, where -1 is said."""
    key = next((key for key in ("group_size", "q_group_size") if published.get(key) is not None), "")
    size = published[key] if key else BLOCK_ROWS
    if size == -1:
        return row
    return counted(f"quantization_config.{key}", size)


def _cache(published: Mapping[str, Any]) -> Shape:
    """Return the number type of the cache where the container says it."""
    scheme, algorithm = published.get("kv_cache_scheme"), published.get("kv_cache_quant_algo")
    if isinstance(scheme, dict):
        algorithm = f"{scheme.get('type', 'float')}{scheme.get('num_bits')}"
    found = _CACHES.get(str(algorithm).lower())
    return {"published.cache_type": found} if found else {}


_READERS = (
    (("modelopt", "quant_algo"), _modelopt),
    (("bitsandbytes", "load_in_4bit", "load_in_8bit"), _bitsandbytes),
    (("quark",), _quark),
    (("quanto",), _quanto),
)
"""Words of a container, as its method or as keys of it -> how its number type is read."""


def _words(value: object) -> list[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
