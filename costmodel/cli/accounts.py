"""`costmodel accounts SCENARIO`."""

from __future__ import annotations

from typing import Any

import click
import pandas as pd

from costmodel.analysis.accounts import LAST, year_text
from costmodel.analysis.study import Study
from costmodel.cli.opening import study_options
from costmodel.cli.shared import print_answer
from costmodel.cli.tables import figure, print_table


@click.command("accounts")
@click.argument("scenario")
@click.option("--offer", metavar="OFFER", help="The way of which later years are shown; the first, if not given.")
@study_options()
def command(study: Study, offer: str | None, style: str) -> None:
    """Show a company's year from its parts under each way to get its compute, and the first profitable year.

    Revenue stands in the scenario's [accounts], training, staff and other parts in [costs.*], each with its growth;
    what is spent on things that last, beside what an offer buys, in [capital.*].
    """
    table = study.accounts()
    print_answer(
        style,
        json=lambda: {
            "scenario": study.scenario.id,
            "lines": table.to_dict("records"),
            "years_ahead": _ahead(study, table, offer).reset_index().to_dict("records"),
        },
        csv=lambda: table,
        table=lambda: _print(study.scenario.question, table, _ahead(study, table, offer)),
    )


def _ahead(study: Study, table: pd.DataFrame, offer: str | None) -> pd.DataFrame:
    """Return the years after that of the accounts; none where nothing is known of revenue and cost to come."""
    return study.years_ahead(offer) if (table["line"] == LAST).any() else pd.DataFrame()


def _print(question: str, table: pd.DataFrame, ahead: pd.DataFrame) -> None:
    _print_year(question, table)
    if len(ahead):
        rows = [[str(year), *(f"{value / 1e9:,.2f}" for value in row)] for year, row in ahead.iterrows()]
        heads = ["year", *(f"{name}, GUSD" for name in ahead.columns)]
        print_table("The years after it, each part at its own growth", heads, rows, right=heads[1:])


def _print_year(question: str, table: pd.DataFrame) -> None:
    offers, lines = table["offer"].unique(), table["line"].unique()
    rows: list[list[str | tuple[str, ...]]] = []
    for line in lines:
        cells = [_cell(table[(table["offer"] == offer) & (table["line"] == line)].iloc[0]) for offer in offers]
        rows.append([str(line), *cells])
    heads = ["MUSD a year", *map(str, offers)]
    print_table(f"{question} (80% intervals below each figure)", heads, rows, right=heads[1:])


def _cell(row: pd.Series[Any]) -> str | tuple[str, ...]:
    shown = year_text if row["unit"] == "year" else _millions
    value = shown(row["value"])
    known = not pd.isna(row["low"]) and row["low"] < row["high"]
    return (value, f"{shown(row['low'])} to {shown(row['high'])}") if known else value


def _millions(value: float) -> str:
    return figure(value / 1e6)
