"""Disaggregated serving: balance of readers and writers, the wait and its parts, and arrays against single answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costmodel.performance.layout.candidates import Asked, replica_size
from costmodel.performance.layout.candidates_apart import COUNTS, candidates_apart
from costmodel.performance.layout.layouts import SPLITS, layouts
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.disaggregated import serve_disaggregated
from costmodel.performance.service.latency import at_share
from costmodel.performance.service.traffic import Traffic
from costmodel.units import magnitude, parse, quantity
from tests.performance.service.test_serving import B200, OUTPUT, PROMPT, setup

few = settings(max_examples=15, deadline=None)
LINKS = parse("50 GB/s")
batches = st.floats(1, 256).map(quantity)


def _asked(model: str = "llama-3.1-70b", share: float | None = None) -> Asked:
    one = setup(model, B200)
    return Asked(one.model, one.accelerator, one.deployment, one.constants, PROMPT, OUTPUT, share)


@few
@given(batch=batches, load=st.floats(0.1, 0.9))
def test_readers_at_a_load_are_busy_for_that_share_of_the_time(batch: quantity, load: float) -> None:  # type: ignore[valid-type]
    """The number of readers that follows from a load has that load."""
    found = serve_disaggregated(setup(), setup(), PROMPT, OUTPUT, batch, load=load)
    assert magnitude(found.load, "1") == pytest.approx(load)


@few
@given(batch=batches)
def test_the_wait_is_the_sum_of_its_parts(batch: quantity) -> None:  # type: ignore[valid-type]
    """Overhead, queue, prompt, move and first step make the time to first token; each takes some time."""
    found = serve_disaggregated(setup(), setup(), PROMPT, OUTPUT, batch)
    parts = (found.request_overhead, found.queue, found.reader.prompt_time, found.transfer, found.first_steps)
    assert magnitude(found.time_to_first_token, "s") == pytest.approx(sum(magnitude(one, "s") for one in parts))
    assert all(magnitude(one, "s") > 0 for one in parts)


def test_the_cache_moves_at_the_speed_of_the_end_with_the_larger_parts() -> None:
    """Llama 3.1 70B holds 2 x 80 layers x 8 heads x 128 x 2 bytes a token: 327,680 bytes, whole on one reader."""
    found = serve_disaggregated(
        setup(ways=1), setup(ways=8), quantity(1000.0), OUTPUT, quantity(8.0), bandwidth=parse("1 GB/s")
    )
    assert magnitude(found.transfer, "s") == pytest.approx(327_680 * 1000 / 1e9)


def test_readers_with_slow_links_wait_for_them() -> None:
    """Where a cache moves more slowly than the next prompt is read, the links say how many readers are needed."""
    quick, slow = (
        serve_disaggregated(setup(), setup(), PROMPT, OUTPUT, quantity(64.0), bandwidth=parse(links))
        for links in ("100 GB/s", "0.1 GB/s")
    )
    assert slow.readers > 2 * quick.readers
    assert slow.output_rate < quick.output_rate


def test_more_readers_shorten_the_wait_and_lower_the_rate_of_each_accelerator() -> None:
    """Idle readers keep the queue short, but count among the accelerators."""
    one, two = (
        serve_disaggregated(setup(), setup(), PROMPT, OUTPUT, quantity(64.0), readers=quantity(count))
        for count in (1.0, 2.0)
    )
    assert two.time_to_first_token < one.time_to_first_token
    assert two.output_rate < one.output_rate
    assert two.time_per_output_token == one.time_per_output_token


def test_a_prefix_cache_leaves_less_to_read() -> None:
    """Cached tokens of a prompt are not read again, but the whole cache moves."""
    cached = setup(cached_prompt_share=quantity(0.8))
    plain, less = (serve_disaggregated(one, one, PROMPT, OUTPUT, quantity(32.0)) for one in (setup(), cached))
    assert less.reader.prompt_time < plain.reader.prompt_time
    assert less.transfer == plain.transfer


def test_percentiles_of_the_wait_rise_with_their_share() -> None:
    """Half of the requests wait less than the mean, and one in a hundred much more."""
    found = serve_disaggregated(setup(), setup(), PROMPT, OUTPUT, quantity(64.0))
    waits = [found.first_token_percentile(share) for share in (0.5, 0.9, 0.99)]
    assert waits == sorted(waits)
    assert waits[0] < found.time_to_first_token < waits[2]


@pytest.mark.parametrize("model", ["llama-3.1-70b", "deepseek-r1"])
def test_arrays_of_deployments_equal_single_answers(model: str) -> None:
    """Some rows out of thousands, each computed alone, give the same rates and latencies."""
    asked = _asked(model, share=0.9)
    rows = candidates_apart(asked, ("fp8",), layouts(asked.model, 8), (16.0, 64.0, 256.0), bandwidth=LINKS).frame()
    for row in rows.sample(8, random_state=1).to_dict("records"):
        reading, writing = (
            setup(model, B200, **{name: quantity(row[f"{side}{name}"]) for name in SPLITS}) for side in ("reading_", "")
        )
        alone = _alone(reading, writing, row)
        assert row["output_rate"] == pytest.approx(magnitude(alone.output_rate, "token/s/accelerator"))
        assert row["time_to_first_token"] == pytest.approx(magnitude(alone.time_to_first_token, "s"))
        late = magnitude(alone.first_token_percentile(0.9), "s")
        assert row[at_share("time_to_first_token", 0.9)] == pytest.approx(late)
        assert row["reading_load"] == pytest.approx(magnitude(alone.load, "1"))


def _alone(reading: Setup, writing: Setup, row: dict[object, float]) -> object:
    ratio = quantity(row["reading_replicas"] / row["writing_replicas"])
    batch = quantity(row["concurrency"])
    return serve_disaggregated(reading, writing, PROMPT, OUTPUT, batch, readers=ratio, bandwidth=LINKS)


def test_splits_that_are_left_out_would_not_be_cheaper() -> None:
    """The cheapest of all pairs at every speed is among those that are combined."""
    asked = _asked()
    splits = layouts(asked.model, 4, stages=(1.0, 2.0))
    kept = candidates_apart(asked, ("fp8",), splits, (8.0, 64.0), bandwidth=LINKS).frame()
    each = [splits.row(place) for place in range(len(splits))]
    for reading in each:
        for writing in each:
            pair = [setup(chip=B200, **{n: quantity(s[n]) for n in SPLITS}) for s in (reading, writing)]
            for batch in (8.0, 64.0):
                found = serve_disaggregated(
                    *pair,
                    PROMPT,
                    OUTPUT,
                    quantity(batch),
                    readers=quantity(COUNTS[:, 0] / COUNTS[:, 1]),
                    bandwidth=LINKS,
                )
                good = magnitude(found.load, "1") <= 0.95
                rate = np.where(good, magnitude(found.output_rate, "token/s/accelerator"), 0).max()
                as_fast = kept[kept["user_rate"] >= magnitude(found.user_rate, "token/s").max() * (1 - 1e-9)]
                assert as_fast["output_rate"].max() >= 0.9 * rate


def test_numbers_of_replicas_are_in_lowest_terms() -> None:
    """Two readers for two writers are one for one."""
    assert len({a / b for a, b in COUNTS}) == len(COUNTS)


def test_replicas_stay_within_the_splits_given() -> None:
    """No replica is larger than the largest split."""
    asked = _asked()
    splits = layouts(asked.model, 2, stages=(1.0,))
    rows = candidates_apart(asked, ("fp8",), splits, (16.0,), bandwidth=LINKS)
    assert replica_size(rows).max() <= 2
    assert replica_size(rows, "reading_").max() <= 2


def test_lengths_that_differ_make_prompts_wait_longer() -> None:
    """The queue of readers grows with the spread of prompts, and writers hold longer answers."""
    fixed, varied = (
        serve_disaggregated(
            setup(), setup(), PROMPT, OUTPUT, quantity(64.0), traffic=Traffic(spread, spread, quantity(1.0))
        )
        for spread in (quantity(0.0), quantity(1.0))
    )
    assert varied.queue > fixed.queue
    assert varied.time_per_output_token > fixed.time_per_output_token
    assert varied.writer.flow.fits < fixed.writer.flow.fits
    assert varied.first_token_percentile(0.99) > fixed.first_token_percentile(0.99)
