"""Work of one kind on one accelerator, in one pass: its operations and bytes, and how well it runs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from costmodel.performance.formulas import memory as m
from costmodel.performance.formulas import operators as f
from costmodel.performance.machine.number_types import Weights
from costmodel.performance.machine.setup import ONE, Setup
from costmodel.units import Quantity, quantity

NOTHING = quantity(0.0)
NO_OPERATIONS = quantity(0.0, "FLOP")
NO_BYTES = quantity(0.0, "byte")


@dataclass(frozen=True)
class Rows:
    """What a pass computes: tokens of `sequences` at `context`, and `prompt` new tokens of prompts."""

    sequences: Quantity
    context: Quantity
    prompt: Quantity
    prompt_length: Quantity
    """New tokens of one prompt."""
    cached: Quantity = NOTHING
    """Tokens of one prompt that are in the prefix cache."""
    each: Quantity = ONE
    """Tokens of a sequence in one pass: more than one where a draft is verified."""
    filled: Quantity = ONE
    """Share of the copies of attention that have such rows."""
    held_up: Quantity = ONE
    """Time of a pass over the sum of its pipeline stages: more where the longest stage holds up the others."""

    @property
    def total(self) -> Quantity:
        """All tokens of the pass."""
        return self.sequences * self.each + self.prompt


@dataclass(frozen=True)
class Operator:
    """One kind of work of a pass, on one accelerator, summed over layers."""

    name: str
    operations: Quantity
    moved: Quantity
    peak: Quantity
    bandwidth: Quantity
    compute_efficiency: Quantity
    bandwidth_efficiency: Quantity
    overlap_loss: Quantity

    @property
    def time(self) -> Quantity:
        """Seconds of the operator."""
        return f.roofline_time(
            operations=self.operations,
            moved=self.moved,
            peak=self.peak,
            bandwidth=self.bandwidth,
            compute_efficiency=self.compute_efficiency,
            bandwidth_efficiency=self.bandwidth_efficiency,
            overlap_loss=self.overlap_loss,
        )


def operator(
    setup: Setup, name: str, operations: Quantity, moved: Quantity, multiplied: str = "", **other: Quantity
) -> Operator:
    """Return an operator at 16-bit peak and the bandwidth of weights, unless told otherwise."""
    constants = setup.constants
    values = {
        "peak": setup.sustained_peak(multiplied or setup.types.wide.multiplied),
        "compute_efficiency": constants["attention_efficiency"],
        "bandwidth_efficiency": constants["weight_bandwidth"],
        "overlap_loss": constants["overlap_loss"],
    }
    return Operator(name, operations, moved, bandwidth=setup.accelerator.memory_bandwidth, **(values | other))


@dataclass(frozen=True)
class Matrices:
    """The matrices of layers with so many weights on this accelerator: what their products take besides rows."""

    layers: Quantity
    weights: Quantity
    unused: Operator
    """Their product with no rows, which reads the weights."""

    def times(self, rows: Quantity) -> Operator:
        """Return their product with rows."""
        operations = self.layers * f.matrix_product_operations(rows=rows, weights=self.weights)
        return replace(self.unused, operations=operations)


def matrices(setup: Setup, name: str, layers: Quantity, weights: Quantity, of: Weights | None = None) -> Matrices:
    """Return the matrices of layers with so many weights on this accelerator."""
    kind = of or setup.types.dense
    read = layers * m.weight_memory(weights=weights, bytes_per_weight=quantity(kind.bytes, "byte"))
    shares = {"compute_efficiency": efficiency(setup, kind), "bandwidth_efficiency": bandwidth_share(setup, kind)}
    return Matrices(layers, weights, operator(setup, name, NO_OPERATIONS, read, multiplied=kind.multiplied, **shares))


def efficiency(setup: Setup, kind: Weights) -> Quantity:
    """Return the share of the peak that products with such weights reach."""
    first, *others = (setup.constants[name] for name in kind.efficiency)
    return first if not others else first * others[0]


def bandwidth_share(setup: Setup, kind: Weights) -> Quantity:
    """Return the share of the memory bandwidth at which such weights stream."""
    streamed = setup.constants["weight_bandwidth"]
    return streamed * setup.constants["four_bit_bandwidth"] if kind.narrow else streamed
