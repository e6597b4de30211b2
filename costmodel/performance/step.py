"""One pass through the model: seconds by operator."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.domain.architecture import NONE
from costmodel.performance import shape
from costmodel.performance.formulas import memory as m
from costmodel.performance.formulas import operators as f
from costmodel.performance.memory import attention_weights_held
from costmodel.performance.setup import ACTIVATION, Setup
from costmodel.units import Quantity, add


@dataclass(frozen=True)
class Rows:
    """What a pass computes: one token of each of `sequences` at `context`, and `prompt` tokens of new prompts."""

    sequences: Quantity
    context: Quantity
    prompt: Quantity
    prompt_length: Quantity

    @property
    def total(self) -> Quantity:
        """All tokens of the pass."""
        return self.sequences + self.prompt


def step_time(setup: Setup, rows: Rows) -> Quantity:
    """Return the time of one pass."""
    return add(step_parts(setup, rows).values())


def step_parts(setup: Setup, rows: Rows) -> dict[str, Quantity]:
    """Return the time of one pass by operator, summed over layers."""
    parts = {
        "attention projections": shape.softmax_layers(setup.model)
        * _product(setup, rows.total, attention_weights_held(setup)),
        "feed-forward": _feed_forward(setup, rows.total),
        "prefill attention": _prefill_attention(setup, rows),
        "decode attention": _decode_attention(setup, rows),
        "activations": setup.model.layers * _activations(setup, rows.total),
        "output head": _head(setup, rows),
        "launches": setup.model.layers * setup.constants["layer_latency"],
    }
    if setup.accelerator.has_links:
        parts["collectives"] = 2 * setup.model.layers * _all_reduce(setup, rows.total)
    if setup.model.has_experts:
        parts["experts"] = setup.model.experts_layers * _experts(setup, rows.total)
    return parts


def _product(setup: Setup, rows: Quantity, weights: Quantity, *, wide: bool = False) -> Quantity:
    """Time of one matrix product with the weights on this accelerator, in the deployment's type or in 16 bits."""
    constants = setup.constants
    return f.roofline_time(
        operations=f.matrix_product_operations(rows=rows, weights=weights),
        moved=m.weight_memory(weights=weights, bytes_per_weight=ACTIVATION if wide else setup.weight_bytes),
        peak=setup.wide_peak if wide else setup.peak,
        bandwidth=setup.accelerator.memory_bandwidth,
        compute_efficiency=constants["matrix_efficiency"],
        bandwidth_efficiency=constants["weight_bandwidth"],
        overlap_loss=constants["overlap_loss"],
    )


def _feed_forward(setup: Setup, rows: Quantity) -> Quantity:
    model, ways = setup.model, setup.ways
    dense = shape.dense_layers(model) * _product(setup, rows, shape.dense_weights(model) / ways)
    if not model.has_experts:
        return dense
    shared = shape.shared_weights(model) / ways + shape.router_weights(model)
    return dense + model.experts_layers * _product(setup, rows, shared)


def _experts(setup: Setup, rows: Quantity) -> Quantity:
    """Time of the routed experts of one layer, each split over all accelerators."""
    model, constants = setup.model, setup.constants
    weights = shape.expert_weights(model) / setup.ways
    touched = f.experts_touched(experts=model.experts_count, per_token=model.experts_per_token, rows=rows)
    padded = f.expert_rows(
        rows=rows, per_token=model.experts_per_token, touched=touched, tile=constants["expert_tile"], ways=1.0
    )
    time = f.roofline_time(
        operations=f.matrix_product_operations(rows=padded, weights=weights),
        moved=m.weight_memory(weights=touched * weights, bytes_per_weight=setup.expert_bytes),
        peak=setup.peak,
        bandwidth=setup.accelerator.memory_bandwidth,
        compute_efficiency=constants["expert_efficiency"],
        bandwidth_efficiency=constants["expert_bandwidth"],
        overlap_loss=constants["overlap_loss"],
    )
    return time + constants["expert_latency"]


def _prefill_attention(setup: Setup, rows: Rows) -> Quantity:
    model = setup.model
    length = f.mean_attended(length=rows.prompt_length, window=setup.limit)
    attended = shape.full_layers(model) * length
    for layers, width in (
        (model.attention_window_layers, model.attention_window),
        (model.attention_chunk_layers, model.attention_chunk),
    ):
        if width is not NONE:
            attended = attended + layers * f.mean_attended(length=rows.prompt_length, window=width)
    return f.prefill_attention_time(
        rows=rows.prompt,
        attended=attended,
        operations_per_pair=setup.attention.prefill_operations / setup.ways,
        peak=setup.wide_peak,
        efficiency=setup.constants["attention_efficiency"],
    )


def _decode_attention(setup: Setup, rows: Rows) -> Quantity:
    constants = setup.constants
    return f.decode_attention_time(
        sequences=rows.sequences,
        context=setup.attended(rows.context),
        cache_per_token=setup.cache_per_token,
        operations_per_pair=setup.attention.decode_operations / setup.ways,
        peak=setup.wide_peak,
        bandwidth=setup.accelerator.memory_bandwidth,
        compute_efficiency=constants["attention_efficiency"],
        bandwidth_efficiency=constants["cache_bandwidth"],
    )


def _activations(setup: Setup, rows: Quantity) -> Quantity:
    return f.activation_time(
        rows=rows,
        width=setup.model.hidden_size,
        passes=setup.constants["activation_passes"],
        bytes_per_element=ACTIVATION,
        bandwidth=setup.accelerator.memory_bandwidth,
        efficiency=setup.constants["weight_bandwidth"],
    )


def _all_reduce(setup: Setup, rows: Quantity) -> Quantity:
    return f.all_reduce_time(
        data=rows * setup.model.hidden_size * ACTIVATION,
        ways=setup.ways,
        link_bandwidth=setup.accelerator.link_bandwidth,
        latency=setup.constants["all_reduce_latency"],
        efficiency=setup.constants["link_efficiency"],
    )


def _head(setup: Setup, rows: Rows) -> Quantity:
    """Time of the output head: one row for each sequence and each finished prompt."""
    weights = setup.model.vocabulary * setup.model.hidden_size / setup.ways
    return _product(setup, rows.sequences + rows.prompt / rows.prompt_length, weights, wide=True)
