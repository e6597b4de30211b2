"""`costmodel search --training`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import click
import pandas as pd

from costmodel.analysis.asking_training import search_training
from costmodel.analysis.searching import SITE
from costmodel.analysis.searching_training import COST
from costmodel.analysis.training_question import TRAINING_SOFTWARE
from costmodel.cli.opening import tell_what_was_read
from costmodel.cli.option_types import Finite, numbers_in, words_in
from costmodel.cli.shared import (
    TOKENS,
    discount_rate_option,
    format_option,
    model_option,
    note,
    open_catalog,
    print_answer,
    say,
    specs_option,
)
from costmodel.cli.tables import figure, print_dense
from costmodel.performance.training.case import RECOMPUTE, SCHEDULES, SHARDING

SPLIT = {
    "tp": "tensor_parallel",
    "pp": "pipeline_parallel",
    "cp": "context_parallel",
    "vp": "virtual_stages",
    "ep": "expert_parallel",
    "micro_batch": "micro_batch",
}
CHOICES = {"recompute": RECOMPUTE, "sharding": SHARDING, "schedule": SCHEDULES}
LETTERS = {letters: name for letters, name in SPLIT.items() if name != "micro_batch"} | {"dp": "data_parallel"}
ZERO = dict(zip(SHARDING, ("zero 0", "zero 1", "zero 2", "zero 3"), strict=True))
LEFT = ("offer", "type", "layout", "recompute")
MEANINGS = (
    "tp: accelerators that share every layer, pp: pipeline stages, vp: parts of a stage, cp: accelerators that share a "
    "sequence,\nep: accelerators that experts are spread over, dp: copies; zero: what copies share (1: the optimiser's "
    "state, 2: gradients too, 3: weights too)"
)


@click.command("search --training")
@click.option("--training", is_flag=True, help="Search layouts of a training run (this help) instead of serving.")
@model_option
@click.option("--accelerator", metavar="A", help="Id or name of an accelerator; layouts are then ordered by time.")
@click.option("--offer", "offers", multiple=True, metavar="OFFER", help="Instead: offers, such as purchase/hgx-h100.")
@click.option("--accelerators", required=True, metavar="N,N", help="Accelerators that train together; one or several.")
@click.option("--batch", type=TOKENS, default="4e6", show_default=True, metavar="B", help="Tokens of a step.")
@click.option("--sequence", type=TOKENS, default="4096", show_default=True, metavar="S", help="Tokens of a sequence.")
@click.option("--tokens", type=TOKENS, metavar="T", help="Tokens of the run, for its duration and cost.")
@click.option(
    "--goodput", type=Finite(0.001, 1), metavar="S", help="Share of time that counts, given instead of computed."
)
@click.option("--precision", default="bf16", show_default=True, metavar="T,T", help="Number types of products to try.")
@click.option("--tp", metavar="N,N", help="Accelerators a layer is split over, to try in place of the usual numbers.")
@click.option("--pp", metavar="N,N", help="Pipeline stages, likewise.")
@click.option("--vp", metavar="N,N", help="Parts of the model in each stage (interleaved pipeline), likewise.")
@click.option("--cp", metavar="N,N", help="Accelerators that share the tokens of a sequence, likewise.")
@click.option("--ep", metavar="N,N", help="Accelerators that experts are spread over, likewise.")
@click.option("--micro-batch", metavar="N,N", help="Sequences of a micro-batch, likewise.")
@click.option("--recompute", metavar="R,R", help=f"What is computed again: {', '.join(RECOMPUTE)}; all if not given.")
@click.option("--sharding", metavar="S,S", help=f"What copies share: {', '.join(SHARDING)} (ZeRO 0 to 3).")
@click.option(
    "--schedule", metavar="P,P", help="Order of pipelines: 1f1b (interleaved with several parts), zero-bubble."
)
@click.option("--by", type=click.Choice(["time", "cost"]), help="Order; by cost where offers are named.")
@click.option("--framework", type=click.Choice(TRAINING_SOFTWARE), default="other", show_default=True, help="Software.")
@click.option("--site", default=SITE, show_default=True, help="Where systems of one's own stand.")
@discount_rate_option
@click.option("--top", type=click.IntRange(1), default=10, show_default=True, metavar="N", help="Rows to print.")
@format_option()
@specs_option
def command(top: int, style: str, specs: tuple[Path, ...], training: bool, **given: Any) -> None:
    """Search the layouts in which a model can be trained on so many accelerators, the fastest or the cheapest first.

    All splits are tried with all kinds of recomputation, sharding and schedules that are allowed, and the counts of
    those that were refused are told by reason. Costs are those of whole systems held and busy around the clock.

    Exit code 0 if there is an answer; 2 for a mistake in the input, and where no layout fits.
    """
    del training
    catalog = open_catalog(specs)
    tell_what_was_read(catalog, given["model"])
    splits = {name: numbers_in(given.pop(letters), f"--{letters.replace('_', '-')}") for letters, name in SPLIT.items()}
    choices: dict[str, Any] = {name: words_in(given.pop(name)) for name in CHOICES}
    given["precisions"], given["accelerators"] = (
        words_in(given.pop("precision")),
        numbers_in(given["accelerators"], "--accelerators"),
    )
    model = given.pop("model")
    found = search_training(model, catalog=catalog, splits=splits, **choices, **given)
    print_answer(
        style,
        json=lambda: _as_json(found, top),
        csv=lambda: found.head(top),
        table=lambda: _tables(found, model, top),
    )


def _as_json(found: pd.DataFrame, top: int) -> dict[str, object]:
    refused = {
        reason: {"layouts": count, "example": found.attrs["examples"][reason]}
        for reason, count in found.attrs["refused"].items()
    }
    rows = found.head(top).to_dict("records")
    beside = {"units": found.attrs["units"], "interval_80": found.attrs["interval"], "without": found.attrs["without"]}
    return {**beside, "found": len(found), "layouts": rows, "refused": refused}


def _tables(found: pd.DataFrame, model: str, top: int) -> None:
    order = "cheapest" if COST in found else "fastest"
    title = f"{model}: the {order} of {len(found):,} layouts that fit"
    print_dense(title, [_cells(row) for row in found.head(top).to_dict("records")], LEFT)
    say(f"\n{MEANINGS}")
    for name, (low, high) in found.attrs["interval"].items():
        note(f"{name}: 80% of measured times lie within x {low:.2f} to x {high:.2f} of these (docs/accuracy.md)")
    for reason, count in sorted(found.attrs["refused"].items(), key=lambda pair: -pair[1]):
        note(f"{count:,} refused: {reason}, such as {found.attrs['examples'][reason]}")
    for reason in found.attrs["without"]:
        note(reason)


def _cells(row: Mapping[Hashable, Any]) -> dict[str, str]:
    """Return what a row of the table says; a column is left out where it says the same of all."""
    order = [] if row["schedule"] == "1f1b" else [str(row["schedule"])]
    letters = [f"{one}{row[name]:g}" for one, name in LETTERS.items() if row[name] != 1 or one == "tp"]
    offer = {"offer": str(row["offer"]).rpartition("/")[2]} if "offer" in row else {}
    cost = {"USD/\nMtok": figure(row[COST], 3)} if COST in row else {}
    run = {"days": figure(row["duration"], 3)} if "duration" in row else {}
    price = {"run\nMUSD": figure(row["usd_per_run"] / 1e6, 3)} if "usd_per_run" in row else {}
    return {
        **offer,
        "chips": f"{row['accelerators']:g}",
        "type": str(row["precision"]),
        "layout": " ".join([*letters, f"mb{row['micro_batch']:g}", ZERO[str(row["sharding"])], *order]),
        "recompute": "" if row["recompute"] == "none" else str(row["recompute"]),
        "step\ns": figure(row["step_time"], 3),
        "MFU": f"{row['model_flops_utilization']:.1%}",
        "GB": figure(row["memory"] / 1e9, 3),
        **run,
        **cost,
        **price,
    }
