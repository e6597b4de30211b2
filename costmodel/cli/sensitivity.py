"""`costmodel sensitivity SCENARIO`."""

from __future__ import annotations

import click
import pandas as pd

from costmodel.analysis.draws import BLOCK, CHUNK, DRAWS
from costmodel.analysis.sensitivity import BASE, Sensitivity
from costmodel.analysis.study import Study
from costmodel.cli.opening import seed_option, study_options
from costmodel.cli.shared import print_answer
from costmodel.cli.tables import between, figure, known, print_table

SHOWN = 16
"""Rows of the printed table; CSV and JSON have all."""


@click.command("sensitivity")
@click.argument("scenario")
@click.option("--offer", metavar="OFFER", help="Of which offer's cost; the cheapest, if not given.")
@click.option(
    "--base",
    type=click.IntRange(BLOCK, CHUNK),
    default=BASE,
    show_default=True,
    help="Draws of each set behind the indices.",
)
@click.option(
    "--draws", type=click.IntRange(256, 1 << 20), default=DRAWS, show_default=True, help="Draws of the worth."
)
@seed_option
@study_options()
def command(study: Study, offer: str | None, base: int, draws: int, seed: int, style: str) -> None:
    """Show what a cost depends on: inputs at the ends of their ranges, elasticities, Sobol indices, worth knowing."""
    found = study.sensitivity(offer, base=base, draws=draws, seed=seed)
    print_answer(style, json=lambda: as_json(found), csv=found.inputs.reset_index, table=lambda: _print(found))


def as_json(found: Sensitivity) -> dict[str, object]:
    """Return a sensitivity as plain data."""
    return {
        "offer": found.offer,
        "cost": found.cost,
        "unit": found.unit,
        "worth_unit": found.money,
        "inputs": found.inputs.reset_index().to_dict("records"),
    }


def _print(found: Sensitivity) -> None:
    heads = ["input", "is", "unit", "5th to 95th percentile", "cost there", "elasticity", "first", "total", "worth"]
    rows = [_shown(str(name), row) for name, row in found.inputs.head(SHOWN).iterrows()]
    cost = f"{figure(found.cost)} {found.unit}"
    title = f"What {found.offer} at {cost} depends on (Sobol indices within ±, 90%; worth of knowing in {found.money})"
    print_table(title, heads, rows, right=[*heads[1:2], *heads[3:]])


def _shown(name: str, row: pd.Series[float]) -> list[str]:
    return [
        name,
        known(row["value"], ""),
        str(row["unit"]),
        _between(row["low"], row["high"]),
        _between(row["cost_low"], row["cost_high"]),
        "" if pd.isna(row["elasticity"]) else f"{row['elasticity']:+z.2f}",
        _index(row["first"], row["first_error"]),
        _index(row["total"], row["total_error"]),
        known(row["worth"], ""),
    ]


def _between(low: float, high: float) -> str:
    return "" if pd.isna([low, high]).all() else between(low, high)


def _index(value: float, error: float) -> str:
    return "" if pd.isna(value) else f"{value:z.2f} ± {error:.2f}"
