"""The fastest way to lay a training run on accelerators: all layouts at once, as arrays."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import Accelerator, System
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.errors import Infeasible
from costmodel.performance.layout.chosen import chosen, with_fact
from costmodel.performance.layout.layouts import WAYS
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training.run import train
from costmodel.units import Quantity, magnitude, quantity

REASON = "chosen by search: the layout with the shortest step that fits in memory"
STAGES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 16, 18, 20, 24, 32, 35, 48, 64)
VIRTUAL = (1, 2, 3, 4, 6, 8)
CONTEXT = (1, 2, 4, 8, 16)
MICRO = (1, 2, 4, 8, 16)
NUMBERS = (
    "tensor_parallel",
    "pipeline_parallel",
    "context_parallel",
    "virtual_stages",
    "expert_parallel",
    "micro_batch",
)
CHOICES = tuple(product(("none", "selective", "elementwise", "full"), ("optimizer", "full")))
MOST_SEQUENCE = 8192.0
"""Tokens of a sequence for each accelerator that shares it, from which on sharing is tried."""
Array = npt.NDArray[np.float64]


def training_layouts(model: Architecture, chip: Accelerator, workload: TrainingRun) -> pd.DataFrame:
    """Return the splits that are tried, and why some are refused before any time is computed."""
    total = float(magnitude(workload.accelerators, "accelerator"))
    sequences = float(magnitude(workload.batch / workload.sequence_length, "1"))
    length = float(magnitude(workload.sequence_length, "token"))
    domain = total if chip.scale_up_domain is None else float(magnitude(chip.scale_up_domain, "accelerator"))
    layers, heads = float(magnitude(model.layers, "1")), float(magnitude(model.attention_query_heads, "1"))
    tensor = [one for one in WAYS if one <= min(domain, total) and (heads == 0 or heads % one == 0)]
    context = [one for one in CONTEXT if one == 1 or length / one >= MOST_SEQUENCE / 2]
    experts = [one for one in WAYS if one == 1 or (model.has_experts and one <= magnitude(model.experts_count, "1"))]
    stages = [one for one in STAGES if one <= layers]
    grid = np.array(list(product(tensor, stages, context, VIRTUAL, experts, MICRO)), dtype=float)
    found = pd.DataFrame(grid, columns=list(NUMBERS))
    copies = total / (found["tensor_parallel"] * found["pipeline_parallel"] * found["context_parallel"])
    reasons = {
        "more accelerators than there are": copies < 1,
        "accelerators left over": (copies % 1 > 0) & (total % 1 == 0),  # a search for a number tries parts of one
        "more copies than sequences in a batch": copies * found["micro_batch"] > sequences,
        "experts spread over more than the copies": found["expert_parallel"] > copies * found["context_parallel"],
        "parts of a stage without a pipeline, or of less than a layer": (found["virtual_stages"] > 1)
        & ((found["pipeline_parallel"] == 1) | (found["virtual_stages"] * found["pipeline_parallel"] > layers)),
    }
    found["refused"] = np.select(list(reasons.values()), list(reasons), "")
    return found


def search_training(setup: Setup, workload: TrainingRun) -> pd.DataFrame:
    """Return every layout that could run with time of its step and memory, and the reason where one is refused."""
    tried = training_layouts(setup.model, setup.accelerator, workload)
    possible = tried[tried["refused"] == ""]
    found = [_timed(setup, workload, possible, *choice) for choice in CHOICES]
    table = pd.concat(found, ignore_index=True)
    table.attrs["refused"] = tried["refused"][tried["refused"] != ""].value_counts().to_dict()
    return table


def _timed(setup: Setup, workload: TrainingRun, rows: pd.DataFrame, recompute: str, sharding: str) -> pd.DataFrame:
    numbers = {name: quantity(rows[name].to_numpy()) for name in NUMBERS}
    tried = replace(setup.deployment, recompute=recompute, sharding=sharding, **numbers)  # type: ignore[arg-type]
    result = train(replace(setup, deployment=tried), workload)
    capacity = magnitude(room(setup), "byte")
    memory = np.broadcast_to(magnitude(result.memory, "byte"), len(rows))
    return rows.assign(
        recompute=recompute,
        sharding=sharding,
        step_time=np.broadcast_to(magnitude(result.step_time, "second"), len(rows)),
        memory=memory,
        refused=np.where(memory > capacity, "does not fit in memory", ""),
    )


def room(setup: Setup) -> Quantity:
    """Return the memory of an accelerator that a training run finds free."""
    return setup.capacity * setup.constants["training_usable_memory"]


def fastest(setup: Setup, workload: TrainingRun) -> Deployment:
    """Return the layout with the shortest step whose memory fits, or an Infeasible error with what was refused."""
    table = search_training(setup, workload)
    good = table[table["refused"] == ""]
    if good.empty:
        msg = (
            f"{setup.model.name} in {setup.deployment.precision} on {workload.accelerators:g~P} of "
            f"{setup.accelerator.name}: no layout of {len(table)} fits in memory"
            f"{_least(table, setup)}; use more of them, a narrower number type, or ones with more memory"
        )
        raise Infeasible(msg)
    return laid_out(setup, good.sort_values("step_time").iloc[0])


def laid_out(setup: Setup, best: pd.Series[Any]) -> Deployment:
    """Return the deployment of a row of a search."""
    base = replace(setup.deployment, recompute=str(best["recompute"]), sharding=str(best["sharding"]))
    used = {name: best[name] for name in NUMBERS if best[name] != 1 or name in (*NUMBERS[:2], "micro_batch")}
    return chosen(base, REASON, **used)


def _least(table: pd.DataFrame, setup: Setup) -> str:
    if table.empty:
        return ""
    least, capacity = table["memory"].min() / 1e9, magnitude(room(setup), "byte") / 1e9
    return f" (the smallest takes {least:.0f} GB of {capacity:.0f} GB)"


def training_deployment(
    model: Architecture, system: System, workload: TrainingRun, base: Deployment, constants: Constants
) -> Deployment:
    """Return the parallel layout with the shortest step whose memory fits."""
    setup = Setup(model, system.accelerator, replace(base, framework="training"), constants)
    predicted = replace(workload, utilization=None)
    found = fastest(setup, predicted)
    return with_fact(found, "model_error", constants.facts["value.training_error"])
