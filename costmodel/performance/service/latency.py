"""Percentiles of latency of a steady state."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.domain.workload import Serving
from costmodel.formula.normal import score_of
from costmodel.performance.formulas import percentiles as p
from costmodel.performance.formulas import serving as f
from costmodel.performance.machine.operator import NOTHING
from costmodel.performance.machine.setup import ONE
from costmodel.performance.service.flow import rows_of_group
from costmodel.performance.service.serving import ServingResult
from costmodel.units import Quantity, quantity

LEAST, MOST = 0.5, 0.9999


@dataclass(frozen=True)
class Percentile:
    """Latencies that a share of requests stays under."""

    time_to_first_token: Quantity
    time_per_output_token: Quantity


def percentile(result: ServingResult, share: float = 0.99) -> Percentile:
    """Return latencies that a share of requests stays under, from the median on; see `formulas/percentiles.py`."""
    kept, score, times = _kept(share), normal_score(share), result.times
    return Percentile(
        _first(result, quantity(kept), score) * (result.time_to_first_token / (times.first + times.wait)),
        _token(result, score) * (result.time_per_output_token / times.per_token),
    )


def at_share(name: str, share: float | None) -> str:
    """Return the name of a latency's column: of the mean, or of a share of requests.

    >>> at_share("time_to_first_token", 0.99), at_share("time_to_first_token", None)
    ('time_to_first_token_p99', 'time_to_first_token')
    """
    return name if share is None else f"{name}_p{100 * share:g}"


def shares_of(workload: Serving) -> dict[str, float | None]:
    """Return the share of requests for which the limit of each latency is meant; None for the mean."""
    return {name: getattr(workload, f"{name}_share") for name in ("time_to_first_token", "time_per_output_token")}


def latencies(workload: Serving, result: ServingResult) -> dict[str, Quantity]:
    """Return the mean latencies, and those of shares of requests for which limits are meant, by their columns."""
    found = {name: getattr(result, name) for name in shares_of(workload)}
    shares = {name: share for name, share in shares_of(workload).items() if share is not None}
    return found | {at_share(name, one): getattr(percentile(result, one), name) for name, one in shares.items()}


def normal_score(share: float) -> Quantity:
    """Return how many standard deviations above its mean a normal number stays under for a share, from a half on.

    >>> round(float(normal_score(0.9).magnitude), 4)
    1.2816
    """
    return score_of(quantity(_kept(share)))


def _kept(share: float) -> float:
    return min(max(share, LEAST), MOST)


def _first(result: ServingResult, share: Quantity, score: Quantity) -> Quantity:
    times, traffic = result.times, result.flow.traffic
    queue = times.queue
    later = p.log_normal_percentile(
        mean=queue.later + times.alone + times.wait, deviation=_deviation(result), score=score
    )
    burst = p.burst_percentile(burst=queue.burst + times.alone, share=share, rounds=traffic.rounds)
    return p.first_token_percentile(fixed=times.first - queue.mean - times.alone, later=later, burst=burst)


def _deviation(result: ServingResult) -> Quantity:
    times, flow = result.times, result.flow
    queue = times.queue
    waiting = p.wait_deviation(wait=queue.later, load=p.waiting_share(load=queue.waits))
    reading = p.reading_deviation(alone=times.alone, plain=times.plain, spread=flow.traffic.prompt_spread)
    memory = p.memory_wait_deviation(
        wait=times.wait,
        stay=f.residence_time(first=times.first, per_token=times.unpaused, output=flow.output),
        spread=flow.traffic.output_spread,
        admitted=flow.admitted,
    )
    return p.both_deviations(first=p.both_deviations(first=waiting, second=reading), second=memory)


def _token(result: ServingResult, score: Quantity) -> Quantity:
    times, flow = result.times, result.flow
    mixes = flow.setup.software.mixes
    deviation = p.token_deviation(
        added=p.added_time(carrying=times.carrying, plain=times.plain if mixes else 0 * times.plain),
        share=times.share,
        spread=flow.traffic.output_spread,
        output=flow.output,
    )
    if flow.traffic.open:
        deviation = _deviation_at_random(result, deviation)
    if flow.paused is not NOTHING:
        pauses = p.pause_deviation(interval=times.unpaused, paused=flow.paused, preemptions=flow.preemptions)
        deviation = p.both_deviations(first=deviation, second=pauses)
    return p.log_normal_percentile(mean=times.per_token, deviation=deviation, score=score)


def _deviation_at_random(result: ServingResult, deviation: Quantity) -> Quantity:
    """Return the deviation of the time per token where requests come at random: batches vary, and prompts in them."""
    times, flow = result.times, result.flow
    prompts = p.token_deviation_at_random(
        deviation=deviation, prompt_spread=flow.traffic.prompt_spread, output_spread=flow.traffic.output_spread
    )
    least = flow.times(ONE).unpaused
    batches = p.batch_deviation(interval=times.unpaused, least=least, batch=rows_of_group(flow.setup, times.batch))
    return p.both_deviations(first=prompts, second=batches)
