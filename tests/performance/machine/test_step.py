"""One pass: the sum of its parts, and what software makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.performance.machine.operators import operators
from costmodel.performance.machine.setup import Setup
from costmodel.performance.machine.step import launch_time, linking_parts, step_overhead, step_parts, step_time
from costmodel.units import magnitude, quantity
from tests.performance.machine.test_operators import EXPERTS, LINEAR, decoding, reading, small, with_keys
from tests.performance.service.test_serving import setup


def seconds(value: object) -> float:
    """Return a time as a number."""
    return float(magnitude(value, "second"))  # type: ignore[arg-type]


def latency_of(one: Setup) -> float:
    """Return what the software makes of launches."""
    return float(magnitude(one.constants.of("latency", one.software.latency), "1"))


@pytest.mark.parametrize("rows", [decoding(), reading()], ids=["decoding", "reading"])
def test_a_pass_is_the_sum_of_its_parts(rows: object) -> None:
    """Kernels and links at their own time, launches times what the software makes of them."""
    one = setup()
    parts = step_parts(one, rows)  # type: ignore[arg-type]
    kernels = sum(seconds(time) for name, time in parts.items() if name != "launches")
    wanted = kernels + latency_of(one) * seconds(launch_time(one))
    assert seconds(step_time(one, rows)) == pytest.approx(wanted, rel=1e-12)  # type: ignore[arg-type]
    assert parts.keys() == {each.name for each in operators(one, rows)} | {"collectives", "launches"}  # type: ignore[arg-type]


def test_one_accelerator_links_to_nobody() -> None:
    """No collectives, whatever the rows."""
    assert seconds(linking_parts(small(), decoding())["collectives"]) == 0


@pytest.mark.parametrize(
    ("keys", "added"),
    [({}, {}), (EXPERTS, {"expert_latency": 4}), (LINEAR, {"attention_latency": 6})],
    ids=["dense", "experts", "linear"],
)
def test_each_layer_is_launched(keys: dict[str, int], added: dict[str, int]) -> None:
    """Ten layers, and what layers with experts or other attention launch beside; experts in fused kernels."""
    one = with_keys(keys)
    fused = {"expert_latency": magnitude(one.constants["expert_latency_fused"], "1")}
    wanted = {"layer_latency": 10, **added}
    found = sum(count * fused.get(name, 1.0) * seconds(one.constants[name]) for name, count in wanted.items())
    assert seconds(launch_time(one)) == pytest.approx(found)


def test_layers_of_one_block_count_half() -> None:
    """Nemotron H has attention, a state or a feed-forward block in each of its 52 layers: others have two of these."""
    one = setup("nemotron-h-8b", ways=2)
    wanted = 26 * seconds(one.constants["layer_latency"]) + 24 * seconds(one.constants["attention_latency"])
    assert seconds(launch_time(one)) == pytest.approx(wanted)
    twice = replace(one, model=one.model.with_leaves(feed_forward_layers=quantity(24.0 + 52)))
    sums = [seconds(linking_parts(each, decoding())["collectives"]) for each in (one, twice)]
    assert sums[1] == pytest.approx(2 * sums[0])


def test_latent_attention_is_launched_where_it_is() -> None:
    """Of Kimi Linear's 27 layers 7 have latent attention, 20 a state: none has both."""
    one = setup("kimi-linear-48b-a3b", precision="bf16")
    experts = 26 * seconds(one.constants["expert_latency"])
    wanted = 27 * (seconds(one.constants["layer_latency"]) + seconds(one.constants["attention_latency"])) + experts
    assert seconds(launch_time(one)) == pytest.approx(wanted)


def test_software_a_year_newer_takes_its_gain_off() -> None:
    """Launches and the host's work become shorter by a yearly factor; kernels do not."""
    now, newer = setup(), setup(software_newer=quantity(1.0))
    gain = magnitude(now.constants["yearly_gain"], "1")
    assert seconds(step_overhead(now)) / seconds(step_overhead(newer)) == pytest.approx(gain)
    saved = seconds(step_time(now, decoding())) - seconds(step_time(newer, decoding()))
    assert saved == pytest.approx(latency_of(now) * seconds(launch_time(now)) * (1 - 1 / gain))


def test_collecting_tokens_costs_the_host_less_than_streaming() -> None:
    """Offline runs have a share of the work for each step."""
    online = setup(framework="trtllm")
    offline = replace(online, deployment=replace(online.deployment, framework="trtllm-offline"))
    share = magnitude(online.constants["offline_step_share"], "1")
    assert seconds(step_overhead(offline)) == pytest.approx(share * seconds(step_overhead(online)))
    submitted = replace(online, benchmark="v6.0")  # hands over numbers of tokens, to a process of the same host
    assert seconds(step_overhead(submitted)) == pytest.approx(seconds(step_overhead(offline)))
