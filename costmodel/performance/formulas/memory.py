"""Bytes on one accelerator: weights, KV cache and the requests that fit beside the weights."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum


@formula(increasing=["weights", "bytes_per_weight"])
def weight_memory(*, weights: "1", bytes_per_weight: "byte") -> "byte":
    """Return the memory of weights held by one accelerator."""
    return weights * bytes_per_weight


@formula(increasing=["elements", "bytes_per_element"], decreasing=["ways"], bounds={"ways": (1, 1e6)})
def cache_per_token(*, elements: "1", bytes_per_element: "byte", ways: "1") -> "byte":
    """Return the KV cache of one token and one layer on each of `ways` accelerators that share the heads."""
    return elements * bytes_per_element / ways


@formula(increasing=["layers", "context", "limit"])
def attended_tokens(*, layers: "1", context: "1", limit: "1") -> "1":
    """Return the cached tokens that layers attend to, summed over layers, at most `limit` each."""
    return layers * minimum(context, limit)


@formula(increasing=["per_token", "attended", "state"])
def cache_per_sequence(*, per_token: "byte", attended: "1", state: "byte") -> "byte":
    """Return the cache of one sequence on one accelerator: keys and values, and states of linear attention."""
    return per_token * attended + state


@formula(
    increasing=["capacity", "share"], decreasing=["weights", "reserve"], bounds={"share": (0, 1), "reserve": (0, 1)}
)
def memory_for_cache(*, capacity: "byte", weights: "byte", reserve: "1", share: "1") -> "byte":
    """Return the memory left for the cache beside the weights and a reserve for activations; may be negative."""
    return share * (capacity - weights - reserve * capacity)


@formula(increasing=["free"], decreasing=["per_sequence"])
def requests_that_fit(*, free: "byte", per_sequence: "byte") -> "1":
    """Return the requests whose cache fits; at least one, so that a search sees a number where none fits."""
    return maximum(free / per_sequence, 1)


@formula(increasing=["tensor_parallel", "heads"])
def sharing_ways(*, tensor_parallel: "1", heads: "1") -> "1":
    """Return among how many accelerators heads can be divided: no more than there are heads."""
    return minimum(tensor_parallel, heads)


@formula(
    increasing=["split", "grouped", "replicated"],
    decreasing=["ways", "group_ways"],
    bounds={"ways": (1, 1e6), "group_ways": (1, 1e6)},
)
def held_weights(*, split: "1", grouped: "1", replicated: "1", ways: "1", group_ways: "1") -> "1":
    """Return the weights on one accelerator: split over all, split over some, and held by every one."""
    return split / ways + grouped / group_ways + replicated
