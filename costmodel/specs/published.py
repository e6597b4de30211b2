"""The shape of a model from the `config.json` that its publisher gives, as keys of an architecture file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from costmodel.errors import SpecError

Config = Mapping[str, Any]
Shape = dict[str, int | str]

_PLAIN = {
    "layers": "num_hidden_layers",
    "hidden_size": "hidden_size",
    "vocabulary": "vocab_size",
    "context_limit": "max_position_embeddings",
    "attention.query_heads": "num_attention_heads",
    "latent.query_rank": "q_lora_rank",
    "latent.key_value_rank": "kv_lora_rank",
    "latent.rope_size": "qk_rope_head_dim",
    "latent.no_rope_size": "qk_nope_head_dim",
    "latent.value_size": "v_head_dim",
    "sparse.top": "index_topk",
    "sparse.index_heads": "index_n_heads",
    "sparse.index_size": "index_head_dim",
}
_LINEAR = {
    "linear.key_heads": "linear_num_key_heads",
    "linear.value_heads": "linear_num_value_heads",
    "linear.key_size": "linear_key_head_dim",
    "linear.value_size": "linear_value_head_dim",
}
_METHODS: dict[str, Shape] = {
    "mxfp4": {"published.type": "bf16", "published.expert_type": "mxfp4"},
    "nvfp4": {"published.type": "bf16", "published.expert_type": "fp4"},
    "modelopt": {"published.type": "bf16", "published.expert_type": "fp4"},
    "compressed-tensors": {"published.type": "bf16", "published.expert_type": "int4"},
    "fp8": {"published.type": "fp8"},
}
"""How checkpoints name their quantisation -> number types of their weights."""

_TENSOR_SCALED = ("llama", "llama4", "llama4_text", "mixtral", "mistral", "gpt_oss", "")
"""Model types whose 8-bit checkpoints have one scale a tensor; newer families follow DeepSeek and scale blocks."""

_TEXTS = ("tied_embeddings", "attention.output_gate", "published.type", "published.expert_type", "published.scaling")
_NEEDED = ("num_hidden_layers", "hidden_size", "vocab_size", "num_attention_heads")


def read_published(file: Path) -> Shape:
    """Return the keys of an architecture file for a published `config.json`, or a SpecError."""
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SpecError([f"{file}: no readable JSON: {error}"]) from None
    if not isinstance(config, dict):
        raise SpecError([f"{file}: a config.json holds an object, not {type(config).__name__}"])
    inner = config.get("text_config")
    merged = {**config, **(inner if isinstance(inner, dict) else {})}
    missing = [key for key in _NEEDED if not _whole(merged.get(key))]
    if missing:
        raise SpecError(
            [f"{file}: {key} is missing or no whole number: is this a language model's config?" for key in missing]
        )
    try:
        shape = shape_of(merged)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise SpecError([f"{file}: a value is not of the form that published configs have: {error!r}"]) from None
    wrong = [key for key, value in shape.items() if key not in _TEXTS and not _whole(value)]
    if wrong:
        raise SpecError([f"{file}: {key} comes out as {str(shape[key])[:40]}, no whole number" for key in wrong])
    return shape


def shape_of(config: Config) -> Shape:
    """Return the keys of an architecture file for the content of a published config."""
    found: Shape = {ours: config[theirs] for ours, theirs in _PLAIN.items() if config.get(theirs)}
    tied = config.get("tie_word_embeddings", False)
    heads = config["num_attention_heads"]
    found |= {
        "tied_embeddings": "yes" if tied else "no",
        "attention.key_value_heads": config.get("num_key_value_heads") or heads,
        "attention.head_size": config.get("head_dim") or config["hidden_size"] // heads,
        "attention.output_gate": "yes" if config.get("attn_output_gate") else "no",
        "feed_forward.matrices": 3,
    }
    return {key: value for key, value in (found | _layers(config) | _experts(config) | _types(config)).items() if value}


def layer_kinds(config: Config) -> list[str]:
    """Return the kind of attention of every layer: full, sliding, chunked or linear."""
    layers = config["num_hidden_layers"]
    if config.get("layer_types"):
        return [str(kind) for kind in config["layer_types"]][:layers]
    for key, other in (("full_attention_interval", "linear_attention"), ("attention_chunk_size", "chunked_attention")):
        if config.get(key):
            # Llama 4 leaves the interval out of some files: every fourth layer attends to everything.
            every = config.get("full_attention_interval") or config.get("no_rope_layer_interval") or 4
            return ["full_attention" if (i + 1) % every == 0 else other for i in range(layers)]
    sliding = config.get("sliding_window") and config.get("use_sliding_window", True)
    return ["sliding_attention" if sliding else "full_attention"] * layers


def _layers(config: Config) -> Shape:
    kinds = layer_kinds(config)
    windowed, chunked, linear = (kinds.count(f"{kind}_attention") for kind in ("sliding", "chunked", "linear"))
    found: Shape = {"attention.window_layers": windowed, "attention.chunk_layers": chunked, "linear.layers": linear}
    if windowed:
        found["attention.window"] = config["sliding_window"]
    if chunked:
        found["attention.chunk"] = config["attention_chunk_size"]
    return found | ({ours: config[theirs] for ours, theirs in _LINEAR.items()} if linear else {})


def _experts(config: Config) -> Shape:
    experts = _first(config, "n_routed_experts", "num_experts", "num_local_experts")
    dense = _first(config, "intermediate_size_mlp", "intermediate_size")
    if not experts:
        return {"feed_forward.width": dense}
    width = _first(config, "moe_intermediate_size", "intermediate_size")
    layers = _expert_layers(config)
    return {
        "feed_forward.width": dense if layers < config["num_hidden_layers"] else 0,
        "experts.count": experts,
        "experts.per_token": _first(config, "num_experts_per_tok", "experts_per_token"),
        "experts.width": width,
        "experts.layers": layers,
        "experts.shared_width": _shared_width(config, width),
    }


def _expert_layers(config: Config) -> int:
    layers: int = config["num_hidden_layers"]
    if config.get("first_k_dense_replace") is not None:
        return int((layers - config["first_k_dense_replace"]) // (config.get("moe_layer_freq") or 1))
    if config.get("interleave_moe_layer_step"):
        return int(layers // config["interleave_moe_layer_step"])
    return int(layers // (config.get("decoder_sparse_step") or 1)) - len(config.get("mlp_only_layers") or [])


def _shared_width(config: Config, width: int) -> int:
    shared = (config.get("n_shared_experts") or 0) * width
    shared += _first(config, "shared_expert_intermediate_size", "shared_intermediate_size")
    # Llama 4 does not write its one shared expert into the file.
    return shared + (width if str(config.get("model_type", "")).startswith("llama4") else 0)


def _types(config: Config) -> Shape:
    """Return the number types of the published weights: of all, and of experts where another."""
    published = config.get("quantization_config") or {}
    method = f"{published.get('quant_method', '')} {published.get('quant_algo', '')}".lower()
    scaling: Shape = {"published.scaling": "tensor" if _family(config) in _TENSOR_SCALED else "block"}
    default: Shape = {"published.type": "bf16"}
    return scaling | next((found for word, found in _METHODS.items() if word in method), default)


def _family(config: Config) -> str:
    return str(config.get("model_type") or "")


def _first(config: Config, *keys: str) -> int:
    return next((config[key] for key in keys if config.get(key)), 0)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9
