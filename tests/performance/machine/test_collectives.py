"""Parallel layouts: what accelerators send to each other, inside a scale-up domain and beyond it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.performance.machine.collectives import collectives_time, exchange_time, stage_transfer_time
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.memory import holds_a_request, requests_that_fit
from costmodel.performance.machine.operator import NOTHING, Rows
from costmodel.performance.machine.setup import Setup
from costmodel.performance.machine.step import linking_parts, step_time
from costmodel.performance.service.flow import Flow, host_time
from costmodel.performance.service.serving import steady_state
from costmodel.units import magnitude, parse, quantity
from tests.performance.service.test_serving import H100, H200, OUTPUT, PROMPT, rate, served, setup, with_chip

H800 = "nvidia/h800-sxm5-80gb"
GB200 = "nvidia/gb200"
LINK_EFFICIENCY, FILLING, START = (
    float(load_constants()[name].magnitude) for name in ("link_efficiency", "all_reduce_filling", "all_reduce_latency")
)
DISPATCH = {16: 118, 32: 155, 64: 173, 128: 192, 256: 194}
COMBINE = {16: 195, 32: 273, 64: 314, 128: 369, 256: 360}
"""Microseconds by accelerators: DeepEP V1, docs/legacy.md, low-latency kernels, 128 rows each on H800."""


def decoding(sequences: float, context: float = 1000) -> Rows:
    """Return the rows of a pass that only decodes."""
    return Rows(quantity(sequences), quantity(context), NOTHING, quantity(1000.0))


def reading(tokens: float) -> Rows:
    """Return the rows of a pass that only reads prompts."""
    return Rows(NOTHING, quantity(1000.0), quantity(tokens), quantity(1000.0))


def spread(chip: str = H800, copies: float = 16, model: str = "deepseek-v3", **changes: object) -> Setup:
    """Return a model with copies of attention on single accelerators, and experts spread over all of them."""
    many = quantity(float(copies))
    return setup(model, chip, 1, attention_copies=many, expert_parallel=many, **changes)


def microseconds(one: Setup, rows: Rows) -> float:
    """Return the time of both exchanges of one layer."""
    return float(magnitude(exchange_time(one, rows) / one.model.experts_layers, "us"))


@pytest.mark.parametrize("ways", DISPATCH)
def test_tokens_go_to_experts_as_fast_as_measured(ways: int) -> None:
    """Sending 128 rows in 8 bits and back in 16 takes what DeepEP measured, over 2 to 32 servers of H800.

    Over two servers its kernel repeats rows for experts on one accelerator, which others do not.
    """
    measured = DISPATCH[ways] + COMBINE[ways]
    assert microseconds(spread(copies=ways), decoding(128)) == pytest.approx(measured, rel=0.22)


def test_prompts_cross_the_network_once_for_each_server() -> None:
    """4096 rows over 32 H800 go out at the 58 GB/s of network that DeepEP measured, their own server counted.

    Each row visits 3.6 of the 4 servers.
    """
    out = 4096 * 3.6 * 7168 / 58e9
    back = 4096 * 3.6 * 7168 * 2 / 57e9
    assert microseconds(spread(copies=32), reading(4096)) / 1e6 == pytest.approx(out + back, rel=0.2)


def test_experts_of_one_accelerator_need_no_exchange() -> None:
    """One copy of attention has all experts beside it."""
    assert microseconds(spread(copies=1), decoding(64)) == 0


def test_dense_models_exchange_no_tokens() -> None:
    """Copies of a model without experts share nothing."""
    one = setup(attention_copies=quantity(2.0), ways=4)
    assert "token exchange" not in linking_parts(one, decoding(8))


def test_tokens_go_out_in_sixteen_bits_unless_experts_are_narrower() -> None:
    """Of the three bytes an element that 8-bit experts move, 16-bit experts move four."""
    big = decoding(1e6)
    wide, narrow = (microseconds(spread(precision=one), big) for one in ("bf16", "fp8"))
    assert wide / narrow == pytest.approx(4 / 3, rel=1e-3)


def test_a_wider_domain_keeps_tokens_off_the_network() -> None:
    """In a rack of 72 joined by links, 64 accelerators exchange tokens much faster than in servers of 8."""
    rack = spread(GB200, 64)
    servers = with_chip(rack, scale_up_domain=parse("8 accelerator"))
    assert microseconds(servers, decoding(128)) > 5 * microseconds(rack, decoding(128))


def test_exchange_replaces_the_sum_of_expert_layers() -> None:
    """With tokens sent to experts, only attention and dense layers sum over the accelerators that share a layer."""
    together = setup("deepseek-v3", H200, 4)
    apart = setup("deepseek-v3", H200, 4, attention_copies=quantity(2.0), expert_parallel=quantity(8.0))
    layers, dense = 61, 3
    share = collectives_time(apart, decoding(8)) / collectives_time(together, decoding(8))
    assert magnitude(share, "1") == pytest.approx((layers + dense) / (2 * layers))


def test_layouts_as_arrays_equal_each_alone() -> None:
    """Copies and ways of experts broadcast like any other choice."""
    copies = np.array([1.0, 2.0, 8.0, 16.0])
    many = setup("deepseek-v3", H200, 1, attention_copies=quantity(copies), expert_parallel=quantity(copies))
    whole = magnitude(served(many).output_rate, "token/second/accelerator")
    alone = [rate(spread(H200, one)) for one in copies]
    assert whole == pytest.approx(alone, rel=1e-12)


@given(copies=st.sampled_from([1, 2, 4, 8, 16, 32, 64, 144]), rows=st.floats(1, 5000))
def test_more_rows_never_travel_faster(copies: int, rows: float) -> None:
    """The time of an exchange rises with the rows, for decoding and for prompts."""
    one = spread(copies=copies)
    for kind in (decoding, reading):
        assert microseconds(one, kind(rows)) <= microseconds(one, kind(2 * rows)) * (1 + 1e-12)


def test_software_in_two_halves_hides_exchange() -> None:
    """Where one half of a batch computes while the other's tokens travel, a pass takes less than their sum."""
    plain, halves = (spread(copies=32, framework=name) for name in ("sglang", "wide-ep"))
    assert step_time(halves, reading(8192)) < 0.8 * step_time(plain, reading(8192))


def test_a_fleet_writes_as_fast_as_published() -> None:
    """DeepSeek's own: 1850 tokens/s on each of 144 H800 at 20 to 22 tokens/s of a user, with 4,989 tokens of context.

    Source: DeepSeek-V3/R1 inference system overview (open-infra-index, day six). 88 sequences on each give both.
    """
    one, each = spread(copies=144, framework="wide-ep"), 88.0
    step = step_time(one, decoding(each, 4989)) + host_time(one, quantity(144 * each))
    assert each / magnitude(step, "s") == pytest.approx(1850, rel=0.15)


def test_network_is_stated_in_bits() -> None:
    """The 400 Gbit/s of an H100's network are 50 GB/s, a ninth of its 450 GB/s of links in one direction."""
    one = setup(chip=H100)
    assert magnitude(one.network, "GB/s") == pytest.approx(50)
    assert magnitude(one.links / one.network, "1") == pytest.approx(9)


def test_sums_between_servers_cross_the_network() -> None:
    """Sixteen H100 sum a part of the data over eight networks at once, after their links; eight do not need them."""
    eight, sixteen = setup(ways=8, chip=H100), setup(ways=16, chip=H100)
    slow = {"scale_out_bandwidth_one_way": parse("40 Gbit/s")}
    rows = reading(8192)
    assert collectives_time(with_chip(eight, **slow), rows) == collectives_time(eight, rows)
    data = 8192 * 8192 * 2
    wanted = 2 * 1 / 2 * data / 8 * (1 / 5e9 - 1 / 50e9) / LINK_EFFICIENCY * 2 * 80
    more = collectives_time(with_chip(sixteen, **slow), rows) - collectives_time(sixteen, rows)
    assert magnitude(more, "s") == pytest.approx(wanted, rel=0.02)


def test_sums_count_links_in_one_direction() -> None:
    """Eight H100 sum 128 MiB at a fitted share of 450 GB/s of links: a hand calculation."""
    rows, data = reading(8192), 8192 * 8192 * 2
    moving, start = 2 * 7 / 8 * data / (450e9 * LINK_EFFICIENCY), START
    wanted = start + moving + FILLING * (start * moving) ** 0.5
    assert magnitude(collectives_time(setup(chip=H100), rows), "s") / (2 * 80) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("model", ["llama-3.1-70b", "deepseek-r1", "gpt-oss-120b"])
def test_stages_do_not_speed_up_a_lone_request(model: str) -> None:
    """One request passes through stages one after the other, and its rows move between them."""
    one = served(setup(model, ways=4), 1)
    two = served(setup(model, ways=4, pipeline_parallel=quantity(2.0)), 1)
    assert one.time_per_output_token < two.time_per_output_token < 1.1 * one.time_per_output_token
    assert two.time_to_first_token > one.time_to_first_token


def test_the_longest_stage_holds_up_the_others() -> None:
    """61 layers on two stages take as long as 62 once both are busy; a lone request waits for nobody."""
    two = setup("deepseek-r1", ways=4, pipeline_parallel=quantity(2.0))
    busy, alone = (Flow(two, PROMPT, OUTPUT, quantity(n)).rows(quantity(n), NOTHING) for n in (2.0, 1.0))
    assert magnitude(busy.held_up, "1") == pytest.approx(62 / 61)
    assert magnitude(alone.held_up, "1") == 1
    assert step_time(two, busy) > step_time(two, replace(busy, held_up=quantity(1.0)))


def test_copies_do_not_speed_up_a_lone_request() -> None:
    """One request is whole on one copy of attention, however many there are."""
    one, four = (served(setup("llama-3.1-70b", ways=2, attention_copies=quantity(n)), 1) for n in (1.0, 4.0))
    assert magnitude(four.time_per_output_token / one.time_per_output_token, "1") == pytest.approx(1, rel=1e-9)


def test_stages_share_a_batch() -> None:
    """With a request for each stage and more, two stages write faster per user than one at the same batch."""
    one, two = setup(ways=4), setup(ways=4, pipeline_parallel=quantity(2.0))
    assert served(two, 256).time_per_output_token < served(one, 256).time_per_output_token


def test_stages_in_other_servers_send_rows_over_the_network() -> None:
    """Two stages of eight H100 are two servers, two of four share one."""
    near, far = (setup(ways=ways, chip=H100, pipeline_parallel=quantity(2.0)) for ways in (4, 8))
    rows = reading(8192)
    data, latency = 8192 * 8192 * 2, 1e-4
    for one, bandwidth in ((near, 450e9), (far, 50e9)):
        wanted = latency + data / (0.78 * bandwidth)
        assert magnitude(stage_transfer_time(one, rows), "s") == pytest.approx(wanted, rel=1e-6)


def test_more_copies_hold_more_requests() -> None:
    """Each copy of attention has a cache of its own, and the host of each copy only its own requests."""
    few, many = spread(H200, 8), spread(H200, 16)
    small, large = (steady_state(one, PROMPT, OUTPUT, quantity(32.0)) for one in (few, many))
    assert large.fits > 2 * small.fits


def test_a_request_is_whole_on_one_copy() -> None:
    """Sixteen copies on accelerators of their own hold sixteen times the requests, but none that is longer."""
    few, many = (setup("llama-3.1-70b", H200, 1, attention_copies=quantity(n)) for n in (1.0, 16.0))
    for prompt in (1e4, 1e5, 1.2e5):
        fits = [bool(holds_a_request(one, quantity(prompt), OUTPUT)) for one in (few, many)]
        assert fits[0] == fits[1]
    assert magnitude(requests_that_fit(many, PROMPT, OUTPUT) / requests_that_fit(few, PROMPT, OUTPUT), "1") == 16


def test_two_bytes_are_not_two_bits() -> None:
    """Activations have 16 bits, states of linear attention 32."""
    one = setup()
    assert magnitude(one.activation, "bit") == 16
    assert magnitude(one.constants["state_size"], "bit") == 32


def test_unknown_networks_fall_back_to_the_host() -> None:
    """A card whose file gives no network exchanges over the host beyond its bridge."""
    one = setup(chip="nvidia/h200-nvl-141gb")
    assert one.network == one.constants["host_link"]
    stated = replace(one.accelerator, scale_out_bandwidth_one_way=parse("200 Gbit/s"))
    assert magnitude(replace(one, accelerator=stated).network, "GB/s") == pytest.approx(25)
