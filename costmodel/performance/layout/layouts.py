"""How a model can be laid on accelerators: the splits that software allows, and the smallest replica that holds it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from costmodel.domain.architecture import NONE, Architecture
from costmodel.domain.hardware import System
from costmodel.domain.workload import Deployment
from costmodel.errors import CostModelError
from costmodel.once import once
from costmodel.performance.layout.table import Table
from costmodel.performance.machine.memory import holds_a_request
from costmodel.performance.machine.setup import Setup
from costmodel.units import Quantity, quantity

SPLITS = ("tensor_parallel", "pipeline_parallel", "attention_copies", "expert_parallel")
WAYS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
STAGES = (1.0, 2.0, 4.0, 8.0)
REPLICATED = ("key-value heads", "key-value heads of windowed layers")
"""What several accelerators may hold whole, where there are more of them than of it."""

BLOCK = 128
"""Rows and columns of weights that share a scale in 8-bit checkpoints with blocks."""

WORDS = {
    "tensor_parallel": "tensor parallel",
    "pipeline_parallel": "pipeline stages",
    "attention_copies": "copies of attention",
    "expert_parallel": "experts spread over",
}


@once
def layouts(model: Architecture, most: float, stages: tuple[float, ...] = STAGES) -> Table:
    """Return every split of a model whose tensor groups and experts stay on at most `most` linked accelerators.

    Heads are divided evenly; experts are spread over all or a part of the accelerators that share them; several copies
    of attention only make sense where they share experts.
    """
    copies = WAYS if model.has_experts else WAYS[:1]
    rows = [
        row
        for row in product(WAYS, (one for one in stages if one <= _count(model.layers)), copies, copies)
        if row[0] * row[2] <= most and not faults(model, dict(zip(SPLITS, row, strict=True)))
    ]
    return Table(dict(zip(SPLITS, np.array(rows, dtype=float).reshape(-1, len(SPLITS)).T, strict=True)))


def ways_in(system: System) -> tuple[float, ...]:
    """Return the tensor-parallel groups inside one scale-up domain; one accelerator where no link is known."""
    accelerator = system.accelerator
    if not accelerator.has_links:
        return WAYS[:1]
    most = float(system.accelerators.to("accelerator/server").magnitude)
    if accelerator.scale_up_domain is not None:
        most = min(most, float(accelerator.scale_up_domain.to("accelerator").magnitude))
    return tuple(ways for ways in WAYS if ways <= most) or WAYS[:1]


def faults(model: Architecture, split: dict[str, float]) -> list[str]:
    """Return in words what is wrong with a split of a model; nothing if software can run it.

    The heads and experts of an estimate have a range: nobody knows what divides them.
    """
    broken = [f"{WORDS[name]} {size:g} is not a whole number" for name, size in split.items() if size % 1]
    found = [*_of_heads(model, split), *_of_layers(model, split), *_of_experts(model, split)]
    return broken or found or _of_blocks(model, split)


def check_split(setup: Setup) -> None:
    """Raise an error for a split that software cannot run, with the sizes that it can."""
    numbers = setup.ways, setup.stages, setup.copies, setup.expert_ways
    split = {name: float(value.magnitude) for name, value in zip(SPLITS, numbers, strict=True)}
    if wrong := faults(setup.model, split):
        raise CostModelError("; ".join(wrong))


def fewest_accelerators(setup: Setup, prompt: Quantity, output: Quantity) -> str:
    """Return in words the smallest replica of the setup's number type that holds a request; empty if none does."""
    found = layouts(setup.model, WAYS[-1])
    tried = setup_with(setup, found, setup.deployment)
    fits = found[np.broadcast_to(holds_a_request(tried, prompt, output), len(found))]
    if not len(fits):
        return ""
    size = fits["tensor_parallel"] * fits["pipeline_parallel"] * fits["attention_copies"]
    plainest = np.lexsort((fits["pipeline_parallel"], fits["expert_parallel"], fits["attention_copies"], size))[0]
    return f"{size[plainest]:g} accelerators ({layout_words(fits.row(plainest))})"


def setup_with(setup: Setup, split: Table, base: Deployment) -> Setup:
    """Return a setup whose deployment has the splits of a table, as arrays."""
    return replace(setup, deployment=base.with_leaves(**split_leaves(split)))


def split_leaves(split: Table, shape: tuple[int, ...] = (-1,)) -> dict[str, Quantity]:
    """Return the columns of splits as quantities; those that are one throughout are left out."""
    always = ("tensor_parallel",)
    return {name: quantity(split[name].reshape(shape)) for name in SPLITS if name in always or (split[name] != 1).any()}


def layout_words(row: object) -> str:
    """Return a split in words: "tensor parallel 4, 2 pipeline stages"."""
    size = {name: float(row[name]) for name in SPLITS}  # type: ignore[index]
    parts = [f"tensor parallel {size['tensor_parallel']:g}"]
    if size["pipeline_parallel"] != 1:
        parts.append(f"{size['pipeline_parallel']:g} pipeline stages")
    if size["attention_copies"] != 1:
        parts.append(f"{size['attention_copies']:g} copies of attention")
    if size["expert_parallel"] != 1:
        parts.append(f"experts spread over {size['expert_parallel']:g}")
    return ", ".join(parts)


def _of_heads(model: Architecture, split: dict[str, float]) -> list[str]:
    """Heads are divided evenly; key-value heads too, or each is held by as many accelerators as there are too many."""
    ways = split["tensor_parallel"]
    if _is_estimate(model):
        return []
    wrong = [
        f"{count:g} {what}"
        for what, count in _counts_to_divide(model).items()
        if count % ways and not (what in REPLICATED and ways % count == 0)
    ]
    if not wrong:
        return []
    good = [f"{size:g}" for size in _ways_of_heads(model)]
    return [f"tensor parallel {ways:g} does not divide the {' or '.join(wrong)} of {model.name}; use {_or(good)}"]


def _counts_to_divide(model: Architecture) -> dict[str, float]:
    """Return what tensor parallelism divides in layers that look back."""
    kept = NONE if model.is_latent else model.attention_key_value_heads
    counts = {
        "heads": model.attention_query_heads,
        "heads of windowed layers": model.attention_window_query_heads,
        "key-value heads": kept,
        "key-value heads of windowed layers": model.attention_window_key_value_heads,
        "heads of linear attention": model.linear_value_heads,
        "heads of the state space": model.state_space_heads,
        "channels of the state space": model.state_space_width,
    }
    return {what: _count(count) for what, count in counts.items() if count is not NONE}


def _ways_of_heads(model: Architecture) -> list[int]:
    counts = _counts_to_divide(model)
    most = int(min(counts.values() if "heads" not in counts else [counts["heads"]]))
    return [
        size
        for size in range(1, most + 1)
        if all(count % size == 0 or (what in REPLICATED and size % count == 0) for what, count in counts.items())
    ]


def _of_blocks(model: Architecture, split: dict[str, float]) -> list[str]:
    """Widths of weights that share scales in blocks are divided into whole blocks: software refuses other ones."""
    if model.published_type != "fp8" or model.published_scaling != "block":
        return []
    ways, spread = split["tensor_parallel"], split["expert_parallel"]
    shared = {
        "dense layers": (model.feed_forward_width, ways),
        "experts": (model.experts_width, ways * split["attention_copies"] / spread),
        "shared experts": (model.experts_shared_width, ways),
    }
    return [
        f"the {_count(width):g} wide {what} of {model.name} do not divide by {among:g} into whole blocks of "
        f"{BLOCK:g} scaled together, which software refuses; use fewer ways"
        + (", or spread experts whole" if what == "experts" else "")
        for what, (width, among) in shared.items()
        if width is not NONE and among > 1 and _count(width) % (among * BLOCK)
    ]


def _of_layers(model: Architecture, split: dict[str, float]) -> list[str]:
    layers, stages = _count(model.layers), split["pipeline_parallel"]
    return [f"{stages:g} pipeline stages are more than the {layers:g} layers of {model.name}"] * (stages > layers)


def _of_experts(model: Architecture, split: dict[str, float]) -> list[str]:
    copies, spread = split["attention_copies"], split["expert_parallel"]
    if not model.has_experts:
        wrong = copies != 1 or spread != 1
        return [f"{model.name} has no experts: copies of attention and spread experts are for models that do"] * wrong
    group, experts = split["tensor_parallel"] * copies, _count(model.experts_count)
    if group % spread == 0 and (experts % spread == 0 or _is_estimate(model)):
        return []
    good = [f"{size:g}" for size in range(1, int(min(group, experts)) + 1) if group % size == 0 and experts % size == 0]
    reason = (
        f"experts cannot be spread over {spread:g}: it must divide both tensor parallel x copies of attention "
        f"({group:g}) and the {experts:g} experts of {model.name}; use {_or(good)}"
    )
    return [reason]


def _is_estimate(model: Architecture) -> bool:
    fact = model.facts.get("attention_query_heads")
    return fact is not None and fact.low is not None


def _or(choices: list[str]) -> str:
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"


def _count(value: Quantity) -> float:
    return float(value.magnitude)
