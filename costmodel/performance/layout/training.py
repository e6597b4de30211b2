"""How a training run can be laid on accelerators: all layouts at once, as arrays, and why others are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import Accelerator, System
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.errors import Infeasible
from costmodel.performance.layout.chosen import chosen, with_fact
from costmodel.performance.layout.layouts import WAYS
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training.case import RECOMPUTE, SCHEDULES, SHARDING, Case, case_of
from costmodel.performance.training.memory import training_memory
from costmodel.performance.training.run import expected_step
from costmodel.units import Quantity, magnitude, quantity

REASON = "chosen by search: the layout with the shortest step that fits in memory"
CONTEXT = "context_parallel"
SPLITS = {
    "tensor_parallel": WAYS,
    "pipeline_parallel": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 16, 18, 20, 24, 32, 35, 48, 64),
    CONTEXT: (1, 2, 4, 8, 16),
    "virtual_stages": (1, 2, 3, 4, 6, 8),
    "expert_parallel": WAYS,
    "micro_batch": (1, 2, 4, 8, 16),
}
"""Splits that are tried unless others are named."""
NUMBERS = tuple(SPLITS)
ALWAYS = ("tensor_parallel", "pipeline_parallel", "micro_batch")
"""Numbers that a deployment states even where they are one."""
NO_SPLITS: Mapping[str, tuple[float, ...]] = {}
FIELDS: dict[str, tuple[Mapping[str, tuple[float, ...]], tuple[str, ...]]] = {
    "recompute": (RECOMPUTE, ("recomputed", "attention_recomputed", "rows_recomputed")),
    "sharding": (SHARDING, ("optimizer_sharded", "gradients_sharded", "weights_sharded")),
    "schedule": (SCHEDULES, ("zero_bubble",)),
}
"""Choices by name, and the numbers of a step that follow from each."""
MOST_SEQUENCE = 8192.0
"""Tokens of a sequence for each accelerator that shares it, from which on sharing is tried."""
NO_FIT = "does not fit in memory"


@dataclass(frozen=True)
class Tried:
    """What a search tries: splits by name in place of the usual ones, and choices."""

    splits: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    recompute: tuple[str, ...] = ("none", "selective", "elementwise", "full")
    sharding: tuple[str, ...] = ("optimizer", "gradients", "full")
    schedule: tuple[str, ...] = ("1f1b",)


def training_layouts(
    model: Architecture, chip: Accelerator, workload: TrainingRun, splits: Mapping[str, tuple[float, ...]] = NO_SPLITS
) -> pd.DataFrame:
    """Return the splits that are tried, and why some are refused before any time is computed."""
    total = float(magnitude(workload.accelerators, "accelerator"))
    sequences = float(magnitude(workload.batch / workload.sequence_length, "1"))
    domain = total if chip.scale_up_domain is None else float(magnitude(chip.scale_up_domain, "accelerator"))
    layers, heads = float(magnitude(model.layers, "1")), float(magnitude(model.attention_query_heads, "1"))
    found = _crossed(_usual(model, workload) | dict(splits))
    tensor, stages, context, virtual, experts, micro = (found[name] for name in NUMBERS)
    copies = total / (tensor * stages * context)
    found["data_parallel"] = copies
    reasons = {
        "more accelerators than there are": copies < 1,
        "accelerators left over": (copies % 1 > 0) & (total % 1 == 0),  # a search for a number tries parts of one
        "layers split over more accelerators than links join": tensor > domain,
        "attention heads that do not divide": (heads > 0) & (heads % tensor > 0),
        "more stages than layers": stages > layers,
        "parts of a stage without a pipeline, or of less than a layer": (virtual > 1)
        & ((stages == 1) | (virtual * stages > layers)),
        "more copies than sequences in a batch": copies * micro > sequences,
        "experts spread over more accelerators than there are experts": (experts > 1)
        & (experts > (magnitude(model.experts_count, "1") if model.has_experts else 1)),
        "experts spread over more than the copies": experts > copies * context,
    }
    found["refused"] = np.select(list(reasons.values()), list(reasons), "")
    return found


def _usual(model: Architecture, workload: TrainingRun) -> dict[str, tuple[float, ...]]:
    """Return the usual splits, without those that make no sense for a model or its sequences."""
    length = float(magnitude(workload.sequence_length, "token"))
    context = tuple(one for one in SPLITS[CONTEXT] if one == 1 or length / one >= MOST_SEQUENCE / 2)
    experts = {} if model.has_experts else {"expert_parallel": (1.0,)}
    return {**SPLITS, CONTEXT: context, **experts}


def _crossed(axes: Mapping[str, tuple[Any, ...]]) -> pd.DataFrame:
    """Return every combination of the values of axes."""
    grid = np.meshgrid(*(np.asarray(values) for values in axes.values()), indexing="ij")
    return pd.DataFrame({name: one.ravel() for name, one in zip(axes, grid, strict=True)})


def search_training(setup: Setup, workload: TrainingRun, tried: Tried | None = None) -> pd.DataFrame:
    """Return every layout that could run with time of its step and memory, and the reason where one is refused.

    `attrs["refused"]` counts those refused before, by reason; `attrs["examples"]` has the first of each.
    """
    asked = tried or Tried()
    splits = training_layouts(setup.model, setup.accelerator, workload, asked.splits)
    choices = _crossed({name: getattr(asked, name) for name in FIELDS}).astype("category")
    rows = splits[splits["refused"] == ""].drop(columns="refused").merge(choices, how="cross")
    table = evaluated(setup, workload, rows[~_idle(rows)].reset_index(drop=True))
    no = splits[splits["refused"] != ""]
    table.attrs["refused"] = no["refused"].value_counts().to_dict()
    table.attrs["examples"] = no.drop_duplicates("refused").set_index("refused")[list(NUMBERS)].to_dict("index")
    return table


def _idle(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return where a choice does nothing: stages hold weights whole, and only they leave bubbles."""
    staged = rows["pipeline_parallel"] > 1
    filled = (rows["schedule"] == "zero-bubble") & (~staged | (rows["virtual_stages"] > 1))
    return filled | (staged & (rows["sharding"] == "full"))


def evaluated(setup: Setup, workload: TrainingRun, rows: pd.DataFrame) -> pd.DataFrame:
    """Return layouts with time of a step (seconds) and memory (bytes), and the reason where they do not fit."""
    case = cases(setup, workload, rows)
    memory = np.broadcast_to(magnitude(training_memory(case, setup.constants)["total"], "byte"), len(rows))
    over = np.asarray(memory > magnitude(room(setup), "byte"))
    return rows.assign(
        step_time=np.broadcast_to(magnitude(expected_step(case, setup), "second"), len(rows)),
        memory=memory,
        refused=pd.Categorical.from_codes(over.astype(int), pd.Index(["", NO_FIT])),
    )


def cases(setup: Setup, workload: TrainingRun, rows: pd.DataFrame) -> Case:
    """Return the numbers of the steps of layouts as arrays."""
    numbers = {name: quantity(rows[name].to_numpy(dtype=float)) for name in NUMBERS}
    one = case_of(replace(setup, deployment=setup.deployment.with_leaves(**numbers)), workload)
    numbers_of: dict[str, Quantity] = {}
    for name, (table, names) in FIELDS.items():
        each = np.array([table[choice] for choice in table])[pd.Categorical(rows[name], categories=list(table)).codes]
        numbers_of |= {number: quantity(column) for number, column in zip(names, each.T, strict=True)}
    return replace(one, **numbers_of)  # type: ignore[arg-type]


def room(setup: Setup) -> Quantity:
    """Return the memory of an accelerator that a training run finds free."""
    return setup.capacity * setup.constants["training_usable_memory"]


def fastest(setup: Setup, workload: TrainingRun, tried: Tried | None = None) -> Deployment:
    """Return the layout with the shortest step whose memory fits, or an Infeasible error with what was refused."""
    return laid_out(setup, that_fit(setup, workload, search_training(setup, workload, tried)).iloc[0])


def that_fit(setup: Setup, workload: TrainingRun, table: pd.DataFrame) -> pd.DataFrame:
    """Return the layouts of a search that fit, the fastest first, or an Infeasible error with what was refused."""
    good = table[table["refused"] == ""].sort_values("step_time", ignore_index=True)
    if good.empty:
        what = f"{setup.model.name} in {setup.deployment.precision} on {workload.accelerators:g~P} of"
        msg = f"{what} {setup.accelerator.name}: {_why(table, setup)}"
        raise Infeasible(msg)
    return good


def _why(table: pd.DataFrame, setup: Setup) -> str:
    if table.empty:
        counts = ", ".join(f"{reason} ({count})" for reason, count in table.attrs["refused"].items())
        return f"no layout can run: {counts}; other numbers of accelerators, sequences in a step or splits may do"
    least, capacity = table["memory"].min() / 1e9, magnitude(room(setup), "byte") / 1e9
    return (
        f"no layout of {len(table)} fits in memory (the smallest takes {least:.0f} GB of {capacity:.0f} GB); "
        "use more of them, a narrower number type, or ones with more memory"
    )


def laid_out(setup: Setup, best: pd.Series[Any]) -> Deployment:
    """Return the deployment of a row of a search."""
    base = replace(setup.deployment, **{name: str(best[name]) for name in FIELDS})  # type: ignore[arg-type]
    return chosen(base, REASON, **{name: best[name] for name in NUMBERS if best[name] != 1 or name in ALWAYS})


def training_deployment(
    model: Architecture, system: System, workload: TrainingRun, base: Deployment, constants: Constants
) -> Deployment:
    """Return the parallel layout with the shortest step whose memory fits."""
    setup = Setup(model, system.accelerator, replace(base, framework="training"), constants)
    predicted = replace(workload, utilization=None)
    found = fastest(setup, predicted)
    return with_fact(found, "model_error", constants.facts["value.training_error"])
