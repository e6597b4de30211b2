"""`costmodel search`."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from costmodel.analysis.deployments import PRECISIONS, SITE, UNITS, front_of, search_deployments
from costmodel.cli.shared import figure, format_option, open_catalog, print_json, print_table, specs_option
from costmodel.units import Quantity, quantity

AT_LEAST_ONE = click.FloatRange(1)
SECONDS = click.FloatRange(0, min_open=True)
HEADS = {
    "precision": "precision",
    "tensor_parallel": "tensor\nparallel",
    "pipeline_parallel": "pipeline\nstages",
    "concurrency": "requests\nin flight",
    "time_to_first_token": "first token\ns",
    "time_per_output_token": "per token\ns",
    "user_rate": "per user\ntoken/s",
    "output_rate": "per accelerator\ntoken/s",
    "usd_per_million_tokens": "cost\nUSD/Mtoken",
    "on_front": "front",
}


@click.command("search")
@click.option("--model", required=True, metavar="M", help="Id or name of a model, or the path of a config.json.")
@click.option("--offer", required=True, metavar="OFFER", help="Id of an offer, such as purchase/hgx-h100.")
@click.option("--prompt", type=AT_LEAST_ONE, required=True, metavar="P", help="Tokens of a prompt.")
@click.option("--output", type=AT_LEAST_ONE, required=True, metavar="O", help="Tokens of an answer.")
@click.option("--ttft", type=SECONDS, metavar="S", help="Longest mean time to the first token, in seconds.")
@click.option("--tpot", type=SECONDS, metavar="S", help="Longest mean time per output token, in seconds.")
@click.option(
    "--precision", default=",".join(PRECISIONS), show_default=True, help="Number types of the weights to try."
)
@click.option("--site", default=SITE, show_default=True, help="Where systems of one's own stand.")
@click.option(
    "--discount-rate", type=click.FloatRange(0, 100), default=8, show_default=True, help="Real, percent per year."
)
@click.option("--top", type=click.IntRange(1), default=10, show_default=True, metavar="N", help="Rows to print.")
@format_option()
@specs_option
def command(
    model: str,
    offer: str,
    prompt: float,
    output: float,
    ttft: float | None,
    tpot: float | None,
    precision: str,
    site: str,
    discount_rate: float,
    top: int,
    style: str,
    specs: tuple[Path, ...],
) -> None:
    """Search the cheapest deployment of a model on an offer, over number type, parallelism and requests in flight.

    The cost is that of systems held and busy around the clock. Deployments on the front are those that no other beats
    in both cost and tokens per second of a user.
    """
    found = search_deployments(
        open_catalog(specs),
        model,
        offer,
        prompt,
        output,
        real_discount_rate=quantity(discount_rate, "percent/year"),
        precisions=[part.strip() for part in precision.split(",") if part.strip()] or PRECISIONS,
        time_to_first_token=_seconds(ttft),
        time_per_output_token=_seconds(tpot),
        site=site,
    )
    _write(found, f"{model} on {offer}, {prompt:g} tokens in, {output:g} out", top, style)


def _seconds(value: float | None) -> Quantity | None:
    return None if value is None else quantity(value, "second")


def _write(found: pd.DataFrame, title: str, top: int, style: str) -> None:
    if style == "json":
        print_json({"units": UNITS, "cheapest": _records(found.head(top)), "front": _records(front_of(found))})
    elif style == "csv":
        click.echo(found.head(top).to_csv(index=False), nl=False)
    else:
        _print(f"{title}: the cheapest of {len(found):,} deployments", found.head(top))
        _print("\nThe front, from the cheapest to the fastest per user", front_of(found, max(top, 2)))


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _print(title: str, frame: pd.DataFrame) -> None:
    rows = [[_cell(row[name]) for name in HEADS] for row in frame.to_dict("records")]
    print_table(title, list(HEADS.values()), rows, right=[head for name, head in HEADS.items() if name in UNITS])


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "*" if value else ""
    return figure(value) if isinstance(value, float) else str(value)
