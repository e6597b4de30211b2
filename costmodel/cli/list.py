"""`costmodel list [KIND]`."""

from __future__ import annotations

from pathlib import Path

import click

from costmodel.analysis.listing import LISTED, listing
from costmodel.cli.shared import figure, format_option, open_catalog, print_json, print_table, specs_option


@click.command("list")
@click.argument("kind", required=False)
@click.option("--where", multiple=True, metavar="COLUMN=TEXT", help="Keep rows whose column contains a text.")
@click.option("--sort", metavar="COLUMN", help="Sort by a column; with a minus before it, the largest first.")
@format_option()
@specs_option
def command(kind: str | None, where: tuple[str, ...], sort: str | None, style: str, specs: tuple[Path, ...]) -> None:
    """List specs of a kind: accelerators, systems, processes, sites, offers, prices, architectures, scenarios."""
    catalog = open_catalog(specs)
    if kind is None:
        print_table("", ["kind", "specs"], [[name, str(len(listing(catalog, name)))] for name in LISTED], ["specs"])
        return
    frame = listing(catalog, kind, where=where, sort=sort)
    if style == "json":
        print_json([{k: v for k, v in row.items() if v == v} for row in frame.to_dict("records")])  # noqa: PLR0124
    elif style == "csv":
        click.echo(frame.to_csv(index=False), nl=False)
    else:
        numbers = [str(name) for name in frame.select_dtypes("number").columns]
        rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
        print_table("", [str(name) for name in frame.columns], rows, right=numbers)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else figure(value)  # noqa: PLR0124 - not a number
    return "" if value is None else str(value)
