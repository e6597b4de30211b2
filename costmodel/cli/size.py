"""`costmodel size`."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import Any, TypeVar

import click
import pandas as pd

from costmodel.analysis.asking_size import size
from costmodel.analysis.layout_names import MEANINGS
from costmodel.analysis.searching import SITE
from costmodel.cli.option_types import Finite, words_in
from costmodel.cli.quantity_type import QuantityType
from costmodel.cli.shared import (
    TOKENS,
    discount_rate_option,
    format_option,
    model_option,
    note,
    offers_option,
    open_catalog,
    print_answer,
    specs_option,
    spread_options,
    spreads_of,
    tell,
    trace_option,
)
from costmodel.cli.tables import figure, print_dense
from costmodel.performance.machine.software import SOFTWARE

F = TypeVar("F", bound=Callable[..., Any])
SECONDS = QuantityType("second", above=0)
LATENCY = {"ttft": "time to the first token", "tpot": "time per output token of a request"}
PERCENTILES = ("", "p50", "p90", "p95", "p99")
TARGETS = [f"{name}_{at}".rstrip("_") for name in LATENCY for at in PERCENTILES]
ASKED = ("rate", "prompt", "output", "trace", "peak_to_mean", "spare", "framework", "site", "discount_rate")
LEFT = ("offer", "type", "layout")
MOST_ROOM = 9.99
"""Headroom that is told as it is: the peak may grow tenfold."""


def target_options(function: F) -> F:
    """Add `--ttft`, `--ttft-p95` and the like."""
    for target in reversed(TARGETS):
        name, _, at = target.partition("_p")
        whom = f"of {at}% of requests" if at else "on average"
        words = f'Longest {LATENCY[name]} {whom}: "500 ms"; a bare number is in seconds.'
        function = click.option(f"--{target.replace('_', '-')}", target, type=SECONDS, metavar="T", help=words)(
            function
        )
    return function


@click.command("size")
@model_option
@offers_option
@click.option(
    "--rate",
    type=QuantityType("query/second", above=0),
    metavar="R",
    help='Queries on average over the day: "50 query/s", "2 Mquery/day"; that of a trace, if not given.',
)
@click.option("--prompt", type=TOKENS, metavar="P", help="Tokens of a prompt.")
@click.option("--output", type=TOKENS, metavar="O", help="Tokens of an answer.")
@trace_option
@spread_options
@target_options
@click.option(
    "--peak-to-mean", type=Finite(1, 1000), default=1, show_default=True, help="Rate of the busiest time over the mean."
)
@click.option(
    "--spare",
    type=click.IntRange(0, 1000000),
    metavar="N",
    help="Whole systems that stand by; if not given, one replica does, as in scenarios.",
)
@click.option("--precision", metavar="T,T", help="Number types of the weights; if not given, all of the accelerator.")
@click.option("--framework", type=click.Choice(list(SOFTWARE)), default="vllm", show_default=True, help="Software.")
@click.option("--site", default=SITE, show_default=True, help="Where systems of one's own stand.")
@discount_rate_option
@format_option()
@specs_option
def command(style: str, specs: tuple[Path, ...], **given: Any) -> None:
    """Size the cheapest fleet on each offer that holds a rate of requests within targets of latency.

    Replicas are so many that the targets hold at the peak, with requests that come at random and differ in length, or
    as in a trace file, of which each replica gets a part. The cheapest layouts of a closed form are simulated step by
    step. Headroom is by how much the peak may grow until a target is missed. At least one target is needed.

    Exit code 0 if an offer can; 2 for a mistake in the input, and where none can.
    """
    found = size(
        given["model"],
        given["offers"],
        catalog=open_catalog(specs),
        spreads=spreads_of(given),
        precisions=words_in(given["precision"]),
        **{name: given[name] for name in (*ASKED, *TARGETS)},
    )
    print_answer(
        style,
        json=lambda: {"units": found.attrs["units"], "fleets": found.to_dict("records")},
        csv=lambda: found,
        table=lambda: _table(found, f"{found.attrs['model']} at {found.attrs['rate']:.4g} query/s"),
    )
    if "layout" not in found:
        raise SystemExit(2)


def _table(found: pd.DataFrame, title: str) -> None:
    able = found[found["why"] == ""].to_dict("records")
    if able:
        print_dense(title, [_cells(row) for row in able], LEFT)
    for row in found[found["why"] != ""].to_dict("records"):
        note(f"{row['offer']}: {row['why']}")
    if able:
        used = " ".join(str(row["layout"]) for row in able)
        said = [f"{sign}: {words}" for sign, words in MEANINGS.items() if sign in used]
        ends = "low, high: 80% interval of the time model; -: where times are that long, no rate keeps the targets"
        tell("\n" + "\n".join([*said, "accel.: accelerators of the replicas, and those that stand by", ends]))


def _cells(row: dict[Any, Any]) -> dict[str, str | tuple[str, ...]]:
    seen = {name: value for name, value in row.items() if str(name).startswith("time_") and "_p" in str(name)[18:]}
    latencies = {
        _head(str(name)): figure(value * (1e3 if "output" in str(name) else 1), 3) for name, value in seen.items()
    }
    return {
        "offer": str(row["offer"]).rpartition("/")[2],
        "type": str(row["precision"]),
        "layout": str(row["layout"]),
        "repl.": f"{row['replicas']:g}",
        "accel.": f"{row['accelerators']:g}+{row['spare_accelerators']:g}",
        "head-\nroom": _room(row["headroom"]),
        **latencies,
        "kUSD/\nmonth": figure(row["cost_per_month"] / 1e3, 3),
        "low": figure(row["cost_per_month_low"] / 1e3, 3),
        "high": "-" if isnan(row["cost_per_month_high"]) else figure(row["cost_per_month_high"] / 1e3, 3),
        "USD/Mtok\nout": figure(row["usd_per_million_output_tokens"], 3),
        "all": figure(row["usd_per_million_tokens"], 3),
    }


def _room(share: float) -> str:
    """Return a headroom in percent; what is more than any plan is made by is told as that."""
    return f"{100 * share:.0f}%" if share < MOST_ROOM else f">{100 * MOST_ROOM:.0f}%"


def _head(name: str) -> str:
    at = name.rpartition("_")[2]
    return f"token {at}\nms" if "output" in name else f"first {at}\ns"
