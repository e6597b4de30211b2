"""Bytes on one accelerator: weights, KV cache and the requests that fit beside the weights."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum

WAYS = (1.0, 1e6)
SHARE = (0.0, 1.0)


@formula(increasing=["weights", "bytes_per_weight"])
def weight_memory(*, weights: "1", bytes_per_weight: "byte") -> "byte":
    """Return the memory of weights held by one accelerator."""
    return weights * bytes_per_weight


@formula(increasing=["value", "scale", "zero"], decreasing=["group"], bounds={"group": WAYS})
def scaled_weight(*, value: "byte", scale: "byte", zero: "byte", group: "1") -> "byte":
    """Return the bytes of a stored weight with its share of what a group of weights has together.

    value + (scale + zero) / group
    """
    return value + (scale + zero) / group


@formula(increasing=["elements", "bytes_per_element", "index"], decreasing=["ways"], bounds={"ways": WAYS})
def cache_per_token(*, elements: "1", bytes_per_element: "byte", ways: "1", index: "byte") -> "byte":
    """Return the KV cache of one token and one layer on each of `ways` accelerators that share the heads.

    elements x bytes_per_element / ways + index, with index the keys of a sparse indexer, which every one holds
    """
    return elements * bytes_per_element / ways + index


@formula(increasing=["layers", "context", "limit"])
def attended_tokens(*, layers: "1", context: "1", limit: "1") -> "1":
    """Return the cached tokens that layers attend to, summed over layers, at most `limit` each."""
    return layers * minimum(context, limit)


@formula(increasing=["prompt", "output", "reserved"], bounds={"reserved": SHARE})
def cached_tokens(*, prompt: "1", output: "1", reserved: "1") -> "1":
    """Return the tokens whose cache a request occupies: its prompt and the share of its output that is reserved."""
    return prompt + reserved * output


@formula(increasing=["stated", "factor"], bounds={"factor": (1.0, 1.2)})
def usable_capacity(*, stated: "byte", factor: "1") -> "byte":
    """Return the memory that an accelerator really has, where its maker writes GB and means GiB."""
    return stated * factor


@formula(increasing=["capacity"], decreasing=["weights", "reserve"], bounds={"reserve": SHARE, "share": SHARE})
def memory_for_cache(*, capacity: "byte", weights: "byte", reserve: "1", share: "1") -> "byte":
    """Return the memory left for the cache beside weights and a reserve; negative where the weights do not fit.

    share x (capacity x (1 - reserve) - weights)
    """
    return share * (capacity * (1 - reserve) - weights)


@formula(increasing=["free"], decreasing=["per_sequence"])
def requests_that_fit(*, free: "byte", per_sequence: "byte") -> "1":
    """Return the requests whose cache fits; at least one, so that a search sees a number where none fits."""
    return maximum(free / per_sequence, 1)


@formula(increasing=["weights", "per_sequence", "admitted"])
def memory_in_use(*, weights: "byte", per_sequence: "byte", admitted: "1") -> "byte":
    """Return the memory that weights and the cache of admitted requests take on one accelerator."""
    return weights + per_sequence * admitted


@formula(increasing=["tensor_parallel", "heads"])
def sharing_ways(*, tensor_parallel: "1", heads: "1") -> "1":
    """Return among how many accelerators heads can be divided: no more than there are heads."""
    return minimum(tensor_parallel, heads)


@formula(
    increasing=["split", "grouped", "replicated"],
    decreasing=["ways", "group_ways"],
    bounds={"ways": WAYS, "group_ways": WAYS},
)
def held_weights(*, split: "1", grouped: "1", replicated: "1", ways: "1", group_ways: "1") -> "1":
    """Return the weights on one accelerator: split over all, split over some, and held by every one."""
    return split / ways + grouped / group_ways + replicated
