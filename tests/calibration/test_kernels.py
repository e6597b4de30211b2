"""The time of single kernels: directions, limits of physics, units, and answers for any spec sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from costmodel.calibration.fit.family import half_width
from costmodel.calibration.kernels import (
    Kernel,
    collective_time,
    decode_attention_time,
    expert_layer_time,
    load_kernel_table,
    matrix_product_time,
    prefill_attention_time,
)
from costmodel.calibration.kernels.cases import ADDING, TIMES, expert_case
from costmodel.calibration.kernels.chip import chip_of
from costmodel.calibration.kernels.constants import (
    ASYNCHRONOUS,
    KNOWN,
    SIBLING,
    SYNCHRONOUS,
    UNSEEN,
    UNSEEN_KERNEL,
    engine_of,
)
from costmodel.calibration.kernels.expert_load import expert_load
from costmodel.calibration.kernels.formulas.products import paid_rows
from costmodel.calibration.kernels.number_formats import FORMATS, NumberFormat, number_format
from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.hardware import Accelerator
from costmodel.errors import UnknownName
from costmodel.formula import Graph, explain
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, magnitude, quantity

CATALOG = Catalog()
ACCELERATORS = Accelerators(CATALOG)
MEASURED = ("a100_sxm", "h100_sxm", "b200_sxm", "l40s")
OTHERS = ("h200_sxm", "gb200", "b300", "rtx-pro-6000-server", "mi300x", "tpu-v5e", "maia-200")
GRID = np.array([1, 2, 3, 5, 8, 16, 17, 33, 64, 65, 127, 128, 129, 250, 512, 1000, 2048, 5000, 16384], dtype=float)
SUPER_EFFICIENCY = 1.1
"""Measured rates above the spec sheet, as shares of it: boost clocks differ between chips and moments."""

PRODUCT = {"rows": 512.0, "columns": 4096.0, "inner": 4096.0}
PREFILL = {"sequences": 2.0, "tokens": 1024.0, "heads": 32.0, "key_value_heads": 8.0, "head_size": 128.0}
DECODE = {"sequences": 16.0, "context": 2048.0, "heads": 32.0, "key_value_heads": 8.0, "head_size": 128.0}
EXPERTS = {"tokens": 256.0, "per_token": 8.0, "experts": 128.0, "hidden": 4096.0, "width": 1536.0}
EXCHANGE = {"data": quantity(1.0, "MB"), "ways": 8.0}
Call = Callable[..., Quantity]
CALLS: dict[str, tuple[Call, str, dict[str, Any]]] = {
    "matrix_product": (matrix_product_time, "bf16", PRODUCT),
    "prefill_attention": (prefill_attention_time, "bf16", PREFILL),
    "decode_attention": (decode_attention_time, "bf16", DECODE),
    "expert_layer": (expert_layer_time, "bf16", EXPERTS),
    "collective": (collective_time, "all_reduce", EXCHANGE),
}
every_kernel = pytest.mark.parametrize("family", CALLS)
every_accelerator = pytest.mark.parametrize("name", MEASURED + OTHERS)


def time_of(family: str, accelerator: Accelerator, **changes: Any) -> Quantity:
    """Return the time of the usual case of a family, with some of its arguments changed."""
    call, number_type, shape = CALLS[family]
    return call(accelerator, number_type, **{**shape, **changes})


def dense_peak(accelerator: Accelerator, form: NumberFormat) -> Quantity:
    """Return the peak of kernels on an accelerator that would hold all of it."""
    whole = accelerator.with_leaves(sustained_share=quantity(1.0))
    return chip_of(whole, form, load_kernel_table()).sustained_peak


@every_kernel
@every_accelerator
def test_any_spec_sheet_gives_a_finite_time(family: str, name: str) -> None:
    """Measured or not, with or without clock, units, cache or links: the answer is a positive time."""
    seconds = magnitude(time_of(family, ACCELERATORS.find(name)), "second")
    assert np.isfinite(seconds)
    assert 1e-7 < seconds < 1


@every_accelerator
@pytest.mark.parametrize(
    ("family", "dimension"),
    [(family, name) for family, (_, _, shape) in CALLS.items() for name in shape if name not in ("heads", "experts")],
)
def test_more_work_takes_no_less_time(family: str, dimension: str, name: str) -> None:
    """Time never falls by more than a hundredth when one size grows."""
    sizes = GRID[GRID <= 256] if dimension in ("per_token", "key_value_heads", "ways") else GRID
    values = quantity(sizes, "kB") if dimension == "data" else sizes
    times = magnitude(time_of(family, ACCELERATORS.find(name), **{dimension: values}), "second")
    assert np.all(times[1:] >= 0.99 * times[:-1])


@every_kernel
def test_arrays_give_what_scalars_give(family: str) -> None:
    """A sweep is the same as one question after the other."""
    accelerator, name = ACCELERATORS.find("h100_sxm"), next(iter(CALLS[family][2]))
    sizes = quantity(GRID, "kB") if name == "data" else quantity(GRID)
    together = time_of(family, accelerator, **{name: sizes})
    alone = [magnitude(time_of(family, accelerator, **{name: one}), "second") for one in sizes]
    np.testing.assert_allclose(magnitude(together, "second"), alone, rtol=1e-12)


@every_accelerator
@pytest.mark.parametrize("framework", ["trtllm", "vllm", None])
@pytest.mark.parametrize("number_type", ["bf16", "fp8", "int4_wo", "nvfp4"])
def test_no_product_beats_peak_or_bandwidth(number_type: str, framework: str | None, name: str) -> None:
    """Large and small products take at least the time of their operations, and of reading their weights once."""
    accelerator, size = ACCELERATORS.find(name), 8192.0
    rows = np.array([1.0, 64.0, 1024.0, 16384.0])
    time = matrix_product_time(accelerator, number_type, rows=rows, columns=size, inner=size, framework=framework)
    form = number_format(number_type)
    computing = quantity(2 * rows * size * size, "FLOP") / dense_peak(accelerator, form)
    reading = size * size * form.weight_bytes / accelerator.memory_bandwidth
    assert np.all(magnitude(time / computing, "1") >= 1 / SUPER_EFFICIENCY)
    assert np.all(magnitude(time / reading, "1") >= 1 / SUPER_EFFICIENCY)


@every_accelerator
def test_no_attention_beats_peak_or_bandwidth(name: str) -> None:
    """Long prompts take the time of their operations, long contexts that of reading the cache."""
    accelerator = ACCELERATORS.find(name)
    operations = quantity(2 * 8192.0**2 * 32 * 128 * 4 / 2, "FLOP")
    prefill = time_of("prefill_attention", accelerator, tokens=8192.0)
    assert magnitude(prefill * dense_peak(accelerator, FORMATS["bf16"]) / operations, "1") >= 0.9
    cache = quantity(64 * 32768.0 * 2 * 8 * 128 * 2, "byte")
    decode = time_of("decode_attention", accelerator, sequences=64.0, context=32768.0)
    assert magnitude(decode * accelerator.memory_bandwidth / cache, "1") >= 1 / SUPER_EFFICIENCY


@pytest.mark.parametrize("name", MEASURED)
def test_no_collective_beats_its_link(name: str) -> None:
    """A large all-reduce takes at least the time of sending the data nearly twice, or once where switches add."""
    accelerator = ACCELERATORS.find(name)
    data = quantity(1.0, "GB")
    sent = 9 / 8 if accelerator.family in ADDING else 2 * 7 / 8
    sending = sent * data / accelerator.link_bandwidth
    assert magnitude(time_of("collective", accelerator, data=data) / sending, "1") >= 1


def test_one_accelerator_needs_no_collective() -> None:
    """A group of one has nothing to exchange."""
    assert magnitude(time_of("collective", ACCELERATORS.find("h100_sxm"), ways=1.0), "second") == 0


def test_links_stated_one_way_or_both_ways_are_the_same_links() -> None:
    """900 GB/s both ways are 450 GB/s one way."""
    both = ACCELERATORS.find("h100_sxm").with_leaves(
        scale_up_bandwidth_one_way=None, scale_up_bandwidth_both_ways=quantity(900.0, "GB/s")
    )
    one_way = both.with_leaves(scale_up_bandwidth_one_way=quantity(450.0, "GB/s"), scale_up_bandwidth_both_ways=None)
    assert time_of("collective", both) == time_of("collective", one_way)


def test_binary_and_decimal_units_of_links_differ() -> None:
    """A link of 450 GiB/s is 7% faster than one of 450 GB/s."""
    decimal, binary = (
        ACCELERATORS.find("h100_sxm").with_leaves(scale_up_bandwidth_one_way=quantity(450.0, unit))
        for unit in ("GB/s", "GiB/s")
    )
    large = quantity(100.0, "GB")
    slow, fast = (time_of("collective", one, data=large) for one in (decimal, binary))
    assert magnitude(slow / fast, "1") == pytest.approx(1.024**3, rel=2e-3)


def test_links_through_the_host_lose_rate_with_more_accelerators() -> None:
    """Eight accelerators on PCI Express share what four times as fast switched links do not."""
    l40s, h100 = ACCELERATORS.find("l40s"), ACCELERATORS.find("h100_sxm")
    large = quantity(1.0, "GB")
    growth = [
        magnitude(time_of("collective", one, data=large) / time_of("collective", one, data=large, ways=2.0), "1")
        for one in (l40s, h100)
    ]
    assert growth[0] > 1.5 * growth[1]


def test_own_all_reduce_of_a_framework_needs_links() -> None:
    """A small all-reduce is faster by a framework's own kernel where there are links, and the library's elsewhere."""
    h100, l40s = ACCELERATORS.find("h100_sxm"), ACCELERATORS.find("l40s")
    small = quantity(8.0, "kB")
    times = {
        (one.id, name): time_of("collective", one, data=small, framework=name)
        for one in (h100, l40s)
        for name in ("trtllm", "nccl")
    }
    assert times[h100.id, "trtllm"] < 0.5 * times[h100.id, "nccl"]
    assert times[l40s.id, "trtllm"] == times[l40s.id, "nccl"]


def test_large_all_reduces_go_through_the_library() -> None:
    """Above some size a framework's own kernel loses to the ring, and then both names take the same time."""
    h100, large = ACCELERATORS.find("h100_sxm"), quantity(1.0, "GB")
    own, library = (time_of("collective", h100, data=large, framework=name) for name in ("vllm", "nccl"))
    assert magnitude(own / library, "1") == pytest.approx(1, rel=0.05)


def test_rings_start_later_with_every_accelerator_and_all_to_all_does_not() -> None:
    """Tiny data passes one link after the other round a ring, and a single one when all send to all."""
    h100, tiny, ways = ACCELERATORS.find("h100_sxm"), quantity(1.0, "byte"), np.array([2.0, 8.0])
    table = load_kernel_table()
    growth = {
        name: np.diff(magnitude(collective_time(h100, name, data=tiny, ways=ways), "second"))[0]
        for name in ("all_reduce", "all_gather", "alltoall")
    }
    hop = magnitude(table.constants(Kernel("collective", "all_reduce", "nccl"), h100)["hop"], "second")
    assert growth["all_reduce"] == pytest.approx(12 * hop, rel=0.05)
    assert growth["all_gather"] == pytest.approx(6 * hop, rel=0.05)
    assert growth["alltoall"] < 0.2 * hop


def test_collectives_start_later_across_dies() -> None:
    """The same package as two dies, or with a number of dies not given, starts later and as a single die."""
    h100 = ACCELERATORS.find("h100_sxm")
    one, two, silent = (
        time_of("collective", replace(h100, die_count=dies)) for dies in (quantity(1.0), quantity(2.0), None)
    )
    assert one < two
    assert one == silent


def test_peak_of_kernels_is_the_dense_one() -> None:
    """Sparse peaks, twice as high in datasheets, never count."""
    assert magnitude(dense_peak(ACCELERATORS.find("a100_sxm"), FORMATS["sq"]), "TFLOP/s") == pytest.approx(624)


@pytest.mark.parametrize(
    ("name", "operations", "number_type"),
    [("h100_sxm", 4096, "bf16"), ("h100_sxm", 8192, "fp8"), ("b200_sxm", 8192, "bf16"), ("l40s", 1024, "bf16")],
)
def test_printed_peaks_are_raised_to_the_highest_clock(name: str, operations: float, number_type: str) -> None:
    """Units do whole powers of two of operations a cycle: NVIDIA prints the H100's peak at 1830 of its 1980 MHz."""
    chip = ACCELERATORS.find(name)
    expected = operations * magnitude(chip.compute_units, "1") * magnitude(chip.clock, "Hz") / 1e12
    assert magnitude(dense_peak(chip, FORMATS[number_type]), "TFLOP/s") == pytest.approx(expected, rel=1e-3)


def test_peaks_that_say_nothing_of_clocks_stay_as_printed() -> None:
    """No clock, no units, or operations per cycle far from a power of two: the peak is as it was."""
    h100 = ACCELERATORS.find("h100_sxm")
    odd = replace(h100, peak={**h100.peak, "bf16": quantity(750.0, "TFLOP/s")})
    silent = [replace(h100, clock=None), replace(h100, compute_units=None)]
    peaks = [magnitude(dense_peak(one, FORMATS["bf16"]), "TFLOP/s") for one in (odd, *silent)]
    assert peaks == pytest.approx([750, 989, 989])


def test_only_the_general_library_splits_long_inner_dimensions() -> None:
    """With one tile of the result, sixteen times the depth takes cuBLAS less than four times as long, others more."""
    h100 = ACCELERATORS.find("h100_sxm")
    long, short = (
        {
            one: matrix_product_time(h100, one, rows=16.0, columns=128.0, inner=inner, framework="vllm")
            for one in ("bf16", "fp8")
        }
        for inner in (65536.0, 4096.0)
    )
    assert magnitude(long["bf16"] / short["bf16"], "1") < 4 < magnitude(long["fp8"] / short["fp8"], "1")


@pytest.mark.parametrize(("rows", "expected"), [(128.0, 128.0), (64.0, 96.0), (16.0, 72.0)])
def test_short_tiles_wait_for_their_weights(rows: float, expected: float) -> None:
    """At 4096 operations and 64 bytes a cycle 16-bit weights take the time of 64 rows; a full tile hides them."""
    chip = {"peak": quantity(4096e9, "FLOP/s"), "units": quantity(1.0), "clock": quantity(1.0, "GHz")}
    weights = {"weight_bytes": quantity(2.0, "byte"), "feed": quantity(64.0, "byte")}
    paid = paid_rows(tile_rows=quantity(rows), largest=quantity(128.0), **chip, **weights)
    assert magnitude(paid, "1") == pytest.approx(expected)


def test_weights_that_never_come_cost_no_more_than_a_full_tile() -> None:
    """However slow the cache, a tile of one row is not slower than one of 128."""
    chip = {"peak": quantity(4096e9, "FLOP/s"), "units": quantity(1.0), "clock": quantity(1.0, "GHz")}
    slow = {"weight_bytes": quantity(2.0, "byte"), "feed": quantity(0.01, "byte")}
    paid = paid_rows(tile_rows=quantity(1.0), largest=quantity(128.0), **chip, **slow)
    assert magnitude(paid, "1") == pytest.approx(128)


def test_what_a_chip_cannot_hold_is_no_peak_of_kernels() -> None:
    """The share held in an independent benchmark scales the peak; where none was measured one is assumed."""
    h100, table = ACCELERATORS.find("h100_sxm"), load_kernel_table()
    half = h100.with_leaves(sustained_share=quantity(0.5))
    silent = replace(h100, sustained_share=None)
    peaks = [magnitude(chip_of(one, FORMATS["bf16"], table).sustained_peak, "TFLOP/s") for one in (half, silent)]
    whole = magnitude(dense_peak(h100, FORMATS["bf16"]), "TFLOP/s")
    assert peaks == pytest.approx([whole / 2, whole * magnitude(table.assumptions["sustained_share"], "1")])


def test_caches_in_mebibytes_are_larger_than_in_megabytes() -> None:
    """A product that just fits reads more from a cache of 50 MiB than from one of 50 MB."""
    l40s = ACCELERATORS.find("l40s")
    slow, fast = (
        matrix_product_time(
            l40s.with_leaves(on_chip_capacity=quantity(50.0, unit)),
            "bf16",
            rows=1.0,
            columns=5000.0,
            inner=5000.0,
            copies=1.0,
        )
        for unit in ("MB", "MiB")
    )
    assert slow > fast


def test_unknown_number_types_are_refused_with_a_hint() -> None:
    """A wrong number type is an error that names a near one."""
    with pytest.raises(UnknownName, match="fp8_block"):
        number_format("fp8_blok")


def test_weights_that_are_widened_in_registers_compute_slower_on_new_accelerators() -> None:
    """Kernels for 4-bit integers use the instructions of the A100, which give a B200 a fourth of its 16-bit peak."""
    table = load_kernel_table()
    b200 = ACCELERATORS.find("b200")
    wide, widened = (chip_of(b200, FORMATS[one], table).sustained_peak for one in ("bf16", "int4_wo"))
    assert magnitude(widened / wide, "1") == pytest.approx(0.26, abs=0.02)


def test_intervals_widen_with_what_is_not_known() -> None:
    """A measured accelerator is surer than its sibling, that than a generation never measured, a new kernel least."""
    table = load_kernel_table()
    known, new = Kernel("matrix_product", "fp8", "vllm"), Kernel("matrix_product", "fp8", "sglang")
    h100, h200, mi300x = (ACCELERATORS.find(name) for name in ("h100_sxm", "h200_sxm", "mi300x"))
    assert [table.knowledge(known, one) for one in (h100, h200, mi300x)] == [KNOWN, SIBLING, UNSEEN]
    assert table.knowledge(new, h100) == UNSEEN_KERNEL
    pairs = [table.interval(known, one) for one in (h100, h200, mi300x)] + [table.interval(new, h100)]
    assert all(low < 1 < high for low, high in pairs)
    assert np.all(np.diff([high / low for low, high in pairs]) >= 0)


def test_constants_of_unmeasured_generations_have_wider_ranges() -> None:
    """The 90% range of a constant includes how much generations differ."""
    table, kernel = load_kernel_table(), Kernel("matrix_product", "bf16", "vllm")
    ranges = [
        table.constants(kernel, ACCELERATORS.find(name)).facts["value.latency"] for name in ("h100_sxm", "mi300x")
    ]
    spans = [magnitude(one.high / one.low, "1") for one in ranges if one.high is not None and one.low is not None]
    assert spans[1] > spans[0]


def test_unknown_frameworks_take_the_base() -> None:
    """A framework that was never measured gets the constants of its number type alone."""
    h100 = ACCELERATORS.find("h100_sxm")
    assert matrix_product_time(h100, "bf16", **PRODUCT, framework="sglang") == matrix_product_time(
        h100, "bf16", **PRODUCT
    )


def test_a_time_explains_itself_down_to_facts() -> None:
    """The tree of a traced time names its steps and ends at the spec sheet."""
    traced = ACCELERATORS.find("h100_sxm").traced(Graph())
    tree = explain(time_of("matrix_product", traced))
    assert tree.find("effective_bandwidth").children
    assert tree.find("nvidia/h100-sxm5-80gb.memory.bandwidth").origin is not None


def test_every_family_has_constants_with_facts() -> None:
    """Each constant has a source, a reason and a range around its value."""
    table = load_kernel_table()
    assert set(table.families) == set(TIMES)
    facts = [one.fact for family in table.families.values() for one in family.values()]
    assert all(fact.source and fact.reason for fact in facts)
    assert all(fact.low is not None and fact.high is not None and fact.low <= fact.value <= fact.high for fact in facts)
    assert sum(table.size.values()) < 300


def test_expert_load_agrees_with_a_simulation() -> None:
    """Rows, experts touched and tiles of the busiest rank are within a tenth of draws, for most shapes."""
    rng = np.random.default_rng(0)
    shapes = [(t, k, e, w) for t in (8, 64, 512, 4096) for k, e in ((8, 128), (8, 256), (2, 8)) for w in (1, 2, 8, 64)]
    misses = [np.log(_load(*one) / _simulated(rng, *one)) for one in shapes if one[3] <= one[2]]
    assert (np.quantile(np.abs(misses), 0.8, axis=0) < 0.1).all()


def _load(tokens: int, per_token: int, experts: int, ways: int) -> Any:
    shape = {"tokens": tokens, "per_token": per_token, "experts": experts, "expert_ways": ways}
    rest = {"hidden": 1024, "width": 1024, "matrices": 3, "tensor_ways": 1, "skew": 1.2, "replicated": 1}
    case = expert_case(ACCELERATORS.find("h100_sxm"), "bf16", None, **{k: float(v) for k, v in (shape | rest).items()})
    load = expert_load(case.work, load_kernel_table().constants(case.kernel, case.accelerator))  # type: ignore[arg-type]
    return np.array([magnitude(one, "1") for one in (load.rows, load.touched, load.row_tiles(quantity(16.0)))])


def _simulated(rng: np.random.Generator, tokens: int, per_token: int, experts: int, ways: int) -> Any:
    """Return what the busiest of some ranks gets on average, drawn as the benchmark draws it."""
    low, high = (1.0, 0.8 * tokens) if tokens * per_token > experts else (0.01, 2.0)
    power = 1 - 1.2
    draws = ((high**power - low**power) * rng.random((50, experts)) + low**power) ** (1 / power)
    counts = np.minimum(np.round(draws / draws.sum(1, keepdims=True) * tokens * per_token), tokens)
    ranks = counts.reshape(50, ways, -1)
    while (missing := tokens * per_token - ranks.sum((1, 2), keepdims=True)).any():
        # one rank after the other gives a row to the expert with fewest, or takes it from the one with most
        free = np.where(missing > 0, ranks < tokens, ranks > 0)
        order = _places(np.where(free, ranks * np.sign(missing), np.inf), 2) * ways + np.arange(ways)[:, None]
        turn = _places(np.where(free, order, np.inf).reshape(50, -1), 1).reshape(ranks.shape)
        ranks += np.sign(missing) * (free & (turn < np.abs(missing)))
    busiest = ranks[np.arange(50), ranks.sum(2).argmax(1)]
    return np.array([one.sum(1).mean() for one in (busiest, busiest > 0, np.ceil(busiest / 16))])


def _places(values: Any, axis: int) -> Any:
    """Return at which place each value comes, from the least on."""
    return np.argsort(np.argsort(values, axis=axis, kind="stable"), axis=axis)


def test_replaced_accelerators_keep_their_generation() -> None:
    """A change of one figure of a known accelerator changes only what depends on it."""
    h100 = ACCELERATORS.find("h100_sxm")
    faster = replace(h100, memory_bandwidth=h100.memory_bandwidth * 2)
    assert time_of("matrix_product", faster, rows=1.0) < time_of("matrix_product", h100, rows=1.0)


def test_software_has_kernels_for_either_kind_of_matrix_instructions() -> None:
    """Chips never measured take the kernels of their kind: workstation Blackwell those of Ada, not of the B200."""
    names = ("a100_sxm", "l40s", "rtx-pro-6000-server", "h100_sxm", "gb200", "b300", "mi300x")
    kinds = [engine_of(ACCELERATORS.find(name), Kernel("decode_attention", "bf16", "vllm")) for name in names]
    assert kinds == [SYNCHRONOUS] * 3 + [ASYNCHRONOUS] * 3 + [""]
    older = Kernel("decode_attention", "bf16", "trtllm")
    assert [engine_of(ACCELERATORS.find(name), older) for name in ("h100_sxm", "gb200")] == [SYNCHRONOUS, ASYNCHRONOUS]


def test_campaigns_that_disagree_widen_intervals_more_where_they_are_few() -> None:
    """Without spread between campaigns the interval holds 80% of rows; with it, four units make it wider than forty."""
    rng = np.random.default_rng(0)
    campaigns = np.repeat(np.arange(40), 200)
    rows, middles = rng.normal(0, 0.1, campaigns.size), rng.normal(0, 0.2, 40)
    assert half_width(rows, campaigns, 40) == pytest.approx(0.1 * 1.2816, rel=0.05)
    few, many = (half_width(rows + middles[campaigns], campaigns, units) for units in (4, 40))
    assert few > 1.15 * many
