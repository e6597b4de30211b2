"""A deployment in words, for tips and tables, and in letters, for narrow terminals."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from costmodel.performance.layout.layouts import SPLITS, layout_words

LETTERS = dict(zip(SPLITS, ("tp", "pp", "dp", "ep"), strict=True))
MEANINGS = {
    "tp": "accelerators that share every layer",
    "pp": "pipeline stages",
    "dp": "copies of attention that share the experts",
    "ep": "accelerators that experts are spread over whole",
    "draft": "tokens guessed per step",
    ">": "replicas that read prompts > replicas that write answers",
}
Row = Mapping[Hashable, Any]


def is_apart(row: Row) -> bool:
    """Return whether prompts are read on replicas of their own."""
    return bool(row.get("reading_replicas", 0) >= 1)


def layout_in_words(row: Row) -> str:
    """Return a deployment in words: "fp8, tensor parallel 4, 64 in flight"."""
    draft = f", drafts of {row['draft_tokens']:g}" if row["draft_tokens"] else ""
    if not is_apart(row):
        return f"{row['precision']}, {layout_words(row)}{draft}, {row['concurrency']:g} in flight"
    read = f"{row['reading_replicas']:g} x ({layout_words(_reading(row))}) to read"
    write = f"{row['writing_replicas']:g} x ({layout_words(row)}{draft}, {row['concurrency']:g} in flight) to write"
    return f"{row['precision']}, {read}, {write}"


def layout_in_letters(row: Row) -> str:
    """Return a deployment in letters: "tp4 pp2", "2x tp1 > 3x tp4"; `MEANINGS` says what they mean."""
    draft = f" draft{row['draft_tokens']:g}" if row["draft_tokens"] else ""
    own = _letters(row) + draft
    if not is_apart(row):
        return own
    return f"{row['reading_replicas']:g}x {_letters(_reading(row))} > {row['writing_replicas']:g}x {own}"


def _reading(row: Row) -> dict[Hashable, Any]:
    return {name: row[f"reading_{name}"] for name in SPLITS}


def _letters(row: Row) -> str:
    shown = [f"{LETTERS[name]}{row[name]:g}" for name in SPLITS if row[name] != 1 or name == "tensor_parallel"]
    return " ".join(shown)
