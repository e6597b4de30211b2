"""One optimiser step: what computes, what is passed between accelerators, what waits."""

from __future__ import annotations

from costmodel.performance.formulas import collectives as c
from costmodel.performance.formulas import operators as o
from costmodel.performance.formulas import training as f
from costmodel.performance.machine.constants import Constants
from costmodel.performance.training.case import Case, pick
from costmodel.performance.training.links import SIXTEEN_BITS, exchange, link_parts, over
from costmodel.units import Quantity, add, quantity

ATTENTION_PASSES = quantity(3.5)
"""Attention of the backward pass has five products where that of the forward pass has two."""
HEAD_PASSES = quantity(3.0)


def step_parts(case: Case, constants: Constants) -> dict[str, Quantity]:
    """Return the seconds of a step on one accelerator by kind of work, before bubbles and what hides."""
    even = _products(case, constants) | _memory(case, constants) | link_parts(case, constants)
    return even | {"stages of unequal length": add(even.values()) * (longest_stage(case) - 1)}


def longest_stage(case: Case) -> Quantity:
    """Return the layers of the longest stage over those of the mean one: its parts have whole layers."""
    parts = case.stages * case.virtual
    return c.longest_stage(layers=case.layers, stages=parts, requests=parts)


def step_time(case: Case, constants: Constants) -> Quantity:
    """Return the time of one step."""
    computing = add(step_parts(case, constants).values())
    return f.training_step_time(
        computing=computing,
        bubble=bubble_of(case),
        exchange=exchange(case, constants, computing * (1 + bubble_of(case))),
        optimizer=optimizer(case, constants),
        level=level(case, constants),
    )


def bubble_of(case: Case) -> Quantity:
    """Return the bubble of the pipeline over its busy time."""
    filled = f.zero_bubble_share(passes=case.passes, recomputed=case.recomputed)
    left = 1 - case.zero_bubble * (1 - filled)
    return left * f.bubble(stages=case.stages, virtual=case.virtual, micro_batches=case.micro_batches)


def level(case: Case, constants: Constants) -> Quantity:
    """Return how much longer steps take on a family of chips with some software than the other terms say."""
    chip = pick(constants, "training_family", case.family)
    return chip * pick(constants, "training_software", case.software)


def _sustained(case: Case, constants: Constants) -> Quantity:
    return f.sustained_peak_share(
        watts=case.watts,
        peak=case.wide_peak,
        enough=constants["training_power_per_peak"],
        exponent=constants["training_power_limit"],
    )


def _products(case: Case, constants: Constants) -> dict[str, Quantity]:
    split, rows, share = case.tensor * case.stages, case.rows, _sustained(case, constants)
    passes = case.passes + case.recomputed
    narrow = f.narrow_slowdown(width=case.hidden_size / case.tensor, half=constants["training_half_width"])
    of = {"rows": rows, "passes": passes}
    wide = constants["training_efficiency_16"] * share
    return {
        "products": narrow
        * f.training_products_time(
            weights=case.dense_weights / split,
            peak=case.peak,
            efficiency=pick(constants, "training_efficiency", case.bits) * share,
            **of,
        ),
        "experts": f.training_products_time(
            weights=case.expert_weights / split,
            peak=case.peak,
            efficiency=pick(constants, "training_expert_efficiency", case.bits) * share,
            **of,
        ),
        "head and loss": f.training_products_time(
            rows=rows, weights=case.head_weights / split, passes=HEAD_PASSES, peak=case.wide_peak, efficiency=wide
        ),
        "attention": f.training_attention_time(
            rows=rows / split,
            each=case.attention,
            passes=ATTENTION_PASSES + case.attention_recomputed,
            peak=case.wide_peak,
            efficiency=constants["training_attention_efficiency"] * share,
        ),
    }


def _memory(case: Case, constants: Constants) -> dict[str, Quantity]:
    rows, passes = case.rows / case.stages, case.passes + case.recomputed
    each = {"bytes_per_element": SIXTEEN_BITS}
    moved = o.activation_bytes(
        rows=rows * case.layers,
        width=case.hidden_size / case.tensor,
        passes=constants["training_activation_passes"],
        **each,
    ) + o.activation_bytes(
        rows=rows * case.expert_layers * case.experts_per_token,
        width=(case.hidden_size + case.expert_width) / case.tensor,
        passes=constants["training_expert_passes"],
        **each,
    )
    launches = {"micro_batches": case.micro_batches, "passes": passes / case.passes}
    latency = f.training_launch_time(
        layers=case.layers / case.stages, latency=constants["training_layer_latency"], **launches
    ) + f.training_launch_time(
        layers=case.expert_layers / case.stages, latency=_expert_latency(case, constants), **launches
    )
    return {
        "activations": f.training_memory_time(
            moved=moved, passes=case.passes + case.rows_recomputed, bandwidth=case.memory_bandwidth
        ),
        "launches": latency,
        "loss": f.loss_time(
            rows=case.rows,
            vocabulary=case.head_weights / case.hidden_size / (case.tensor * case.stages),
            moved=constants["training_loss_bytes"],
            bandwidth=case.memory_bandwidth,
        ),
    }


def _expert_latency(case: Case, constants: Constants) -> Quantity:
    """Return the launches of a layer of experts: software has learnt to start them without the host."""
    return o.software_latency(
        latency=constants["training_expert_latency"], gain=constants["training_expert_gain"], newer=case.newer
    )


def optimizer(case: Case, constants: Constants) -> Quantity:
    """Return the time of the optimiser over the shard of one accelerator."""
    kept = case.optimizer_sharded * shard_of(case) + (1 - case.optimizer_sharded) * held_by(case)
    state = kept * case.trained * constants["training_optimizer_bytes"]
    return f.optimizer_time(state=state, bandwidth_time=1 / case.memory_bandwidth)


def held_by(case: Case) -> Quantity:
    """Return the weights of one accelerator where no copies share them."""
    split = case.tensor * case.stages
    return f.held_parameters(
        dense=case.dense_stored, experts=case.expert_stored, split=split, expert_ways=case.expert_ways
    )


def shard_of(case: Case) -> Quantity:
    """Return the weights whose optimiser state one accelerator keeps."""
    return f.held_parameters(
        dense=case.dense_stored / (case.copies * case.context),
        experts=case.expert_stored / over(case.copies * case.context, case.expert_ways),
        split=case.tensor * case.stages,
        expert_ways=case.expert_ways,
    )
