"""One optimiser step: what computes, what is passed between accelerators, what waits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from costmodel.formula.ops import where
from costmodel.performance.formulas import operators as o
from costmodel.performance.formulas import training as f
from costmodel.performance.machine.constants import Constants
from costmodel.performance.training.case import NONE, ONE, Case
from costmodel.units import Quantity, add, quantity

SIXTEEN_BITS = quantity(2.0, "byte")
FORWARD_AND_BACKWARD = quantity(2.0)
ATTENTION_PASSES = quantity(3.5)
"""Attention of the backward pass has five products where that of the forward pass has two."""
HEAD_PASSES = quantity(3.0)
REDUCED = quantity(2.0)
"""An all-reduce scatters sums and gathers them."""


def step_parts(case: Case, constants: Constants) -> dict[str, Quantity]:
    """Return the seconds of a step on one accelerator by kind of work, before bubbles and what hides."""
    return _products(case, constants) | _memory(case, constants) | _links(case, constants)


def rows_of(case: Case) -> Quantity:
    """Return the tokens of a step in one group of tensor-parallel accelerators, at each stage."""
    return case.batch / quantity(1.0, "token") / (case.copies * case.context)


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
    return f.bubble(stages=case.stages, virtual=case.virtual, micro_batches=case.micro_batches)


def level(case: Case, constants: Constants) -> Quantity:
    """Return how much longer steps take on a family of chips with some software than the other terms say."""
    chip = _pick(constants, "training_family", case.family)
    return chip * _pick(constants, "training_software", case.software)


def _pick(constants: Constants, what: str, names: str | Sequence[str]) -> Quantity:
    """Return the constant of a kind by its variant, one where none was measured; an array for many."""
    if isinstance(names, str):
        return constants.value.get(f"{what}_{names}", ONE)
    known = {name: float(_pick(constants, what, name).magnitude) for name in set(names)}
    return quantity(np.array([known[name] for name in names]))


def _sustained(case: Case, constants: Constants) -> Quantity:
    return f.sustained_peak_share(
        watts=case.watts,
        peak=case.wide_peak,
        enough=constants["training_power_per_peak"],
        exponent=constants["training_power_limit"],
    )


def _products(case: Case, constants: Constants) -> dict[str, Quantity]:
    split, rows, share = case.tensor * case.stages, rows_of(case), _sustained(case, constants)
    passes = case.passes + case.recomputed
    narrow = f.narrow_slowdown(width=case.hidden_size / case.tensor, half=constants["training_half_width"])
    of = {"rows": rows, "passes": passes}
    wide = constants["training_efficiency_16"] * share
    return {
        "products": narrow
        * f.training_products_time(
            weights=case.dense_weights / split,
            peak=case.peak,
            efficiency=_pick(constants, "training_efficiency", case.bits) * share,
            **of,
        ),
        "experts": f.training_products_time(
            weights=case.expert_weights / split,
            peak=case.peak,
            efficiency=_pick(constants, "training_expert_efficiency", case.bits) * share,
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
    rows, passes = rows_of(case) / case.stages, case.passes + case.recomputed
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
        "activations": f.training_memory_time(moved=moved, passes=passes, bandwidth=case.memory_bandwidth),
        "launches": latency,
    }


def _expert_latency(case: Case, constants: Constants) -> Quantity:
    """Return the launches of a layer of experts: software has learnt to start them without the host."""
    return o.software_latency(
        latency=constants["training_expert_latency"], gain=constants["training_expert_gain"], newer=case.newer
    )


def _bandwidth(case: Case, constants: Constants, ways: Quantity, span: Quantity) -> Quantity:
    return f.group_bandwidth(
        near=case.links * constants["training_link_efficiency"],
        far=case.network * constants["training_network_efficiency"],
        ways=ways,
        span=span,
        domain=case.domain,
    )


def _links(case: Case, constants: Constants) -> dict[str, Quantity]:
    rows = rows_of(case) / case.stages
    again = FORWARD_AND_BACKWARD + case.recomputed
    row = case.hidden_size * SIXTEEN_BITS
    sums = f.ring_time(
        rounds=2 * REDUCED * again,
        data=rows * case.layers * row,
        ways=case.tensor,
        bandwidth=_bandwidth(case, constants, case.tensor, case.tensor),
    )
    tokens = f.ring_time(
        rounds=FORWARD_AND_BACKWARD * again,
        data=rows / case.tensor * case.expert_layers * case.experts_per_token * row,
        ways=case.expert_ways,
        bandwidth=_bandwidth(case, constants, case.expert_ways, case.expert_ways),
    )
    keys = f.ring_time(
        rounds=1 + FORWARD_AND_BACKWARD,
        data=rows * case.context * case.context_elements * SIXTEEN_BITS / case.tensor,
        ways=case.context,
        bandwidth=_bandwidth(case, constants, case.context, case.context * case.tensor),
    )
    return {
        "sums of tensor parallelism": constants["training_exposed_sums"] * sums,
        "tokens to experts": constants["training_exposed_tokens"] * tokens,
        "keys of other contexts": constants["training_exposed_sums"] * keys,
    }


def exchange(case: Case, constants: Constants, computing: Quantity) -> Quantity:
    """Return the exposed time in which copies exchange gradients and weights.

    Gradients are summed in 32 bits and weights gathered in 16; where weights are sharded they are gathered for each
    micro-batch, unless stages hold them for the step.
    """
    volume = 3 * SIXTEEN_BITS * where(case.passes > 2, ONE, NONE)  # noqa: PLR2004 - frozen weights have no gradients
    often = where(case.stages > 1, ONE, case.micro_batches)
    rounds = 1 + case.sharded * (often - 1)
    split = case.tensor * case.stages
    dense, experts = (
        f.ring_time(rounds=rounds, data=data * volume, ways=ways, bandwidth=_bandwidth(case, constants, ways, span))
        for data, ways, span in (
            (case.dense_stored / split, case.copies * case.context, case.copies * case.context * case.tensor),
            (case.expert_stored / split / case.expert_ways, _over(case.copies, case.expert_ways), case.copies * split),
        )
    )
    return f.exposed_exchange(
        exchange=dense + experts,
        exposed=constants["training_exposed_exchange"],
        hiding=constants["training_hiding"],
        computing=computing,
    )


def _over(copies: Quantity, ways: Quantity) -> Quantity:
    return where(copies > ways, copies / ways, ONE * copies / copies)


def optimizer(case: Case, constants: Constants) -> Quantity:
    """Return the time of the optimiser over the shard of one accelerator."""
    trained = where(case.passes > 2, ONE, NONE)  # noqa: PLR2004 - as above
    state = shard_of(case) * trained * constants["training_optimizer_bytes"]
    return f.optimizer_time(state=state, bandwidth_time=1 / case.memory_bandwidth)


def shard_of(case: Case) -> Quantity:
    """Return the weights whose optimiser state one accelerator keeps."""
    return f.held_parameters(
        dense=case.dense_stored / case.copies,
        experts=case.expert_stored / _over(case.copies, case.expert_ways),
        split=case.tensor * case.stages,
        expert_ways=case.expert_ways,
    )
