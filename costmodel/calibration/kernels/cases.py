"""A kernel with everything its time depends on: what is computed, by whose software, on which accelerator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from costmodel.calibration.kernels.attention_software import BLACKWELL, decode_software, prefill_resident
from costmodel.calibration.kernels.chip import chip_of
from costmodel.calibration.kernels.collectives import collective
from costmodel.calibration.kernels.constants import Kernel, KernelTable
from costmodel.calibration.kernels.decode import decode_attention
from costmodel.calibration.kernels.expert_software import expert_software
from costmodel.calibration.kernels.experts import expert_layer
from costmodel.calibration.kernels.number_formats import NumberFormat, canonical_type, number_format
from costmodel.calibration.kernels.prefill import prefill_attention
from costmodel.calibration.kernels.products import matrix_product
from costmodel.calibration.kernels.work import Decode, Exchange, Experts, Prefill, Product
from costmodel.domain.hardware import Accelerator
from costmodel.units import Quantity, magnitude, quantity, registry

Work = Product | Prefill | Decode | Experts | Exchange

TIMES: dict[str, Callable[..., Quantity]] = {
    "matrix_product": matrix_product,
    "prefill_attention": prefill_attention,
    "decode_attention": decode_attention,
    "expert_layer": expert_layer,
    "collective": collective,
}
"""Family of kernels -> its time from chip, work and constants."""

COLD = 1000.0
"""Copies of weights in a model: every other layer's weights are read before the same ones again."""

ADOPTED: dict[tuple[str | None, str, str, str], str] = {
    ("vllm", family, generation, number_type): "trtllm"
    for family, number_types in {"prefill_attention": ("bf16+fp8",), "decode_attention": ("bf16", "fp8")}.items()
    for generation in BLACKWELL
    for number_type in number_types
}
"""Whose kernels of attention a framework runs, by family of kernels, generation and number type: on Blackwell vLLM
takes TensorRT-LLM's, by FlashInfer."""

SPLIT, SPLIT_BY = ("bf16", "fp16"), {("trtllm", "fp8")}
"""Products that are left to cuBLAS, by number type or by framework and number type: it splits long inner dimensions
among idle units. Others run kernels of CUTLASS or Triton that do not."""

ALL_REDUCE, ALL_TO_ALL, GENERAL = "all_reduce", "alltoall", "nccl"
ADDING = ("hopper", "blackwell", "blackwell-ultra", "rubin")
"""Generations whose NVLink switches add what accelerators send (NVLink SHARP, from the third NVSwitch on)."""
BETWEEN_TWO = ("vllm",)
"""Frameworks whose own all-reduce runs between two accelerators also through the host (`custom_all_reduce.py` of vLLM:
not for "more than two PCIe-only GPUs"); TensorRT-LLM leaves these to the general library."""
ROUNDS = {ALL_REDUCE: 2.0, "all_gather": 1.0, "reduce_scatter": 1.0, ALL_TO_ALL: 1.0}


@dataclass(frozen=True)
class Case:
    """One kernel on one accelerator; shapes may be arrays."""

    accelerator: Accelerator
    kernel: Kernel
    form: NumberFormat
    """What is multiplied."""
    work: Work

    def time(self, table: KernelTable) -> Quantity:
        """Return the predicted time."""
        constants = table.constants(self.kernel, self.accelerator)
        return TIMES[self.kernel.family](chip_of(self.accelerator, self.form, table), self.work, constants)

    def factors(self, table: KernelTable) -> tuple[float, float]:
        """Return the factors on the time between which 80% of measurements lie."""
        return table.interval(self.kernel, self.accelerator)


def product_case(
    accelerator: Accelerator, number_type: str, framework: str | None, *, copies: Any, uncaptured: bool, **shape: Any
) -> Case:
    """Return a matrix product; `shape` has rows, columns and inner."""
    form, software = number_format(number_type), plain(framework)
    work = Product(
        **_pure(shape),
        weight_bytes=form.weight_bytes,
        activation_bytes=form.activation_bytes,
        quantised=quantity(float(form.quantised)),
        copies=_number(copies),
        uncaptured=quantity(float(uncaptured)),
        splits=quantity(float(form.name in SPLIT or (software, form.name) in SPLIT_BY)),
    )
    return Case(accelerator, Kernel("matrix_product", form.name, software), form, work)


def prefill_case(
    accelerator: Accelerator, number_type: str, cache_type: str, framework: str | None, **shape: Any
) -> Case:
    """Return prefill attention; `shape` has sequences, tokens, heads, key_value_heads and head_size."""
    form, cache = number_format(number_type), number_format(cache_type)
    resident = prefill_resident(accelerator, plain(framework))
    work = Prefill(**_pure(shape), cache_bytes=cache.weight_bytes, resident=resident)
    kernel = _kernel("prefill_attention", f"{form.name}+{cache.name}", framework, accelerator)
    return Case(accelerator, kernel, form, work)


def decode_case(accelerator: Accelerator, cache_type: str, framework: str | None, **shape: Any) -> Case:
    """Return decode attention; `shape` has sequences, context, heads, key_value_heads, head_size and tensors."""
    cache = number_format(cache_type)
    kernel = _kernel("decode_attention", cache.name, framework, accelerator)
    software = decode_software(accelerator, kernel, plain(framework))
    work = Decode(**_pure(shape), cache_bytes=cache.weight_bytes, **vars(software))
    return Case(accelerator, kernel, number_format("bf16"), work)


def expert_case(
    accelerator: Accelerator, number_type: str, framework: str | None, *, replicated: Any = 0.0, **shape: Any
) -> Case:
    """Return a layer of routed experts; `shape` has the fields of `Experts` but bytes, launches and `elsewhere`.

    `replicated` is 1 where every rank is given all tokens, 0 where only those of its own experts arrive.
    """
    form, pure = number_format(number_type), _pure(shape)
    spread = bool(np.all(magnitude(pure["expert_ways"], "1") > 1.0))
    software = expert_software(accelerator, form, plain(framework), spread=spread)
    work = Experts(
        **pure,
        weight_bytes=form.weight_bytes,
        activation_bytes=form.activation_bytes,
        launches=quantity(software.launches),
        elsewhere=_number(replicated) * float(software.every_row),
    )
    kernel = Kernel("expert_layer", form.name, software.name)
    return Case(accelerator, kernel, replace(form, widened=form.widened or software.widens), work)


def collective_case(
    accelerator: Accelerator, operation: str, framework: str | None, *, data: Quantity, ways: Any
) -> Case:
    """Return a collective over `ways` accelerators of one scale-up domain."""
    plain_operation = canonical_type(operation)
    software = plain(framework)
    own = plain_operation == ALL_REDUCE and software not in (None, GENERAL)
    work = Exchange(
        data=data,
        ways=_number(ways),
        rounds=quantity(ROUNDS.get(plain_operation, 1.0)),
        chained=quantity(float(plain_operation != ALL_TO_ALL)),
        direct=quantity(float(own)),
        between_two=quantity(float(own and software in BETWEEN_TWO)),
        in_switch=quantity(float(plain_operation == ALL_REDUCE and accelerator.family in ADDING)),
    )
    return Case(accelerator, Kernel("collective", plain_operation, software), number_format("bf16"), work)


def _kernel(family: str, number_type: str, framework: str | None, accelerator: Accelerator) -> Kernel:
    software = plain(framework)
    whose = ADOPTED.get((software, family, accelerator.family, number_type), software)
    return Kernel(family, number_type, whose)


def plain(framework: str | None) -> str | None:
    """Return the one spelling of a framework's name."""
    return framework.strip().lower().replace("-", "") if framework else None


def _pure(shape: dict[str, Any]) -> dict[str, Quantity]:
    return {name: _number(value) for name, value in shape.items()}


def _number(value: Any) -> Quantity:
    return value if isinstance(value, registry.Quantity) else quantity(value)
