"""Memory of one accelerator while it trains, by part."""

from __future__ import annotations

from costmodel.performance.formulas import training as f
from costmodel.performance.machine.constants import Constants
from costmodel.performance.training.case import Case
from costmodel.performance.training.step import shard_of
from costmodel.units import Quantity, quantity


def training_memory(case: Case, constants: Constants) -> dict[str, Quantity]:
    """Return the bytes of one accelerator: states (weights, gradients, optimiser) and activations."""
    activations = activations_of(case, constants)
    split = case.tensor * case.stages
    held = f.held_parameters(
        dense=case.dense_stored, experts=case.expert_stored, split=split, expert_ways=case.expert_ways
    )
    total = f.training_memory(
        parameters=held,
        kept=constants["training_weight_bytes"] + constants["training_gradient_bytes"],
        optimizer=constants["training_optimizer_bytes"],
        shard=shard_of(case),
        sharded=case.sharded,
        layer=held * case.stages / case.layers,
        activations=activations,
    )
    return {"states": total - activations, "activations": activations, "total": total}


def activations_of(case: Case, constants: Constants) -> Quantity:
    """Return the bytes of activations that wait for the backward pass, and of the logits of one micro-batch."""
    element = constants["training_activation_bytes"]
    rows = case.micro_batch * case.sequence_length / quantity(1.0, "token") / case.context
    return f.activation_memory(
        rows=rows,
        width=(case.hidden_size * constants["training_kept_rows"] + case.width * constants["training_kept_width"])
        * element
        / case.tensor,
        boundary=case.hidden_size * element / case.tensor,
        layers=case.layers / case.stages,
        in_flight=f.micro_batches_in_flight(stages=case.stages, virtual=case.virtual, micro_batches=case.micro_batches),
        recomputed=case.recomputed,
        logits=case.head_weights / case.hidden_size * constants["training_logit_bytes"] / case.tensor,
    )
