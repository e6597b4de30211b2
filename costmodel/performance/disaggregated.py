"""Disaggregated serving: some accelerators only read prompts, others only write; the cache moves between them."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.performance.flow import Flow, host_time
from costmodel.performance.formulas import disaggregated as f
from costmodel.performance.formulas import offline as o
from costmodel.performance.formulas import serving as s
from costmodel.performance.memory import cache_of_request
from costmodel.performance.operators import NOTHING
from costmodel.performance.setup import Setup
from costmodel.performance.step import step_time
from costmodel.units import Quantity, quantity


@dataclass(frozen=True)
class Disaggregated:
    """What a writing replica and its share of reading replicas do."""

    time_to_first_token: Quantity
    time_per_output_token: Quantity
    readers: Quantity
    """Reading replicas for each writing replica, at which neither waits for the other."""
    output_rate: Quantity
    """Output tokens per second and accelerator, reading ones counted."""


def serve_disaggregated(
    reading: Setup, writing: Setup, prompt: Quantity, output: Quantity, batch: Quantity, load: float = 0.8
) -> Disaggregated:
    """Return the balance of reading and writing replicas, with `batch` sequences on each writing replica.

    Reading replicas are kept at a load, and prompts wait as in a queue with random arrivals and fixed service; the
    cache of a prompt moves over the scale-out network of one accelerator for each that holds a part of it.
    """
    flow = Flow(writing, prompt, output, batch)
    step = step_time(writing, flow.rows(batch, NOTHING))
    per_token = step + host_time(writing, batch)
    source = Flow(reading, prompt, output, quantity(1.0))
    burst = o.batch_burst(batch=quantity(1.0), prompt=prompt, chunk=reading.constants["chunk"])
    alone = s.prompt_time(
        prompt=prompt,
        burst=burst,
        carrying=step_time(reading, source.rows(NOTHING, burst)),
        prompt_overhead=reading.constants["prompt_overhead"],
    )
    move = f.cache_transfer_time(
        cache=cache_of_request(writing, prompt), bandwidth=writing.accelerator.need("scale_out_bandwidth_one_way")
    )
    first = f.first_token_time(
        prompt_time=alone,
        load=quantity(load),
        transfer=move,
        per_token=per_token,
        request_overhead=writing.constants[writing.software.request],
    )
    readers = f.readers_per_writer(
        batch=batch, output=output, per_token=per_token, prompt_time=alone, load=quantity(load)
    )
    rate = f.output_rate_of_all(
        batch=batch, per_token=per_token, writers=writing.replica, readers=readers, reader=reading.replica
    )
    return Disaggregated(first, per_token, readers, rate)
