"""The shape of the model that a row of measurements means: by its name where that agrees, else from its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pandas as pd

from costmodel.domain.architecture import Architecture
from costmodel.domain.architecture_names import Architectures, plain
from costmodel.errors import MissingData, UnknownName
from costmodel.specs.published.config import MOST_LAYERS
from costmodel.specs.rows import MAYBE_NONE, Bounds
from costmodel.units import quantity

COLUMNS = {
    "layers": "layers",
    "hidden_size": "hidden",
    "vocabulary": "vocab",
    "attention_query_heads": "heads",
    "attention_key_value_heads": "kv_heads",
    "attention_head_size": "head_dim",
    "feed_forward_width": "ffn",
    "experts_count": "n_experts",
    "experts_per_token": "top_k",
    "experts_width": "moe_ffn",
}
"""Field of an architecture -> column of a table that gives shapes."""

FLAGS = ("gated_mlp", "tied_embeddings")
NUMBERS = {
    **dict.fromkeys((*COLUMNS.values(), "shared_experts"), MAYBE_NONE),
    **dict.fromkeys(("layers", "n_dense_layers"), Bounds(most=MOST_LAYERS, whole=True)),
    **dict.fromkeys(FLAGS, Bounds(most=1, whole=True)),
}
"""Columns of shapes, and what their numbers may be; zero is written for what a model does not have."""

LATENT = {
    "latent_query_rank": r"q_lora\s*(\d+)",
    "latent_key_value_rank": r"kv_lora\s*(\d+)",
    "latent_no_rope_size": r"qk_nope\s*(\d+)",
    "latent_rope_size": r"qk_rope\s*(\d+)",
    "latent_value_size": r"\bv\s*(\d+)",
}
CHUNKED = r"(\d+) of (\d+) layers chunked \((\d+)\)"
GATED = 3.0
UNGATED = 2.0


def of_row(models: Architectures, row: Mapping[Any, Any]) -> Architecture:
    """Return the shape of a row's model: that of its name where layers agree or are empty, else its columns."""
    layers, hidden = _number(row, "layers"), _number(row, "hidden")
    with suppress(UnknownName):
        known = models.find(str(row["model"]))
        if not layers or (known.layers.magnitude, known.hidden_size.magnitude) == (layers, hidden):
            return known
    return from_columns(row)


def from_columns(row: Mapping[Any, Any]) -> Architecture:
    """Return the shape that the columns of a row give."""
    counts = {field: _number(row, column) for field, column in COLUMNS.items()}
    missing = [COLUMNS[name] for name in list(COLUMNS)[:4] if not counts[name]]
    if missing:
        msg = f"the model {row.get('model')} is not known, and its columns give no {', '.join(missing)}"
        raise MissingData(msg)
    heads = counts["attention_query_heads"]
    counts["attention_key_value_heads"] = counts["attention_key_value_heads"] or heads
    counts["attention_head_size"] = counts["attention_head_size"] or counts["hidden_size"] / heads
    counts |= _layers(row, counts) | _special(row, counts["layers"])
    counts["feed_forward_matrices"] = GATED if _number(row, "gated_mlp") else UNGATED
    name = str(row.get("model"))
    tied = "yes" if _number(row, "tied_embeddings") else "no"
    values = {field: quantity(number) for field, number in counts.items() if number}
    return Architecture(id=plain(name), name=name, tied_embeddings=tied, **values)  # type: ignore[arg-type]


def _layers(row: Mapping[Any, Any], counts: Mapping[str, float]) -> dict[str, float]:
    """Return which layers have experts, and how wide these are."""
    if not counts["experts_count"]:
        return {"experts_per_token": 0, "experts_width": 0}
    width = counts["experts_width"] or counts["feed_forward_width"]
    dense = _number(row, "n_dense_layers")
    return {
        "experts_width": width,
        "experts_layers": counts["layers"] - dense,
        "experts_shared_width": _number(row, "shared_experts") * width,
        "feed_forward_width": counts["feed_forward_width"] if dense else 0,
    }


def _special(row: Mapping[Any, Any], layers: float) -> dict[str, float]:
    """Return latent and chunked attention, which tables give as a remark."""
    note = str(row.get("attn_note"))
    if "MLA" in note:
        found = {field: re.search(pattern, note) for field, pattern in LATENT.items()}
        return {field: float(match[1]) for field, match in found.items() if match}
    chunked = re.search(CHUNKED, note)
    if not chunked:
        return {}
    part, whole, size = (float(text) for text in chunked.groups())
    return {"attention_chunk": size, "attention_chunk_layers": round(layers * part / whole)}


def _number(row: Mapping[Any, Any], column: str) -> float:
    value = pd.to_numeric(pd.Series([row.get(column)]), errors="coerce").iloc[0]
    return 0.0 if pd.isna(value) else float(value)
