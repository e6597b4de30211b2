"""Closed-form queueing against continuous batching simulated event by event, with the same time of a step.

The gate takes every fifth case; all of them run with `pytest -m slow`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest

from costmodel.performance.service.latency import percentile
from costmodel.performance.service.serving import ServingResult
from costmodel.units import Quantity, magnitude
from tests.reference.continuous_batching import Engine, Replica, Request
from tests.reference.linear_engine import STEADY, Case, Measured, concurrency_at, predicted, simulated

ALIKE, VARIED = (0.064, 0.064), (1.0, 0.8)
"""Spreads of prompts and outputs: of a benchmark, and of users."""

Array = npt.NDArray[np.float64]
some_and_all = pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])


def closed_cases(rounds: int | None) -> list[Case]:
    """Return cases from no load to more prompts than can be read."""
    grid = product((True, False), (200, 1000, 8000), (100, 1000), (4, 16, 64, 256), (1e-5, 5e-5), (ALIKE, VARIED))
    return [
        Case(Engine(per_prompt=each, mixes=mixes), prompt, output, count, *spreads, rounds)
        for mixes, prompt, output, count, each, spreads in grid
    ]


def full_cases(*, reserves: bool) -> list[Case]:
    """Return cases in which half as many again, up to four times as many requests are in flight as fit."""
    cases, grid = [], product((1000, 4000), (200, 1000), (16, 64), (1.5, 2, 4), (ALIKE, VARIED))
    for prompt, output, fits, over, spreads in grid:
        met = output * (1 + spreads[1] ** 2)
        engine = Engine(reserves=reserves, cache=fits * (prompt + met * (1.0 if reserves else 0.5)))
        cases.append(Case(engine, prompt, output, int(fits * over), *spreads))
    return cases


@cache
def run(case: Case) -> Measured:
    """Return the simulation of a case at its concurrency."""
    return simulated(case)


@cache
def expected(case: Case) -> ServingResult:
    """Return the closed form of a case at its concurrency."""
    return predicted(case)


def seconds(value: Quantity) -> float:
    """Return a time as a number."""
    return float(magnitude(value, "second"))


def misses(cases: list[Case], name: str, share: float | None = None) -> Array:
    """Return |predicted / simulated - 1| of the mean of a latency, or of a percentile, for each case."""
    found = []
    for case in cases:
        result, measured = expected(case), run(case)
        times = measured.first if name == "time_to_first_token" else measured.per_token
        what = result if share is None else percentile(result, share)
        value = times.mean() if share is None else np.quantile(times, share)
        found.append(seconds(getattr(what, name)) / value - 1)
    return np.abs(found)


def within(errors: Array, median: float, most: float) -> bool:
    """Return whether the median and the 90th percentile of errors are as small as stated."""
    return bool(np.median(errors) <= median and np.quantile(errors, 0.9) <= most)


@some_and_all
@pytest.mark.parametrize("rounds", [10, None])
def test_mean_latencies_of_requests_that_follow_one_another(rounds: int | None, every: int) -> None:
    """A benchmark that begins with a burst, and an endless service, with prompts mixed into steps or apart."""
    cases = closed_cases(rounds)[::every]
    assert within(misses(cases, "time_to_first_token"), 0.055, 0.18)
    assert within(misses(cases, "time_per_output_token"), 0.025, 0.09)


@some_and_all
@pytest.mark.parametrize(("share", "median", "most"), [(0.5, 0.06, 0.16), (0.9, 0.12, 0.28), (0.99, 0.145, 0.37)])
def test_percentiles_of_time_to_first_token(share: float, median: float, most: float, every: int) -> None:
    """An endless service."""
    assert within(misses(closed_cases(None)[::every], "time_to_first_token", share), median, most)


@some_and_all
@pytest.mark.parametrize(("share", "median", "most"), [(0.5, 0.015, 0.05), (0.9, 0.03, 0.13), (0.99, 0.06, 0.24)])
def test_percentiles_of_time_per_token(share: float, median: float, most: float, every: int) -> None:
    """An endless service."""
    assert within(misses(closed_cases(None)[::every], "time_per_output_token", share), median, most)


@some_and_all
def test_tail_of_a_benchmark_is_its_first_burst(every: int) -> None:
    """One in ten requests of a run is in the burst, and so its 99th percentile."""
    assert within(misses(closed_cases(10)[::every], "time_to_first_token", 0.99), 0.15, 0.50)


@some_and_all
def test_requests_that_come_at_random(every: int) -> None:
    """Arrivals at a fifth to three fifths of what a replica can answer."""
    grid = product((True, False), (200, 1000), (100, 1000), (1e-5, 5e-5), (ALIKE, VARIED), (0.2, 0.4, 0.6))
    first, token = [], []
    for mixes, prompt, output, each, spreads, load in list(grid)[::every]:
        case = Case(Engine(per_prompt=each, mixes=mixes), prompt, output, 1, *spreads)
        rate, concurrency = concurrency_at(case, load)
        result, measured = predicted(case, concurrency, is_open=True), simulated(case, rate)
        first.append(seconds(result.time_to_first_token) / measured.first.mean() - 1)
        token.append(seconds(result.time_per_output_token) / measured.per_token.mean() - 1)
    assert within(np.abs(first), 0.03, 0.12)
    assert within(np.abs(token), 0.02, 0.11)


@some_and_all
@pytest.mark.parametrize("reserves", [True, False])
def test_more_requests_than_fit(reserves: bool, every: int) -> None:
    """Where the cache of a request is set aside whole the others wait; else some are preempted and read again."""
    cases = full_cases(reserves=reserves)[::every]
    assert within(misses(cases, "time_to_first_token"), 0.04, 0.17)
    assert within(misses(cases, "time_per_output_token"), 0.04, 0.08)
    rates = np.array([run(case).rate for case in cases])
    stays = np.array([case.concurrency / seconds(expected(case).residence_time) for case in cases])
    assert within(np.abs(stays / rates - 1), 0.02, 0.10)


def test_how_often_requests_are_preempted() -> None:
    """The count for each request, where requests are admitted once their prompts fit."""
    cases = full_cases(reserves=False)
    counts = np.array([float(magnitude(expected(case).flow.preemptions, "1")) for case in cases])
    assert within(np.abs(counts / [run(case).preemptions for case in cases] - 1), 0.06, 0.16)


def test_nothing_is_preempted_where_the_cache_is_set_aside() -> None:
    """Neither model preempts what has its place."""
    case = full_cases(reserves=True)[-1]
    assert run(case).preemptions == 0
    assert magnitude(expected(case).flow.paused, "1") == 0


def test_the_simulator_does_a_lone_request_right() -> None:
    """One prompt of 1000 tokens, then nine steps, by hand."""
    engine, replica, request = Engine(per_context=0.0), Replica(Engine(per_context=0.0)), Request(1000.0, 10, way=1.0)
    replica.send(request, 0.0)
    replica.open()
    assert request.first == pytest.approx(1 + engine.fixed + engine.carrying + 1000 * engine.per_prompt)
    assert request.finish - request.first == pytest.approx(9 * (engine.fixed + engine.per_sequence))


def test_the_simulator_loses_no_request() -> None:
    """All requests end once and leave the cache empty, however often they are preempted."""
    case = replace(full_cases(reserves=False)[0], concurrency=60)
    replica = Replica(case.engine)
    requests = [Request(1000.0, 200) for _ in range(60 * STEADY)]
    replica.closed(iter(requests), 60)
    assert replica.preemptions > 0
    assert replica.held == replica.context == 0
    assert all(one.finish > one.first > 0 for one in requests)
