"""`costmodel uncertainty SCENARIO`."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import click
import pandas as pd

from costmodel.analysis.certainty import BANDS, FEWEST, MANY, Uncertainty
from costmodel.analysis.draws import SEED
from costmodel.cli.opening import open_study
from costmodel.cli.shared import (
    figure,
    format_option,
    note,
    print_answer,
    print_table,
    set_option,
    specs_option,
)

NAMED = 6
"""How many inputs without a range a note names; JSON has all."""


@click.command("uncertainty")
@click.argument("scenario")
@click.option("--draws", type=click.IntRange(FEWEST, 1 << 22), default=MANY, show_default=True, help="How many draws.")
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Seed of the draws.")
@click.option(
    "--independent",
    is_flag=True,
    help="Draw each fact apart, without what facts share by source, maker and silicon node.",
)
@format_option()
@set_option
@specs_option
def command(
    scenario: str,
    draws: int,
    seed: int,
    independent: bool,
    style: str,
    specs: tuple[Path, ...],
    settings: tuple[str, ...],
) -> None:
    """Show how sure the costs are: medians, bands, who is cheaper than whom, and how far each figure may be off."""
    found = open_study(scenario, specs, settings).uncertainty(draws, seed, linked=not independent)
    print_answer(style, json=lambda: as_json(found), csv=found.offers.reset_index, table=lambda: _print(found))


def as_json(found: Uncertainty) -> dict[str, object]:
    """Return how sure a comparison is as plain data."""
    return {
        "unit": found.unit,
        "regret_unit": found.money,
        "draws": found.draws,
        "offers": _rows(found.offers.reset_index()),
        "probability_cheaper": {str(one): row.drop(one).to_dict() for one, row in found.cheaper.iterrows()},
        "convergence": _rows(found.convergence),
        "without_range": list(found.exact),
    }


def _rows(table: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _print(found: Uncertainty) -> None:
    heads = ["offer", "own value", "median", *(f"{band}% band" for band in BANDS), "cheapest in", "expected regret"]
    rows = [_shown(str(id_), found.offers.loc[id_]) for id_ in found.offers.index]
    title = (
        f"How sure each cost is, {found.unit}; regret in {found.money} ({found.draws:,} draws; ± holds in 95% of runs)"
    )
    print_table(title, heads, rows, right=heads[1:])
    ids = list(found.cheaper.columns)
    shares = found.cheaper.to_numpy()
    rows = [
        [one, *("" if i == j else f"{share:.1%}" for j, share in enumerate(shares[i]))] for i, one in enumerate(ids)
    ]
    print_table("How likely the offer of a row is cheaper than that of a column", ["", *ids], rows, right=ids)
    _print_convergence(found)
    for id_, share in found.offers["unanswered"].items():
        if share > 0:
            note(f"{id_} has no answer in {share:.2%} of the draws")
    if found.exact:
        named = ", ".join(found.exact[:NAMED])
        note(f"{len(found.exact)} inputs have no range and count as exact: {named}, ... (all of them in --format json)")


def _shown(id_: str, row: pd.Series[float]) -> list[str]:
    bands = [f"{figure(row[f'low_{band}'])} to {figure(row[f'high_{band}'])}" for band in BANDS]
    share, regret = row["probability_cheapest"], row["expected_regret"]
    return [
        id_,
        figure(row["value"]),
        f"{figure(row['median'])} ± {figure(row['median_error'], 2)}",
        *bands,
        "-" if isnan(share) else f"{share:.1%} ± {row['probability_cheapest_error']:.1%}",
        "-" if isnan(regret) else f"{figure(regret)} ± {figure(row['expected_regret_error'], 2)}",
    ]


def _print_convergence(found: Uncertainty) -> None:
    """Print how the errors of the likeliest offer shrink with the number of draws."""
    likeliest = found.offers["probability_cheapest"].idxmax()
    table = found.convergence[found.convergence["offer"] == likeliest]
    heads = ["draws", "median", "cheapest in"]
    rows = [
        [
            f"{row['draws']:,}",
            f"{figure(row['median'])} ± {figure(row['median_error'], 2)}",
            f"{row['probability_cheapest']:.1%} ± {row['probability_cheapest_error']:.2%}",
        ]
        for _, row in table.iterrows()
    ]
    print_table(f"How the figures of {likeliest} settle", heads, rows, right=heads)
