"""Layers that keep a state of fixed size instead of a cache: linear attention, state space, convolution."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.domain.architecture import NONE, Architecture
from costmodel.once import once
from costmodel.performance.formulas import states as f
from costmodel.units import Quantity, quantity

USUAL_GATES = quantity(1.0)
USUAL_HEAD_GATES = quantity(2.0)
DELTA = ("gated delta", "key-wise gated delta")
NOTHING = quantity(0.0)


@dataclass(frozen=True, eq=False)
class State:
    """One kind of layers with a state, which stands for itself."""

    name: str
    layers: Quantity
    weights: Quantity
    """Weights of one layer."""
    elements: Quantity
    """Elements of the state of one sequence in one layer that are summed up over tokens."""
    convolved: Quantity
    """Elements of the last tokens, which the layer's convolution reads again."""
    operations: Quantity
    """Operations with which one token updates and reads one element of the summed state."""


@once
def states(model: Architecture) -> list[State]:
    """Return the kinds of layers with a state that a model has."""
    found = []
    if model.linear_layers is not NONE:
        found.append(_linear(model))
    if model.state_space_layers is not NONE:
        found.append(_state_space(model))
    if model.convolution_layers is not NONE:
        found.append(_convolution(model))
    return found


def states_weights(model: Architecture) -> Quantity:
    """Return the weights of all layers with a state."""
    total = NONE
    for one in states(model):
        total = total + one.layers * one.weights
    return total


def _linear(model: Architecture) -> State:
    keys, values = model.linear_key_heads * model.linear_key_size, model.linear_value_heads * model.linear_value_size
    channels = 2 * keys + values
    kind = model.linear_kind
    delta = kind in DELTA
    whole = f.linear_state(
        value_heads=model.linear_value_heads, key_size=model.linear_key_size, value_size=model.linear_value_size
    )
    return State(
        name="linear attention",
        layers=model.linear_layers,
        weights=f.linear_weights(
            hidden_size=model.hidden_size,
            keys=keys,
            values=values,
            gates=_linear_gates(model, values),
            head_gates=_usual(model.linear_head_gates, USUAL_HEAD_GATES if kind == "gated delta" else NONE),
            value_heads=model.linear_value_heads,
            convolution=channels * model.linear_kernel,
        ),
        elements=whole if model.linear_state_size is NONE else model.linear_state_size,
        convolved=f.convolution_state(channels=channels, kernel=_usual(model.linear_kernel, quantity(1.0))),
        operations=f.DELTA_OPERATIONS if delta else f.RECURRENT_OPERATIONS,
    )


def _linear_gates(model: Architecture, values: Quantity) -> Quantity:
    """Return the weights of the gates as wide as the values, directly or through a narrower width."""
    gates = NONE if model.linear_kind == "rwkv" else _usual(model.linear_gates, USUAL_GATES)
    if model.linear_gate_rank is NONE:
        return gates * model.hidden_size * values
    return gates * model.linear_gate_rank * (model.hidden_size + values)


def _state_space(model: Architecture) -> State:
    width, kernel, size = model.state_space_width, model.state_space_kernel, model.state_space_state_size
    hidden = model.hidden_size
    shared = 2 * model.state_space_groups * size
    if model.state_space_kind == "mamba 1":
        weights = f.mamba_1_weights(
            hidden_size=hidden, width=width, state_size=size, step_rank=model.state_space_step_rank, kernel=kernel
        )
    elif model.state_space_kind == "mamba 2":
        weights = f.mamba_2_weights(
            hidden_size=hidden, width=width, shared=shared, heads=model.state_space_heads, kernel=kernel
        )
    else:
        weights = f.recurrence_weights(hidden_size=hidden, width=width, blocks=model.state_space_heads, kernel=kernel)
    channels = width + shared if model.state_space_kind == "mamba 2" else width
    return State(
        name="state space",
        layers=model.state_space_layers,
        weights=weights,
        elements=width if size is NONE else width * size,
        convolved=f.convolution_state(channels=channels, kernel=kernel),
        operations=f.RECURRENT_OPERATIONS,
    )


def _convolution(model: Architecture) -> State:
    width, kernel = model.convolution_width, model.convolution_kernel
    return State(
        name="convolution",
        layers=model.convolution_layers,
        weights=f.convolution_weights(hidden_size=model.hidden_size, width=width, kernel=kernel),
        elements=NOTHING,
        convolved=f.convolution_state(channels=width, kernel=kernel),
        operations=f.RECURRENT_OPERATIONS,
    )


def _usual(value: Quantity, usual: Quantity) -> Quantity:
    return usual if value is NONE else value
