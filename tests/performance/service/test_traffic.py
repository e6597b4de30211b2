"""What spreads, bursts, arrivals and preemption do to latency, whatever the constants are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costmodel.performance.machine.constants import load_constants
from costmodel.performance.service.arrivals import serve_arrivals
from costmodel.performance.service.latency import percentile
from costmodel.performance.service.serving import ServingResult, steady_state
from costmodel.performance.service.traffic import ALIKE, Traffic, usual_traffic
from costmodel.units import Quantity, magnitude, parse, quantity
from tests.performance.service.test_serving import H100, OUTPUT, PROMPT, setup

USUAL = usual_traffic(load_constants())


def served(traffic: Traffic, concurrency: float = 64, **changes: object) -> ServingResult:
    """Return the steady state of Llama 70B on eight H200 under some traffic."""
    return steady_state(setup(**changes), PROMPT, OUTPUT, quantity(concurrency), traffic=traffic)  # type: ignore[arg-type]


def wait(traffic: Traffic, rate: str) -> Quantity:
    """Return the mean wait behind other prompts at an arrival rate."""
    return serve_arrivals(setup(), PROMPT, OUTPUT, parse(rate), traffic).times.queue.mean


def test_a_workload_that_does_not_say_takes_the_assumed_spreads() -> None:
    """Spreads that are not given are those of the constants."""
    given = usual_traffic(load_constants(), output_spread=quantity(0.1))
    assert given == replace(USUAL, output_spread=quantity(0.1))
    assert USUAL.output_spread == load_constants()["output_spread"]


def test_answers_that_differ_take_more_memory() -> None:
    """At a random moment more long answers are being written than short ones, so fewer requests fit."""
    assert served(USUAL).fits < served(ALIKE).fits


def test_a_burst_at_the_start_lengthens_the_wait() -> None:
    """The fewer requests follow the first ones, the more of them wait in the burst."""
    runs = [served(replace(USUAL, rounds=quantity(rounds))).time_to_first_token for rounds in (3.0, 10.0, 1e9)]
    assert runs[0] > runs[1] > runs[2]


def test_the_tail_of_a_benchmark_is_in_its_burst() -> None:
    """The 99th percentile of a run is that of its burst; without one it is lower."""
    run = percentile(served(replace(USUAL, rounds=quantity(10.0))))
    assert run.time_to_first_token > percentile(served(USUAL)).time_to_first_token


def test_arrivals_that_vary_more_wait_longer() -> None:
    """Bunched arrivals queue; even ones of even length hardly do."""
    even = replace(ALIKE, arrival_spread=quantity(0.0))
    waits = [magnitude(wait(one, "8 query/s"), "second") for one in (even, ALIKE, USUAL)]
    assert waits[0] == pytest.approx(0, abs=1e-6)
    assert waits[0] < waits[1] < waits[2]


def test_waits_at_a_rate_grow_beyond_the_load() -> None:
    """Twice the arrivals wait more than twice as long."""
    assert wait(USUAL, "10 query/s") > 2 * wait(USUAL, "5 query/s")


@pytest.mark.parametrize(("framework", "some"), [("vllm", True), ("trtllm", False)])
def test_only_software_that_admits_on_the_prompt_preempts(framework: str, some: bool) -> None:
    """Reserved cache is never taken away; otherwise requests are preempted once more wait than fit."""
    over = np.array([1.0, 800.0])
    flow = served(USUAL, over, chip=H100, ways=1, framework=framework).flow  # type: ignore[arg-type]
    counts = np.broadcast_to(magnitude(flow.preemptions, "1"), over.shape)
    assert counts[0] == 0
    assert (counts[1] > 0) == some


def test_preempted_requests_are_read_again_and_pause() -> None:
    """More tokens are read than prompts have, and answers take longer than while they are worked on."""
    result = served(USUAL, 800, chip=H100, ways=1)
    assert result.flow.read > PROMPT
    assert result.times.per_token > result.times.unpaused
