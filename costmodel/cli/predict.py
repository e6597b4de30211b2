"""`costmodel predict`: serving here, training in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from costmodel.analysis.checked import find_accelerator
from costmodel.analysis.predict import predict_serving
from costmodel.analysis.predict_disaggregated import predict_disaggregated
from costmodel.analysis.replaying import replay_trace
from costmodel.cli import prediction_tables as tables
from costmodel.cli.explain import draw
from costmodel.cli.opening import tell_what_was_read
from costmodel.cli.option_types import Finite
from costmodel.cli.predict_training import training
from costmodel.cli.quantity_type import QuantityType
from costmodel.cli.shared import (
    BANDWIDTH,
    SPREAD,
    TOKENS,
    format_option,
    model_option,
    note,
    open_catalog,
    print_answer,
    rows_of,
    specs_option,
    spread_options,
    spreads_of,
    trace_option,
)
from costmodel.domain.workload import Deployment
from costmodel.errors import CostModelError
from costmodel.performance.machine.number_types import STORED
from costmodel.performance.machine.software import SOFTWARE
from costmodel.specs.catalog import Catalog
from costmodel.specs.number_types import BYTES
from costmodel.units import Quantity, magnitude, quantity

BY_ITSELF = ("fp8", "int8", "bf16", "fp16")
COUNT = click.IntRange(1, 1_000_000)
AT_LEAST_ONE = Finite(1)
SHARE = Finite(0, 0.99)
ONE_SIDED = ("read_tp", "read_pp", "readers", "writers", "transfer_bandwidth")
NOT_WITH_TRACE = (
    *("concurrency", "rate", "prompt", "output", "prompt_spread", "output_spread", "arrival_spread", "cached"),
    *("draft_tokens", "disaggregated", "explain"),
)
SPLIT = {
    "tensor": "tensor_parallel",
    "stages": "pipeline_parallel",
    "copies": "attention_copies",
    "experts": "expert_parallel",
}


@click.group("predict")
def command() -> None:
    """Predict the speed of one deployment, with its 80% interval and what it is made of."""


command.add_command(training)


@command.command("serving")
@model_option
@click.option("--accelerator", required=True, metavar="A", help="Id or name of an accelerator.")
@click.option("--tp", "tensor", type=COUNT, default=1, show_default=True, help="Accelerators a layer is split over.")
@click.option("--pp", "stages", type=COUNT, default=1, show_default=True, help="Pipeline stages.")
@click.option("--ep", "experts", type=COUNT, default=1, help="Accelerators that experts are spread over whole.")
@click.option("--copies", type=COUNT, default=1, help="Copies of attention that share the experts (data parallel).")
@click.option(
    "--concurrency", type=AT_LEAST_ONE, metavar="C", help="Requests in flight on the replica; 1 if not given."
)
@click.option(
    "--rate",
    type=QuantityType("query/second", bare=False, above=0),
    metavar="RATE",
    help='Arrivals at the replica instead, such as "2 query/s".',
)
@click.option("--prompt", type=TOKENS, default="1000", show_default=True, metavar="P", help="Tokens of a prompt.")
@click.option("--output", type=TOKENS, default="500", show_default=True, metavar="O", help="Tokens of an answer.")
@trace_option
@spread_options
@click.option(
    "--arrival-spread", type=SPREAD, help="The same of the time between arrivals, with --rate or --disaggregated."
)
@click.option(
    "--precision", type=click.Choice(list(STORED)), help="Number type of the weights; the usual one if not given."
)
@click.option("--kv-precision", type=click.Choice(list(BYTES)), help="Number type of the cache; that of the software.")
@click.option(
    "--framework", type=click.Choice(list(SOFTWARE)), default="vllm", show_default=True, help="Serving software."
)
@click.option("--cached", type=SHARE, default=0, help="Share of prompt tokens found in the prefix cache.")
@click.option("--draft-tokens", "--draft", type=click.IntRange(0, 64), default=0, help="Tokens guessed per step.")
@click.option("--acceptance", type=SHARE, help="Probability that a guessed token is accepted; needed with a draft.")
@click.option(
    "--disaggregated", is_flag=True, help="Prompts are read on replicas of their own; --tp is of the writing."
)
@click.option("--read-tp", type=COUNT, help="Accelerators a layer is split over where prompts are read; as --tp.")
@click.option("--read-pp", type=COUNT, help="Pipeline stages where prompts are read; 1 if not given.")
@click.option("--readers", type=COUNT, help="Reading replicas; as many as are busy up to 80%, if not given.")
@click.option("--writers", type=COUNT, help="Writing replicas; 1 if not given.")
@click.option(
    "--transfer-bandwidth",
    type=BANDWIDTH,
    metavar="B",
    help='One-way, at one accelerator, for caches, such as "50 GB/s".',
)
@click.option("--explain", "what", metavar="QUANTITY", help="Show the tree of a quantity, such as output_rate.")
@click.option("--depth", type=COUNT, default=4, show_default=True, help="Levels of the tree.")
@format_option("table", "json", "csv")
@specs_option
def serving(style: str, specs: tuple[Path, ...], what: str | None, depth: int, **given: Any) -> None:
    """Predict the speed of a model on accelerators of one kind: tokens per second, latency, memory, power.

    Says what each step waits for, the 80% interval, and where the numbers come from. Disaggregated, replicas that read
    prompts send their cache over the network to those that write answers.
    """
    _check(given)
    _check_trace(given)
    catalog = open_catalog(specs)
    tell_what_was_read(catalog, given["model"])
    chip = find_accelerator(catalog, given["accelerator"])
    if given["accelerator"].lower() not in (chip.id, chip.id.rpartition("/")[2], *map(str.lower, chip.aliases)):
        note(f'"{given["accelerator"]}" is taken for {chip.id}')
    given = {**given, "precision": given["precision"] or _usual(chip.peak)}
    if given["trace"] is not None:
        _replay(catalog, given, style)
    elif given["disaggregated"]:
        _apart(catalog, given, style, what, depth)
    else:
        _steady(catalog, given, style, what, depth)


def _steady(catalog: Catalog, given: Mapping[str, Any], style: str, what: str | None, depth: int) -> None:
    found = predict_serving(
        catalog,
        given["model"],
        given["accelerator"],
        _deployment(given),
        prompt=magnitude(given["prompt"], "token"),
        output=magnitude(given["output"], "token"),
        concurrency=given["concurrency"],
        arrivals=given["rate"],
        spreads=spreads_of(given),
    )
    if what:
        draw(found.explain(what), catalog, depth, style)
    else:
        _answer(style, tables.as_json(found), lambda: tables.print_prediction(found, catalog))


def _replay(catalog: Catalog, given: Mapping[str, Any], style: str) -> None:
    """Answer for every request of a trace: in CSV a row each, else their rates and latencies."""
    found = replay_trace(catalog, given["model"], given["accelerator"], _deployment(given), given["trace"])
    print_answer(
        style,
        json=lambda: tables.as_json_replay(found),
        csv=found.frame,
        table=lambda: tables.print_replay(found),
    )


def _check_trace(given: Mapping[str, Any]) -> None:
    """Refuse what a trace says already, and what is not replayed."""
    if given["trace"] is None:
        return
    said = [name for name in NOT_WITH_TRACE if _is_given("what" if name == "explain" else name)]
    if said:
        option = f"--{said[0].replace('_', '-')}"
        msg = f"--trace says how requests come and how long they are, on one replica: leave out {option}"
        raise CostModelError(msg)


def _is_given(name: str) -> bool:
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def _apart(catalog: Catalog, given: Mapping[str, Any], style: str, what: str | None, depth: int) -> None:
    if given["rate"] is not None:
        msg = "--disaggregated answers at a --concurrency: leave out --rate"
        raise CostModelError(msg)
    side = {"tensor": given["read_tp"] or given["tensor"], "stages": given["read_pp"] or 1, "draft_tokens": 0}
    found = predict_disaggregated(
        catalog,
        given["model"],
        given["accelerator"],
        _deployment({**given, **side, "copies": 1, "experts": 1}, "reading"),
        _deployment(given, "writing"),
        prompt=magnitude(given["prompt"], "token"),
        output=magnitude(given["output"], "token"),
        concurrency=given["concurrency"] or 1,
        readers=given["readers"],
        writers=given["writers"] or 1,
        bandwidth=given["transfer_bandwidth"],
        spreads=spreads_of(given),
    )
    if what:
        draw(found.explain(what), catalog, depth, style)
    else:
        _answer(style, tables.as_json_apart(found), lambda: tables.print_apart(found, catalog))


def _answer(style: str, content: Mapping[str, object], table: Callable[[], None]) -> None:
    print_answer(style, json=lambda: content, csv=lambda: rows_of(content), table=table)


def _check(given: Mapping[str, Any]) -> None:
    """Refuse options that contradict each other, or that would be passed over in silence."""
    if given["rate"] is not None and given["concurrency"]:
        msg = "Give either --concurrency or --rate: requests in flight follow from the rate of arrivals"
        raise CostModelError(msg)
    if (given["draft_tokens"] > 0) != (given["acceptance"] is not None):
        msg = "--draft-tokens and --acceptance go together: a draft helps as far as its tokens are accepted"
        raise CostModelError(msg)
    alone = [name for name in ONE_SIDED if given[name] is not None]
    if alone and not given["disaggregated"]:
        msg = f"--{alone[0].replace('_', '-')} is for --disaggregated serving: add that, or leave it out"
        raise CostModelError(msg)


def _usual(peak: object) -> str:
    return next(one for one in (*BY_ITSELF, "bf16") if one in peak or one == "bf16")  # type: ignore[operator]


def _deployment(given: Mapping[str, Any], name: str = "deployment") -> Deployment:
    optional: dict[str, Quantity] = {
        field: quantity(float(given[name])) for name, field in SPLIT.items() if given[name] != 1 or name == "tensor"
    }
    if given["cached"]:
        optional["cached_prompt_share"] = quantity(given["cached"])
    if given["draft_tokens"]:
        optional["draft_tokens"] = quantity(float(given["draft_tokens"]))
        optional["draft_acceptance"] = quantity(given["acceptance"])
    return Deployment(
        id=name,
        name=name,
        precision=given["precision"],
        kv_cache_precision=given["kv_precision"] or "",
        framework=given["framework"],
        **optional,  # type: ignore[arg-type]
    )
