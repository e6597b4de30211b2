"""What serving uses of the machine."""

from __future__ import annotations

import pytest

from costmodel.performance.machine.memory import cache_of_request, weights_on_accelerator
from costmodel.performance.machine.operator import NOTHING
from costmodel.performance.machine.operators import operators
from costmodel.performance.machine.step import launch_time
from costmodel.performance.service.flow import host_time
from costmodel.performance.service.serving import steady_state
from costmodel.performance.service.usage import usage
from costmodel.units import magnitude, quantity
from tests.performance.service.test_serving import OUTPUT, PROMPT, setup

RESULT = steady_state(setup(), PROMPT, OUTPUT, quantity(32.0))
USED = usage(RESULT)


def number(value: object, unit: str = "1") -> float:
    """Return a quantity as a number."""
    return float(magnitude(value, unit))  # type: ignore[arg-type]


def test_memory_is_weights_and_half_written_answers() -> None:
    """Each of 32 requests holds its prompt and half of the answer that is met."""
    one = RESULT.flow.setup
    each = cache_of_request(one, PROMPT + RESULT.flow.written / 2)
    assert number(USED.memory, "GB") == pytest.approx(number(weights_on_accelerator(one) + 32 * each, "GB"))


def test_a_batch_without_prompts_uses_what_its_operators_do() -> None:
    """At one token of prompt, nearly all work is decoding: bytes and operations over what the peaks allow."""
    result = steady_state(setup(), quantity(1.0), quantity(1e5), quantity(8.0))
    rows = result.flow.rows(result.times.batch, NOTHING)
    found, used = operators(result.flow.setup, rows), usage(result)
    interval = number(result.times.interval, "s")
    moving = sum(number(one.moved / one.bandwidth, "s") for one in found) / interval
    computing = sum(number(one.operations / one.peak, "s") for one in found) / interval
    assert number(used.memory_bandwidth) == pytest.approx(moving, rel=1e-2)
    assert number(used.compute) == pytest.approx(computing, rel=1e-2)


def test_launches_and_host_are_shares_of_a_step() -> None:
    """Their time over the mean time of a step."""
    one, interval = RESULT.flow.setup, RESULT.times.interval
    assert number(USED.launches) == pytest.approx(number(launch_time(one) / interval))
    assert number(USED.host) == pytest.approx(number(host_time(one, RESULT.batch) / interval))


def test_power_follows_use() -> None:
    """Idle, and more by how much memory and compute are in use; a token takes power over rate."""
    one = RESULT.flow.setup
    idle, memory, compute = (number(one.constants[name]) for name in ("idle_power", "memory_power", "compute_power"))
    share = min(1, idle + memory * number(USED.memory_bandwidth) + compute * number(USED.compute))
    watts = number(one.accelerator.power, "W/accelerator") * share
    assert number(USED.power, "W/accelerator") == pytest.approx(watts)
    rate = number(RESULT.output_rate, "token/s/accelerator")
    assert number(USED.energy_per_token, "joule/token") == pytest.approx(watts / rate)


def test_prompts_are_work_too() -> None:
    """Long prompts use more of the compute than short ones at the same answers."""
    short, long = (
        usage(steady_state(setup(), quantity(tokens), OUTPUT, quantity(32.0))).compute for tokens in (10.0, 4e3)
    )
    assert long > 2 * short
