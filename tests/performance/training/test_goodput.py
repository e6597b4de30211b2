"""What interrupts a run, and what is left of its time."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costmodel.domain.architecture import load_architecture
from costmodel.domain.hardware import load_accelerator
from costmodel.domain.terms import disturbances
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.errors import Infeasible
from costmodel.performance.formulas.goodput import share_after_interruptions
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training.goodput import goodput_of
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, magnitude, quantity

CATALOG = Catalog()
ASSUMED = {name: fact.value for name, fact in disturbances().items()}
SETUP = Setup(
    load_architecture(CATALOG, "llama-3.1-405b"),
    load_accelerator(CATALOG, "nvidia/h100-sxm5-80gb"),
    Deployment(id="deployment", name="deployment", precision="bf16", tensor_parallel=quantity(8.0)),
    load_constants(),
)


def run(accelerators: float = 16384, **given: Quantity) -> TrainingRun:
    """Return a run of Llama 3.1 405B with the usual disturbances."""
    token = quantity(1.0, "token")
    size = {"tokens": 15.6e12 * token, "batch": 16777216 * token, "sequence_length": 8192 * token}
    held = quantity(accelerators, "accelerator")
    return TrainingRun(id="run", name="run", accelerators=held, **{**size, **ASSUMED, **given})


def share(workload: TrainingRun) -> float:
    """Return its goodput."""
    return float(goodput_of(SETUP, workload).share.magnitude)


def test_llama_3_made_progress_in_more_than_nine_tenths_of_its_time() -> None:
    """419 interruptions of 16,384 accelerators in 54 days leave more than 90%; the paper says so (section 3.3.4)."""
    found = goodput_of(SETUP, run())
    assert magnitude(found.interruptions, "1/day") * 54 == pytest.approx(419, rel=0.01)
    interrupted = replace(run(), **dict.fromkeys(("stragglers", "evaluation", "warm_up"), quantity(0.0)))
    assert 0.9 < share(interrupted) < 0.95


@settings(max_examples=40)
@given(
    st.floats(1, 2e5),
    st.floats(0, 20),
    st.floats(1e-3, 1),
    st.one_of(st.none(), st.floats(1e-3, 10)),
    st.tuples(*[st.floats(0, 0.9)] * 3),
)
def test_goodput_is_a_share(
    accelerators: float, failures: float, restart: float, interval: float | None, slowed: tuple[float, ...]
) -> None:
    """Goodput lies in (0, 1], or the run is refused, whatever disturbs it."""
    workload = run(
        accelerators,
        interruptions=quantity(failures, "1/accelerator/year"),
        restart_time=quantity(restart, "hour"),
        **dict(zip(("stragglers", "evaluation", "warm_up"), map(quantity, slowed), strict=True)),
    )
    if interval is not None:
        workload = replace(workload, checkpoint_interval=quantity(interval, "hour"))
    with suppress(Infeasible):
        assert 0 < share(workload) <= 1


@settings(max_examples=40)
@given(st.floats(0.01, 0.5), st.floats(1e-3, 1), st.floats(0.1, 10))
def test_no_interval_does_much_better_than_that_of_young_and_daly(
    failures: float, restart: float, times: float
) -> None:
    """Checkpoints as often as Young and Daly have them lose at most a hundredth against any other interval."""
    rate = quantity(failures, "1/accelerator/year")
    workload = run(interruptions=rate, restart_time=quantity(restart, "hour"))
    own = goodput_of(SETUP, workload)
    assert own.checkpoint_interval is not None
    other = replace(workload, checkpoint_interval=own.checkpoint_interval * times)
    assert share(other) <= float(own.share.magnitude) * 1.01


@settings(max_examples=40)
@given(st.floats(1, 3600), st.floats(60, 36000), st.floats(0, 5), st.floats(1, 10))
def test_more_interruptions_never_leave_more(checkpoint: float, interval: float, rate: float, times: float) -> None:
    """Of more interruptions, or longer restarts, never comes more."""
    moment = {"checkpoint_time": quantity(checkpoint, "s"), "interval": quantity(interval, "s")}
    few = share_after_interruptions(**moment, restart_time=quantity(600.0, "s"), interruptions=quantity(rate, "1/hour"))
    many = share_after_interruptions(
        **moment, restart_time=quantity(600.0 * times, "s"), interruptions=quantity(rate * times, "1/hour")
    )
    assert many <= few * (1 + 1e-12)


def test_a_given_goodput_replaces_the_computed_one_and_loses_only_what_is_taken_away() -> None:
    """A stated share is that of the result; where a provider takes systems away it is less, and computed again."""
    found = goodput_of(SETUP, run(goodput=quantity(0.8)))
    taken = goodput_of(SETUP, run(goodput=quantity(0.8)), quantity(1.0, "1/hour"))
    assert (found.interruptions is None, float(found.share.magnitude)) == (True, 0.8)
    assert (taken.interruptions is None, taken.share < found.share) == (False, True)
