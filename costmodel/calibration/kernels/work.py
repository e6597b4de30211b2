"""The shapes that single kernels work on; every field may be an array or a traced value."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.units import Quantity


@dataclass(frozen=True)
class Product:
    """A matrix product of `rows` x `inner` activations with `inner` x `columns` weights."""

    rows: Quantity
    columns: Quantity
    inner: Quantity
    weight_bytes: Quantity
    activation_bytes: Quantity
    quantised: Quantity
    """1 where a separate kernel quantises the activations, else 0."""
    copies: Quantity
    """Sets of weights that are read before the same one is read again."""
    uncaptured: Quantity
    """1 where the host launches the kernel itself, 0 where a captured graph does."""
    splits: Quantity
    """1 where the library may split the inner dimension among idle units, else 0."""


@dataclass(frozen=True)
class Prefill:
    """`sequences` prompts of `tokens` new tokens each that attend to each other."""

    sequences: Quantity
    tokens: Quantity
    heads: Quantity
    key_value_heads: Quantity
    head_size: Quantity
    cache_bytes: Quantity
    resident: Quantity
    """Tiles of queries that a unit works on at once."""


@dataclass(frozen=True)
class DecodeSoftware:
    """What the software of decode attention does; pure numbers, 1 for yes."""

    smallest_group: Quantity
    """Query heads per kept head from which on matrix instructions are used."""
    largest_group: Quantity
    """The same, up to which they are used."""
    split_single: Quantity
    """Whether contexts are split among units also where each query head has a cache of its own."""
    copies: Quantity
    """Small kernels beside where queries are gathered, if they do not lie side by side already."""
    beside: Quantity
    """Small kernels beside in every call."""
    resident: Quantity
    """Tiles that a unit works on at once."""


@dataclass(frozen=True)
class Decode(DecodeSoftware):
    """One new token of each of `sequences`, which attends to a cache of `context` tokens, as its software runs it."""

    sequences: Quantity
    context: Quantity
    heads: Quantity
    key_value_heads: Quantity
    head_size: Quantity
    tensors: Quantity
    """Cached tensors: keys and values, or one shared latent."""
    cache_bytes: Quantity


@dataclass(frozen=True)
class Experts:
    """A layer of routed experts for `tokens`, each sent to `per_token` of `experts`."""

    tokens: Quantity
    per_token: Quantity
    experts: Quantity
    hidden: Quantity
    width: Quantity
    """Inner width of one expert."""
    matrices: Quantity
    tensor_ways: Quantity
    """Accelerators that share every expert."""
    expert_ways: Quantity
    """Accelerators among which whole experts are spread."""
    skew: Quantity
    """Exponent of the power law of popularity; 0 for even choices."""
    weight_bytes: Quantity
    activation_bytes: Quantity
    launches: Quantity
    """Kernels that are launched one after the other."""
    elsewhere: Quantity
    """Share of the work on activations that is done for assignments of other ranks too: 1 where every rank is given all
    tokens and its software passes over all their rows, else 0."""


@dataclass(frozen=True)
class Exchange:
    """A collective over `ways` accelerators: `rounds` is 2 for an all-reduce and 1 for others."""

    data: Quantity
    ways: Quantity
    rounds: Quantity
    chained: Quantity
    """1 where data goes round a ring, 0 where each accelerator sends to all others at once."""
    direct: Quantity
    """1 where the framework has a kernel of its own, 0 where only the general library has."""
    between_two: Quantity
    """1 where that kernel runs between two accelerators also over links through the host."""
    in_switch: Quantity
    """1 where switches add what accelerators send."""
