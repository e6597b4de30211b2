"""The parts of a run by its kind: steps; in reinforcement learning also rollouts, and forward passes over them."""

from __future__ import annotations

from dataclasses import replace

from costmodel.domain.workload import Serving, TrainingRun
from costmodel.errors import MissingData
from costmodel.performance.formulas import kinds_of_run as f
from costmodel.performance.formulas import training as t
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.serving import serve
from costmodel.performance.training.case import NONE, ONE, case_of
from costmodel.units import Quantity

STEPS, ROLLOUTS, SCORING = "steps", "rollouts", "scoring"


def times_of_parts(setup: Setup, workload: TrainingRun, rate: Quantity, goodput: Quantity) -> dict[str, Quantity]:
    """Return the time of each part of a run, which take turns on the same accelerators."""
    tokens, epochs = workload.tokens, workload.epochs
    if epochs is not None:
        tokens = f.tokens_of_epochs(tokens=tokens, epochs=epochs)
    found = {STEPS: t.training_duration(tokens=tokens, token_rate=rate, goodput=goodput)}
    if not workload.rolls_out:
        return found
    rollouts = rollouts_of(workload)
    lengths = {"prompt": workload.need("rollout_prompt_tokens"), "output": workload.need("rollout_output_tokens")}
    writing = f.rollout_time(
        rollouts=rollouts,
        rate=rollout_rate(setup, workload),
        accelerators=workload.accelerators,
        waiting=workload.need("rollout_waiting"),
    )
    case = case_of(setup, workload)
    forward = f.forward_time(step_time=workload.batch / rate, passes=case.passes + case.recomputed)
    scoring = f.scoring_time(
        rollouts=rollouts,
        passes=NONE if workload.scoring_passes is None else workload.scoring_passes,
        forward=forward,
        batch=workload.batch,
        **lengths,
    )
    found[ROLLOUTS] = f.time_with_losses(time=writing, goodput=goodput)
    found[SCORING] = f.time_with_losses(time=scoring, goodput=goodput)
    return found


def rollouts_of(workload: TrainingRun) -> Quantity:
    """Return the answers that are written in a run."""
    return f.rollouts_written(
        tokens=workload.tokens,
        prompt=workload.need("rollout_prompt_tokens"),
        output=workload.need("rollout_output_tokens"),
        per_sequence=ONE if workload.rollouts_per_sequence is None else workload.rollouts_per_sequence,
    )


def rollout_rate(setup: Setup, workload: TrainingRun) -> Quantity:
    """Return the answers that one accelerator writes in a second, served in the layout of rollouts."""
    if setup.deployment.rollouts is None:
        msg = f"{workload.id} writes rollouts, and no layout that serves them was chosen: ask by a scenario"
        raise MissingData(msg)
    return serve(replace(setup, deployment=setup.deployment.rollouts), served_in(workload)).query_rate


def served_in(workload: TrainingRun) -> Serving:
    """Return the rollouts of a run as queries, for whose latency nobody waits."""
    return Serving(
        id=workload.id,
        name="rollouts",
        prompt_tokens=workload.need("rollout_prompt_tokens"),
        output_tokens=workload.need("rollout_output_tokens"),
    )
