"""`costmodel users SCENARIO`."""

from __future__ import annotations

from functools import partial
from math import isinf

import click
import pandas as pd

from costmodel.analysis.columns import in_words
from costmodel.analysis.statement import ENDS
from costmodel.analysis.study import Study
from costmodel.analysis.users import has_income
from costmodel.cli.comparison import numbers_of
from costmodel.cli.opening import study_options
from costmodel.cli.shared import note, print_answer
from costmodel.cli.tables import known, print_figures, print_table
from costmodel.domain.workload import Serving


@click.command("users")
@click.argument("scenario")
@click.option(
    "--offer", metavar="OFFER", help="The way of which caps are shown; the first with an answer, if not given."
)
@click.option(
    "--months", type=click.IntRange(1, 240), help="Show so many months to come, as users grow by demand.growth."
)
@study_options()
def command(study: Study, offer: str | None, months: int | None, style: str) -> None:
    """Show what users cost by how much they use, what they pay, who costs more than he pays, and what a cap does.

    How usage differs stands in the scenario's [usage], what users pay in its [plan] or several [plans.*], costs beside
    compute in [costs.*].
    """
    if offer:
        study.scenario.offer(offer)  # or it says which there are, before any is computed
    if months is not None:
        ahead = study.months_ahead(months)
        records = partial(ahead.to_dict, "records")
        print_answer(style, json=records, csv=lambda: ahead, table=lambda: _print_months(ahead))
        return
    table = study.users()
    print_answer(
        style,
        json=lambda: as_json(study, table, offer),
        csv=table.reset_index,
        table=lambda: _print(study, table, offer),
    )


def as_json(study: Study, table: pd.DataFrame, offer: str | None) -> dict[str, object]:
    """Return what is told of users as plain data."""
    units = table.attrs["units"]
    offers = [{"offer": str(id_), **numbers_of(row, units)} for id_, row in table.iterrows()]
    found: dict[str, object] = {"scenario": study.scenario.id, "offers": offers}
    if _has_caps(study):
        caps = study.caps(offer)
        found["caps"] = {"units": caps.attrs["units"], "rows": caps.reset_index().to_dict("records")}
    if has_income(study.scenario.workload):
        found["income"] = study.income().to_dict("records")
    return found


def _print(study: Study, table: pd.DataFrame, offer: str | None) -> None:
    _print_turned("What users cost and pay (80% intervals below each figure)", table)
    if _has_caps(study):
        caps = study.caps(offer)
        id_ = study.scenario.offer(offer).id if offer else next(iter(study.costs))
        _print_turned(f"What a cap does under {id_}, at the usage that a tenth, a hundredth, a thousandth exceed", caps)
    elif "cost_per_user_month_p50" not in table:
        note("the users are alike, so that a mean tells all: write [usage] to say how they differ")
    if has_income(study.scenario.workload):
        frame = study.income().pivot_table(index="line", columns="offer", values="amount", sort=False)
        print_figures("A month, in USD", "line", [*map(str, frame.columns)], frame.iterrows())


def _print_turned(title: str, table: pd.DataFrame) -> None:
    """Print a table with a column for each row, as there are more figures than rows; intervals below the figures."""
    units = table.attrs["units"]
    names = [str(name) for name in table.columns if not str(name).endswith(ENDS)]
    rows: list[list[str | tuple[str, ...]]] = [
        [(in_words(name), units[name]), *(_cell(row, name) for _, row in table.iterrows())] for name in names
    ]
    heads = ["", *map(str, table.index)]
    print_table(title, heads, rows, right=heads[1:])


def _cell(row: pd.Series[float], name: str) -> str | tuple[str, ...]:
    ends = [_number(row[f"{name}{end}"]) for end in ENDS if f"{name}{end}" in row]
    shown = _number(row[name])
    return (shown, " to ".join(ends)) if len(set(ends)) > 1 else shown


def _number(value: float) -> str:
    return "never" if isinf(value) else known(value)


def _has_caps(study: Study) -> bool:
    workload = study.scenario.workload
    return isinstance(workload, Serving) and workload.usage is not None and len(workload.plans) == 1


def _print_months(table: pd.DataFrame) -> None:
    first, *heads = [str(name).replace("_", " ") for name in table.columns]
    rows = ((name, values) for name, *values in table.itertuples(index=False))
    print_figures("Months to come (users, systems, USD a month)", first, heads, rows)
