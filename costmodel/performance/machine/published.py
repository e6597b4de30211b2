"""What a model takes as published, on no accelerator in particular: weights, cache and states of a sequence."""

from __future__ import annotations

from costmodel.domain.architecture import NONE, Architecture
from costmodel.performance.formulas import memory as f
from costmodel.performance.formulas import states as t
from costmodel.performance.machine import shape
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.states import states, states_weights
from costmodel.specs.number_types import BYTES, SCALED
from costmodel.units import Quantity, add, quantity

SIXTEEN_BITS = ("bf16", "fp16", "fp32")
BLOCK = quantity(128.0 * 128.0)
BLOCK_SCALE = quantity(4.0, "byte")
NO_BYTES = quantity(0.0, "byte")
USUAL_GROUP = quantity(128.0)


def weight_bytes(model: Architecture) -> Quantity:
    """Return the bytes of the weights as their publisher stores them, scales included.

    Embeddings and routers, and where no file says otherwise the output head, have 16 bits.
    """
    wide = model.published_type if model.published_type in SIXTEEN_BITS else "bf16"
    dense = shape.dense_layers(model) * shape.dense_weights(model)
    dense = dense * shape.stored_share(shape.dense_layers(model), model.feed_forward_weight_sets)
    attention = shape.attention_weights(model) * shape.stored_share(
        shape.softmax_layers(model), model.attention_weight_sets
    )
    table = model.vocabulary * model.hidden_size
    untied = shape.embedding_tables(model) - 1
    parts = [
        (attention + states_weights(model) + shape.other_weights(model), model.published_type),
        (dense, model.published_dense_type or model.published_type),
        (model.experts_layers * shape.shared_weights(model), model.published_shared_type or model.published_type),
        (
            model.experts_layers * model.experts_count * shape.expert_weights(model),
            model.published_expert_type or model.published_type,
        ),
        (model.experts_layers * shape.router_weights(model) + table + shape.looked_up_weights(model), wide),
        (table * untied, model.published_head_type or wide),
    ]
    return add(f.weight_memory(weights=count, bytes_per_weight=bytes_of(model, name)) for count, name in parts)


def bytes_of(model: Architecture, name: str) -> Quantity:
    """Return the bytes of a published weight of a number type, with its share of scales and zero points."""
    value, scale, shared = SCALED.get(name, (BYTES.get(name, 1.0), 0.0, 1))
    if name == "fp8" and model.published_scaling == "block":
        return f.scaled_weight(value=quantity(value, "byte"), scale=BLOCK_SCALE, zero=NO_BYTES, group=BLOCK)
    if name == "int8" and model.published_group is NONE:
        return quantity(value, "byte")
    group = quantity(float(shared)) if shared else model.published_group
    zero = quantity(value, "byte") if model.published_zero_points == "yes" and not shared else NO_BYTES
    return f.scaled_weight(
        value=quantity(value, "byte"),
        scale=quantity(scale, "byte"),
        zero=zero,
        group=USUAL_GROUP if group is NONE else group,
    )


def cache_bytes(model: Architecture, context: Quantity) -> Quantity:
    """Return the bytes of the cache of one sequence: 16 bits an element unless the publisher says otherwise."""
    size = quantity(BYTES[model.published_cache_type or "bf16"], "byte")
    index = model.sparse_index_size * quantity(1.0, "byte") * shape.indexed_share(model)
    unlimited = quantity(1e12)
    kept = [
        f.attended_tokens(layers=one.keeping, context=context, limit=unlimited if one.limit is None else one.limit)
        * f.cache_per_token(
            elements=one.attention.cache_elements, bytes_per_element=size, ways=quantity(1.0), index=index
        )
        for one in shape.spans(model)
    ]
    return add([NO_BYTES, *kept])


def state_bytes(model: Architecture, constants: Constants) -> Quantity:
    """Return the bytes of the states that one sequence keeps, however long it is."""
    found = states(model)
    return t.state_bytes(
        summed=add([quantity(0.0), *(one.layers * one.elements for one in found)]),
        convolved=add([quantity(0.0), *(one.layers * one.convolved for one in found)]),
        summed_bytes=constants["state_size"],
        convolved_bytes=constants["activation_size"],
    )


def layer_counts(model: Architecture) -> dict[str, int]:
    """Return how many layers there are of each kind by which a token looks back."""
    softmax = "sparse" if model.is_sparse else "latent" if model.is_latent else "softmax"
    counted = {
        softmax: shape.full_layers(model) if model.attends else NONE,
        "windowed": model.attention_window_layers,
        "chunked": model.attention_chunk_layers,
        model.linear_kind if model.linear_kind != "rwkv" else "linear": model.linear_layers,
        "state space": model.state_space_layers,
        "convolution": model.convolution_layers,
    }
    found = {name: round(float(layers.magnitude)) for name, layers in counted.items()}
    nothing = round(float(model.layers.magnitude)) - sum(found.values())
    return {name: count for name, count in {**found, "none": nothing}.items() if count > 0}
