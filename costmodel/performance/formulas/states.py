"""Weights, state and operations of layers that keep a state of fixed size instead of a cache."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum
from costmodel.units import quantity

DELTA_OPERATIONS = quantity(8.0, "FLOP")
"""Operations of a token on an element of a state under the delta rule: decay, read, correct, write, read again."""

RECURRENT_OPERATIONS = quantity(6.0, "FLOP")
"""Operations of a token on an element of another state: decay, scale the input, write, read."""

KERNEL = {"kernel": (1.0, 1e6)}


@formula(increasing=["hidden_size", "keys", "values", "gates", "head_gates", "value_heads", "convolution"])
def linear_weights(
    *,
    hidden_size: "1",
    keys: "1",
    values: "1",
    gates: "1",
    head_gates: "1",
    value_heads: "1",
    convolution: "1",
) -> "1":
    """Return the weights of a layer of linear attention: projections, gates, and the convolution before it.

    hidden x (2 keys + 2 values + gates of one number a head) + wide gates + convolution; of the two value projections
    one leads in and one out
    """
    return hidden_size * (2 * keys + 2 * values + head_gates * value_heads) + gates + convolution


@formula(increasing=["value_heads", "key_size", "value_size"])
def linear_state(*, value_heads: "1", key_size: "1", value_size: "1") -> "1":
    """Return the elements of the state that a sequence keeps in one layer of linear attention."""
    return value_heads * key_size * value_size


@formula(increasing=["hidden_size", "width", "state_size", "step_rank", "kernel"], source="mamba")
def mamba_1_weights(*, hidden_size: "1", width: "1", state_size: "1", step_rank: "1", kernel: "1") -> "1":
    """Return the weights of a Mamba layer: in and out, the inputs of the state, its decay, and a convolution.

    3 hidden x width + width x (2 step_rank + 3 state_size + kernel + 1)
    """
    return 3 * hidden_size * width + width * (2 * step_rank + 3 * state_size + kernel + 1)


@formula(increasing=["hidden_size", "width", "shared", "heads", "kernel"], source="mamba-2")
def mamba_2_weights(*, hidden_size: "1", width: "1", shared: "1", heads: "1", kernel: "1") -> "1":
    """Return the weights of a Mamba 2 layer; `shared` are the channels of its input and output matrices, all groups.

    hidden x (3 width + shared + heads) + kernel x (width + shared) + 2 heads
    """
    return hidden_size * (3 * width + shared + heads) + kernel * (width + shared) + 2 * heads


@formula(
    increasing=["hidden_size", "width", "kernel"],
    decreasing=["blocks"],
    bounds={"blocks": (1.0, 1e6)},
    source="griffin",
)
def recurrence_weights(*, hidden_size: "1", width: "1", blocks: "1", kernel: "1") -> "1":
    """Return the weights of a gated linear recurrence: three projections, two gates in blocks, a convolution, a decay.

    3 hidden x width + 2 width^2 / blocks + width x (kernel + 1)
    """
    return 3 * hidden_size * width + 2 * width * width / blocks + width * (kernel + 1)


@formula(increasing=["hidden_size", "width", "kernel"])
def convolution_weights(*, hidden_size: "1", width: "1", kernel: "1") -> "1":
    """Return the weights of a layer with a short gated convolution: three projections in, one out, and the kernel."""
    return 4 * hidden_size * width + width * kernel


@formula(increasing=["channels", "kernel"], bounds=KERNEL)
def convolution_state(*, channels: "1", kernel: "1") -> "1":
    """Return the elements of the last tokens that a convolution reads again: one token fewer than its kernel."""
    return channels * maximum(kernel - 1, 0)


@formula(increasing=["summed", "convolved", "summed_bytes", "convolved_bytes"])
def state_bytes(*, summed: "1", convolved: "1", summed_bytes: "byte", convolved_bytes: "byte") -> "byte":
    """Return the bytes of the states of one sequence: what is summed up over tokens, and the last tokens."""
    return summed * summed_bytes + convolved * convolved_bytes


@formula(increasing=["elements", "each", "tokens"])
def state_operations(*, elements: "1", each: "FLOP", tokens: "1") -> "FLOP":
    """Return the operations with which tokens update and read the elements of a state."""
    return elements * each * tokens
