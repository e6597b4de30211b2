"""`costmodel chip`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
import pandas as pd

from costmodel.analysis.chip import Chip, chip
from costmodel.cli.option_types import DayType
from costmodel.cli.quantity_type import QuantityType
from costmodel.cli.shared import format_option, open_catalog, print_answer, specs_option
from costmodel.cli.tables import figure, print_table
from costmodel.units import Quantity


@click.command("chip")
@click.argument("accelerator")
@click.option("--on", type=DayType(), help="Day whose prices count; without it, the newest.")
@click.option("--margin", type=QuantityType("1", low=0, high=0.99), help="Share of the price that a partner keeps.")
@format_option()
@specs_option
def command(accelerator: str, on: date | None, margin: Quantity | None, style: str, specs: tuple[Path, ...]) -> None:
    """Show what an accelerator costs to make: dies, memory, packaging, losses, test, each with its 80% interval."""
    found = chip(open_catalog(specs), accelerator, on, margin)
    print_answer(style, json=lambda: as_json(found), csv=lambda: as_table(found), table=lambda: _print(found))


def _print(found: Chip) -> None:
    total = found.total.value.magnitude
    rows = [
        [
            name.replace("_", " "),
            *(figure(float(q.magnitude), 3) for q in (one.value, one.low, one.high)),
            f"{one.value.magnitude / total:.0%}",
        ]
        for name, one in found.rows.items()
    ]
    print_table(
        f"What {found.accelerator.name} costs to make, USD",
        ["part", "USD", "low (80%)", "high (80%)", "share"],
        rows,
        right=["USD", "low (80%)", "high (80%)", "share"],
    )


def as_table(found: Chip) -> pd.DataFrame:
    """Return the same as rows."""
    return pd.DataFrame.from_dict(as_json(found), orient="index").add_suffix("_usd").rename_axis("part").reset_index()


def as_json(found: Chip) -> dict[str, dict[str, float]]:
    """Return every part and the total, in USD, with the ends of their 80% intervals."""
    return {
        name: {key: float(getattr(one, key).to("USD").magnitude) for key in ("value", "low", "high")}
        for name, one in found.rows.items()
    }
