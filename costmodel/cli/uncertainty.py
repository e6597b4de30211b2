"""`costmodel uncertainty SCENARIO`."""

from __future__ import annotations

from math import isnan

import click
import pandas as pd

from costmodel.analysis.certainty import BANDS, FEWEST, MANY, Uncertainty
from costmodel.analysis.study import Study
from costmodel.cli.opening import seed_option, study_options
from costmodel.cli.shared import note, print_answer
from costmodel.cli.tables import between, figure, print_table

NAMED = 6
"""How many inputs without a range a note names; JSON has all."""


@click.command("uncertainty")
@click.argument("scenario")
@click.option("--draws", type=click.IntRange(FEWEST, 1 << 22), default=MANY, show_default=True, help="How many draws.")
@seed_option
@click.option(
    "--independent",
    is_flag=True,
    help="Draw each fact apart, without what facts share by source, maker and silicon node.",
)
@study_options()
def command(study: Study, draws: int, seed: int, independent: bool, style: str) -> None:
    """Show how sure the costs are: medians, bands, who is cheaper than whom, and how far each figure may be off."""
    found = study.uncertainty(draws, seed, linked=not independent)
    print_answer(style, json=lambda: as_json(found), csv=found.offers.reset_index, table=lambda: _print(found))


def as_json(found: Uncertainty) -> dict[str, object]:
    """Return how sure a comparison is as plain data."""
    return {
        "unit": found.unit,
        "regret_unit": found.money,
        "draws": found.draws,
        "offers": found.offers.reset_index().to_dict("records"),
        "probability_cheaper": {str(one): row.drop(one).to_dict() for one, row in found.cheaper.iterrows()},
        "convergence": found.convergence.to_dict("records"),
        "without_range": list(found.exact),
    }


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
    bands = [between(row[f"low_{band}"], row[f"high_{band}"]) for band in BANDS]
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
