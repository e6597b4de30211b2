"""The fixed point of batch and times: conservation, limits, and what each kind of spread does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costmodel.performance.machine.constants import load_constants
from costmodel.performance.service.flow import Flow, host_time
from costmodel.performance.service.serving import result_of
from costmodel.performance.service.traffic import ALIKE, Traffic, usual_traffic
from costmodel.units import Quantity, magnitude, quantity
from tests.performance.service.test_serving import H100, OUTPUT, PROMPT, setup

FRAMEWORKS = pytest.mark.parametrize("framework", ["vllm", "trtllm", "sglang"])


def flow(concurrency: float = 32, traffic: Traffic = ALIKE, output: Quantity = OUTPUT, **changes: object) -> Flow:
    """Return requests moving through Llama 70B on eight H200, unless told otherwise."""
    return Flow(setup(**changes), PROMPT, output, quantity(concurrency), traffic)  # type: ignore[arg-type]


def number(value: object, unit: str = "1") -> float:
    """Return a quantity as a number."""
    return float(magnitude(value, unit))  # type: ignore[arg-type]


@FRAMEWORKS
@pytest.mark.parametrize("concurrency", [1, 8, 100])
def test_as_many_leave_as_come(framework: str, concurrency: float) -> None:
    """Requests that write, over the time of writing, leave as fast as those that wait begin: a steady state."""
    one = flow(concurrency, framework=framework)
    times = one.solve()
    writing = 499 * number(times.unpaused, "s")
    leaving = number(times.batch) / writing
    beginning = (concurrency - number(times.batch)) / number(times.first, "s")
    assert number(one.admitted) == concurrency
    assert concurrency == 1 or leaving == pytest.approx(beginning, rel=0.02)


@FRAMEWORKS
def test_output_is_what_requests_in_flight_write(framework: str) -> None:
    """Tokens a second of all accelerators are answers over the time that each request stays."""
    result = result_of(flow(framework=framework))
    stays = number(result.time_to_first_token, "s") + 499 * number(result.time_per_output_token, "s")
    assert number(result.residence_time, "s") == pytest.approx(stays)
    assert 8 * number(result.output_rate, "token/second/accelerator") == pytest.approx(32 * 500 / stays)
    assert number(result.query_rate * OUTPUT / result.output_rate, "query/token") == pytest.approx(1)


@FRAMEWORKS
def test_a_lone_request_waits_for_nobody(framework: str) -> None:
    """Its first token takes the way, its prompt and the steps to the client; then a step, and its part of the host."""
    one = flow(1, usual_traffic(load_constants()), framework=framework)
    times = one.times(quantity(1.0))
    assert number(times.queue.burst, "s") == pytest.approx(0, abs=1e-6)
    alone = one.way + times.alone + one.steps * times.interval + times.queue.mean
    assert number(times.first, "s") == pytest.approx(number(alone, "s"))
    assert number(times.queue.mean, "s") < 0.05 * number(times.first, "s")


def test_the_first_token_waits_until_software_looks() -> None:
    """Software that looks for requests every 30 steps finds one 15 later; held prompts wait for others or 20 steps."""
    batch, starts = quantity(30.0), 30 / 500
    now = flow(framework="sglang").times(batch)
    seldom = flow(framework="sglang", admission_interval=quantity(30.0)).times(batch)
    assert number((seldom.first - now.first) / now.interval) == pytest.approx(15)
    held = flow(framework="sglang", admission_hold=quantity(20.0)).times(batch)
    more = 20 * starts
    assert number((held.first - now.first) / now.interval) == pytest.approx(20 * (1 + more / 2) / (1 + more))
    assert number(held.unpaused, "s") == number(now.unpaused, "s")


def test_the_first_token_waits_for_a_part_of_its_group() -> None:
    """Software that sends 30 tokens at once writes a share of them first; nothing else becomes slower."""
    batch, share = quantity(30.0), number(load_constants()["stream_share"])
    now, grouped = (flow(framework="sglang", stream_interval=one).times(batch) for one in (None, quantity(30.0)))
    assert number((grouped.first - now.first) / now.interval) == pytest.approx(30 * share)
    assert number(grouped.unpaused, "s") == number(now.unpaused, "s")


def test_longer_texts_take_longer_on_their_way() -> None:
    """Each token of a prompt adds its part of the host's work, and a request its own."""
    constants = load_constants()
    one, two = flow(), replace(flow(), prompt=2 * PROMPT)
    assert number((two.way - one.way) / PROMPT, "s") == pytest.approx(number(constants["text_overhead"], "s"))
    assert number(2 * one.way - two.way, "s") == pytest.approx(number(constants["request_overhead_vllm"], "s"))


def test_a_client_that_nobody_describes_adds_its_own_time() -> None:
    """Each request of such a measurement takes longer on its way by one constant; others know of no client."""
    known = flow()
    slow = replace(known, traffic=replace(known.traffic, undescribed=quantity(1.0)))
    added = number(load_constants()["client_overhead"], "s")
    assert number(slow.way - known.way, "s") == pytest.approx(added)
    assert added > 0


def test_prompts_share_steps_or_have_their_own() -> None:
    """Where prompts are mixed in, a step that carries one decodes too; else decoding pauses."""
    for framework, mixes in (("vllm", True), ("sglang", False)):
        one = flow(framework=framework)
        batch = quantity(30.0)
        times, burst = one.times(batch), one.burst(batch)
        carrying = one.pass_time(batch if mixes else quantity(0.0), burst)
        assert number(times.carrying, "s") == pytest.approx(number(carrying, "s"))
        share, plain, host = number(times.share), number(times.plain, "s"), number(host_time(one.setup, batch), "s")
        longer = share * (number(carrying, "s") + number(one.setup.constants["prompt_overhead"], "s"))
        wanted = plain * (1 - share if mixes else 1) + longer + host
        assert number(times.interval, "s") == pytest.approx(wanted)
        assert share == pytest.approx(1000 * 30 / 500 / number(burst))


def test_longer_prompts_are_met_more_often() -> None:
    """With a spread of a half, the mean prompt that a token is part of is a quarter longer."""
    even, varied = (flow(traffic=replace(ALIKE, prompt_spread=quantity(spread))) for spread in (0.0, 0.5))
    lengths = [number(one.rows(quantity(8.0), quantity(100.0)).prompt_length) for one in (even, varied)]
    assert lengths == pytest.approx([1000, 1250])


def test_rows_of_a_pass() -> None:
    """Answers are half written on average; what is cached is seen but not read; a group has its part of the batch."""
    rows = flow(cached_prompt_share=quantity(0.25)).rows(quantity(8.0), quantity(100.0))
    assert [number(value) for value in (rows.sequences, rows.context, rows.prompt)] == [8, 1250, 100]
    assert [number(value) for value in (rows.cached, rows.prompt_length)] == [250, 750]
    staged = flow(ways=4, pipeline_parallel=quantity(2.0)).rows(quantity(8.0), quantity(100.0))
    assert number(staged.sequences) == 4


def test_one_token_of_output_is_answered() -> None:
    """The shortest answer has a time for its first token, and a rate."""
    result = result_of(flow(8, output=quantity(1.0)))
    assert number(result.output_rate, "token/second/accelerator") > 0
    assert number(result.time_to_first_token, "s") < np.inf


def test_beyond_memory_only_the_wait_grows() -> None:
    """Twice the requests that do not fit wait more than twice as long, and are written no faster or slower."""
    some, many = (flow(count, chip=H100, ways=1, framework="trtllm").solve() for count in (200, 400))
    assert number(many.per_token, "s") == pytest.approx(number(some.per_token, "s"))
    assert number(many.wait, "s") > 2 * number(some.wait, "s")


def test_the_host_works_for_each_sequence() -> None:
    """Its time per step rises in proportion to the batch, and each of two stages has half of that."""
    one, staged = setup(), setup(ways=4, pipeline_parallel=quantity(2.0))
    each = number(one.constants["sequence_overhead"], "s")
    rise = [number(host_time(s, quantity(64.0)) - host_time(s, quantity(32.0)), "s") for s in (one, staged)]
    assert rise == pytest.approx([32 * each, 16 * each])


def test_drafts_give_more_tokens_a_step() -> None:
    """Three guesses of which half are taken: 1.875 tokens a step, for a longer step and the making of the draft."""
    one = flow(draft_tokens=quantity(3.0), draft_acceptance=quantity(0.5))
    interval, plain = quantity(0.03, "s"), quantity(0.02, "s")
    cost = number(one.setup.constants["draft_cost"])
    assert number(one.drafted) == 4
    assert number(one.per_token(interval, plain), "s") == pytest.approx((0.03 + 3 * cost * 0.02) / 1.875)
    assert flow().per_token(interval, plain) is interval


@FRAMEWORKS
def test_an_answer_of_one_token_ends_with_its_prompt(framework: str) -> None:
    """The pass that reads a prompt gives the first token: where that is all, requests leave when they have it."""
    result = result_of(flow(8, output=quantity(1.0), framework=framework))
    first = number(result.time_to_first_token, "s")
    assert number(result.residence_time, "s") == pytest.approx(first)
    assert 8 * number(result.output_rate, "token/second/accelerator") == pytest.approx(8 / first)
