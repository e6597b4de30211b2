"""The cheapest way to lay a workload on an accelerator: all candidates at once, as arrays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import System
from costmodel.domain.workload import Deployment, Serving, TrainingRun
from costmodel.errors import Infeasible
from costmodel.performance.formulas import layout
from costmodel.performance.formulas.serving import per_query
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.memory import check_context, holds_a_request
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.interval import model_error
from costmodel.performance.service.serving import serve
from costmodel.performance.training import train
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.specs.number_types import BYTES
from costmodel.units import Quantity, quantity

CONCURRENCIES = np.unique(np.round(np.geomspace(1, 1024, 61)))
WAYS = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0])
STAGES = np.arange(1.0, 129.0)
_HERE = Path(__file__)
Mask = npt.NDArray[np.bool_]


def precision_for(system: System, wanted: tuple[str, ...]) -> str:
    """Return the first wanted number type that can be stored and that the accelerator computes in."""
    return system.accelerator.best_type(tuple(name for name in wanted if name in BYTES))


def serving_deployment(
    model: Architecture, system: System, unit: Quantity, workload: Serving, base: Deployment, constants: Constants
) -> Deployment:
    """Return the deployment with the most queries per second and accelerator that fits and meets the targets.

    Accelerators come `unit` at a time, and those that a replica leaves over count.
    """
    ways = ways_in(system)
    tried = replace(
        base,
        tensor_parallel=quantity(ways[:, None]),
        concurrency=quantity(CONCURRENCIES[None, :]),
    )
    check_context(model, per_query(tokens=workload.prompt_tokens), per_query(tokens=workload.output_tokens))
    setup = Setup(model, system.accelerator, tried, constants)
    result = serve(setup, workload)
    holds = holds_a_request(setup, result.flow.prompt, result.flow.output)
    fits = holds & (result.fits >= tried.need("concurrency")).astype(bool)
    good = fits & _meets(result.time_to_first_token, workload.time_to_first_token)
    good &= _meets(result.time_per_output_token, workload.time_per_output_token)
    if not good.any():
        raise Infeasible(_why_not(model, system, base, fits))
    used = layout.occupied_share(replica=setup.replica * quantity(1.0, "accelerator"), unit=unit)
    best = np.where(good, (result.query_rate * used).magnitude, -np.inf)
    row, column = np.unravel_index(np.argmax(best), best.shape)
    found = chosen(base, tensor_parallel=ways[row], concurrency=CONCURRENCIES[column])
    return with_fact(found, "model_error", model_error(setup))


def training_deployment(
    model: Architecture, system: System, workload: TrainingRun, base: Deployment, constants: Constants
) -> Deployment:
    """Return the parallel layout with the shortest step whose memory fits."""
    base = replace(base, framework="training")
    ways = ways_in(system)
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
    result = train(setup, workload)
    good = (copies >= 1) & (copies <= sequences) & (result.memory <= system.accelerator.memory_capacity).astype(bool)
    if not good.any():
        raise Infeasible(_why_not(model, system, base, good))
    best = np.where(good, result.step_time.magnitude, np.inf)
    row, column = np.unravel_index(np.argmin(best), best.shape)
    found = chosen(base, tensor_parallel=ways[row], pipeline_parallel=stages[column], micro_batch=1.0)
    return with_fact(found, "model_error", constants.facts["value.training_error"])


def chosen(base: Deployment, **numbers: float) -> Deployment:
    """Return a deployment with numbers that a search chose, each with a fact that says so."""
    reason = "chosen by search: the cheapest layout that fits in memory and meets the targets"
    facts = {
        name: Fact(name, quantity(float(value)), ASSUMPTION, _HERE, 1, confidence=ASSUMPTION, reason=reason)
        for name, value in numbers.items()
    }
    return replace(base, facts=facts).with_leaves(**{name: fact.value for name, fact in facts.items()})


def with_fact(deployment: Deployment, name: str, fact: Fact) -> Deployment:
    """Return a deployment with one more quantity, and the fact behind it."""
    facts = {**deployment.facts, name: fact}
    return replace(deployment, facts=facts).with_leaves(**{name: fact.value})


def ways_in(system: System) -> npt.NDArray[np.float64]:
    """Return the tensor-parallel groups inside one scale-up domain; one accelerator where no link is known."""
    accelerator = system.accelerator
    if not accelerator.has_links:
        return WAYS[:1]
    most = float(system.accelerators.to("accelerator/server").magnitude)
    if accelerator.scale_up_domain is not None:
        most = min(most, float(accelerator.scale_up_domain.to("accelerator").magnitude))
    return WAYS[most >= WAYS]


def _meets(value: Quantity, limit: Quantity | None) -> Mask:
    good: Mask = np.asarray(True) if limit is None else np.asarray((value <= limit).astype(bool))
    return good


def _why_not(model: Architecture, system: System, base: Deployment, fits: Mask) -> str:
    what = f"{model.name} in {base.precision} on {system.name}"
    if not fits.any():
        return f"{what}: no layout fits in memory; use a narrower number type, or systems with more memory"
    return f"{what}: some layouts fit in memory, but none meets the latency targets; relax target.* in the scenario"
