"""Serving at a fixed number of requests in flight: time to first token, time per token, tokens per second."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from costmodel.domain.workload import Serving
from costmodel.performance.formulas import serving as f
from costmodel.performance.formulas import targets
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.memory import room_for_a_request
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.flow import Flow, Times
from costmodel.performance.service.traffic import Traffic, usual_traffic
from costmodel.units import Quantity, quantity


@dataclass(frozen=True)
class ServingResult:
    """What a replica does with `concurrency` requests in flight, on average."""

    time_to_first_token: Quantity
    time_per_output_token: Quantity
    batch: Quantity
    """Sequences that write at a time."""
    fits: Quantity
    """Requests whose cache fits."""
    output_rate: Quantity
    """Output tokens per second and accelerator."""
    query_rate: Quantity
    """Queries per second and accelerator."""
    concurrency: Quantity
    """Requests in flight on a replica."""
    flow: Flow
    """What the result was made of, for memory, utilisation, power and percentiles."""
    times: Times

    @cached_property
    def residence_time(self) -> Quantity:
        """How long a request is in flight."""
        return f.residence_time(
            first=self.time_to_first_token, per_token=self.time_per_output_token, output=self.flow.output
        )

    @cached_property
    def user_rate(self) -> Quantity:
        """Output tokens per second that one user sees."""
        return f.user_rate(
            per_token=self.time_per_output_token, first=self.time_to_first_token, output=self.flow.output
        )


def serve(setup: Setup, workload: Serving) -> ServingResult:
    """Return the steady state of a replica under continuous batching, at the rate that its targets leave."""
    found, share = result_of(flow_of(setup, workload), workload.output_tokens), setup.deployment.rate_share
    if share is None:
        return found
    return replace(
        found,
        query_rate=f.rate_at_random(rate=found.query_rate, share=share),
        output_rate=f.output_rate_at_random(rate=found.output_rate, share=share),
    )


def flow_of(setup: Setup, workload: Serving) -> Flow:
    """Return the queries of a workload on a replica."""
    prompt, output = (f.per_query(tokens=one) for one in (workload.prompt_tokens, workload.output_tokens))
    traffic = traffic_of(setup.constants, workload)
    return Flow(setup, prompt, output, setup.deployment.need("concurrency"), traffic)


def traffic_of(constants: Constants, workload: Serving) -> Traffic:
    """Return how the requests of a workload come and differ."""
    usual = usual_traffic(constants, workload.prompt_spread, workload.output_spread, workload.arrival_spread)
    return replace(usual, open=workload.at_random)


def has_room(flow: Flow) -> Quantity:
    """Return one where all requests in flight fit in the memory of a replica, and zero where they do not."""
    fits = targets.keeps_count(count=flow.concurrency, most=flow.fits)
    return fits * room_for_a_request(flow.setup, flow.prompt, flow.output)


def steady_state(
    setup: Setup,
    prompt: Quantity,
    output: Quantity,
    concurrency: Quantity,
    *,
    per_query: Quantity | None = None,
    traffic: Traffic | None = None,
) -> ServingResult:
    """Return the steady state with prompts and outputs of so many tokens on average; arrays broadcast."""
    return result_of(Flow(setup, prompt, output, concurrency, traffic or usual_traffic(setup.constants)), per_query)


def result_of(flow: Flow, per_query: Quantity | None = None) -> ServingResult:
    """Return the steady state of a flow of requests."""
    times, setup = flow.solve(), flow.setup
    first = f.levelled_time(time=times.first + times.wait, level=setup.level * setup.first_level)
    per_token = f.levelled_time(time=times.per_token, level=setup.level)
    error = setup.deployment.model_error
    if error is not None:
        first, per_token = f.expected_time(time=first, error=error), f.expected_time(time=per_token, error=error)
    rate = f.output_rate(
        concurrency=flow.concurrency,
        per_token=per_token,
        first=first,
        output=flow.output,
        accelerators=setup.replica * quantity(1.0, "accelerator"),
    )
    tokens = flow.output * quantity(1.0, "token/query") if per_query is None else per_query
    queries = f.query_rate(output_rate=rate, output=tokens)
    between = f.time_between_tokens(per_token=per_token, output=flow.output)
    return ServingResult(first, between, times.batch, flow.fits, rate, queries, flow.concurrency, flow, times)
