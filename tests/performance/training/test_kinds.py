"""Laws of runs that are no pre-training: epochs, trained shares, rollouts and forward passes over them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costmodel.domain.architecture import load_architecture
from costmodel.domain.hardware import load_accelerator
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.errors import MissingData
from costmodel.performance.formulas import kinds_of_run as f
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training import train
from costmodel.performance.training.kinds import rollout_rate, rollouts_of
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity
from tests.by_hand import cases, holds

MODEL = load_architecture(Catalog(), "qwen3-8b")
CHIP = load_accelerator(Catalog(), "nvidia/h100-sxm5-80gb")
ONE = quantity(1.0)
SERVED = Deployment(id="s", name="s", precision="bf16", tensor_parallel=ONE, concurrency=quantity(64.0))
LAID = Deployment(
    id="d", name="d", precision="bf16", tensor_parallel=ONE, pipeline_parallel=ONE, micro_batch=ONE, rollouts=SERVED
)
SETUP = Setup(MODEL, CHIP, LAID, load_constants())
SHARES = st.floats(0.0, 1.0)


def run(kind: str = "pretraining", **more: Any) -> TrainingRun:
    """Return a run of a billion tokens on 64 accelerators."""
    length = quantity(4096.0, "token")
    return TrainingRun(
        id="run",
        name="run",
        kind=kind,
        tokens=quantity(1e9, "token"),
        batch=512 * length,
        sequence_length=length,
        accelerators=quantity(64.0, "accelerator"),
        goodput=quantity(0.9),
        **more,
    )


def learning(rollouts: float, passes: float = 1.0, **more: Any) -> TrainingRun:
    """Return a run of reinforcement learning with so many answers for each sequence, each read so often."""
    lengths = {
        "rollout_prompt_tokens": quantity(300.0, "token/query"),
        "rollout_output_tokens": quantity(2e3, "token/query"),
    }
    beside = {"rollouts_per_sequence": quantity(rollouts), "scoring_passes": quantity(passes)}
    return run("reinforcement-learning", rollout_waiting=quantity(0.3), **lengths, **beside, **more)


@cases(
    (f.passes_of_step, {"trained": 0.25}, 2.25),
    (f.tokens_of_epochs, {"tokens": 1e9, "epochs": 3}, 3e9),
    (f.rollouts_written, {"tokens": 1e6, "prompt": 300, "output": 700, "per_sequence": 1.5}, 1500),
    (f.rollout_time, {"rollouts": 86400, "rate": 0.5, "accelerators": 4, "waiting": 0.5}, 1),
    (f.forward_time, {"step_time": 3, "passes": 3}, 1),
    (
        f.scoring_time,
        {"rollouts": 86400, "prompt": 300, "output": 700, "passes": 2, "forward": 3, "batch": 6e6},
        0.001,
    ),
    (f.time_with_losses, {"time": 9, "goodput": 0.9}, 10),
)
def test_formula_by_hand(one: object, given: dict[str, float], right: float) -> None:
    """Each formula gives what plain arithmetic gives."""
    assert holds(one, given, right)  # type: ignore[arg-type]


def test_learning_from_no_rollouts_is_training() -> None:
    """Where nothing is written, nothing is read either: what is left is a run on given tokens."""
    assert train(SETUP, learning(0.0)).duration == train(SETUP, run()).duration


def test_training_all_weights_once_is_training() -> None:
    """A trained share of one, and one epoch, change neither time nor memory."""
    plain, tuned = (train(SETUP, one) for one in (run(), run("fine-tuning", trained_share=ONE, epochs=ONE)))
    assert (tuned.duration, tuned.memory) == (plain.duration, plain.memory)


@settings(max_examples=15)
@given(SHARES, SHARES)
def test_fewer_trained_weights_never_take_longer_or_more_memory(one: float, other: float) -> None:
    """A smaller share of trained weights never lengthens a step and never takes more memory."""
    few, many = (train(SETUP, run("fine-tuning", trained_share=quantity(share))) for share in sorted((one, other)))
    assert few.step_time <= many.step_time
    assert few.memory <= many.memory


def test_epochs_go_through_the_tokens_again_but_write_no_more() -> None:
    """Three epochs take three times the steps, and as many rollouts as one."""
    one, three = (train(SETUP, learning(1.0, epochs=quantity(count))).parts for count in (1.0, 3.0))
    assert magnitude(three["steps"] / one["steps"], "1") == pytest.approx(3)
    assert (three["rollouts"], three["scoring"]) == (one["rollouts"], one["scoring"])


@settings(max_examples=15)
@given(st.floats(0, 10), st.floats(1, 10))
def test_rollouts_take_time_in_proportion(few: float, times: float) -> None:
    """So many times the rollouts take so many times as long to write and to read; parts sum to the duration."""
    one, more = (train(SETUP, learning(count)) for count in (few, few * times))
    for name in ("rollouts", "scoring"):
        assert magnitude(more.parts[name], "day") == pytest.approx(times * magnitude(one.parts[name], "day"))
    assert magnitude(sum(more.parts.values()) / more.duration, "1") == pytest.approx(1)


def test_rollouts_are_served_as_queries_are() -> None:
    """Their time is what the serving model gives for as many queries, with the waiting for the longest."""
    asked = learning(2.0)
    hours = rollouts_of(asked) / rollout_rate(SETUP, asked) / asked.accelerators / 0.7 / 0.9
    assert magnitude(train(SETUP, asked).parts["rollouts"] / hours, "1") == pytest.approx(1)


def test_a_run_without_a_layout_for_rollouts_says_so() -> None:
    """Rollouts that nothing serves are missing, not free."""
    with pytest.raises(MissingData, match="no layout that serves them"):
        train(replace(SETUP, deployment=replace(LAID, rollouts=None)), learning(1.0))
