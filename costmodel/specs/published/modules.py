"""Which parts of a model a container means: names of modules, with wildcards, against those that models have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

PARTS = ("attention", "dense", "shared", "experts", "head")
ALL = "Linear"
LONGEST = 200
_UNBOUNDED = re.compile(r"\)[*+{]")
"""Repeated groups: a file could make the search for them endless."""

_NAMES = {
    "attention": (
        "self_attn.q_proj",
        "self_attn.o_proj",
        "self_attn.kv_b_proj",
        "self_attn.qkv_proj",
        "attn.c_attn",
        "linear_attn.out_proj",
        "mamba.in_proj",
        "mixer.in_proj",
        "mixer.q_proj",
    ),
    "dense": ("mlp.gate_proj", "mlp.down_proj", "mlp.up_proj", "feed_forward.down_proj", "mixer.up_proj"),
    "shared": (
        "mlp.shared_experts.gate_proj",
        "mlp.shared_expert.down_proj",
        "feed_forward.shared_expert.down_proj",
        "block_sparse_moe.shared_experts.gate_proj",
        "mixer.shared_experts.up_proj",
    ),
    "experts": (
        "mlp.experts.0.gate_proj",
        "mlp.experts.0.down_proj",
        "mlp.experts.gate_up_proj",
        "block_sparse_moe.experts.0.w1",
        "feed_forward.experts.0.down_proj",
        "mixer.experts.0.up_proj",
    ),
}
"""Names of modules within a layer, as the models of the common libraries have them."""


class Chosen:
    """The modules that a container leaves out or aims at."""

    def __init__(self, published: Mapping[str, Any], skipped: list[str], layers: int) -> None:
        """Know what the container leaves out, and of how many layers."""
        self.head = published.get("lm_head") is True
        self.layers = layers
        self.mixed: list[str] = []
        self._skipped = [word for word in skipped if len(word) <= LONGEST]

    def skips(self, part: str) -> bool:
        """Return whether most layers' modules of a part are left out; parts that are mixed are noted."""
        if part == "head":
            return any(_matches(word, ("lm_head",)) for word in self._skipped)
        if any(self._hit(part, self._everywhere, layer) for layer in (0, self.layers - 1)):
            return True
        left_out = sum(self._hit(part, words, layer) for layer, words in self._by_layer.items())
        if 0 < left_out < self.layers and part != "dense":
            self.mixed.append(part)
        return left_out * 2 > self.layers

    def hits(self, part: str, targets: list[str]) -> bool:
        """Return whether targets mean the modules of a part."""
        return ALL in targets or any(_matches(word, _named(part, 0)) for word in targets if len(word) <= LONGEST)

    def _hit(self, part: str, words: list[str], layer: int) -> bool:
        return any(_matches(word, _named(part, layer)) for word in words)

    @cached_property
    def _by_layer(self) -> dict[int, list[str]]:
        """The names that mean one layer, by its number."""
        found: dict[int, list[str]] = {}
        for word in self._skipped:
            number = _layer(word)
            if number is not None and number < self.layers:
                found.setdefault(number, []).append(word)
        return found

    @cached_property
    def _everywhere(self) -> list[str]:
        return [word for word in self._skipped if _layer(word) is None]


def _named(part: str, layer: int) -> tuple[str, ...]:
    return tuple(f"model.layers.{layer}.{name}" for name in _NAMES.get(part, ())) or ("lm_head",)


def _layer(word: str) -> int | None:
    found = re.search(r"(?:layers|blocks|h)\.(\d{1,5})(?:\.|$)", word)
    return int(found[1]) if found and not word.startswith("re:") else None


def _matches(word: str, names: tuple[str, ...]) -> bool:
    """Return whether a word of a container means a module: the whole name, a part of it, a wildcard or a pattern."""
    if word.startswith("re:"):
        pattern = word.removeprefix("re:")
    else:
        plain = re.sub(r"^.*?(?=layers\.)", "", word)
        pattern = rf"(?:.*\.)?{re.escape(plain).replace(re.escape('*'), '[^ ]*')}(?:\..*)?$"
    if word.startswith("re:") and _UNBOUNDED.search(pattern):
        return False
    try:
        found = re.compile(pattern)
    except re.error:
        return False
    return any(found.match(name) or found.match(name.removeprefix("model.")) for name in names)
