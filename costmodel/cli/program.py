"""`costmodel program SCENARIO`."""

from __future__ import annotations

from dataclasses import asdict

import click
import pandas as pd

from costmodel.analysis.draws import CHUNK
from costmodel.analysis.program_views import DRAWS, by_volume, cash_by_month, made_of, troughs
from costmodel.analysis.study import Study
from costmodel.cli.opening import seed_option, study_options
from costmodel.cli.payers import payers_as_data, print_payers
from costmodel.cli.shared import note, print_answer
from costmodel.cli.tables import figure, print_table, share
from costmodel.errors import MissingData

MILLION = 1e6


@click.command("program")
@click.argument("scenario")
@click.option("--draws", type=click.IntRange(1, CHUNK), default=DRAWS, show_default=True, help="Draws behind chances.")
@seed_option
@study_options()
def command(study: Study, draws: int, seed: int, style: str) -> None:
    """Show a scenario's own chips: who pays, what one costs to make, cost and chance by volume, cash by month.

    The table of --format csv is the cash by month; that of json has all.
    """
    if not study.payers:
        msg = f"{study.scenario.id} has no program with an answer: name one in its offers, such as program/maia-100"
        raise MissingData(msg)
    cash = cash_by_month(study)
    print_answer(
        style,
        json=lambda: as_json(study, cash, by_volume(study, draws, seed)),
        csv=lambda: cash,
        table=lambda: _print(study, cash, by_volume(study, draws, seed)),
    )


def as_json(study: Study, cash: pd.DataFrame, volume: pd.DataFrame) -> dict[str, object]:
    """Return all views of each program, by its id."""
    deepest, parts = {one.program: asdict(one) for one in troughs(cash)}, made_of(study)
    views = {"made_of": parts, "by_volume": volume, "cash": cash}
    return {
        id_: {
            **payers_as_data(study, id_),
            "unit": f"{study.costs[id_][study.headline].units:~C}",
            "trough": trough,
            **{
                name: frame[frame["program"] == id_].drop(columns="program").to_dict("records")
                for name, frame in views.items()
            },
        }
        for id_, trough in deepest.items()
    }


def _print(study: Study, cash: pd.DataFrame, volume: pd.DataFrame) -> None:
    print_payers(study)
    _print_parts(made_of(study))
    unit = f"{study.costs[volume['program'].iloc[0]][study.headline].units:~C}"
    for id_, rows in volume.groupby("program", sort=False):
        heads = ["chips made", "cost", "rival's cost", "beats its rival"]
        columns = rows[["accelerators", "cost", "rival_cost", "probability_beats_rival"]].astype(float)
        cells = [
            [f"{chips:,.0f}", figure(cost), figure(rival), share(beats)]
            for chips, cost, rival, beats in columns.to_numpy()
        ]
        print_table(f"{id_} by all chips made, whoever uses them ({unit})", heads, cells, right=heads)
    for one in troughs(cash):
        beyond = f" more than {one.rival}" if one.rival else ""
        note(
            f"{one.program} has paid the most{' beyond its rival' if one.rival else ''} in month {one.month}: "
            f"{figure(one.beyond / MILLION)} MUSD{beyond}; {figure(one.total / MILLION)} MUSD in all"
        )


def _print_parts(parts: pd.DataFrame) -> None:
    for id_, rows in parts.groupby("program", sort=False):
        heads = ["part", "USD", "low (80%)", "high (80%)"]
        cells = [
            [str(part).replace("_", " "), *(figure(float(value), 3) for value in values)]
            for part, *values in rows[["part", "cost", "low", "high"]].to_numpy()
        ]
        print_table(f"What one chip of {id_} costs to make", heads, cells, right=heads[1:])
