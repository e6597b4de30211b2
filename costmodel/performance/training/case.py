"""A model on accelerators in a layout, as the numbers that a training step depends on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import Accelerator
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.performance.formulas import operators as o
from costmodel.performance.formulas import training as f
from costmodel.performance.formulas.kinds_of_run import passes_of_step
from costmodel.performance.machine import shape
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.number_types import STORED, compute_type
from costmodel.performance.machine.setup import UNLIMITED, Setup
from costmodel.performance.machine.states import states_weights
from costmodel.units import Quantity, add, quantity

ONE, NONE = quantity(1.0), quantity(0.0)
NO_ATTENTION = quantity(0.0, "FLOP")
FROZEN = quantity(2.0)
"""Passes of a step that trains none of its weights: forward, and backward to inputs."""
TOKEN = quantity(1.0, "token")
RECOMPUTE: dict[str, tuple[float, ...]] = {
    "none": (0.0, 0.0, 0.0),
    "selective": (0.0, 1.0, 0.0),
    "elementwise": (0.0, 1.0, 1.0),
    "full": (1.0, 1.0, 1.0),
}
"""Shares of products, of attention, and of norms and residuals that are computed again in the backward pass."""
UNSTATED = "unstated"
SHARDING: dict[str, tuple[float, ...]] = {
    "none": (0.0, 0.0, 0.0),
    "optimizer": (1.0, 0.0, 0.0),
    "gradients": (1.0, 1.0, 0.0),
    "full": (1.0, 1.0, 1.0),
}
"""Whether copies share the optimiser's state (ZeRO 1), gradients too (ZeRO 2), and weights too (ZeRO 3, FSDP)."""
SCHEDULES: dict[str, tuple[float, ...]] = {"1f1b": (0.0,), "zero-bubble": (1.0,)}
"""Whether gradients of weights, for which nobody waits, fill the bubble of the pipeline."""


@dataclass(frozen=True)
class Case:
    """All numbers of a step; arrays where many layouts, or many models, are computed at once."""

    layers: Quantity
    hidden_size: Quantity
    width: Quantity
    """Elements that the layers of a token keep for the backward pass beside those of hidden size, on average."""
    dense_weights: Quantity
    """Weights that each token is multiplied by, experts and head apart."""
    expert_weights: Quantity
    """The same in the experts that a token chooses."""
    head_weights: Quantity
    dense_stored: Quantity
    expert_stored: Quantity
    expert_layers: Quantity
    experts_per_token: Quantity
    expert_width: Quantity
    attention: Quantity
    """Operations of a forward pass in which one token attends to those before it, summed over layers."""
    context_elements: Quantity
    """Keys and values of a token, summed over layers."""
    peak: Quantity
    wide_peak: Quantity
    memory_bandwidth: Quantity
    links: Quantity
    network: Quantity
    domain: Quantity
    watts: Quantity
    accelerators: Quantity
    batch: Quantity
    sequence_length: Quantity
    tensor: Quantity
    stages: Quantity
    context: Quantity
    virtual: Quantity
    expert_ways: Quantity
    micro_batch: Quantity
    recomputed: Quantity
    attention_recomputed: Quantity
    rows_recomputed: Quantity
    optimizer_sharded: Quantity
    gradients_sharded: Quantity
    weights_sharded: Quantity
    passes: Quantity
    """Passes over products without recomputation: forward and two backward; less where weights are frozen."""
    zero_bubble: Quantity
    newer: Quantity
    bits: str | Sequence[str]
    family: str | Sequence[str]
    software: str | Sequence[str]

    @property
    def trained(self) -> Quantity:
        """Share of the weights that is trained, and so has gradients and a state of the optimiser."""
        return self.passes - FROZEN

    @property
    def copies(self) -> Quantity:
        """Copies of the model that train side by side."""
        return f.data_parallel(
            accelerators=self.accelerators,
            tensor_parallel=self.tensor,
            pipeline_parallel=self.stages,
            context_parallel=self.context,
        )

    @property
    def micro_batches(self) -> Quantity:
        """Micro-batches of each copy in a step."""
        return f.micro_batches(
            batch=self.batch,
            data_parallel=self.copies,
            micro_batch=self.micro_batch,
            sequence_length=self.sequence_length,
        )

    @property
    def rows(self) -> Quantity:
        """Tokens of a step in one group of tensor-parallel accelerators, at each stage."""
        return self.batch / TOKEN / (self.copies * self.context)


def pick(constants: Constants, what: str, names: str | Sequence[str]) -> Quantity:
    """Return the constant of a kind by its variant, one where none was measured; an array for many."""
    if isinstance(names, str):
        return constants.value.get(f"{what}_{names}", ONE)
    known = {name: float(pick(constants, what, name).magnitude) for name in set(names)}
    return quantity(np.array([known[name] for name in names]))


def case_of(setup: Setup, workload: TrainingRun) -> Case:
    """Return the numbers of a training run in a deployment."""
    deployment = setup.deployment
    full, attention, rows = _recomputed(deployment, setup.constants)
    state, gradients, weights = map(quantity, SHARDING[deployment.sharding])
    return Case(
        **_of_model(setup.model, workload.sequence_length),
        **_of_chip(setup),
        accelerators=workload.accelerators,
        batch=workload.batch,
        sequence_length=workload.sequence_length,
        tensor=deployment.tensor_parallel,
        stages=deployment.need("pipeline_parallel"),
        context=_or_one(deployment.context_parallel),
        virtual=_or_one(deployment.virtual_stages),
        expert_ways=_or_one(deployment.expert_parallel),
        micro_batch=deployment.need("micro_batch"),
        recomputed=full,
        attention_recomputed=attention,
        rows_recomputed=rows,
        optimizer_sharded=state,
        gradients_sharded=gradients,
        weights_sharded=weights,
        passes=passes_of_step(trained=_or_one(workload.trained_share)),
        zero_bubble=quantity(SCHEDULES[deployment.schedule][0]),
        newer=NONE if deployment.software_newer is None else deployment.software_newer,
        bits=_bits(setup.accelerator, deployment.precision),
        family=setup.accelerator.family,
        software=deployment.framework,
    )


def _recomputed(deployment: Deployment, constants: Constants) -> tuple[Quantity, Quantity, Quantity]:
    if deployment.recompute == UNSTATED:
        share = constants["training_recompute_unstated"]
        return share, NONE, share
    full, attention, rows = RECOMPUTE[deployment.recompute]
    return quantity(full), quantity(attention), quantity(rows)


def _or_one(value: Quantity | None) -> Quantity:
    return ONE if value is None else value


def _bits(chip: Accelerator, precision: str) -> str:
    width = STORED[compute_type(chip, precision)]
    return "16" if width > 1.5 else "8" if width > 0.75 else "4"  # noqa: PLR2004 - bytes between the widths


def _of_chip(setup: Setup) -> dict[str, Quantity]:
    chip = setup.accelerator
    return {
        "peak": chip.peak[compute_type(chip, setup.deployment.precision)],
        "wide_peak": chip.peak[compute_type(chip, "bf16")],
        "memory_bandwidth": chip.memory_bandwidth,
        "links": setup.links,
        "network": chip.need("scale_out_bandwidth_one_way"),
        "domain": ONE if setup.domain is UNLIMITED else setup.domain,
        "watts": chip.power * quantity(1.0, "accelerator"),
    }


def _of_model(model: Architecture, sequence_length: Quantity) -> dict[str, Quantity]:
    dense = shape.dense_layers(model) * shape.dense_weights(model) if model.has_dense else NONE
    experts, shared = NONE, NONE
    if model.has_experts:
        experts = model.experts_layers * shape.expert_weights(model)
        shared = model.experts_layers * (shape.shared_weights(model) + shape.router_weights(model))
    head = model.vocabulary * model.hidden_size
    products = shape.attention_weights(model) + states_weights(model) + dense + shared
    stored = shape.parameters(model) - experts * model.experts_count
    spans = shape.spans(model)
    used = products + experts * model.experts_per_token
    return {
        "layers": model.layers,
        "hidden_size": model.hidden_size,
        "width": used / model.layers / model.hidden_size,
        "dense_weights": products,
        "expert_weights": experts * model.experts_per_token,
        "head_weights": head,
        "dense_stored": stored,
        "expert_stored": experts * model.experts_count,
        "expert_layers": model.experts_layers,
        "experts_per_token": model.experts_per_token,
        "expert_width": model.experts_width,
        "attention": add(_attention(one, sequence_length / TOKEN) for one in spans) if spans else NO_ATTENTION,
        "context_elements": add(one.layers * one.attention.cache_elements for one in spans) if spans else NONE,
    }


def _attention(span: shape.Span, length: Quantity) -> Quantity:
    if span.limit is not None and span.inside:
        attended = o.mean_attended_in_blocks(length=length, block=span.limit)
    else:
        attended = o.mean_attended(new=length, cached=NONE, window=UNLIMITED if span.limit is None else span.limit)
    return span.layers * attended * span.attention.prefill_operations


def stacked(cases: Sequence[Case]) -> Case:
    """Return many cases as one of arrays."""
    return Case(**{one.name: _column([getattr(case, one.name) for case in cases]) for one in fields(Case)})


def _column(values: list[Any]) -> Any:
    first = values[0]
    if isinstance(first, str):
        return [str(one) for one in values]
    return quantity(np.array([float(one.to(first.units).magnitude) for one in values]), str(first.units))
