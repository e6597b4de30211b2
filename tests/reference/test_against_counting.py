"""Formulas in closed form against plain loops that count, draw or simulate the same thing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.formula import REGISTRY
from costmodel.performance.formulas import all_reduce as kernels
from costmodel.performance.formulas import collectives, offline, operators, training
from costmodel.units import magnitude, quantity
from tests.strategies import magnitudes

counts = st.integers(1, 400)


@given(operations=magnitudes(), moved=magnitudes(), peak=magnitudes(), bandwidth=magnitudes(), lost=st.floats(0, 1))
def test_roofline(operations: float, moved: float, peak: float, bandwidth: float, lost: float) -> None:
    """Work takes as long as its slower half, and what of the other half does not hide behind it."""
    computing, moving = operations / (peak * 0.5), moved / (bandwidth * 0.8)
    expected = computing + lost * moving if computing > moving else moving + lost * computing
    ours = operators.roofline_time(
        operations=quantity(operations, "FLOP"),
        moved=quantity(moved, "byte"),
        peak=quantity(peak, "FLOP/s"),
        bandwidth=quantity(bandwidth, "byte/s"),
        compute_efficiency=0.5,
        bandwidth_efficiency=0.8,
        overlap_loss=lost,
    )
    assert magnitude(ours, "s") == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("experts", "per_token", "rows"), [(8, 2, 3), (128, 4, 16), (256, 8, 64), (64, 1, 500)])
def test_experts_touched_by_rows_that_choose_freely(experts: int, per_token: int, rows: int) -> None:
    """The expected number of different experts is what random choices give on average."""
    random = np.random.default_rng(1)
    draws = [
        len({expert for _ in range(rows) for expert in random.choice(experts, per_token, replace=False)})
        for _ in range(300)
    ]
    ours = operators.experts_touched(experts=experts, per_token=per_token, rows=rows, evenness=1e9)
    error = 4 * np.std(draws) / np.sqrt(len(draws)) + 1e-6
    assert magnitude(ours, "1") == pytest.approx(np.mean(draws), abs=error)


@pytest.mark.parametrize(("experts", "per_token", "rows"), [(128, 8, 16), (256, 8, 64), (512, 10, 500)])
def test_experts_touched_by_rows_that_choose_alike(experts: int, per_token: int, rows: int) -> None:
    """With popularities drawn from a gamma distribution, the expected number is what random choices give."""
    random = np.random.default_rng(2)
    popular = random.gamma(1.5, size=(20_000, experts))
    chosen = random.poisson(popular / 1.5 * -rows * np.log(1 - per_token / experts)) > 0
    ours = operators.experts_touched(experts=experts, per_token=per_token, rows=rows, evenness=1.5)
    assert magnitude(ours, "1") == pytest.approx(np.mean(chosen.sum(axis=1)), rel=0.002)


@pytest.mark.parametrize("count", [1, 2, 4, 8, 32, 144])
def test_largest_of_normals(count: int) -> None:
    """The expected largest of some normal numbers is what drawing them gives on average."""
    drawn = np.random.default_rng(1).normal(size=(20_000, count)).max(axis=1)
    assert magnitude(operators.largest_of_normals(count=float(count)), "1") == pytest.approx(drawn.mean(), abs=0.035)


@pytest.mark.parametrize(("ways", "rows"), [(2, 16), (8, 16), (8, 400), (32, 400), (72, 5000)])
def test_rows_of_the_fullest_accelerator(ways: int, rows: int) -> None:
    """Rows that choose 8 of 288 experts at random fill the fullest accelerator as drawing them does."""
    random, experts, chosen = np.random.default_rng(1), 288, 8
    fullest = []
    for _ in range(60):
        picks = np.argsort(random.random((rows, experts)), axis=1)[:, :chosen]
        fullest.append(np.bincount(picks.ravel() * ways // experts, minlength=ways).max())
    mean = rows * chosen / ways
    largest = operators.largest_of_normals(count=float(ways))
    ours = operators.expert_unevenness(ways=float(ways), largest=largest, mean=mean)
    assert magnitude(ours, "1") == pytest.approx(np.mean(fullest) / mean, rel=0.06)


@given(
    domains=st.integers(1, 6),
    inside=st.integers(1, 8),
    rows=st.integers(1, 20),
    passed_on=st.booleans(),
    seed=st.integers(0, 99),
)
def test_exchanged_bytes(domains: int, inside: int, rows: int, *, passed_on: bool, seed: int) -> None:
    """Rows to random accelerators cross the links of a counting loop: each accelerator once, or each domain once."""
    ways, random = domains * inside, np.random.default_rng(seed)
    per_row = random.integers(1, ways + 1)
    near = far = visited = 0
    sources = 400
    for source in random.integers(0, ways, sources):
        targets = random.choice(ways, per_row, replace=False)
        outside = {one // inside for one in targets} - {source // inside}
        far += len(outside) if passed_on else sum(one // inside != source // inside for one in targets)
        near += sum(one // inside == source // inside and one != source for one in targets)
        visited += len({one // inside for one in targets})
    shared = {"rows": float(rows), "width": 7.0, "bytes_per_element": quantity(2.0, "byte")}
    among = {"ways": float(ways), "domain": float(inside)}
    holders = float(per_row)
    across = collectives.exchanged_across(**shared, **among, destinations=visited / sources if passed_on else holders)
    assert magnitude(across, "byte") / (rows * 14) == pytest.approx(far / sources, abs=0.2 + 0.1 * far / sources)
    direct = collectives.exchanged_inside(**shared, **among, destinations=holders, spread=float(ways))
    assert magnitude(direct, "byte") / (rows * 14) == pytest.approx(near / sources, abs=0.2 + 0.1 * near / sources)


@given(stages=st.integers(1, 8), side=st.integers(1, 8), steps=st.integers(1, 6))
def test_prompts_of_a_batch_fill_the_stages(stages: int, side: int, steps: int) -> None:
    """Micro-batches pass from stage to stage as each gets free: a simulation."""
    side = min(side, stages)
    done = np.zeros(stages)
    for _ in range(steps * side):
        ready = 0.0
        for stage in range(stages):
            done[stage] = ready = max(ready, done[stage]) + 1.0
    ours = offline.batch_prompt_time(
        batch=1.0,
        prompt=float(steps),
        burst=1.0,
        carrying=quantity(float(stages), "s"),
        side=float(side),
        stages=float(stages),
        step_overhead=quantity(0.0, "s"),
    )
    assert magnitude(ours, "s") == pytest.approx(done[-1], rel=1e-12)


@given(new=counts, cached=st.integers(0, 400), window=counts)
def test_mean_attended(new: int, cached: int, window: int) -> None:
    """Token i of a prompt sees those before it, at most a window: the mean over a loop, within half a token."""
    seen = [min(cached + i + 0.5, window) for i in range(new)]
    ours = operators.mean_attended(new=float(new), cached=float(cached), window=float(window))
    assert magnitude(ours, "1") == pytest.approx(np.mean(seen), abs=0.51)


@given(ways=st.integers(1, 64), data=magnitudes())
def test_ring_all_reduce(ways: int, data: float) -> None:
    """A ring passes a part of 1/n in each of n-1 steps of the sum and n-1 of the distribution."""
    steps = 2 * (ways - 1)
    expected = sum(data / ways / 100.0 for _ in range(steps))
    traffic = kernels.collective_traffic(rounds=2.0, data=quantity(data, "byte"), ways=float(ways), copied=0.0)
    rate = kernels.collective_rate(
        link_bandwidth=quantity(200.0, "byte/s"), efficiency=0.5, ways=float(ways), contention=0.0
    )
    assert magnitude(traffic / rate, "s") == pytest.approx(expected, rel=1e-9)


@given(stages=st.integers(1, 12), micro_batches=st.integers(1, 40))
def test_pipeline(stages: int, micro_batches: int) -> None:
    """A micro-batch starts in a stage when it has left the one before and the stage is free: a simulation."""
    done = np.zeros(stages)
    for _ in range(micro_batches):
        ready = 0.0
        for stage in range(stages):
            done[stage] = ready = max(ready, done[stage]) + 1.0
    waste = training.bubble(stages=float(stages), virtual=1.0, micro_batches=float(micro_batches))
    assert micro_batches * (1 + magnitude(waste, "1")) == pytest.approx(done[-1], rel=1e-12)


@given(rows=counts, inner=counts, columns=counts)
def test_operations_of_a_matrix_product(rows: int, inner: int, columns: int) -> None:
    """Each of rows x columns results takes as many multiplications and additions as there are inner elements."""
    ours = operators.matrix_product_operations(rows=float(rows), weights=float(inner * columns))
    assert magnitude(ours, "FLOP") == rows * columns * (inner + inner)


def test_formulas_of_attention_count_its_products() -> None:
    """Scores and weighted values: two products of the head's size for each pair and head."""
    query, keys, heads = np.ones((1, 64)), np.ones((1, 64)), 32
    products = 2 * query.size + 2 * keys.size
    ours = REGISTRY["grouped_pair_operations"](heads=float(heads), key_size=64.0, value_size=64.0)
    assert magnitude(ours, "FLOP") == heads * products
