"""How a prediction is written: tables for a narrow terminal, and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from click.formatting import wrap_text

from costmodel.analysis.predict import Prediction
from costmodel.analysis.predict_disaggregated import DisaggregatedPrediction
from costmodel.analysis.replaying import Replay
from costmodel.analysis.targets import LATENCIES
from costmodel.cli.shared import plain, say
from costmodel.cli.tables import figure, print_table
from costmodel.performance.layout.layouts import SPLITS, layout_words
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.interval import load_residuals
from costmodel.performance.service.latency import Percentile
from costmodel.specs.catalog import PACKAGE, Catalog
from costmodel.specs.fact import ASSUMPTION
from costmodel.units import Quantity, quantity

SHOWN = 2
"""Sources of a thing that are named; `show` lists all."""

SHARES = (0.5, 0.9, 0.99)
Quantities = dict[str, tuple[Quantity, str]]


def quantities(found: Prediction) -> Quantities:
    """Return what is predicted, each with its meaning."""
    result, used = found.result, found.usage
    slow = {f"p{100 * share:g}": found.percentile(share) for share in SHARES}
    return {
        "output_rate": (result.output_rate, "output tokens, each accelerator"),
        "user_rate": (result.user_rate, "tokens that one user sees"),
        "query_rate": (result.query_rate, "answers, each accelerator"),
        **_latencies("time_to_first_token", result.time_to_first_token, slow, "wait for the first token"),
        **_latencies("time_per_output_token", result.time_per_output_token, slow, "time between tokens"),
        "concurrency": (result.concurrency, "requests in flight"),
        "batch": (result.batch, "of these, writing at a time"),
        "fits": (result.fits, "requests that fit in memory"),
        "preemptions": (result.flow.preemptions, "of a request, which is read again"),
        "memory": (used.memory.to("GB"), "weights and cache, each"),
        "weights": (found.weights.to("GB"), "of this, weights"),
        "capacity": (found.setup.capacity.to("GB"), "memory of an accelerator"),
        "compute_utilization": (used.compute, "of the dense peak"),
        "bandwidth_utilization": (used.memory_bandwidth, "of the memory bandwidth"),
        "link_share": (used.links, "of time in collectives"),
        "launch_share": (used.launches, "of time in launches"),
        "host_share": (used.host, "of time waiting for the host"),
        "power": (used.power, "each accelerator"),
        "energy_per_token": (used.energy_per_token, "an output token, with prompts"),
    }


def quantities_apart(found: DisaggregatedPrediction) -> Quantities:
    """Return what is predicted of a disaggregated deployment, each with its meaning."""
    one = found.result
    slow = {f"time_to_first_token_p{100 * share:g}": one.first_token_percentile(share) for share in SHARES}
    return {
        "output_rate": (one.output_rate, "output tokens, each accelerator"),
        "user_rate": (one.user_rate, "tokens that one user sees"),
        "time_per_output_token": (one.time_per_output_token, "no step carries prompts"),
        "time_to_first_token": (one.time_to_first_token, "mean, made of:"),
        "request_overhead": (one.request_overhead, "host and network"),
        "queue": (one.queue, "behind other prompts"),
        "prompt_time": (one.reader.prompt_time, "reading the prompt"),
        "transfer": (one.transfer, "moving its cache over the links"),
        "first_steps": (one.first_steps, "steps until the client sees it"),
        **{name: (value, f"{name.rpartition('_p')[2]}% wait less") for name, value in slow.items()},
        "reading_load": (one.load, "of time reading replicas are busy"),
        "cache_of_prompt": (one.reader.sent.to("MB"), "sent by each reading accelerator"),
        "transfer_bandwidth": (one.bandwidth.to("GB/s"), "one way, each accelerator"),
    }


def _latencies(name: str, mean: Quantity, slow: Mapping[str, Percentile], words: str) -> Quantities:
    later = {f"{name}_{at}": (getattr(one, name), f"{at[1:]}% of requests are faster") for at, one in slow.items()}
    return {name: (mean, f"{words}, mean"), **later}


def print_prediction(found: Prediction, catalog: Catalog) -> None:
    """Print speed, latency, memory and power, then what a step consists of, the interval and the sources."""
    setup = found.setup
    say(
        f"{_on(setup)}\n{setup.replica.magnitude:g} x this accelerator: {_split(setup)}\n"
        f"{found.prompt.magnitude:g} tokens in, {found.output.magnitude:g} out, {setup.software.name}\n"
    )
    _print_quantities(quantities(found))
    _print_parts(found)
    _print_end(found.interval, float(found.result.output_rate.magnitude), _why(found), setup, catalog)


def _why(found: Prediction) -> str:
    """Return what an interval rests on, and what it does not."""
    lacking = " and ".join(found.unmeasured)
    return f"{found.why}; {lacking} were not measured" if lacking else found.why


def print_apart(found: DisaggregatedPrediction, catalog: Catalog) -> None:
    """Print speed and latency of a disaggregated deployment, with the parts of the wait."""
    writer = found.result.writer
    say(
        f"{_on(found.writing)}, {found.accelerators:g} accelerators\n"
        f"{found.readers} x reading: {_split(found.reading)}\n"
        f"{found.writers} x writing: {_split(found.writing)}, {writer.batch.magnitude:g} answers at a time on each\n"
        f"{writer.prompt.magnitude:g} tokens in, {writer.output.magnitude:g} out, {found.writing.software.name}\n"
    )
    _print_quantities(quantities_apart(found))
    _print_end(found.interval, float(found.result.output_rate.magnitude), found.why, found.writing, catalog)


def _print_quantities(values: Quantities) -> None:
    rows = [
        [name, figure(float(value.magnitude)), f"{value.units:~P}".replace("/accelerator", ""), words]
        for name, (value, words) in values.items()
    ]
    print_table("", ("quantity", "value", "unit", "meaning"), rows, ("value",), dense=True)


def _print_parts(found: Prediction) -> None:
    parts, bounds = found.parts(), found.bounds()
    sums = [float(sum(times[place].to("ms").magnitude for times in parts.values())) for place in (0, 1)]
    rows = []
    for name, times in parts.items():
        numbers = [float(one.to("ms").magnitude) for one in times]
        cells = [
            cell for one, whole in zip(numbers, sums, strict=True) for cell in (figure(one, 3), _percent(one, whole))
        ]
        rows.append([name, *cells, bounds[name]])
    heads = ("operator", "decode\nms", "share", "with prompts\nms", " share", "decode waits for")
    print_table("\nOne step, by operator", heads, rows, heads[1:5], dense=True)


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f}%"


def _print_end(interval: tuple[float, float], rate: float, why: str, setup: Setup, catalog: Catalog) -> None:
    low, high = (figure(rate * factor) for factor in interval)
    say(f"\nOutput rate, 80% interval: {low} to {high} tokens/s and accelerator")
    say(wrap_text(why, width=78, initial_indent="  ", subsequent_indent="  ") + "\nFrom:")
    for line in sources_of(setup, catalog):
        say(f"  {line}")


def sources_of(setup: Setup, catalog: Catalog) -> list[str]:
    """Return in words where the numbers of a prediction come from."""
    nouns = {"model": setup.model, "accelerator": setup.accelerator}
    lines = []
    for what, noun in nouns.items():
        facts = noun.facts.values()
        titles = dict.fromkeys(catalog.source(fact).title for fact in facts if fact.source != ASSUMPTION)
        assumed = sum(fact.source == ASSUMPTION for fact in facts)
        lines.append(f"{what}: {_short(noun.place) or noun.id}")
        lines += [f"  {len(facts)} figures, {assumed} of them assumptions"] if facts else []
        lines += [f"  {title}" for title in list(titles)[:SHOWN]]
        lines += [f"  and {len(titles) - SHOWN} more: costmodel show {noun.id}"] if len(titles) > SHOWN else []
    rows = int(load_residuals().rows["dense"] + load_residuals().rows["experts"])
    return [*lines, f"constants: fitted on {rows} measurements of serving; docs/accuracy.md"]


def _short(place: str) -> str:
    path = Path(place)
    return path.relative_to(PACKAGE.parent).as_posix() if place and path.is_relative_to(PACKAGE.parent) else place


def _on(setup: Setup) -> str:
    return f"{setup.model.name} in {setup.deployment.precision} on {setup.accelerator.name}"


def _split(setup: Setup) -> str:
    numbers = setup.ways, setup.stages, setup.copies, setup.expert_ways
    return layout_words({name: value.magnitude for name, value in zip(SPLITS, numbers, strict=True)})


def as_json(found: Prediction) -> dict[str, object]:
    """Return a prediction as plain data."""
    operators = {name: [float(t.to("ms").magnitude) for t in times] for name, times in found.parts().items()}
    rate = float(found.result.output_rate.magnitude)
    return _plain(found.setup, quantities(found), found.interval, rate, _why(found)) | {"operators_ms": operators}


def as_json_apart(found: DisaggregatedPrediction) -> dict[str, object]:
    """Return the prediction of a disaggregated deployment as plain data."""
    rate = float(found.result.output_rate.magnitude)
    plain = _plain(found.writing, quantities_apart(found), found.interval, rate, found.why)
    return plain | {"reading_replicas": found.readers, "writing_replicas": found.writers}


def _plain(setup: Setup, values: Quantities, interval: tuple[float, float], rate: float, why: str) -> dict[str, object]:
    return {
        "model": setup.model.id,
        "accelerator": setup.accelerator.id,
        **_numbers(values),
        "output_rate_80": [rate * factor for factor in interval],
        "interval": why,
    }


def _numbers(values: Quantities) -> dict[str, object]:
    return {name: plain(one) for name, (one, _) in values.items()}


def quantities_replayed(found: Replay) -> Quantities:
    """Return what the requests of a trace see, each with its meaning."""
    trace, seen = found.trace, found.seen
    latencies = {
        f"{name}{at}": (quantity(seen.at(name, share), "second"), words)
        for name in LATENCIES
        for at, share, words in (
            ("", None, "mean"),
            *((f"_p{100 * s:g}", s, f"{100 * s:g}% are faster") for s in SHARES),
        )
    }
    return {
        "requests": (quantity(float(len(trace))), "in the trace"),
        "arrival_rate": (quantity(trace.rate, "query/second"), "on average"),
        "prompt_tokens": (quantity(float(trace.prompts.mean()), "token/query"), "on average"),
        "output_tokens": (quantity(float(trace.outputs.mean()), "token/query"), "on average"),
        "cached_prompt_share": (quantity(trace.cached_share), "of these tokens, found in the cache"),
        **latencies,
        "output_rate": (quantity(found.output_rate, "token/second"), "the replica, until the last token"),
        "end": (quantity(found.end, "second"), "of the last token, after the first request"),
    }


def print_replay(found: Replay) -> None:
    """Print what the requests of a trace see, and how sure that is."""
    setup = found.setup
    say(f"{_on(setup)}\n{setup.replica.magnitude:g} x this accelerator: {_split(setup)}\n")
    _print_quantities(quantities_replayed(found))
    low, high = found.interval
    say(f"\n80% interval: speed x {low:.2f} to x {high:.2f}; every request was simulated, step by step")


def as_json_replay(found: Replay) -> dict[str, object]:
    """Return the same as plain data."""
    low, high = found.interval
    return {**_numbers(quantities_replayed(found)), "speed_interval": {"low": low, "high": high}}
