"""A training run: step, duration, utilisation, memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from costmodel.domain.workload import TrainingRun
from costmodel.performance.formulas import training as f
from costmodel.performance.formulas.goodput import given_utilization
from costmodel.performance.formulas.serving import expected_time
from costmodel.performance.machine import shape
from costmodel.performance.machine.number_types import compute_type
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training.case import Case, case_of
from costmodel.performance.training.goodput import NEVER, Goodput, goodput_of
from costmodel.performance.training.kinds import times_of_parts
from costmodel.performance.training.memory import training_memory
from costmodel.performance.training.step import step_time
from costmodel.units import Quantity, add


@dataclass(frozen=True)
class TrainingResult:
    """What a training run takes."""

    step_time: Quantity
    token_rate: Quantity
    duration: Quantity
    model_flops_utilization: Quantity
    memory: Quantity
    goodput: Goodput
    parts: Mapping[str, Quantity]
    """Time by part of the run, in all its duration: steps; of reinforcement learning also rollouts and scoring."""


def train(setup: Setup, workload: TrainingRun, taken: Quantity = NEVER) -> TrainingResult:
    """Return time and memory of a run in a deployment; where its utilisation is given, that is not predicted.

    `taken` is how often systems of the run are taken away, beside its own failures.
    """
    case = case_of(setup, workload)
    if workload.utilization is not None:
        step = f.step_time_at_utilization(
            batch=workload.batch,
            accelerators=workload.accelerators,
            utilization=workload.utilization,
            **_useful(setup),
        )
    else:
        step = expected_step(case, setup)
    return result_of(setup, workload, step, training_memory(case, setup.constants)["total"], taken)


def result_of(
    setup: Setup, workload: TrainingRun, step: Quantity, memory: Quantity, taken: Quantity = NEVER
) -> TrainingResult:
    """Return what a run takes whose step takes so long; of many layouts where these are arrays."""
    rate = f.training_token_rate(batch=workload.batch, step_time=step)
    goodput = goodput_of(setup, workload, taken)
    parts = times_of_parts(setup, workload, rate, goodput.share)
    return TrainingResult(
        step_time=step,
        token_rate=rate,
        duration=add(parts.values()),
        model_flops_utilization=_share_used(setup, workload, rate),
        memory=memory,
        goodput=goodput,
        parts=parts,
    )


def _share_used(setup: Setup, workload: TrainingRun, rate: Quantity) -> Quantity:
    """Return the share of the peak that is used; a given one is said to be so in explanations."""
    if workload.utilization is not None:
        return given_utilization(utilization=workload.utilization)
    return f.model_flops_utilization(token_rate=rate, accelerators=workload.accelerators, **_useful(setup))


def _useful(setup: Setup) -> dict[str, Quantity]:
    peak = setup.accelerator.peak[compute_type(setup.accelerator, setup.deployment.precision)]
    return {"active_parameters": shape.active_parameters(setup.model), "peak": peak}


def expected_step(case: Case, setup: Setup) -> Quantity:
    """Return the time of a step, with the error of the time model where a deployment carries one."""
    step = step_time(case, setup.constants)
    error = setup.deployment.model_error
    return step if error is None else expected_time(time=step, error=error)
