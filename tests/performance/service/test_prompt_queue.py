"""Waits behind other prompts: none at no load, bounded by what is in flight, and longer the more there is to read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.performance.service.prompt_queue import Prompts
from costmodel.performance.service.traffic import ALIKE, Traffic
from costmodel.units import magnitude, quantity

OPEN = replace(ALIKE, open=True)
RUN = replace(ALIKE, rounds=quantity(10.0))


def seconds(value: float) -> object:
    """Return a time."""
    return quantity(value, "s")


def prompts(traffic: Traffic = ALIKE, *, mixes: bool = True, **changes: float) -> Prompts:
    """Return prompts of 500 tokens, read in one pass of 50 ms, four at once where many wait."""
    counts = {"length": 500, "output": 400, "together": 20, "full_tokens": 2000, "passes": 1, "starts": 0.05}
    times = {"full_pass": 0.08, "carrying": 0.05, "plain": 0.02, "interval": 0.022, "per_token": 0.022, "way": 0.01}
    values = {name: quantity(float(changes.get(name, value))) for name, value in counts.items()}
    values |= {name: seconds(changes.get(name, value)) for name, value in times.items()}
    return Prompts(traffic=traffic, mixes=mixes, **values)  # type: ignore[arg-type]


def mean(one: Prompts) -> float:
    """Return the mean wait in seconds."""
    return float(magnitude(one.queue().mean, "s"))


def test_parts_of_a_queue_by_hand() -> None:
    """A quarter of a pass for each of many, 8.8 s of writing, 2.27 prompts a second, read for 11% of the time."""
    one = prompts()
    assert magnitude(one.alone, "s") == pytest.approx(0.05)
    assert magnitude(one.service, "s") == pytest.approx(0.02)
    assert magnitude(one.writing, "s") == pytest.approx(8.8)
    assert magnitude(one.rate, "1/s") == pytest.approx(0.05 / 0.022)
    assert magnitude(one.load, "1") == pytest.approx(0.05 / 0.022 * 0.05)


def test_a_run_begins_with_its_burst() -> None:
    """One in ten waits for half of all prompts in the burst; the others as in an endless service."""
    queue = prompts(RUN).queue()
    burst = (20 * 0.02 + 0.08) / 2 - 0.05
    assert magnitude(queue.burst, "s") == pytest.approx(burst)
    assert magnitude(queue.mean, "s") == pytest.approx(burst / 10 + 0.9 * magnitude(queue.later, "s"))


def test_open_arrivals_by_hand() -> None:
    """Allen and Cunneen: load over what is left, times the prompt's own time, times half of what varies."""
    load = 0.05 / 0.022 * 0.02
    assert mean(prompts(OPEN)) == pytest.approx(load / (1 - load) * 0.05 / 2)


def test_prompts_that_come_faster_than_they_are_read_wait_for_all_others() -> None:
    """With 20 in flight, of which each is read for 0.5 s and written for 8.8 s, 0.7 s are left over."""
    assert mean(prompts(OPEN, full_pass=2.0, starts=5)) >= 19 * 0.5 - 8.8


@pytest.mark.parametrize("mixes", [True, False])
def test_answers_of_one_token_wait_for_all_prompts_in_flight(*, mixes: bool) -> None:
    """A hundred prompts in flight, none of which is written for long, are read one after another."""
    read = prompts(mixes=mixes, output=1, together=100, full_pass=2.0)
    assert mean(read) >= 99 * 0.5 - 0.022 - 1e-6


def test_one_in_flight_meets_nobody() -> None:
    """A prompt that is read for 34 s while a step would take 20 ms waits for no other where there is none."""
    assert mean(prompts(mixes=False, output=1, together=1, passes=10, carrying=3.4, starts=1, full_pass=3.4)) == 0


@pytest.mark.parametrize("mixes", [True, False])
@pytest.mark.parametrize("traffic", [ALIKE, OPEN], ids=["closed", "open"])
def test_without_load_nobody_waits(traffic: Traffic, *, mixes: bool) -> None:
    """A request that is alone, and begins once in an age, finds no other."""
    rare = prompts(traffic, mixes=mixes, together=1, starts=1e-9, full_tokens=500)
    assert mean(rare) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "less", "more"), [("starts", 0.02, 0.1), ("full_pass", 0.08, 0.3), ("together", 5, 50)]
)
def test_more_to_read_at_a_rate_never_waits_less(name: str, less: float, more: float) -> None:
    """More prompts a step, longer passes or more in flight: the wait does not fall."""
    few, many = (mean(prompts(OPEN, **{name: value})) for value in (less, more))
    assert 0 <= few <= many * (1 + 1e-9)


@pytest.mark.parametrize("mixes", [True, False])
def test_requests_that_begin_more_often_never_wait_less(*, mixes: bool) -> None:
    """Where one request follows another, more prompts a step make a longer queue."""
    few, many = (mean(prompts(RUN, mixes=mixes, starts=starts)) for starts in (0.02, 0.1))
    assert 0 < few <= many


def test_prompts_that_differ_wait_longer() -> None:
    """The spread of prompts lengthens waits at a rate, and where decoding goes on beside."""
    for traffic in (ALIKE, OPEN):
        varied = replace(traffic, prompt_spread=quantity(1.0))
        assert mean(prompts(varied)) > mean(prompts(traffic))


def test_nobody_waits_longer_than_for_all_others() -> None:
    """In flight are 20: a prompt that follows another waits for 19 at most, and a pass that runs."""
    for mixes in (True, False):
        assert mean(prompts(mixes=mixes, starts=1)) <= 19 * 0.05 + 0.05
