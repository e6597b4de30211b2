"""The fastest way to lay a training run on accelerators: all layouts at once, as arrays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import System
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.errors import Infeasible
from costmodel.performance.layout.chosen import chosen, with_fact
from costmodel.performance.layout.layouts import ways_in
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training import train
from costmodel.units import quantity

STAGES = np.arange(1.0, 129.0)
REASON = "chosen by search: the layout with the shortest step that fits in memory"


def training_deployment(
    model: Architecture, system: System, workload: TrainingRun, base: Deployment, constants: Constants
) -> Deployment:
    """Return the parallel layout with the shortest step whose memory fits."""
    base = replace(base, framework="training")
    ways = np.array(ways_in(system))
    stages = STAGES[float(model.layers.magnitude) % STAGES == 0]
    tried = replace(
        base,
        tensor_parallel=quantity(ways[:, None]),
        pipeline_parallel=quantity(stages[None, :]),
        micro_batch=quantity(1.0),
    )
    setup = Setup(model, system.accelerator, tried, constants)
    total = float(workload.accelerators.to("accelerator").magnitude)
    sequences = float((workload.batch / workload.sequence_length).to("").magnitude)
    copies = total / (ways[:, None] * stages[None, :])
    enough = np.maximum(total, ways[:, None] * stages[None, :])  # layouts of more than there are come out below
    result = train(setup, workload.with_leaves(accelerators=quantity(enough, "accelerator")))
    good = (copies >= 1) & (copies <= sequences) & (result.memory <= system.accelerator.memory_capacity).astype(bool)
    if not good.any():
        msg = (
            f"{model.name} in {base.precision} on {system.name}: no layout fits in memory; use a narrower number type, "
            "or systems with more memory"
        )
        raise Infeasible(msg)
    best = np.where(good, result.step_time.magnitude, np.inf)
    row, column = np.unravel_index(np.argmin(best), best.shape)
    found = chosen(base, REASON, tensor_parallel=ways[row], pipeline_parallel=stages[column], micro_batch=1.0)
    return with_fact(found, "model_error", constants.facts["value.training_error"])
