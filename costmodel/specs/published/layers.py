"""The kinds of layers that are modelled, and those of a whole model."""

from __future__ import annotations

from dataclasses import dataclass, field

from costmodel.specs.published.config import MOST_LAYERS, Config

FULL, WINDOW, CHUNK, LINEAR, STATE, CONVOLUTION, NONE, BOTH = (
    "full",
    "windowed",
    "chunked",
    "linear",
    "state space",
    "convolution",
    "none",
    "attention and state space",
)
DENSE, EXPERTS = "dense", "experts"


@dataclass(frozen=True)
class Layers:
    """The kinds of all layers: how each looks back and, where a family says so, how each feeds forward."""

    mixers: list[str]
    feeders: list[str] | None = None
    query_heads: list[int] = field(default_factory=list)
    key_value_heads: list[int] = field(default_factory=list)
    """Heads of the layers with attention, where they differ one by one."""
    widths: list[int] = field(default_factory=list)
    """Inner widths of the layers with a dense block, where they differ one by one."""


def all_of(config: Config, kind: str) -> Layers:
    """Return layers that are all of one kind."""
    return Layers([kind] * layer_count(config))


def layer_count(config: Config) -> int:
    """Return how many layers a file says that a model has."""
    return config.whole("layers", MOST_LAYERS)
