"""`costmodel predict training`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from costmodel.analysis.predict_training import TrainingPrediction, predict_training
from costmodel.analysis.training_question import TRAINING_SOFTWARE
from costmodel.cli.opening import tell_what_was_read
from costmodel.cli.option_types import Finite
from costmodel.cli.quantity_type import QuantityType
from costmodel.cli.search_training import SPLIT
from costmodel.cli.shared import (
    TOKENS,
    format_option,
    model_option,
    note,
    open_catalog,
    plain,
    print_answer,
    rows_of,
    specs_option,
)
from costmodel.cli.tables import figure, print_table
from costmodel.domain.terms import disturbances
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.performance.formulas.goodput import interruptions_expected
from costmodel.performance.layout.training import ALWAYS, FIELDS, NUMBERS, Tried
from costmodel.performance.training.case import RECOMPUTE, SCHEDULES, SHARDING
from costmodel.specs.catalog import Catalog
from costmodel.specs.tables.training import FINE_TUNING, PRETRAINING
from costmodel.units import Quantity, magnitude, quantity

COUNT = click.IntRange(1)
SHARE = Finite(0.001, 1)
SPAN = QuantityType("hour", bare=False, above=0, high=1e4)
RATE = QuantityType("1/accelerator/year", low=0, high=1e6)
GIVEN = "given, not predicted"

USUAL = {"recompute": "none", "sharding": "optimizer", "schedule": "1f1b"}
"""Choices of a layout that is given without them."""


@click.command("training")
@model_option
@click.option("--accelerator", required=True, metavar="A", help="Id or name of an accelerator.")
@click.option("--accelerators", type=COUNT, required=True, metavar="N", help="Accelerators that train together.")
@click.option("--tokens", type=TOKENS, required=True, metavar="T", help="Tokens of the run.")
@click.option("--batch", type=TOKENS, default="4e6", show_default=True, metavar="B", help="Tokens of a step.")
@click.option("--sequence", type=TOKENS, default="4096", show_default=True, metavar="S", help="Tokens of a sequence.")
@click.option("--precision", default="bf16", show_default=True, help="Number type of products: bf16, fp8 or fp4.")
@click.option("--tp", type=COUNT, help="Accelerators a layer is split over. Without any split, layouts are searched.")
@click.option("--pp", type=COUNT, help="Pipeline stages.")
@click.option("--cp", type=COUNT, help="Accelerators that share the tokens of a sequence.")
@click.option("--vp", type=COUNT, help="Parts of the model in each stage (interleaved pipeline).")
@click.option("--ep", type=COUNT, help="Accelerators that experts are spread over.")
@click.option("--micro-batch", type=COUNT, help="Sequences of a micro-batch.")
@click.option("--epochs", type=Finite(min=0, min_open=True, max=1e4), metavar="E", help="Times through the tokens.")
@click.option("--trained-share", type=Finite(0, 1), metavar="S", help="Share of the weights that is trained (LoRA).")
@click.option("--utilization", type=SHARE, metavar="MFU", help="Share of the peak, given instead of predicted.")
@click.option("--goodput", type=SHARE, metavar="S", help="Share of time that counts, given instead of computed.")
@click.option("--interruptions", type=RATE, metavar="R", help="Failures of an accelerator that stop a run, a year.")
@click.option("--checkpoint-interval", type=SPAN, metavar="D", help="Such as '30 minute'; without it Young and Daly's.")
@click.option("--restart-time", type=SPAN, metavar="D", help="From an interruption until the run goes on.")
@click.option(
    "--recompute",
    type=click.Choice(list(RECOMPUTE)),
    help="What is computed again; none if not given, or where layouts are searched the fastest.",
)
@click.option(
    "--sharding",
    type=click.Choice(list(SHARDING)),
    help="What copies share (ZeRO 0 to 3); likewise, the optimiser's state if not given.",
)
@click.option(
    "--schedule",
    type=click.Choice(list(SCHEDULES)),
    help="Order of a pipeline; 1f1b, interleaved where stages have several parts, if not given.",
)
@click.option("--framework", type=click.Choice(TRAINING_SOFTWARE), default="other", show_default=True, help="Software.")
@click.option("--layouts", "top", type=click.IntRange(0), default=0, metavar="N", help="Also print the N fastest.")
@format_option()
@specs_option
def training(style: str, specs: tuple[Path, ...], top: int, **given: Any) -> None:
    """Predict a training run: step, duration, utilisation and memory, with the 80% interval.

    Without --tp, --pp and the like the fastest layout that fits in memory is searched; a given one that does not fit is
    refused with what it takes.
    """
    catalog = open_catalog(specs)
    tell_what_was_read(catalog, given["model"])
    found = _predicted(catalog, given)
    print_answer(
        style,
        json=lambda: _as_json(found),
        csv=lambda: rows_of(_as_json(found)),
        table=lambda: _print(found, top),
    )


def _predicted(catalog: Catalog, given: dict[str, Any]) -> TrainingPrediction:
    run = _run(given)
    splits = {field: quantity(float(given[name])) for name, field in SPLIT.items() if given[name] is not None}
    first = {"tensor_parallel": quantity(1.0), "pipeline_parallel": quantity(1.0), "micro_batch": quantity(1.0)}
    choices: dict[str, Any] = {name: given[name] or usual for name, usual in USUAL.items()}
    deployment = Deployment(
        id="deployment",
        name="deployment",
        precision=given["precision"],
        framework=given["framework"],
        **choices,
        **{**first, **splits},  # type: ignore[arg-type]
    )
    model, chip = given["model"], given["accelerator"]
    named: dict[str, Any] = {name: (given[name],) for name in USUAL if given[name] is not None}
    return predict_training(catalog, model, chip, deployment, run, None if splits else Tried(**named))


def _run(given: dict[str, Any]) -> TrainingRun:
    """Return the run that options describe; what disturbs it is assumed where they say nothing."""
    disturbed = {name: fact.value for name, fact in disturbances().items()}
    stated = {name: given[name] for name in ("interruptions", "checkpoint_interval", "restart_time")}
    if given["goodput"] is not None and (twice := [name for name, value in stated.items() if value is not None]):
        msg = f"--goodput is what --{twice[0].replace('_', '-')} serves to compute: give one of them"
        raise click.UsageError(msg)
    chosen = disturbed | {name: value for name, value in stated.items() if value is not None}
    numbers = {
        name: quantity(given[name])
        for name in ("goodput", "utilization", "epochs", "trained_share")
        if given[name] is not None
    }
    return TrainingRun(
        id="run",
        name="training run",
        kind=FINE_TUNING if {"epochs", "trained_share"} & numbers.keys() else PRETRAINING,
        tokens=given["tokens"],
        batch=given["batch"],
        sequence_length=given["sequence"],
        accelerators=quantity(float(given["accelerators"]), "accelerator"),
        **{**chosen, **numbers},
    )


def _quantities(found: TrainingPrediction) -> dict[str, tuple[Quantity, str]]:
    result = found.result
    return {
        "step_time": (result.step_time.to("second"), "one optimiser step"),
        "token_rate": (result.token_rate / found.run.accelerators, "tokens, each accelerator"),
        "model_flops_utilization": (
            result.model_flops_utilization,
            _said(found, "model_flops_utilization", "of the dense peak, by 6 per weight and token"),
        ),
        "goodput": (result.goodput.share, _said(found, "goodput", "share of the time that makes progress")),
        **_disturbances(found),
        "duration": (result.duration.to("day"), "of the run"),
        "accelerator_hours": (found.accelerator_hours, "of the run"),
        **{f"memory_{name}": (one.to("GB"), "each accelerator") for name, one in found.memory.items() if one.magnitude},
    }


def _said(found: TrainingPrediction, name: str, words: str) -> str:
    return f"{words}; {GIVEN}" if name in found.given else words


def _disturbances(found: TrainingPrediction) -> dict[str, tuple[Quantity, str]]:
    """Return how often the run stops and saves, where its goodput is computed from that."""
    goodput = found.result.goodput
    if goodput.interruptions is None or goodput.checkpoint_interval is None:
        return {}
    count = interruptions_expected(interruptions=goodput.interruptions, duration=found.result.duration)
    return {
        "interruptions": (count, "of the run, expected"),
        "checkpoint_interval": (goodput.checkpoint_interval.to("minute"), "between checkpoints"),
    }


def _layout(found: TrainingPrediction) -> str:
    """Return a layout in words: its splits but those that are one, and its choices."""
    deployment = found.setup.deployment
    splits = {name: getattr(deployment, name) for name in SPLIT.values()}
    numbers = {name: float(one.magnitude) for name, one in splits.items() if one is not None}
    numbers["data_parallel"] = float(magnitude(found.case.copies, "1"))
    said = [f"{name.replace('_', ' ')} {one:g}" for name, one in numbers.items() if one != 1 or name in ALWAYS]
    choices = [f"{name} {getattr(deployment, name)}" for name in FIELDS]
    return ", ".join([deployment.precision, *said, *choices])


def _print(found: TrainingPrediction, top: int) -> None:
    _print_run(found)
    if top:
        _print_layouts(found, top)


def _print_run(found: TrainingPrediction) -> None:
    rows = [
        [name, figure(float(one.magnitude)), f"{one.units:~P}", words]
        for name, (one, words) in _quantities(found).items()
    ]
    title = f"{found.setup.model.name} on {found.run.accelerators:g~P} of {found.setup.accelerator.name}"
    print_table(title, ("quantity", "value", "unit", "what"), rows, ("value",))
    note(f"layout: {_layout(found)}")
    if found.run.utilization is not None:
        note(f"utilisation (MFU) is {GIVEN}: times follow from it, without an interval and without parts of a step")
        return
    low, high = found.interval
    note(f"80% interval: times x {low:.2f} to x {high:.2f} (docs/accuracy.md)")
    step = magnitude(found.result.step_time, "second")
    parts = [[name, f"{magnitude(one, 'second') / step:.1%}"] for name, one in found.parts.items()]
    print_table("\nWhat a step goes to", ("part", "share"), parts, ("share",))


def _print_layouts(found: TrainingPrediction, top: int) -> None:
    table = found.layouts()
    fits = table[table["refused"] == ""].head(top)
    rows = [
        [
            *(f"{row[name]:g}" for name in NUMBERS),
            row["recompute"],
            row["sharding"],
            f"{row['step_time']:.4g} s",
            f"{row['memory'] / 1000000000.0:.0f} GB",
        ]
        for _, row in fits.iterrows()
    ]
    heads = ("tp", "pp", "cp", "vp", "ep", "micro-batch", "recompute", "sharding", "step", "memory")
    print_table("\nFastest layouts", heads, rows, (*heads[:6], "step", "memory"))
    refused = {**table.attrs["refused"], **table["refused"][table["refused"] != ""].value_counts().to_dict()}
    for reason, count in refused.items():
        note(f"{count} layouts refused: {reason}")


def _as_json(found: TrainingPrediction) -> dict[str, object]:
    numbers = {name: plain(one) for name, (one, _) in _quantities(found).items()}
    told: dict[str, object] = {**numbers, "given": list(found.given), "layout": _layout(found)}
    if found.run.utilization is not None:
        return told
    parts = {name: float(magnitude(one, "second")) for name, one in found.parts.items()}
    return {**told, "interval_80": list(found.interval), "seconds_by_part": parts}
