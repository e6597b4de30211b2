"""Laws of a training run, whatever the layout."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costmodel.domain.architecture import load_architecture
from costmodel.domain.hardware import load_accelerator
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.errors import Infeasible
from costmodel.performance.layout.training import fastest, room, search_training
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training import train
from costmodel.performance.training.case import SCHEDULES, SHARDING, case_of
from costmodel.performance.training.interval import half_width
from costmodel.performance.training.step import bubble_of
from costmodel.specs.catalog import Catalog
from costmodel.units import quantity

CATALOG = Catalog()
CHIP = load_accelerator(CATALOG, "nvidia/h100-sxm5-80gb")
MODELS = {name: load_architecture(CATALOG, name) for name in ("llama-3.1-70b", "deepseek-v3")}
WAYS = st.sampled_from([1.0, 2.0, 4.0, 8.0])
HUGE = 1e15


@st.composite
def setups(draw: st.DrawFn) -> Setup:
    """Layouts of a dense model and one of experts, with and without recomputation and sharding."""
    deployment = Deployment(
        id="deployment",
        name="deployment",
        precision=draw(st.sampled_from(["bf16", "fp8"])),
        framework="megatron",
        tensor_parallel=quantity(draw(WAYS)),
        pipeline_parallel=quantity(draw(WAYS)),
        expert_parallel=quantity(draw(st.sampled_from([1.0, 2.0, 8.0, 64.0]))),
        micro_batch=quantity(draw(st.sampled_from([1.0, 2.0]))),
        recompute=draw(st.sampled_from(["none", "selective", "elementwise", "full"])),
        sharding=draw(st.sampled_from(list(SHARDING))),
        schedule=draw(st.sampled_from(list(SCHEDULES))),
    )
    return Setup(draw(st.sampled_from(list(MODELS.values()))), CHIP, deployment, load_constants())


def run(accelerators: float = 512, sequences: float = 4096, tokens: float = 1e12) -> TrainingRun:
    """Return a run of sequences of 4096 tokens."""
    length = quantity(4096.0, "token")
    return TrainingRun(
        id="run",
        name="run",
        tokens=quantity(tokens, "token"),
        batch=sequences * length,
        sequence_length=length,
        accelerators=quantity(accelerators, "accelerator"),
        goodput=quantity(0.9),
    )


@settings(max_examples=15)
@given(setups())
def test_twice_the_tokens_take_twice_the_time(setup: Setup) -> None:
    """Twice the tokens take twice as long."""
    one, two = (train(setup, run(tokens=tokens)).duration.magnitude for tokens in (1e12, 2e12))
    assert two == pytest.approx(2 * one)


@settings(max_examples=15)
@given(setups(), st.sampled_from([128.0, 256.0, 512.0]))
def test_more_accelerators_never_lengthen_the_ideal_step(setup: Setup, few: float) -> None:
    """On a network without end and without bubbles, twice the accelerators never lengthen a step."""
    chip = CHIP.with_leaves(scale_out_bandwidth_one_way=quantity(HUGE, "byte/s"))
    alone = setup.deployment.with_leaves(pipeline_parallel=quantity(1.0))
    ideal = replace(setup, accelerator=chip, deployment=alone)
    assert train(ideal, run(2 * few)).step_time <= train(ideal, run(few)).step_time * (1 + 1e-9)


@settings(max_examples=15)
@given(setups())
def test_recomputation_never_raises_memory(setup: Setup) -> None:
    """Recomputing more never takes more memory."""
    kinds = ("none", "selective", "elementwise", "full")
    used = [train(replace(setup, deployment=replace(setup.deployment, recompute=kind)), run()).memory for kind in kinds]
    assert used == sorted(used, reverse=True)


@settings(max_examples=15)
@given(setups())
def test_the_bubble_vanishes_with_micro_batches(setup: Setup) -> None:
    """A thousand times the micro-batches leave a thousandth of the bubble."""
    few, many = (bubble_of(case_of(setup, run(sequences=sequences))).magnitude for sequences in (4096, 4096e3))
    assert many == pytest.approx(few / 1000)


@settings(max_examples=15)
@given(setups())
def test_zero_bubbles_wait_less_at_the_same_memory(setup: Setup) -> None:
    """A zero-bubble pipeline has a third to a half of the bubble, and takes the same memory."""
    plain, filled = (replace(setup, deployment=replace(setup.deployment, schedule=one)) for one in SCHEDULES)
    usual, left = (bubble_of(case_of(one, run())).magnitude for one in (plain, filled))
    assert usual / 3 - 1e-12 <= left <= usual / 2
    assert train(plain, run()).memory == train(filled, run()).memory


@settings(max_examples=15)
@given(setups())
def test_copies_that_share_more_never_take_more_memory(setup: Setup) -> None:
    """ZeRO 0, 1, 2 and 3 take less memory each, or as much."""
    used = [train(replace(setup, deployment=replace(setup.deployment, sharding=one)), run()).memory for one in SHARDING]
    assert used == sorted(used, reverse=True)


@settings(max_examples=15)
@given(setups(), st.floats(1e9, 1e12), st.floats(1, 100))
def test_a_slower_network_never_shortens_a_step(setup: Setup, bandwidth: float, slower: float) -> None:
    """A network of less bandwidth never shortens a step."""

    def step(network: float) -> float:
        chip = CHIP.with_leaves(scale_out_bandwidth_one_way=quantity(network, "byte/s"))
        return float(train(replace(setup, accelerator=chip), run()).step_time.magnitude)

    assert step(bandwidth / slower) >= step(bandwidth) * (1 - 1e-9)


@settings(max_examples=15)
@given(setups(), st.floats(0.01, 0.9))
def test_a_given_utilisation_is_what_comes_out(setup: Setup, share: float) -> None:
    """A utilisation that is given is the one of the result, whatever the layout."""
    found = train(setup, replace(run(), utilization=quantity(share)))
    assert found.model_flops_utilization.magnitude == pytest.approx(share)


@pytest.mark.parametrize(
    ("model", "chip", "precision", "accelerators", "tokens", "batch", "length", "published"),
    [
        # DeepSeek-V3 technical report, table 1; its 2.664 million of pre-training alone lie just outside
        ("deepseek-v3", "nvidia/h800-sxm5-80gb", "fp8", 2048, 14.8e12, 15360, 4096, 2.788e6),
        # Llama 3.1 model card: 30.84 million H100-hours
        ("llama-3.1-405b", "nvidia/h100-sxm5-80gb", "bf16", 16384, 15.6e12, 2048, 8192, 30.84e6),
    ],
)
def test_published_runs_lie_inside_the_interval(
    model: str,
    chip: str,
    precision: str,
    accelerators: float,
    tokens: float,
    batch: float,
    length: float,
    published: float,
) -> None:
    """Accelerator-hours of published runs lie inside the 80% interval of the fastest layout that fits."""
    asked = replace(run(accelerators, tokens=tokens), batch=quantity(batch * length, "token"))
    asked = replace(asked, sequence_length=quantity(length, "token"), goodput=quantity(1.0))
    setup = Setup(
        load_architecture(CATALOG, model), load_accelerator(CATALOG, chip), _first(precision), load_constants()
    )
    hours = train(replace(setup, deployment=fastest(setup, asked)), asked).duration.to("hour").magnitude * accelerators
    half = half_width(setup.constants, setup.accelerator.family, setup.deployment.framework)
    assert abs(log(published / hours)) < half


def _first(precision: str) -> Deployment:
    one = quantity(1.0)
    return Deployment(
        id="deployment",
        name="deployment",
        precision=precision,
        framework="other",
        tensor_parallel=one,
        pipeline_parallel=one,
        micro_batch=one,
    )


def test_what_does_not_fit_is_refused_with_what_it_takes() -> None:
    """A model of 405 billion weights on eight accelerators is refused, with the memory that it takes."""
    setup = Setup(load_architecture(CATALOG, "llama-3.1-405b"), CHIP, _first("bf16"), load_constants())
    with pytest.raises(Infeasible, match=r"fits in memory .* GB of 82 GB"):
        fastest(setup, run(8))


def test_a_search_says_why_layouts_are_refused() -> None:
    """Every layout either fits or has a reason."""
    setup = Setup(MODELS["llama-3.1-70b"], CHIP, _first("bf16"), load_constants())
    table = search_training(setup, run(64, 256))
    fits = table["memory"] <= room(setup).to("byte").magnitude
    assert ((table["refused"] == "") == fits).all()
    assert "accelerators left over" in table.attrs["refused"]
