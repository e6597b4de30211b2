"""`costmodel list [KIND]`."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from costmodel.analysis.filtering import column_named
from costmodel.analysis.listing import LISTED, listing, plural
from costmodel.cli.shared import format_option, note, open_catalog, print_answer, specs_option
from costmodel.cli.tables import figure, print_table

SHOWN = {
    "accelerators": (
        *("id", "launch", "peak.fp16", "peak.bf16", "peak.fp8", "peak.fp4", "memory.capacity", "memory.bandwidth"),
        *("memory.type", "power", "die.process"),
    ),
    "systems": ("id", "name", "accelerator", "accelerators", "peak_power", "idle_power", "cooling"),
    "sites": ("id", "name", "electricity_price", "pue", "facility_cost", "facility_rent", "carbon_intensity"),
    "purchases": ("id", "system", "price", "price.as_of", "lifetime", "maintenance", "residual_value"),
    "rentals": ("id", "provider", "system", "commitment", "price", "price.as_of", "term"),
    "programs": ("id", "system", "design_cost", "team_cost", "other_volume", "unit_cost", "program_life"),
    "prices": ("offer", "as_of", "commitment", "accelerator", "price", "unit", "source", "confidence"),
    "architectures": ("id", "name", "layers", "hidden_size", "experts.count", "published.type"),
    "sources": ("id", "title", "publisher", "date", "confidence"),
}
"""The columns of the table on a terminal; --format json and csv have all."""


@click.command("list")
@click.argument("kind", required=False)
@click.option(
    "--where",
    multiple=True,
    metavar="CONDITION",
    help='Keep rows such as maker=nvidia (contains), "memory.capacity>=80 GB" or "launch<2024".',
)
@click.option("--sort", metavar="COLUMN", help="Sort by a column; with a minus before it, the largest first.")
@click.option("--columns", metavar="A,B", help='Columns to print; "all" for all.')
@format_option()
@specs_option
def command(
    kind: str | None,
    where: tuple[str, ...],
    sort: str | None,
    columns: str | None,
    style: str,
    specs: tuple[Path, ...],
) -> None:
    """List specs of a kind. Without KIND: the kinds there are, with how many specs each has."""
    catalog = open_catalog(specs)
    if kind is None:
        frame = pd.DataFrame([{"kind": name, "specs": len(listing(catalog, name))} for name in LISTED])
    else:
        frame = listing(catalog, kind, where=where, sort=sort)
    chosen = _chosen(frame, columns, SHOWN.get(plural(kind)) if kind and style == "table" else None)
    print_answer(
        style,
        json=lambda: [{k: v for k, v in row.items() if not _is_nothing(v)} for row in chosen.to_dict("records")],
        csv=lambda: chosen,
        table=lambda: _print(chosen),
    )
    if style == "table" and len(chosen.columns) < len(frame.columns) and not columns:
        note(f"{len(frame.columns)} columns with --columns all or --format json; {len(frame)} rows")


def _chosen(frame: pd.DataFrame, columns: str | None, shown: tuple[str, ...] | None) -> pd.DataFrame:
    """Return the columns that were asked for, else those to show that the table has."""
    if columns and columns != "all":
        named = [column_named(frame, name.strip()) for name in columns.split(",")]
        return frame[list(dict.fromkeys(named))]
    if columns or shown is None:
        return frame
    known = {str(column).partition(" [")[0]: column for column in frame.columns}
    return frame[[known[name] for name in shown if name in known]]


def _print(frame: pd.DataFrame) -> None:
    numbers = [str(name) for name in frame.select_dtypes("number").columns]
    heads = {str(name): str(name).replace(" [", "\n[") for name in frame.columns}
    rows = [
        [_cell(value, str(name)) for name, value in zip(heads, row, strict=True)]
        for row in frame.itertuples(index=False)
    ]
    print_table("", list(heads.values()), rows, right=[heads[name] for name in numbers])


def _cell(value: object, column: str) -> str:
    if _is_nothing(value):
        return ""
    if column == "year":
        return f"{value:.0f}"
    if isinstance(value, float):
        return figure(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _is_nothing(value: object) -> bool:
    return value is None or value != value  # noqa: PLR0124 - not a number, not a time
