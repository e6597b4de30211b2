"""Rows of the five tables of timed kernels as cases of the time model.

Conditions of the benchmark that its rows do not state were read in the public collector code of
ai-dynamo/aiconfigurator (Apache-2.0): how many copies of the weights are cycled, which calls run without a captured
graph, and that expert layers time the busiest rank, which is given all tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from costmodel.calibration.kernels import cases
from costmodel.calibration.kernels.cases import Case
from costmodel.calibration.kernels.expert_software import MARLIN
from costmodel.calibration.kernels.number_formats import canonical_type, number_format
from costmodel.domain.hardware import Accelerator
from costmodel.units import magnitude, quantity

Key = Mapping[str, str]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class KernelRows:
    """One kind of kernel table."""

    kind: str
    family: str
    static: tuple[str, ...]
    """Columns that choose software and number types; each combination is predicted at once."""
    shape: tuple[str, ...]
    """Columns with numbers, which must be positive."""
    case: Callable[[Accelerator, Key, Values], Case]
    software: Callable[[pd.DataFrame], Mapping[str, pd.Series[Any]]] | None = None
    """What else chooses software, by name, if anything: rows that differ in it are predicted apart."""

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that a file of this kind has."""
        return ("system", *self.static, *self.shape)

    def groups(self, rows: pd.DataFrame) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
        """Yield the rows by combination of accelerator, software and number types."""
        apart = {name: rows[name] for name in ("system", *self.static)}
        apart |= self.software(rows) if self.software else {}
        for key, part in rows.groupby(list(apart.values()), sort=False, dropna=False):
            yield dict(zip(apart, map(str, key), strict=True)), part

    def values(self, part: pd.DataFrame) -> dict[str, Any]:
        """Return the columns with numbers as arrays."""
        return {name: part[name].to_numpy(dtype=float) for name in self.shape}


def _gemm(accelerator: Accelerator, key: Key, values: Values) -> Case:
    form = number_format(key["dtype"])
    weights = values["n"] * values["k"] * form.weight
    return cases.product_case(
        accelerator,
        key["dtype"],
        key["framework"],
        rows=values["m"],
        columns=values["n"],
        inner=values["k"],
        copies=_copies(accelerator, key["framework"], form.name, weights),
        uncaptured=(cases.plain(key["framework"]), form.name) == ("vllm", "fp8_block"),
    )


def _copies(accelerator: Accelerator, framework: str, number_type: str, weights: Any) -> Any:
    """Return the copies of the weights that the benchmark cycles: vLLM a fixed number, others to fill the cache."""
    if cases.plain(framework) == "vllm":
        return np.full_like(weights, 1.0 if number_type in ("fp8_block", "nvfp4") else 6.0)
    cache = accelerator.on_chip_capacity
    filled = np.ceil(magnitude(cache, "byte") / weights) if cache is not None else np.full_like(weights, 5.0)
    return np.clip(filled, 1, 5)


def _prefill(accelerator: Accelerator, key: Key, values: Values) -> Case:
    return cases.prefill_case(
        accelerator,
        key["attn_dtype"],
        key["kv_cache_dtype"],
        key["framework"],
        sequences=values["batch_size"],
        tokens=values["isl"],
        **_heads(values),
    )


def _decode(accelerator: Accelerator, key: Key, values: Values) -> Case:
    return cases.decode_case(
        accelerator,
        key["kv_cache_dtype"],
        key["framework"],
        sequences=values["batch_size"],
        context=values["context"],
        tensors=2.0,
        **_heads(values),
    )


def _heads(values: Values) -> dict[str, Any]:
    return {
        "heads": values["num_heads"],
        "key_value_heads": values["num_kv_heads"],
        "head_size": values["head_dim"],
    }


def _experts(accelerator: Accelerator, key: Key, values: Values) -> Case:
    return cases.expert_case(
        accelerator,
        key["dtype"],
        key["software"],
        tokens=values["num_tokens"],
        per_token=values["topk"],
        experts=values["num_experts"],
        hidden=values["hidden_size"],
        width=values["inter_size"],
        matrices=_matrices(key["framework"], values),
        tensor_ways=values["moe_tp_size"],
        expert_ways=values["moe_ep_size"],
        skew=_skew(key["distribution"]),
        replicated=1.0,
    )


def _expert_software(rows: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    """Return whose kernels are asked for, and whether experts are spread, on which vLLM's choice depends.

    Kimi K3 (896 experts) has an activation for which vLLM has Marlin's kernel only.
    """
    numbers = rows[["num_experts", "moe_ep_size"]].apply(pd.to_numeric, errors="coerce")
    only = (numbers["num_experts"] == 896) & (rows["dtype"].map(canonical_type) == "w4a16_mxfp4")  # noqa: PLR2004
    return {"software": rows["framework"].mask(only, MARLIN), "spread": numbers["moe_ep_size"] > 1}


def _skew(distribution: str) -> float:
    """Return the exponent in `power_law_1.2`; 0 for `balanced` and other names."""
    tail = distribution.rpartition("power_law_")[2] if "power_law_" in distribution else "0"
    return float(tail) if tail.replace(".", "", 1).isdigit() else 0.0


def _matrices(framework: str, values: Values) -> Any:
    """Return 2 for experts without a gate (squared ReLU: the shapes of Nemotron 3), else 3."""
    hidden, software = values["hidden_size"], cases.plain(framework)
    ungated = (values["topk"] == 22) & ~((hidden == 4096) & (software == "vllm"))  # noqa: PLR2004 - shapes
    small = (hidden == 2688) & (values["inter_size"] == 1856) & (software == "trtllm")  # noqa: PLR2004 - shapes
    return np.where(ungated | small, 2.0, 3.0)


def _collective(accelerator: Accelerator, key: Key, values: Values) -> Case:
    data = quantity(2.0 * values["elements"], "byte")
    return cases.collective_case(accelerator, key["operation"], key["framework"], data=data, ways=values["chips"])


_HEADS = ("num_heads", "num_kv_heads", "head_dim")
_EXPERTS = ("num_tokens", "hidden_size", "inter_size", "topk", "num_experts", "moe_tp_size", "moe_ep_size")
KERNEL_ROWS = (
    KernelRows("gemm", "matrix_product", ("framework", "dtype"), ("m", "n", "k"), _gemm),
    KernelRows(
        "prefill_attention",
        "prefill_attention",
        ("framework", "attn_dtype", "kv_cache_dtype"),
        ("batch_size", "isl", *_HEADS),
        _prefill,
    ),
    KernelRows(
        "decode_attention",
        "decode_attention",
        ("framework", "kv_cache_dtype"),
        ("batch_size", "context", *_HEADS),
        _decode,
    ),
    KernelRows("moe", "expert_layer", ("framework", "dtype", "distribution"), _EXPERTS, _experts, _expert_software),
    KernelRows("collectives", "collective", ("framework", "operation"), ("chips", "elements"), _collective),
)
