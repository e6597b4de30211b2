"""Batches without arrivals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.performance.machine.step import step_overhead, step_time
from costmodel.performance.service.flow import Flow, host_time
from costmodel.performance.service.offline import saturated, static_batch
from costmodel.performance.service.serving import steady_state
from costmodel.units import magnitude, quantity
from tests.performance.service.test_serving import OUTPUT, PROMPT, setup

NONE = quantity(0.0)


def seconds(value: object) -> float:
    """Return a time as a number."""
    return float(magnitude(value, "s"))  # type: ignore[arg-type]


def test_a_batch_reads_and_then_writes() -> None:
    """Four prompts in chunks, one behind the other; then 499 steps of the whole batch."""
    one, batch = replace(setup(), levelled=False), quantity(4.0)
    flow = Flow(one, PROMPT, OUTPUT, batch)
    chunk = magnitude(one.constants["chunk"], "1")
    found = static_batch(one, PROMPT, OUTPUT, batch)
    burst = min(chunk, 4000)
    prompts = 4000 / burst * seconds(step_time(one, flow.rows(NONE, quantity(burst)))) + seconds(step_overhead(one))
    later = seconds(step_time(one, flow.rows(batch, NONE)) + host_time(one, batch))
    assert seconds(found.prompts) == pytest.approx(prompts)
    assert seconds(found.writing) == pytest.approx(499 * later)


def test_answers_of_one_token_need_no_later_step() -> None:
    """The first token comes with the prompt."""
    assert seconds(static_batch(setup(), PROMPT, quantity(1.0), quantity(4.0)).writing) == 0


def test_a_longer_batch_takes_longer_but_is_faster_for_each() -> None:
    """Eight times the requests take less than eight times as long."""
    few, many = (static_batch(setup(), PROMPT, OUTPUT, quantity(count)) for count in (4.0, 32.0))
    assert few.writing < many.writing < 8 * few.writing
    assert few.prompts < many.prompts <= 8 * few.prompts


def test_rate_with_a_prompt_always_waiting() -> None:
    """A batch writes one token each step, on eight accelerators."""
    found = saturated(setup(), PROMPT, OUTPUT, quantity(64.0))
    assert magnitude(found.rate, "token/s/accelerator") == pytest.approx(64 / seconds(found.per_token) / 8)


def test_no_service_is_faster_than_one_that_never_waits() -> None:
    """As many requests in flight write no faster than a batch that is always full."""
    full = magnitude(saturated(setup(), PROMPT, OUTPUT, quantity(64.0)).rate, "token/s/accelerator")
    served = magnitude(steady_state(setup(), PROMPT, OUTPUT, quantity(64.0)).output_rate, "token/s/accelerator")
    assert served < full


def test_stages_that_have_no_micro_batch_stand_idle() -> None:
    """One prompt on two stages passes both, alone: it takes as long as on one stage of the same layers or longer."""
    one, two = setup(ways=4), setup(ways=4, pipeline_parallel=quantity(2.0))
    alone = [static_batch(s, PROMPT, OUTPUT, quantity(1.0)).prompts for s in (one, two)]
    many = [static_batch(s, PROMPT, OUTPUT, quantity(64.0)).prompts for s in (one, two)]
    assert alone[1] >= alone[0]
    assert many[1] < 0.8 * many[0]
