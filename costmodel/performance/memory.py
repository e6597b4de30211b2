"""Memory of a deployment: weights, cache per request, and the requests that fit."""

from __future__ import annotations

from costmodel.performance import shape
from costmodel.performance.formulas import memory as f
from costmodel.performance.setup import ACTIVATION, Setup
from costmodel.units import Quantity, add, quantity


def weights_on_accelerator(setup: Setup) -> Quantity:
    """Return the memory of the weights that one accelerator of a replica holds."""
    model, ways = setup.model, setup.ways
    layers = shape.softmax_layers(model) * attention_weights_held(setup)
    dense = shape.dense_layers(model) * shape.dense_weights(model)
    shared = model.experts_layers * shape.shared_weights(model)
    linear = model.linear_layers * shape.linear_weights(model)
    experts = model.experts_layers * model.experts_count * shape.expert_weights(model)
    embedding = model.vocabulary * model.hidden_size * shape.embedding_tables(model)
    parts = [(layers, setup.weight_bytes), ((dense + shared + linear) / ways, setup.weight_bytes)]
    parts += [(experts / ways, setup.expert_bytes), (embedding / ways, ACTIVATION)]
    return add(f.weight_memory(weights=count, bytes_per_weight=size) for count, size in parts)


def attention_weights_held(setup: Setup) -> Quantity:
    """Return the attention weights of one layer on one accelerator."""
    one = setup.attention
    return f.held_weights(
        split=one.split_weights,
        grouped=one.key_value_weights,
        replicated=one.replicated_weights,
        ways=setup.ways,
        group_ways=setup.cache_ways,
    )


def cache_of_request(setup: Setup, context: Quantity) -> Quantity:
    """Return the cache of one request of `context` tokens on each accelerator."""
    state = setup.model.linear_layers * shape.linear_state(setup.model) / setup.ways * quantity(4.0, "byte")
    return f.cache_per_sequence(per_token=setup.cache_per_token, attended=setup.attended(context), state=state)


def memory_for_cache(setup: Setup) -> Quantity:
    """Return the memory that the cache may use on one accelerator; not positive where the weights do not fit."""
    return f.memory_for_cache(
        capacity=setup.accelerator.memory_capacity,
        weights=weights_on_accelerator(setup),
        reserve=setup.constants["memory_reserve"],
        share=setup.constants["memory_fraction"],
    )


def requests_that_fit(setup: Setup, context: Quantity) -> Quantity:
    """Return how many requests of `context` tokens fit beside the weights."""
    return f.requests_that_fit(free=memory_for_cache(setup), per_sequence=cache_of_request(setup, context))
