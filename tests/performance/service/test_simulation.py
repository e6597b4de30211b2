"""The step-by-step simulation: by hand at no load, against the closed form, and its own laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costmodel.analysis.checked import checked_setup, lengths_of
from costmodel.domain.workload import Deployment
from costmodel.performance.service.arrivals import serve_arrivals
from costmodel.performance.service.flow import Flow, host_time
from costmodel.performance.service.simulation import simulate, step_times
from costmodel.performance.service.traffic import ALIKE, usual_traffic
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity
from tests.reference.tabulated_engine import simulated_replica

PROMPT, OUTPUT = 1000.0, 200.0


def flow(catalog: Catalog, *, alike: bool = False, framework: str = "vllm", **splits: float) -> Flow:
    """Return requests on a replica of H100."""
    numbers = {name: quantity(value) for name, value in {"tensor_parallel": 4.0, **splits}.items()}
    deployment = Deployment(id="d", name="d", precision="fp8", framework=framework, **numbers)  # type: ignore[arg-type]
    lengths = lengths_of(PROMPT, OUTPUT)
    setup = checked_setup(catalog, "llama-3.1-70b", "h100-sxm5-80gb", deployment, *lengths)
    return Flow(setup, *lengths, quantity(1.0), ALIKE if alike else usual_traffic(setup.constants))


def test_lone_requests_take_the_time_of_their_own_steps(catalog: Catalog) -> None:
    """At almost no load, each token takes a step of one sequence, of which the table has the model's own time."""
    one = flow(catalog, alike=True)
    times = step_times(one)
    seen = simulate(one, times, 1e-3, 100)
    level = magnitude(one.setup.level, "1")
    assert np.allclose(seen.time_per_output_token, level * times.step(1, 0.0))
    assert times.step(1, 0.0) == pytest.approx(
        magnitude(one.times(quantity(1.0)).plain + host_time(one.setup, quantity(1.0)), "s")
    )
    assert np.ptp(seen.time_to_first_token) == pytest.approx(0.0, abs=1e-9)


def test_means_are_near_those_of_the_closed_form(catalog: Catalog) -> None:
    """At a middling rate both say about the same."""
    one, rate = flow(catalog), 3.0
    seen = simulate(one, step_times(one), rate, 4000)
    said = serve_arrivals(one.setup, one.prompt, one.output, quantity(rate, "query/second"), one.traffic)
    assert seen.at("time_to_first_token", None) == pytest.approx(magnitude(said.time_to_first_token, "s"), rel=0.1)
    assert seen.at("time_per_output_token", None) == pytest.approx(magnitude(said.time_per_output_token, "s"), rel=0.1)


@pytest.mark.parametrize(("framework", "stages"), [("vllm", 1.0), ("sglang", 1.0), ("vllm", 2.0)])
def test_another_simulator_says_the_same(catalog: Catalog, framework: str, stages: float) -> None:
    """The reference goes from event to event and preempts; with the same draws of lengths both agree in percentiles."""
    one = flow(catalog, framework=framework, **({"pipeline_parallel": stages} if stages > 1 else {}))
    seen = simulate(one, step_times(one), 6.0, 4000, seed=3)
    other = simulated_replica(one.setup, PROMPT, OUTPUT, 6.0, 4000, 3)
    for share in (0.5, 0.95):
        assert seen.at("time_to_first_token", share) == pytest.approx(np.quantile(other.first, share), rel=0.05)
        assert seen.at("time_per_output_token", share) == pytest.approx(np.quantile(other.per_token, share), rel=0.05)


def test_more_requests_wait_longer(catalog: Catalog) -> None:
    """Every percentile rises with the rate."""
    one = flow(catalog)
    times = step_times(one)
    seen = [simulate(one, times, rate, 2000) for rate in (0.5, 2.0, 6.0)]
    for share in (None, 0.5, 0.95):
        for name in ("time_to_first_token", "time_per_output_token"):
            values = [each.at(name, share) for each in seen]
            assert values == sorted(values)


def test_a_full_cache_makes_requests_wait(catalog: Catalog) -> None:
    """Where the weights leave little room, requests wait for their first token, and fewer slow each other down."""
    wide = flow(catalog)
    narrow = replace(wide)
    narrow.__dict__["fits"] = quantity(4.0)
    first, second = (simulate(one, step_times(wide), 3.0, 1000) for one in (wide, narrow))
    assert second.at("time_to_first_token", None) > 2 * first.at("time_to_first_token", None)
    assert second.at("time_per_output_token", None) < first.at("time_per_output_token", None)


def test_the_same_seed_gives_the_same_requests(catalog: Catalog) -> None:
    """Another seed gives others."""
    one = flow(catalog)
    times = step_times(one)
    first, again, other = (simulate(one, times, 2.0, 500, seed).time_to_first_token for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
