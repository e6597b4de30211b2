"""Weights, state and operations of layers with a state by hand, from small shapes."""

from __future__ import annotations

from costmodel.formula import Formula
from costmodel.performance.formulas import states as f
from tests.by_hand import cases, holds

SPACE = {"hidden_size": 64, "width": 128, "kernel": 4}


@cases(
    (
        f.linear_weights,
        {
            "hidden_size": 64,
            "keys": 16,
            "values": 24,
            "gates": 64 * 24,
            "head_gates": 2,
            "value_heads": 4,
            "convolution": 4 * 56,
        },
        64 * (16 + 16 + 24 + 24 + 24 + 4 + 4) + 4 * (16 + 16 + 24),
    ),
    (f.linear_state, {"value_heads": 4, "key_size": 8, "value_size": 6}, 192),
    (
        f.mamba_1_weights,
        {**SPACE, "state_size": 16, "step_rank": 4},
        64 * 256 + 128 * (4 + 32) + 4 * 128 + 128 * 16 + 128 + 128 * 4 + 128 * 64,
    ),
    (
        f.mamba_2_weights,
        {**SPACE, "shared": 32, "heads": 8},
        64 * (128 + 128 + 32 + 8) + 4 * (128 + 32) + 8 + 8 + 128 * 64,
    ),
    (
        f.recurrence_weights,
        {**SPACE, "blocks": 4},
        64 * 128 + 64 * 128 + 128 * 64 + 2 * 4 * 32 * 32 + 4 * 128 + 128,
    ),
    (f.convolution_weights, {**SPACE, "width": 64, "kernel": 3}, 64 * 192 + 64 * 64 + 64 * 3),
    (f.convolution_state, {"channels": 64, "kernel": 4}, 192),
    (f.convolution_state, {"channels": 64, "kernel": 1}, 0),
    (
        f.state_bytes,
        {"summed": 1000, "convolved": 30, "summed_bytes": 4, "convolved_bytes": 2},
        4060,
    ),
    (f.state_operations, {"elements": 5000, "each": 8, "tokens": 7}, 8 * 5000 * 7),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Every projection, gate, decay and kernel is counted once."""
    assert holds(one, given, right)


def test_a_state_takes_six_operations_and_two_more_under_the_delta_rule() -> None:
    """A product and a sum each: what is read before it is corrected is read again."""
    assert (f.RECURRENT_OPERATIONS.magnitude, f.DELTA_OPERATIONS.magnitude) == (6.0, 8.0)
