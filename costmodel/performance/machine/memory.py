"""Memory of a deployment: weights, cache per request, and the requests that fit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from costmodel.domain.architecture import NONE, Architecture
from costmodel.errors import Infeasible
from costmodel.performance.formulas import memory as f
from costmodel.performance.formulas import targets
from costmodel.performance.machine import shape
from costmodel.performance.machine.setup import Setup
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
    parts = [
        (layers + (dense + shared + linear) / ways, setup.types.dense.bytes),
        (experts / (setup.expert_split * setup.expert_ways), setup.types.experts.bytes),
        (embedding / ways, setup.types.wide.bytes),
    ]
    held = add(f.weight_memory(weights=count, bytes_per_weight=quantity(size, "byte")) for count, size in parts)
    return held / setup.stages


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
    state = setup.model.linear_layers * shape.linear_state(setup.model) / setup.ways * setup.constants["state_size"]
    whole = f.cache_per_sequence(per_token=setup.cache_per_token, held=setup.held(context), state=state)
    return whole / (setup.stages * setup.copies)


def memory_for_cache(setup: Setup) -> Quantity:
    """Return the memory that the cache may use on one accelerator; not positive where the weights do not fit."""
    return f.memory_for_cache(
        capacity=setup.capacity,
        weights=weights_on_accelerator(setup),
        reserve=setup.constants["memory_reserve"],
        share=setup.constants["cache_share"],
    )


def requests_that_fit(setup: Setup, prompt: Quantity, output: Quantity) -> Quantity:
    """Return how many requests of a replica fit beside the weights; at least one, see `holds_a_request`."""
    return f.requests_that_fit(free=memory_for_cache(setup), per_sequence=_cache_held(setup, prompt, output))


def holds_a_request(setup: Setup, prompt: Quantity, output: Quantity) -> npt.NDArray[np.bool_]:
    """Return whether the weights and the cache of one request fit, and it is no longer than the model allows."""
    fits: npt.NDArray[np.bool_] = np.asarray(room_for_a_request(setup, prompt, output).magnitude) > 0
    return fits


def room_for_a_request(setup: Setup, prompt: Quantity, output: Quantity) -> Quantity:
    """Return the same as one for yes and zero for no, which can be traced."""
    whole = _cache_held(setup, prompt, output) * setup.copies  # a request is whole on one copy of attention
    fits = targets.holds(held=whole, free=memory_for_cache(setup))
    limit = setup.model.context_limit
    return fits if limit is NONE else fits * targets.keeps_count(count=prompt + output, most=limit)


def check_context(model: Architecture, prompt: Quantity, output: Quantity) -> None:
    """Raise Infeasible if a prompt and its answer are longer together than the model allows."""
    limit = model.context_limit
    if limit is NONE or np.all((prompt + output).magnitude <= limit.magnitude):
        return
    longest = " and ".join(
        f"{np.max(one.magnitude):,.0f} of {what}" for one, what in ((prompt, "prompt"), (output, "answer"))
    )
    msg = (
        f"{model.name} takes at most {limit.magnitude:,.0f} tokens in a sequence, fewer than {longest}; "
        "shorten them, or state another context_limit in an architecture file of your own if you extend it"
    )
    raise Infeasible(msg)


def _cache_held(setup: Setup, prompt: Quantity, output: Quantity) -> Quantity:
    held = f.cached_tokens(prompt=prompt, output=output, reserved=quantity(setup.software.reserved))
    return cache_of_request(setup, held)


__all__ = [
    "attention_weights_held",
    "cache_of_request",
    "check_context",
    "holds_a_request",
    "memory_for_cache",
    "requests_that_fit",
    "room_for_a_request",
    "weights_on_accelerator",
]
