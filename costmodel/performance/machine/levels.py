"""By how much times differ from the bare time model where runs of the same kind were measured: offsets by level.

A level groups setups that share software, accelerator, number types, model or all of these. Its offset (a logarithm
of time) is estimated together with all others, and shrunk towards none where little was measured; a setup whose group
nobody measured has none. What levels explain is part of the prediction, what they do not is its interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

from costmodel.specs.number_types import BYTES
from costmodel.specs.toml_file import read_table

if TYPE_CHECKING:
    from costmodel.performance.machine.number_types import Weights
    from costmodel.performance.machine.setup import Setup

FILE = Path(__file__).parents[1] / "levels.toml"
SERVING = ("trtllm", "vllm", "sglang")
SERVED, QUEUED, SUBMITTED = "served", "queued", "submitted"
LEVELS = ("software", "generation", "accelerator", "types", "model", "campaign")
OF_FIRST = ("first_accelerator", "first_model", "first_campaign")
"""Levels of times to first token alone, of served requests: by software and model, and by campaign."""
SAME_SHAPE = {"deepseek-r1": "deepseek-v3", "qwen3-235b-a22b": "qwen3-235b-a22b-fp8", "glm-5-nvfp4": "glm-5"}
"""Models of one shape, whose runs tell of each other."""


def table_of(setup: Setup) -> str:
    """Return which kind of measurements tell of a setup: of served requests, of queued runs, or of submissions."""
    if setup.benchmark:
        return SUBMITTED
    return SERVED if setup.software.name in SERVING else QUEUED


def keys_of(setup: Setup) -> dict[str, str]:
    """Return the group of a setup in every level.

    Models with experts run other kernels than dense ones, so they have levels of software of their own. Kernels that
    are built ahead of a run are built for a generation of accelerators: what is wrong about one tells of the others.
    """
    software, chip, table = setup.software.name, setup.accelerator.id, table_of(setup)
    model = SAME_SHAPE.get(setup.model.id, setup.model.id)
    kind = "experts" if setup.model.has_experts else "dense"
    types = _type(setup.types.dense) + (f" and {_type(setup.types.experts)} experts" if setup.model.has_experts else "")
    generation = f"{software} on {setup.accelerator.family} in {types}"
    campaign = f"{table} {model} on {chip} with {software} in {types} {setup.benchmark}".strip()
    return {
        "software": f"{software} {kind}",
        "generation": "" if table == SERVED else generation,
        "accelerator": f"{software} {kind} on {chip}",
        "types": f"{software} on {chip} in {types}",
        "model": f"{table} {model}",
        "campaign": campaign,
        **(
            dict.fromkeys(OF_FIRST, "")
            if table != SERVED
            else {
                "first_accelerator": f"{software} on {chip}",
                "first_model": f"{software} {model}",
                "first_campaign": campaign,
            }
        ),
    }


def factor(setup: Setup, levels: tuple[str, ...] = LEVELS) -> float:
    """Return the factor on predicted times that runs of the same kind show in some levels: one where were none."""
    offsets, keys = load_levels(), keys_of(setup)
    return exp(sum(offsets.get(name, {}).get(keys[name], 0.0) for name in levels))


@cache
def load_levels(file: Path = FILE) -> Mapping[str, Mapping[str, float]]:
    """Return the offsets of every level by group, as logarithms of time."""
    content, _, _ = read_table(file)
    return content


def _type(weights: Weights) -> str:
    """Return how wide weights are multiplied and stored: types of one width run alike."""
    return f"{8 * BYTES[weights.multiplied]:g} bit" + (f" from {weights.bytes:g} byte" if weights.narrow else "")
