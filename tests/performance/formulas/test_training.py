"""Training steps by hand."""

from __future__ import annotations

from costmodel.formula import Formula
from costmodel.performance.formulas import training as f
from tests.by_hand import cases, holds


@cases(
    (f.data_parallel, {"accelerators": 1024, "tensor_parallel": 8, "pipeline_parallel": 4}, 32),
    (f.micro_batches, {"batch": 4e6, "data_parallel": 32, "micro_batch": 2, "sequence_length": 2000}, 31.25),
    (f.micro_batches, {"batch": 4e4, "data_parallel": 32, "micro_batch": 2, "sequence_length": 2000}, 1),
    (f.micro_batch_time, {"forward": 0.4, "backward_to_forward": 2, "stages": 4}, 0.3),
    (f.pipeline_time, {"micro_batch_time": 0.3, "micro_batches": 31, "stages": 4}, 0.3 * 34),
    (
        f.gradient_exchange_time,
        {"gradients": 8e9, "copies": 4, "bandwidth": 5e10, "efficiency": 0.8, "exposed": 0.5},
        0.5 * 2 * 0.75 * 8e9 / 4e10,
    ),
    (
        f.gradient_exchange_time,
        {"gradients": 8e9, "copies": 1, "bandwidth": 5e10, "efficiency": 0.8, "exposed": 0.5},
        0,
    ),
    (f.optimizer_time, {"state": 8e9, "bandwidth_time": 5e-13}, 0.008),
    (f.step_time, {"pipeline": 10, "exchange": 0.2, "optimizer": 0.01}, 10.21),
    (f.training_token_rate, {"batch": 4e6, "step_time": 10}, 4e5),
    (f.training_duration, {"tokens": 3.456e11, "token_rate": 4e5, "goodput": 0.8}, 12.5),
    (
        f.model_flops_utilization,
        {"active_parameters": 7e10, "token_rate": 4e5, "peak": 1e15, "accelerators": 420},
        0.4,
    ),
    (
        f.training_memory,
        {
            "parameters": 1e9,
            "bytes_per_parameter": 4,
            "sharded_bytes_per_parameter": 12,
            "copies": 4,
            "activations": 2e9,
        },
        9e9,
    ),
    (
        f.activation_memory,
        {"rows": 4096, "hidden_size": 8192, "layers": 20, "bytes_per_element": 34, "ways": 8, "in_flight": 4},
        4096 * 8192 * 20 * 34 / 8 * 4,
    ),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Times, rates and memory are what plain arithmetic gives."""
    assert holds(one, given, right)
