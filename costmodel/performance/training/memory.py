"""Memory of one accelerator while it trains, by part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from costmodel.formula.ops import where
from costmodel.performance.formulas import training as f
from costmodel.performance.machine.constants import Constants
from costmodel.performance.training.case import NONE, Case, pick
from costmodel.performance.training.step import held_by, longest_stage, shard_of
from costmodel.units import Quantity, add, quantity


def training_memory(case: Case, constants: Constants) -> dict[str, Quantity]:
    """Return the bytes of one accelerator of the longest stage by part, and in total.

    Where weights are shared, two layers are there whole: the one that computes and the next; gradients of one part of
    an interleaved stage.
    """
    longest = longest_stage(case)
    held = longest * held_by(case)
    bytes_of = {
        "weights": constants["training_weight_bytes"],
        "gradients": _by_software(constants, "training_gradient_bytes", case.software) * case.trained,
        "optimizer": constants["training_optimizer_bytes"] * case.trained,
    }
    gathered = {
        "weights": 2 * held * case.stages / case.layers,
        "gradients": where(case.virtual > 1, held / case.virtual, NONE),
    }
    parts = {
        name: size
        * f.shared_parameters(
            held=held,
            shard=longest * shard_of(case),
            gathered=gathered.get(name, NONE),
            shared=_shared(case, name),
        )
        for name, size in bytes_of.items()
    }
    parts["activations"] = activations_of(case, constants)
    parts["buffers"] = _by_software(constants, "training_buffers", case.software)
    return {**parts, "total": add(parts.values())}


def _shared(case: Case, name: str) -> Quantity:
    """Return whether copies share a state; stages keep weights whole until all micro-batches are done."""
    stated: Quantity = getattr(case, f"{name}_sharded")
    return where(case.stages > 1, NONE, stated) if name == "weights" else stated


def _by_software(constants: Constants, name: str, software: str | Sequence[str]) -> Quantity:
    """Return the bytes of something that some software keeps otherwise than usual."""
    usual = constants[name]
    if isinstance(software, str):
        return constants.value.get(f"{name}_{software}", usual)
    each = {one: float(_by_software(constants, name, one).magnitude) for one in set(software)}
    return quantity(np.array([each[one] for one in software]), str(usual.units))


def activations_of(case: Case, constants: Constants) -> Quantity:
    """Return the bytes of activations that wait for the backward pass, and of the logits of one micro-batch.

    Recipes of 8 and 4 bits keep the inputs of products as narrow as they multiply them.
    """
    element = constants["training_activation_bytes"]
    rows = case.micro_batch * case.sequence_length / quantity(1.0, "token") / case.context
    between = case.hidden_size * constants["training_kept_rows"] * (1 - case.rows_recomputed)
    products = case.width * constants["training_kept_width"] * pick(constants, "training_kept_width", case.bits)
    return f.activation_memory(
        rows=rows,
        width=(between + products) * element / case.tensor,
        boundary=case.hidden_size * element / case.tensor,
        layers=longest_stage(case) * case.layers / case.stages,
        in_flight=f.micro_batches_in_flight(stages=case.stages, virtual=case.virtual, micro_batches=case.micro_batches),
        recomputed=case.recomputed,
        logits=case.head_weights / case.hidden_size * constants["training_logit_bytes"] / case.tensor,
    )
