"""What is computed, for whom and laid out how: demand, query, plan, training run, capacity, deployment."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.domain.hardware import Accelerator
from costmodel.domain.noun import Noun
from costmodel.units import Quantity


@dataclass(frozen=True, kw_only=True)
class Serving(Noun):
    """Answering the queries of users."""

    users: Quantity
    queries_per_user: Quantity
    peak_to_mean: Quantity
    prompt_tokens: Quantity
    output_tokens: Quantity
    plan_price: Quantity | None = None
    time_to_first_token: Quantity | None = None
    time_per_output_token: Quantity | None = None


@dataclass(frozen=True, kw_only=True)
class TrainingRun(Noun):
    """One training run of a model."""

    tokens: Quantity
    batch: Quantity
    sequence_length: Quantity
    accelerators: Quantity
    goodput: Quantity


@dataclass(frozen=True, kw_only=True)
class Capacity(Noun):
    """Accelerator-hours over years, whatever is computed in them."""

    reference: Accelerator
    accelerators: Quantity
    duration: Quantity
    utilization: Quantity
    budget: Quantity | None = None


@dataclass(frozen=True, kw_only=True)
class Deployment(Noun):
    """How a workload is laid on systems.

    For serving, `concurrency` requests are in flight on a replica of `tensor_parallel` accelerators. For training,
    the accelerators form `pipeline_parallel` stages of `tensor_parallel` each; the rest is data parallel.
    """

    precision: str
    tensor_parallel: Quantity
    concurrency: Quantity | None = None
    pipeline_parallel: Quantity | None = None
    micro_batch: Quantity | None = None
    kv_cache_precision: str = "bf16"
    framework: str = "vllm"
