"""Time of a training step under tensor, pipeline, expert, context and data parallelism, and of a whole run."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum, power, where
from costmodel.units import quantity

TOKEN = quantity(1.0, "token")
FLOP = quantity(1.0, "FLOP")
AT_LEAST_ONE = (1.0, 1e12)
SHARE = (1e-3, 1.5)


@formula(increasing=["accelerators"], bounds={"tensor_parallel": AT_LEAST_ONE, "pipeline_parallel": AT_LEAST_ONE})
def data_parallel(
    *, accelerators: "accelerator", tensor_parallel: "1", pipeline_parallel: "1", context_parallel: "1"
) -> "1":
    """Return the copies of the model that train side by side."""
    each = tensor_parallel * pipeline_parallel * context_parallel
    return accelerators / quantity(1.0, "accelerator") / each


@formula(increasing=["batch"], decreasing=["data_parallel", "micro_batch"])
def micro_batches(*, batch: "token", data_parallel: "1", micro_batch: "1", sequence_length: "token") -> "1":
    """Return the micro-batches that each copy works through in a step; at least one."""
    return maximum(batch / (data_parallel * micro_batch * sequence_length), 1)


@formula(increasing=["watts"], decreasing=["peak"], bounds={"exponent": (0, 2), "watts": (1, 1e6), "peak": (1, 1e24)})
def sustained_peak_share(*, watts: "W", peak: "FLOP/s", enough: "J/TFLOP", exponent: "1") -> "1":
    """Return the share of its clock that a chip sustains in long products: design power bounds what it dissipates.

    min(watts / peak / enough, 1) ^ exponent
    """
    return power(minimum(watts / peak / enough, 1), exponent)


@formula(increasing=["half"], decreasing=["width"])
def narrow_slowdown(*, width: "1", half: "1") -> "1":
    """Return how much longer products of narrow matrices take: 1 + half / width, with the width that is here."""
    return 1 + half / width


@formula(increasing=["rows", "weights", "passes"], decreasing=["peak", "efficiency"], bounds={"efficiency": SHARE})
def training_products_time(*, rows: "1", weights: "1", passes: "1", peak: "FLOP/s", efficiency: "1") -> "second":
    """Return the time of matrix products: each weight multiplies and adds each row in every pass."""
    return 2 * FLOP * rows * weights * passes / (peak * efficiency)


@formula(increasing=["rows", "each", "passes"], decreasing=["peak", "efficiency"], bounds={"efficiency": SHARE})
def training_attention_time(*, rows: "1", each: "FLOP", passes: "1", peak: "FLOP/s", efficiency: "1") -> "second":
    """Return the time of attention with so many operations for each row in a forward pass."""
    return rows * each * passes / (peak * efficiency)


@formula(increasing=["moved", "passes"], decreasing=["bandwidth"])
def training_memory_time(*, moved: "byte", passes: "1", bandwidth: "byte/s") -> "second":
    """Return the time in which norms, residuals and activations are read and written, in every pass."""
    return moved * passes / bandwidth


@formula(increasing=["rows", "vocabulary", "moved"], decreasing=["bandwidth"])
def loss_time(*, rows: "1", vocabulary: "1", moved: "byte", bandwidth: "byte/s") -> "second":
    """Return the time in which the logits of all rows become a loss and gradients: no products, but much memory."""
    return rows * vocabulary * moved / bandwidth


@formula(increasing=["layers", "latency", "micro_batches", "passes"])
def training_launch_time(*, layers: "1", latency: "second", micro_batches: "1", passes: "1") -> "second":
    """Return the launches of the kernels of layers, for each micro-batch in every pass."""
    return layers * latency * micro_batches * passes


@formula(increasing=["near", "far"], bounds={"ways": AT_LEAST_ONE, "domain": AT_LEAST_ONE})
def group_bandwidth(*, near: "byte/s", far: "byte/s", ways: "1", span: "1", domain: "1") -> "byte/s":
    """Return one accelerator's bandwidth in a group of `ways` whose members stand on `span` accelerators in a row.

    Inside a domain the links; beyond it the network of all members there at once: min(near, far x members), with
    members = domain x ways / span, at least one
    """
    members = minimum(maximum(domain * ways / span, 1), ways)
    return where(span > domain, minimum(near, far * members), near)


@formula(increasing=["rounds", "data"], decreasing=["bandwidth"], bounds={"ways": AT_LEAST_ONE})
def ring_time(*, rounds: "1", data: "byte", ways: "1", bandwidth: "byte/s") -> "second":
    """Return the time in which data goes round a ring: rounds x (ways - 1) / ways x data / bandwidth."""
    return rounds * (ways - 1) / ways * data / bandwidth


@formula(increasing=["rows", "row"], decreasing=["bandwidth"], bounds={"stages": AT_LEAST_ONE})
def stage_hops_time(*, rows: "1", row: "byte", stages: "1", bandwidth: "byte/s") -> "second":
    """Return the time in which a stage passes rows on and takes their gradients back; none for a single stage.

    2 x rows x row / bandwidth
    """
    moving = 2 * rows * row / bandwidth
    return where(stages > 1, moving, 0 * moving)


@formula(increasing=["stages"], decreasing=["virtual", "micro_batches"], bounds={"stages": AT_LEAST_ONE})
def bubble(*, stages: "1", virtual: "1", micro_batches: "1") -> "1":
    """Return the time that a pipeline fills and drains over the time it is busy (1F1B, interleaved if virtual > 1).

    (stages - 1) / (virtual x micro_batches)
    """
    return (stages - 1) / (virtual * micro_batches)


@formula(bounds={"passes": (2, 3), "recomputed": (0, 1)}, source="zero-bubble")
def zero_bubble_share(*, passes: "1", recomputed: "1") -> "1":
    """Return what is left of a bubble that gradients of weights fill, at the memory of 1F1B (ZB-H1).

    A stage waits for forward and backward passes of others without their gradients of weights, which take passes - 2:
    1 - 2 (passes - 2) / (passes + recomputed)
    """
    return 1 - 2 * (passes - 2) / (passes + recomputed)


@formula(increasing=["exchange", "exposed"], bounds={"exposed": (0, 1), "hiding": (0, 2)})
def exposed_exchange(*, exchange: "second", exposed: "1", hiding: "1", computing: "second") -> "second":
    """Return the part of an exchange between copies that computing does not hide.

    exposed x exchange, and what of the rest takes longer than `hiding` of the computing
    """
    return exposed * exchange + maximum((1 - exposed) * exchange - hiding * computing, 0 * exchange)


@formula(increasing=["state", "bandwidth_time"])
def optimizer_time(*, state: "byte", bandwidth_time: "second/byte") -> "second":
    """Return the time to read and write the optimiser's state once."""
    return 2 * state * bandwidth_time


@formula(increasing=["computing", "bubble", "exchange", "optimizer", "level"])
def training_step_time(
    *, computing: "second", bubble: "1", exchange: "second", optimizer: "second", level: "1"
) -> "second":
    """Return the time of one optimiser step: (computing x (1 + bubble) + exchange + optimiser) x level."""
    return (computing * (1 + bubble) + exchange + optimizer) * level


@formula(increasing=["batch"], decreasing=["step_time"])
def training_token_rate(*, batch: "token", step_time: "second") -> "token/second":
    """Return the tokens per second of the whole run while it makes progress."""
    return batch / step_time


@formula(increasing=["tokens"], decreasing=["token_rate", "goodput"], bounds={"goodput": (1e-3, 1)})
def training_duration(*, tokens: "token", token_rate: "token/second", goodput: "1") -> "day":
    """Return how long a run lasts; goodput is the share of time that makes progress."""
    return tokens / token_rate / goodput


@formula(increasing=["active_parameters", "token_rate"], decreasing=["peak", "accelerators"], source="6nd")
def model_flops_utilization(
    *, active_parameters: "1", token_rate: "token/second", peak: "FLOP/s", accelerators: "accelerator"
) -> "1":
    """Return the share of the peak that 6 operations per weight and token use (attention not counted)."""
    useful = 6 * FLOP / TOKEN * active_parameters * token_rate
    return useful / (peak * accelerators / quantity(1.0, "accelerator"))


@formula(
    increasing=["active_parameters", "batch"],
    decreasing=["peak", "accelerators", "utilization"],
    bounds={"utilization": (1e-3, 1)},
    source="6nd",
)
def step_time_at_utilization(
    *, active_parameters: "1", batch: "token", peak: "FLOP/s", accelerators: "accelerator", utilization: "1"
) -> "second":
    """Return the time of a step where the share of the peak that is used is given, not predicted.

    6 x active parameters x tokens / (accelerators x peak x utilization)
    """
    useful = 6 * FLOP / TOKEN * active_parameters * batch
    return useful / (peak * accelerators / quantity(1.0, "accelerator") * utilization)


@formula(increasing=["operations"], decreasing=["peak", "utilization"], bounds={"utilization": (1e-3, 1)})
def hours_of_operations(*, operations: "FLOP", peak: "FLOP/s", utilization: "1") -> "accelerator*hour":
    """Return the hours of accelerators that operations take at a share of the peak.

    operations / (peak x utilization)
    """
    return operations / (peak * utilization) * quantity(1.0, "accelerator")


@formula(increasing=["dense", "experts"], decreasing=["expert_ways"], bounds={"expert_ways": AT_LEAST_ONE})
def held_parameters(*, dense: "1", experts: "1", split: "1", expert_ways: "1") -> "1":
    """Return the weights of one accelerator: split by tensors and stages, experts also spread over `expert_ways`."""
    return (dense + experts / expert_ways) / split


@formula(increasing=["held", "shard", "gathered"], bounds={"shared": (0, 1)})
def shared_parameters(*, held: "1", shard: "1", gathered: "1", shared: "1") -> "1":
    """Return the weights of which one accelerator keeps a state: all that it holds, or its shard where copies share.

    Where they share, beside what is gathered for a while, and never more than it holds
    """
    return shared * minimum(held, shard + gathered) + (1 - shared) * held


@formula(increasing=["rows", "width", "layers", "in_flight"], decreasing=["recomputed"], bounds={"recomputed": (0, 1)})
def activation_memory(
    *, rows: "1", width: "byte", boundary: "byte", layers: "1", in_flight: "1", recomputed: "1", logits: "byte"
) -> "byte":
    """Return the memory of activations that the backward pass needs: `width` of each row in each layer.

    With full recomputation only the boundary of each layer is kept, and one layer whole; never more than without.
    """
    kept = rows * width * layers * in_flight
    few = rows * (boundary * layers * in_flight + width)
    return recomputed * minimum(kept, few) + (1 - recomputed) * kept + rows * logits


@formula(increasing=["stages"], decreasing=["virtual"], bounds={"stages": AT_LEAST_ONE, "virtual": AT_LEAST_ONE})
def micro_batches_in_flight(*, stages: "1", virtual: "1", micro_batches: "1") -> "1":
    """Return the micro-batches whose activations the first stage holds: min(stages + (stages - 1) / virtual, all)."""
    return minimum(where(virtual > 1, stages + (stages - 1) / virtual, stages), micro_batches)
