"""Which requests are worked on, and what is read for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.performance.machine.memory import requests_that_fit
from costmodel.performance.service.admission import Admission
from costmodel.performance.service.traffic import ALIKE, Traffic
from costmodel.units import magnitude, quantity
from tests.performance.service.test_serving import H100, OUTPUT, PROMPT, setup


def admission(concurrency: float, traffic: Traffic = ALIKE, **changes: object) -> Admission:
    """Return requests in flight for Llama 70B on one H100, where few fit."""
    return Admission(setup(chip=H100, ways=1, **changes), PROMPT, OUTPUT, quantity(concurrency), traffic)


def number(value: object) -> float:
    """Return a count as a number."""
    return float(magnitude(value, "1"))  # type: ignore[arg-type]


def test_no_more_are_worked_on_than_fit() -> None:
    """Few requests are all admitted; of many, those whose cache fits."""
    few, many = admission(2), admission(500)
    assert number(few.admitted) == 2
    assert number(many.admitted) == number(many.fits) == number(requests_that_fit(many.setup, PROMPT, OUTPUT))


def test_longer_answers_are_met_more_often() -> None:
    """With a spread of a half, answers that are being written are a quarter longer than all are."""
    varied = admission(9, replace(ALIKE, output_spread=quantity(0.5)))
    assert number(varied.written) == pytest.approx(1.25 * 500)
    assert number(varied.fits) < number(admission(9).fits)


def test_cached_tokens_are_not_read() -> None:
    """Three quarters of a prompt in the prefix cache leave a quarter."""
    assert number(admission(9, cached_prompt_share=quantity(0.75)).new) == 250
    assert admission(9).new is PROMPT


def test_preempted_requests_are_read_again() -> None:
    """The prompt, and what was written of the answer, once for each preemption."""
    one = admission(500)
    lost = number(one.setup.constants["preempted_output"])
    assert number(one.preemptions) > 0
    assert number(one.read) == pytest.approx(1000 + number(one.preemptions) * (1000 + lost * 500))


def test_nobody_is_preempted_while_all_fit() -> None:
    """Nor ever where the cache is set aside at the start."""
    assert number(admission(2).paused) == 0
    assert number(admission(500, framework="trtllm").paused) == 0
    assert number(admission(500, framework="trtllm").read) == 1000
