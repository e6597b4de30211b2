"""Training steps by hand."""

from __future__ import annotations

from costmodel.formula import Formula
from costmodel.performance.formulas import training as f
from tests.by_hand import cases, holds


@cases(
    (
        f.data_parallel,
        {"accelerators": 1024, "tensor_parallel": 8, "pipeline_parallel": 4, "context_parallel": 2},
        16,
    ),
    (f.micro_batches, {"batch": 4e6, "data_parallel": 32, "micro_batch": 2, "sequence_length": 2000}, 31.25),
    (f.micro_batches, {"batch": 4e4, "data_parallel": 32, "micro_batch": 2, "sequence_length": 2000}, 1),
    (f.sustained_peak_share, {"watts": 640, "peak": 1e15, "enough": 1.28, "exponent": 0.5}, 0.5**0.5),
    (f.narrow_slowdown, {"width": 1000, "half": 100}, 1.1),
    (
        f.training_products_time,
        {"rows": 1000, "weights": 1e9, "passes": 3, "peak": 1e15, "efficiency": 0.5},
        0.012,
    ),
    (f.training_attention_time, {"rows": 1000, "each": 1e9, "passes": 3.5, "peak": 1e15, "efficiency": 0.5}, 0.007),
    (f.training_memory_time, {"moved": 1e12, "passes": 3, "bandwidth": 3e12}, 1),
    (f.training_launch_time, {"layers": 10, "latency": 1e-4, "micro_batches": 8, "passes": 1}, 8e-3),
    (f.group_bandwidth, {"near": 4e11, "far": 5e10, "ways": 8, "span": 8, "domain": 8}, 4e11),
    (f.group_bandwidth, {"near": 4e11, "far": 4e10, "ways": 64, "span": 128, "domain": 8}, 1.6e11),
    (f.ring_time, {"rounds": 2, "data": 8e9, "ways": 4, "bandwidth": 5e10}, 0.24),
    (f.bubble, {"stages": 8, "virtual": 2, "micro_batches": 16}, 7 / 32),
    (f.zero_bubble_share, {"passes": 3, "recomputed": 0}, 1 / 3),
    (f.zero_bubble_share, {"passes": 3, "recomputed": 1}, 1 / 2),
    (f.zero_bubble_share, {"passes": 2, "recomputed": 0}, 1),
    (f.stage_hops_time, {"rows": 4096, "row": 16384, "stages": 4, "bandwidth": 5e10}, 2 * 4096 * 16384 / 5e10),
    (f.stage_hops_time, {"rows": 4096, "row": 16384, "stages": 1, "bandwidth": 5e10}, 0),
    (f.exposed_exchange, {"exchange": 1.0, "exposed": 0.1, "hiding": 0.5, "computing": 1.0}, 0.5),
    (f.optimizer_time, {"state": 8e9, "bandwidth_time": 5e-13}, 0.008),
    (
        f.training_step_time,
        {"computing": 10, "bubble": 0.1, "exchange": 0.5, "optimizer": 0.5, "level": 1.1},
        13.2,
    ),
    (f.training_token_rate, {"batch": 4e6, "step_time": 10}, 4e5),
    (f.training_duration, {"tokens": 3.456e11, "token_rate": 4e5, "goodput": 0.8}, 12.5),
    (
        f.model_flops_utilization,
        {"active_parameters": 7e10, "token_rate": 4e5, "peak": 1e15, "accelerators": 420},
        0.4,
    ),
    (
        f.step_time_at_utilization,
        {"active_parameters": 7e10, "batch": 4e6, "peak": 1e15, "accelerators": 420, "utilization": 0.4},
        10,
    ),
    (f.held_parameters, {"dense": 1e9, "experts": 8e9, "split": 2, "expert_ways": 4}, 1.5e9),
    (f.shared_parameters, {"held": 1e9, "shard": 2.5e8, "gathered": 1e8, "shared": 0}, 1e9),
    (f.shared_parameters, {"held": 1e9, "shard": 2.5e8, "gathered": 1e8, "shared": 1}, 3.5e8),
    (f.shared_parameters, {"held": 1e9, "shard": 9.5e8, "gathered": 1e8, "shared": 1}, 1e9),
    (
        f.activation_memory,
        {
            "rows": 4096,
            "width": 1e5,
            "boundary": 1e4,
            "layers": 20,
            "in_flight": 4,
            "recomputed": 1,
            "logits": 1e5,
        },
        4096 * (1e4 * 80 + 1e5) + 4096e5,
    ),
    (f.micro_batches_in_flight, {"stages": 8, "virtual": 1, "micro_batches": 64}, 8),
    (f.micro_batches_in_flight, {"stages": 8, "virtual": 2, "micro_batches": 64}, 11.5),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Times, rates and memory are what plain arithmetic gives."""
    assert holds(one, given, right)
