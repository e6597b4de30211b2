"""How long a sequence may be: the published limit, stretched where rotary positions are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from costmodel.specs.published.config import LARGEST, Config, counted, refused

_AS_STATED = ("default", "longrope", "su", "llama3", "mrope", "proportional", "")
"""Kinds of scaling whose result `max_position_embeddings` already is."""


def context_limit(config: Config) -> int:
    """Return the most tokens of a sequence; 0 where the architecture has no limit and the file states none."""
    stated = _stated(config)
    scaling = config.get("rope_scaling") or config.get("rope_parameters")
    if not isinstance(scaling, dict) or not config.family.scaled_context:
        return stated
    kind = str(scaling.get("rope_type") or scaling.get("type") or "")
    factor = _factor(scaling)
    if kind in _AS_STATED:
        return stated
    original = scaling.get("original_max_position_embeddings") or config.get("original_max_position_embeddings")
    base = original if isinstance(original, int) and not isinstance(original, bool) else stated
    return max(stated, min(int(factor * base), LARGEST - 1))


def _factor(scaling: Mapping[str, Any]) -> float:
    """Return by how much positions are stretched, 1 where a file does not say, or a SpecError."""
    factor = scaling.get("factor")
    if factor is None:
        return 1.0
    if isinstance(factor, bool) or not isinstance(factor, (int, float)) or not 1 <= factor <= LARGEST:
        raise refused("rope_scaling.factor", f"{str(factor)[:40]} is no number from 1 to {LARGEST:,}")
    return float(factor)


def _stated(config: Config) -> int:
    """Return the limit that the file states; the cohere family's longer `model_max_length` goes before the rest."""
    longer = config.get("model_max_length")
    if config.model_type.startswith("cohere") and isinstance(longer, int):
        return counted("model_max_length", longer)
    value = config.get("context")
    if value is None or (config.family.pattern in ("state", "rwkv") and not config.said("context")):
        config.filled.pop("context", None)
        return 0
    return counted(config.key("context"), value)
