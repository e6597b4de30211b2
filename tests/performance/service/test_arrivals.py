"""Serving at a rate: what comes goes, and the wait grows with the load."""

from __future__ import annotations

import pytest

from costmodel.performance.service.arrivals import serve_arrivals
from costmodel.performance.service.serving import ServingResult, steady_state
from costmodel.performance.service.traffic import ALIKE
from costmodel.units import magnitude, quantity
from tests.performance.service.test_serving import OUTPUT, PROMPT, setup

RATES = (0.01, 0.5, 4, 12)


def at(rate: float) -> ServingResult:
    """Return the steady state at so many requests a second."""
    return serve_arrivals(setup(), PROMPT, OUTPUT, quantity(rate, "query/s"), ALIKE)


@pytest.mark.parametrize("rate", RATES)
def test_what_comes_goes(rate: float) -> None:
    """All accelerators together answer what arrives, and write that many answers."""
    found = at(rate)
    assert 8 * magnitude(found.query_rate, "query/s/accelerator") == pytest.approx(rate)
    assert 8 * magnitude(found.output_rate, "token/s/accelerator") == pytest.approx(500 * rate)


@pytest.mark.parametrize("rate", RATES[1:])
def test_requests_in_flight_are_rate_times_stay(rate: float) -> None:
    """Little's law, where there is more than one at a time."""
    found = at(rate)
    stays = magnitude(found.time_to_first_token, "s") + 500 * magnitude(found.time_per_output_token, "s")
    assert magnitude(found.concurrency, "1") == pytest.approx(max(rate * stays, 1), rel=2e-3)


def test_a_rare_request_is_alone() -> None:
    """One in a hundred seconds takes what a lone request takes."""
    alone = steady_state(setup(), PROMPT, OUTPUT, quantity(1.0), traffic=ALIKE)
    assert magnitude(at(0.01).concurrency, "1") == 1
    assert magnitude(at(0.01).time_per_output_token / alone.time_per_output_token, "1") == pytest.approx(1)


def test_a_higher_load_is_slower() -> None:
    """Both latencies rise with the rate."""
    for name in ("time_to_first_token", "time_per_output_token"):
        found = [magnitude(getattr(at(rate), name), "s") for rate in RATES]
        assert found == sorted(found)
