"""The time of each kernel as a function of an accelerator, a number type and a shape.

Shapes are numbers, arrays or quantities, which broadcast. `framework` is whose kernel it is (`trtllm`, `vllm`); where
it is unknown, or was never measured, the base constants answer. All return a quantity of time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy.typing as npt

from costmodel.calibration.kernels import cases
from costmodel.calibration.kernels.cases import Case
from costmodel.calibration.kernels.constants import KernelTable, load_kernel_table
from costmodel.domain.hardware import Accelerator
from costmodel.units import Quantity

Number = float | npt.ArrayLike | Quantity


@dataclass(frozen=True)
class Timed:
    """A predicted time with the interval in which 80% of measurements lie."""

    time: Quantity
    low: Quantity
    high: Quantity


def timed(case: Case, table: KernelTable | None = None) -> Timed:
    """Return the time of a case with its 80% interval."""
    used = table or load_kernel_table()
    time, (low, high) = case.time(used), case.factors(used)
    return Timed(time, time * low, time * high)


def matrix_product_time(
    accelerator: Accelerator,
    number_type: str,
    *,
    rows: Number,
    columns: Number,
    inner: Number,
    framework: str | None = None,
    copies: Number = cases.COLD,
    uncaptured: bool = False,
    table: KernelTable | None = None,
) -> Quantity:
    """Return the time of a product of `rows` x `inner` activations with `inner` x `columns` weights.

    Parameters
    ----------
    copies
        Sets of weights read before the same one is read again; inside a model many, so that none stays cached.
    uncaptured
        Whether the host launches the kernel itself, instead of a captured graph.
    """
    shape = {"rows": rows, "columns": columns, "inner": inner}
    case = cases.product_case(accelerator, number_type, framework, copies=copies, uncaptured=uncaptured, **shape)
    return case.time(table or load_kernel_table())


def prefill_attention_time(
    accelerator: Accelerator,
    number_type: str,
    *,
    sequences: Number,
    tokens: Number,
    heads: Number,
    key_value_heads: Number,
    head_size: Number,
    cache_type: str | None = None,
    framework: str | None = None,
    table: KernelTable | None = None,
) -> Quantity:
    """Return the time in which `sequences` prompts of `tokens` new tokens attend to themselves, causally."""
    case = cases.prefill_case(
        accelerator,
        number_type,
        cache_type or number_type,
        framework,
        sequences=sequences,
        tokens=tokens,
        heads=heads,
        key_value_heads=key_value_heads,
        head_size=head_size,
    )
    return case.time(table or load_kernel_table())


def decode_attention_time(
    accelerator: Accelerator,
    cache_type: str,
    *,
    sequences: Number,
    context: Number,
    heads: Number,
    key_value_heads: Number,
    head_size: Number,
    tensors: Number = 2.0,
    framework: str | None = None,
    table: KernelTable | None = None,
) -> Quantity:
    """Return the time in which one new token of each sequence attends to `context` cached tokens.

    Parameters
    ----------
    tensors
        Cached tensors per kept head: keys and values (2), or one shared latent (1).
    """
    case = cases.decode_case(
        accelerator,
        cache_type,
        framework,
        sequences=sequences,
        context=context,
        heads=heads,
        key_value_heads=key_value_heads,
        head_size=head_size,
        tensors=tensors,
    )
    return case.time(table or load_kernel_table())


def expert_layer_time(
    accelerator: Accelerator,
    number_type: str,
    *,
    tokens: Number,
    per_token: Number,
    experts: Number,
    hidden: Number,
    width: Number,
    matrices: Number = 3.0,
    tensor_ways: Number = 1.0,
    expert_ways: Number = 1.0,
    skew: Number = 0.0,
    replicated: Number = 0.0,
    framework: str | None = None,
    table: KernelTable | None = None,
) -> Quantity:
    """Return the time of a layer of routed experts on its busiest accelerator.

    Parameters
    ----------
    tokens
        Tokens of the whole group of accelerators.
    tensor_ways, expert_ways
        Accelerators that share each expert, and among which whole experts are spread.
    skew
        Exponent of the power law of popularity of experts; 0 for even choices.
    replicated
        1 where every accelerator is given all tokens, 0 where only those of its own experts arrive.
    """
    case = cases.expert_case(
        accelerator,
        number_type,
        framework,
        tokens=tokens,
        per_token=per_token,
        experts=experts,
        hidden=hidden,
        width=width,
        matrices=matrices,
        tensor_ways=tensor_ways,
        expert_ways=expert_ways,
        skew=skew,
        replicated=replicated,
    )
    return case.time(table or load_kernel_table())


def collective_time(
    accelerator: Accelerator,
    operation: str,
    *,
    data: Quantity,
    ways: Number,
    framework: str | None = "nccl",
    table: KernelTable | None = None,
) -> Quantity:
    """Return the time of a collective of `data` over `ways` accelerators of one scale-up domain.

    `framework` is `nccl` for the general library; `trtllm` and `vllm` have an all-reduce of their own.
    """
    case = cases.collective_case(accelerator, operation, framework, data=data, ways=ways)
    return case.time(table or load_kernel_table())
