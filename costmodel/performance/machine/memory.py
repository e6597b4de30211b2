"""Memory of a deployment: weights, cache per request, and the requests that fit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from costmodel.domain.architecture import NONE, Architecture
from costmodel.errors import Infeasible
from costmodel.once import once
from costmodel.performance.formulas import memory as f
from costmodel.performance.formulas import states as s
from costmodel.performance.formulas import targets
from costmodel.performance.machine import shape
from costmodel.performance.machine.setup import Setup
from costmodel.performance.machine.states import states, states_weights
from costmodel.units import Quantity, add, quantity


def weights_on_accelerator(setup: Setup) -> Quantity:
    """Return the memory of the weights that one accelerator of a replica holds."""
    model, ways = setup.model, setup.ways
    share = shape.stored_share(shape.softmax_layers(model), model.attention_weight_sets)
    dense = shape.dense_layers(model) * shape.dense_weights(model)
    dense = dense * shape.stored_share(shape.dense_layers(model), model.feed_forward_weight_sets)
    shared = model.experts_layers * shape.shared_weights(model) if model.has_experts else NONE
    split = dense + shared + states_weights(model) + shape.other_weights(model)
    embedding = model.vocabulary * model.hidden_size * shape.embedding_tables(model) + shape.looked_up_weights(model)
    parts = [
        (attention_weights_held(setup) * share + split / ways, setup.types.dense.bytes),
        *([(_experts_held(setup), setup.types.experts.bytes)] if model.has_experts else []),
        (embedding / ways, setup.types.wide.bytes),
    ]
    held = add(f.weight_memory(weights=count, bytes_per_weight=quantity(size, "byte")) for count, size in parts)
    return held / setup.stages


def _experts_held(setup: Setup) -> Quantity:
    experts = setup.model.experts_layers * setup.model.experts_count * shape.expert_weights(setup.model)
    return experts / (setup.expert_split * setup.expert_ways)


@once
def attention_weights_held(setup: Setup) -> Quantity:
    """Return the weights of all layers with softmax attention on one accelerator."""
    total = NONE
    for one in setup.spans:
        held = f.held_weights(
            split=one.layers * one.attention.split_weights,
            grouped=one.keeping * one.attention.key_value_weights,
            replicated=one.layers * one.attention.replicated_weights,
            ways=setup.ways,
            group_ways=setup.cache_ways(one.attention),
        )
        total = held if total is NONE else total + held
    return total


def cache_of_request(setup: Setup, context: Quantity) -> Quantity:
    """Return the cache and the states of one request of `context` tokens on each accelerator."""
    states = state_of_request(setup) / setup.ways
    held = setup.cache_held(context) + states if setup.spans else states
    return held / (setup.stages * setup.copies)


@once
def state_of_request(setup: Setup) -> Quantity:
    """Return the bytes of the states of one request on all accelerators that share a layer."""
    found = states(setup.model)
    return s.state_bytes(
        summed=add([quantity(0.0), *(one.layers * one.elements for one in found)]),
        convolved=add([quantity(0.0), *(one.layers * one.convolved for one in found)]),
        summed_bytes=setup.constants["state_size"],
        convolved_bytes=setup.constants["activation_size"],
    )


@once
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
