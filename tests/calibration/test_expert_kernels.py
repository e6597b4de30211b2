"""Whose kernels run expert layers, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from costmodel.calibration.accuracy.kernel_rows import KERNEL_ROWS
from costmodel.calibration.fit.kernels import FOLDER
from costmodel.calibration.kernels import expert_layer_time
from costmodel.calibration.kernels.cases import Case, expert_case
from costmodel.domain.accelerator_names import Accelerators
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity

ACCELERATORS = Accelerators(Catalog())
EXPERTS = {"tokens": 256.0, "per_token": 8.0, "experts": 128.0, "hidden": 4096.0, "width": 1536.0}
SHARES = {"matrices": 3.0, "tensor_ways": 1.0, "skew": 0.0}


def case_of(name: str, framework: str, number_type: str, ways: float = 1.0, **changes: Any) -> Case:
    """Return the usual layer on an accelerator, spread over so many of them."""
    shape = EXPERTS | SHARES | {"expert_ways": ways}
    return expert_case(ACCELERATORS.find(name), number_type, framework, **shape, **changes)


@pytest.mark.parametrize(
    ("name", "number_type", "ways", "whose"),
    [
        ("b200", "bf16", 1.0, "trtllm"),
        ("a100_sxm", "bf16", 1.0, "vllm"),
        ("h100", "fp8", 1.0, "cutlass"),
        ("h100", "fp8_block", 1.0, "vllm"),
        ("h100", "fp8_block", 8.0, "deepgemm"),
        ("l40s", "fp8_block", 8.0, "vllm"),
        ("h100", "int4_wo", 1.0, "marlin"),
        ("b200", "int4_wo", 1.0, "marlin"),
        ("l40s", "w4a16_mxfp4", 1.0, "marlin"),
        ("h100", "w4a16_mxfp4", 1.0, "vllm"),
        ("b200", "w4a16_mxfp4", 1.0, "trtllm"),
        ("mi300x", "int4_wo", 1.0, "vllm"),
    ],
)
def test_kernels_that_vllm_takes_from_others_are_those(name: str, number_type: str, ways: float, whose: str) -> None:
    """By generation, number type and, for blocks on Hopper, by whether whole experts are spread."""
    assert case_of(name, "vLLM", number_type, ways).kernel.framework == whose


def test_fused_expert_layers_launch_fewer_kernels() -> None:
    """TensorRT-LLM's fused kernels launch four on Blackwell, where vLLM takes them; its others seven, on any chip."""
    asked = [
        ("b200", "vllm", "bf16"),
        ("b200", "trtllm", "bf16"),
        ("b200", "vllm", "int4_wo"),
        ("h100", "vllm", "bf16"),
    ]
    assert [magnitude(case_of(*one).work.launches, "1") for one in asked] == [4, 7, 7, 7]


def test_only_software_with_a_row_for_each_assignment_passes_over_those_held_elsewhere() -> None:
    """Where every rank is given all tokens: vLLM's own kernels and Marlin's do, TensorRT-LLM's gather their own."""
    asked = [("h100", "vllm", "bf16"), ("l40s", "vllm", "int4_wo"), ("h100", "trtllm", "bf16")]
    given = [magnitude(case_of(*one, 8.0, replicated=1.0).work.elsewhere, "1") for one in asked]
    assert given == [1, 1, 0]
    assert magnitude(case_of(*asked[0], 8.0).work.elsewhere, "1") == 0


def test_marlin_widens_weights_whatever_their_type() -> None:
    """Its floating 4-bit weights are multiplied by the instructions of 2020, those of other kernels are not."""
    assert [case_of(name, "vllm", "w4a16_mxfp4").form.widened for name in ("l40s", "h100")] == [True, False]


def test_activations_stay_in_a_cache_that_weights_do_not_fit() -> None:
    """What one kernel hands to the next (0.3 GB) is read from a cache that holds half of the weights (1.6 GB)."""
    l40s = ACCELERATORS.find("l40s")
    shape = EXPERTS | {"tokens": 2048.0, "experts": 256.0, "width": 256.0}
    small, large = (
        expert_layer_time(replace(l40s, on_chip_capacity=quantity(size, "MB")), "bf16", framework="trtllm", **shape)
        for size in (96.0, 800.0)
    )
    assert magnitude(large / small, "1") < 0.9


def test_rows_of_an_activation_that_only_marlin_has_are_marlins() -> None:
    """Kimi K3's experts (896 of them) run Marlin's kernel where gpt-oss has others; both are predicted."""
    rows_of = next(one for one in KERNEL_ROWS if one.kind == "moe")
    rows = pd.read_csv(FOLDER / "moe.csv")
    rows = rows[(rows["system"] == "h100_sxm") & (rows["dtype"] == "w4a16_mxfp4")]
    found = {
        (rows_of.case(ACCELERATORS.find("h100"), key, rows_of.values(part)).kernel.framework, experts)
        for key, part in rows_of.groups(rows)
        for experts in part["num_experts"].unique()
    }
    assert found == {("marlin", 896), ("vllm", 32), ("vllm", 128)}
