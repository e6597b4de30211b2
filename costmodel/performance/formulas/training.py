"""Time of a training step under tensor, pipeline and data parallelism, and of a whole run."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum
from costmodel.units import quantity

TOKEN = quantity(1.0, "token")
FLOP = quantity(1.0, "FLOP")
AT_LEAST_ONE = (1.0, 1e12)


@formula(increasing=["accelerators"], bounds={"tensor_parallel": AT_LEAST_ONE, "pipeline_parallel": AT_LEAST_ONE})
def data_parallel(*, accelerators: "accelerator", tensor_parallel: "1", pipeline_parallel: "1") -> "1":
    """Return the copies of the model that train side by side."""
    return accelerators / quantity(1.0, "accelerator") / (tensor_parallel * pipeline_parallel)


@formula(increasing=["batch"], decreasing=["data_parallel", "micro_batch"])
def micro_batches(*, batch: "token", data_parallel: "1", micro_batch: "1", sequence_length: "token") -> "1":
    """Return the micro-batches that each copy works through in a step; at least one."""
    return maximum(batch / (data_parallel * micro_batch * sequence_length), 1)


@formula(increasing=["forward", "backward_to_forward"])
def micro_batch_time(*, forward: "second", backward_to_forward: "1", stages: "1") -> "second":
    """Return the time of one micro-batch in one pipeline stage: forward, and backward with its recomputation."""
    return forward * (1 + backward_to_forward) / stages


@formula(
    increasing=["micro_batch_time", "micro_batches", "stages"],
    bounds={"micro_batches": AT_LEAST_ONE, "stages": AT_LEAST_ONE},
    source="megatron-pipeline-bubble",
)
def pipeline_time(*, micro_batch_time: "second", micro_batches: "1", stages: "1") -> "second":
    """Return the time of all micro-batches with the bubble in which a pipeline fills and drains.

    time x (micro_batches + stages - 1)
    """
    return micro_batch_time * (micro_batches + stages - 1)


@formula(
    increasing=["gradients", "exposed"],
    decreasing=["bandwidth", "efficiency"],
    bounds={"copies": AT_LEAST_ONE, "exposed": (0, 1), "efficiency": (1e-3, 1)},
)
def gradient_exchange_time(
    *, gradients: "byte", copies: "1", bandwidth: "byte/s", efficiency: "1", exposed: "1"
) -> "second":
    """Return the time of the exchange of gradients between copies that does not hide behind computing."""
    return exposed * 2 * (copies - 1) / copies * gradients / (bandwidth * efficiency)


@formula(increasing=["state", "bandwidth_time"])
def optimizer_time(*, state: "byte", bandwidth_time: "second/byte") -> "second":
    """Return the time to read and write the optimiser's state once."""
    return 2 * state * bandwidth_time


@formula(increasing=["pipeline", "exchange", "optimizer"])
def step_time(*, pipeline: "second", exchange: "second", optimizer: "second") -> "second":
    """Return the time of one optimiser step."""
    return pipeline + exchange + optimizer


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


@formula(increasing=["parameters", "activations"], decreasing=["copies"])
def training_memory(
    *,
    parameters: "1",
    bytes_per_parameter: "byte",
    sharded_bytes_per_parameter: "byte",
    copies: "1",
    activations: "byte",
) -> "byte":
    """Return the memory of one accelerator: weights and gradients, the optimiser's shard, activations in flight."""
    return parameters * (bytes_per_parameter + sharded_bytes_per_parameter / copies) + activations


@formula(increasing=["rows", "hidden_size", "layers", "in_flight"])
def activation_memory(
    *, rows: "1", hidden_size: "1", layers: "1", bytes_per_element: "byte", ways: "1", in_flight: "1"
) -> "byte":
    """Return the memory of the activations that the backward pass still needs, split over tensor-parallel ways."""
    return rows * hidden_size * layers * bytes_per_element / ways * in_flight
