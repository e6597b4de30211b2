"""`costmodel predict serving`."""

from __future__ import annotations

from pathlib import Path

import click

from costmodel.analysis.predict import Prediction, find_accelerator, predict_serving
from costmodel.cli.explain import draw
from costmodel.cli.shared import figure, format_option, note, open_catalog, print_json, print_table, specs_option
from costmodel.domain.workload import Deployment
from costmodel.performance.number_types import STORED
from costmodel.performance.software import SOFTWARE
from costmodel.specs.number_types import BYTES
from costmodel.units import Quantity, parse_as, quantity

MANY, TAIL = 0.9, 0.99
BY_ITSELF = ("fp8", "int8", "bf16", "fp16")
AT_LEAST_ONE = click.FloatRange(1)
SHARE = click.FloatRange(0, 0.99)
SPREAD = click.FloatRange(0, 5)
SPREADS = ("prompt_spread", "output_spread", "arrival_spread")


@click.group("predict")
def command() -> None:
    """Predict the speed of one deployment, with its 80% interval and what it is made of."""


@command.command("serving")
@click.option("--model", required=True, metavar="M", help="Id or name of a model, or the path of a config.json.")
@click.option("--accelerator", required=True, metavar="A", help="Id or name of an accelerator.")
@click.option(
    "--tp", "tensor", type=AT_LEAST_ONE, default=1, show_default=True, help="Accelerators a layer is split over."
)
@click.option("--pp", "stages", type=AT_LEAST_ONE, default=1, show_default=True, help="Pipeline stages.")
@click.option("--ep", "experts", type=AT_LEAST_ONE, default=1, help="Accelerators that experts are spread over whole.")
@click.option("--copies", type=AT_LEAST_ONE, default=1, help="Copies of attention that share the experts.")
@click.option("--concurrency", type=AT_LEAST_ONE, metavar="C", help="Requests in flight on the replica.")
@click.option("--rate", metavar="RATE", help='Arrivals at the replica instead, such as "2 query/s".')
@click.option("--prompt", type=AT_LEAST_ONE, default=1000, show_default=True, metavar="P", help="Tokens of a prompt.")
@click.option("--output", type=AT_LEAST_ONE, default=500, show_default=True, metavar="O", help="Tokens of an answer.")
@click.option("--prompt-spread", type=SPREAD, help="Standard deviation over mean of the prompts; 0 if all are alike.")
@click.option("--output-spread", type=SPREAD, help="The same of the answers.")
@click.option("--arrival-spread", type=SPREAD, help="The same of the time between arrivals, with --rate.")
@click.option(
    "--precision", type=click.Choice(list(STORED)), help="Number type of the weights; the usual one if not given."
)
@click.option("--kv-precision", type=click.Choice(list(BYTES)), help="Number type of the cache; that of the software.")
@click.option(
    "--framework", type=click.Choice(list(SOFTWARE)), default="vllm", show_default=True, help="Serving software."
)
@click.option("--cached", type=SHARE, default=0, help="Share of prompt tokens found in the prefix cache.")
@click.option(
    "--draft", type=click.FloatRange(0, 64), default=0, help="Tokens guessed per step (speculative decoding)."
)
@click.option("--acceptance", type=SHARE, default=0.7, show_default=True, help="Probability that a guess is accepted.")
@click.option("--explain", "what", metavar="QUANTITY", help="Show the tree of a quantity, such as output_rate.")
@click.option("--depth", type=click.IntRange(1), default=4, show_default=True, help="Levels of the tree.")
@format_option("table", "json")
@specs_option
def serving(style: str, specs: tuple[Path, ...], what: str | None, depth: int, **given: object) -> None:
    """Predict the speed of a model on accelerators of one kind: tokens per second, latency, memory, power."""
    catalog = open_catalog(specs)
    precision = given["precision"] or _usual(find_accelerator(catalog, str(given["accelerator"])).peak)
    found = predict_serving(
        catalog,
        str(given["model"]),
        str(given["accelerator"]),
        _deployment({**given, "precision": precision}),
        prompt=float(given["prompt"]),  # type: ignore[arg-type]
        output=float(given["output"]),  # type: ignore[arg-type]
        concurrency=given["concurrency"],  # type: ignore[arg-type]
        arrivals=parse_as(str(given["rate"]), "query/s") if given["rate"] else None,
        spreads={name: quantity(float(given[name])) for name in SPREADS if given[name] is not None},  # type: ignore[arg-type]
    )
    if what:
        draw(found.explain(what), catalog, depth)
    elif style == "json":
        print_json(_as_json(found))
    else:
        _print(found)


def _usual(peak: object) -> str:
    return next(one for one in (*BY_ITSELF, "bf16") if one in peak or one == "bf16")  # type: ignore[operator]


def _deployment(given: dict[str, object]) -> Deployment:
    def number(name: str) -> Quantity:
        return quantity(float(given[name]))  # type: ignore[arg-type]

    optional = {
        "pipeline_parallel": ("stages", 1.0),
        "attention_copies": ("copies", 1.0),
        "expert_parallel": ("experts", 1.0),
        "cached_prompt_share": ("cached", 0.0),
        "draft_tokens": ("draft", 0.0),
    }
    set_here = {field: number(name) for field, (name, unset) in optional.items() if number(name).magnitude != unset}
    if "draft_tokens" in set_here:
        set_here["draft_acceptance"] = number("acceptance")
    return Deployment(
        id="deployment",
        name="deployment",
        precision=str(given["precision"]),
        tensor_parallel=number("tensor"),
        kv_cache_precision=str(given["kv_precision"] or ""),
        framework=str(given["framework"]),
        **set_here,  # type: ignore[arg-type]
    )


def _quantities(found: Prediction) -> dict[str, tuple[Quantity, str]]:
    """Return what is predicted, each with its meaning."""
    result, used, many, slow = found.result, found.usage, found.percentile(MANY), found.percentile(TAIL)
    return {
        "output_rate": (result.output_rate, "output tokens per second and accelerator"),
        "user_rate": (result.user_rate, "tokens per second that one user sees"),
        "query_rate": (result.query_rate, "answers per second and accelerator"),
        "time_to_first_token": (result.time_to_first_token, "mean wait for the first token"),
        "time_to_first_token_p90": (many.time_to_first_token, "90% of requests wait less"),
        "time_to_first_token_p99": (slow.time_to_first_token, "99% of requests wait less"),
        "time_per_output_token": (result.time_per_output_token, "mean time between tokens"),
        "time_per_output_token_p90": (many.time_per_output_token, "90% of requests are faster"),
        "time_per_output_token_p99": (slow.time_per_output_token, "99% of requests are faster"),
        "concurrency": (result.concurrency, "requests in flight on the replica"),
        "batch": (result.batch, "of these, sequences that write at a time"),
        "fits": (result.fits, "requests whose cache fits in memory"),
        "preemptions": (result.flow.preemptions, "preemptions of a request, each of which reads it again"),
        "memory": (used.memory.to("GB"), "weights and cache on each accelerator"),
        "compute_utilization": (used.compute, "operations over those of the dense peak"),
        "bandwidth_utilization": (used.memory_bandwidth, "bytes over those of the memory bandwidth"),
        "link_share": (used.links, "share of time in collectives"),
        "launch_share": (used.launches, "share of time in launches of kernels"),
        "host_share": (used.host, "share of time that waits for the host"),
        "power": (used.power, "power of each accelerator"),
        "energy_per_token": (used.energy_per_token, "energy of an output token, prompts included"),
    }


def _print(found: Prediction) -> None:
    setup = found.setup
    title = (
        f"{setup.model.name} in {setup.deployment.precision} on {setup.replica.magnitude:g} x {setup.accelerator.name}"
    )
    rows = [
        [name, figure(float(value.magnitude)), f"{value.units:~P}", words]
        for name, (value, words) in _quantities(found).items()
    ]
    print_table(title, ("quantity", "value", "unit", "meaning"), rows, ("value",))
    parts = [[name, *(figure(float(t.to("ms").magnitude)) for t in times)] for name, times in found.parts().items()]
    print_table(
        "\nOne pass, by operator",
        ("operator", "decoding (ms)", "with prompts (ms)"),
        parts,
        ("decoding (ms)", "with prompts (ms)"),
    )
    low, high = found.interval
    note(f"80% of measurements lie between {low:.2f} and {high:.2f} times this rate: {found.why}")


def _as_json(found: Prediction) -> dict[str, object]:
    low, high = found.interval
    rate = float(found.result.output_rate.magnitude)
    return {
        "model": found.setup.model.id,
        "accelerator": found.setup.accelerator.id,
        **{
            name: {"value": float(value.magnitude), "unit": f"{value.units:~C}"}
            for name, (value, _) in _quantities(found).items()
        },
        "output_rate_80": [rate * low, rate * high],
        "interval": found.why,
        "operators_ms": {name: [float(t.to("ms").magnitude) for t in times] for name, times in found.parts().items()},
    }
