"""`costmodel die`."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from costmodel.cli.quantity_type import QuantityType
from costmodel.cli.shared import format_option, open_catalog, print_answer, specs_option
from costmodel.cli.tables import figure, print_table
from costmodel.domain.process import Process, load_process
from costmodel.economics.silicon import NEGATIVE_BINOMIAL, YIELDS, Die, checked_area, die
from costmodel.errors import MissingData
from costmodel.units import Quantity

COLUMNS = ("what", "value", "unit")
WORDS = {
    "gross_dies": "dies on a 300 mm wafer, on average over where they lie on it",
    "yield": "share without a defect",
    "raw_die_cost": "wafer price per die, working or not",
    "good_die_cost": "cost of a die that works",
}


@click.command("die")
@click.option("--area", required=True, type=QuantityType("mm^2", bare=False), help='Area of the die: "800 mm^2".')
@click.option("--process", metavar="ID", help="Silicon node whose wafer price and defect density count (n5, n3).")
@click.option("--wafer-price", type=QuantityType("USD", bare=False, low=0), help="Price of a 300 mm wafer.")
@click.option("--defect-density", type=QuantityType("1/cm^2", bare=False, low=0), help='Defects per area: "0.1 /cm^2".')
@click.option(
    "--yield-model",
    type=click.Choice(list(YIELDS)),
    default=NEGATIVE_BINOMIAL,
    show_default=True,
    help="How defects spread over dies.",
)
@click.option("--salvage", type=QuantityType("1", low=0, high=1), help="Share of defective dies sold with parts off.")
@format_option()
@specs_option
def command(
    area: Quantity,
    process: str | None,
    wafer_price: Quantity | None,
    defect_density: Quantity | None,
    yield_model: str,
    salvage: Quantity | None,
    style: str,
    specs: tuple[Path, ...],
) -> None:
    """Show what a die costs: dies on a wafer, yield, and the price of one that works."""
    node = load_process(open_catalog(specs), process) if process else None
    price = wafer_price if wafer_price is not None else _of(node, "wafer_price")
    density = defect_density if defect_density is not None else _of(node, "defect_density")
    found = die(checked_area(area), price, density, yield_model=yield_model, salvage=salvage)
    print_answer(
        style,
        json=lambda: as_json(found),
        csv=lambda: pd.DataFrame([(name, *one) for name, one in _numbers(found).items()], columns=COLUMNS),
        table=lambda: _print(f"A die of {area:~P}", found),
    )


def _print(title: str, found: Die) -> None:
    rows = [[WORDS[name], figure(value, 5), unit] for name, (value, unit) in _numbers(found).items()]
    print_table(title, COLUMNS, rows, right=["value"])


def as_json(found: Die) -> dict[str, float]:
    """Return the numbers of a die, plain: counts, a share, dollars."""
    return {name: value for name, (value, _) in _numbers(found).items()}


def _numbers(found: Die) -> dict[str, tuple[float, str]]:
    values = (found.gross_dies, found.perfect, found.raw_cost, found.good_cost)
    units = ("", "", "USD", "USD")
    return {name: (float(q.to(u).magnitude), u) for name, q, u in zip(WORDS, values, units, strict=True)}


def _of(node: Process | None, name: str) -> Quantity:
    if node is None:
        option = f"--{name.replace('_', '-')}"
        msg = f"The {name.replace('_', ' ')} is missing: give {option}, or --process with the id of a silicon node"
        raise MissingData(msg)
    return node.need(name)
