"""How software runs attention: which of its kernels, in how many tiles and parts, and with what beside."""

from __future__ import annotations

import pytest

from costmodel.calibration.kernels import decode_attention_time
from costmodel.calibration.kernels.attention_software import prefill_resident
from costmodel.calibration.kernels.cases import decode_case
from costmodel.domain.accelerator_names import Accelerators
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude

ACCELERATORS = Accelerators(Catalog())
SHORT = {"sequences": 4.0, "context": 64.0, "heads": 32.0, "key_value_heads": 8.0, "head_size": 128.0}
"""A short context, in which starting counts."""


def decode_seconds(name: str, framework: str, **changes: float) -> float:
    """Return the seconds of decode attention, with some of its sizes changed."""
    time = decode_attention_time(ACCELERATORS.find(name), "bf16", framework=framework, **{**SHORT, **changes})
    return magnitude(time, "second")


def test_vllm_decodes_on_blackwell_with_the_kernels_of_tensorrt_llm() -> None:
    """It takes them by FlashInfer there, without the kernel that prepares queries, and its own on other generations."""
    chips = [ACCELERATORS.find(name) for name in ("b200", "h100_sxm")]
    vllm, own = (
        [decode_case(chip, "bf16", name, tensors=2.0, **SHORT) for chip in chips] for name in ("vllm", "trtllm")
    )
    assert [one.kernel == other.kernel for one, other in zip(vllm, own, strict=True)] == [True, False]
    assert decode_seconds("b200", "trtllm") > decode_seconds("b200", "vllm")


@pytest.mark.parametrize(("name", "slower"), [("a100_sxm", True), ("l40s", True), ("h100_sxm", False)])
def test_queries_are_copied_where_they_do_not_lie_side_by_side(name: str, slower: bool) -> None:
    """Gathering heads of several sequences and kept heads costs FlashAttention 2, and not 3, two small kernels."""
    apart = decode_seconds(name, "vllm")
    together = max(
        decode_seconds(name, "vllm", key_value_heads=1.0, sequences=32.0),
        decode_seconds(name, "vllm", sequences=1.0),
    )
    assert (apart > 1.2 * together) == slower


@pytest.mark.parametrize("framework", ["trtllm", "vllm"])
def test_long_contexts_are_split_unless_software_does_not(framework: str) -> None:
    """One sequence whose heads each have a cache of their own fills the chip, but not with FlashAttention 2."""
    long = {"context": 65536.0, "sequences": 1.0}
    single = decode_seconds("l40s", framework, heads=2.0, key_value_heads=2.0, **long)
    shared = decode_seconds("l40s", framework, heads=16.0, key_value_heads=2.0, **long)
    assert (single > 3 * shared) == (framework == "vllm")


@pytest.mark.parametrize("name", ["a100_sxm", "b200", "h100_sxm", "l40s"])
def test_longer_heads_and_larger_groups_take_longer_to_start(name: str) -> None:
    """A reader fetches a tile of queries and writes one of results, of 16 query heads or whole multiples of them."""
    many = {"sequences": 2048.0, "context": 16.0}
    short, long = (decode_seconds(name, "trtllm", head_size=size, **many) for size in (64.0, 256.0))
    assert long > 1.2 * short
    filled, more = (decode_seconds(name, "trtllm", heads=8 * group, **many) for group in (16.0, 24.0))
    assert more > 1.15 * filled


def test_kernels_without_matrix_instructions_start_faster_and_compute_slower() -> None:
    """TensorRT-LLM takes them where a kept head has one query head, which starts fast, or very many, which is slow."""
    many = {"sequences": 2048.0, "context": 16.0}
    single, grouped = (decode_seconds("h100_sxm", "trtllm", heads=8.0 * group, **many) for group in (1.0, 2.0))
    assert single < 0.6 * grouped
    long = {"key_value_heads": 2.0, "context": 4096.0, "sequences": 64.0}
    most, more = (decode_seconds("h100_sxm", "trtllm", heads=heads, **long) for heads in (64.0, 66.0))
    assert more > 3 * most


def test_units_with_more_memory_hold_more_tiles() -> None:
    """FlashAttention 2 has two tiles at once on a unit of the A100, one on those of the L40S, the T4 and others."""
    names = ("a100_sxm", "rtx-a6000", "l40s", "t4", "h100_sxm", "mi300x")
    held = [magnitude(prefill_resident(ACCELERATORS.find(name), "vllm"), "1") for name in names]
    assert held == [2, 1, 1, 1, 1, 1]
    assert magnitude(prefill_resident(ACCELERATORS.find("a100_sxm"), "trtllm"), "1") == 1
