"""The part of a page about a company: its year line by line, and the years after it."""

from __future__ import annotations

import pandas as pd

from costmodel.analysis.accounts import LAST, USD, YEARLY, year_text
from costmodel.analysis.study import Study
from costmodel.domain.workload import Capacity
from costmodel.report.charts import cost_bars
from costmodel.report.content import Section
from costmodel.report.naming import by_cost, names_of, shades_of

YEAR = """\
The year from its parts under each way to get its compute; the chart shows what it costs in all, with 80% intervals."""
AHEAD = """\
Each part grows at its own rate from the year on, as the facts below have it, which no company does for long. The \
first year with a profit is {first}. With all ranges, a tenth of the draws has one by {low}, and a tenth {high}."""
CAPITAL = """\
What is spent in the year on things that last: what each way buys of compute, with its data centres, and the rest as \
the facts below have it. The interval of the sum holds 80% of the draws."""
LATE = "in {year} or later"
NEVER = "none within 25 years"


def company_sections(study: Study) -> list[Section]:
    """Return what a page says of a company's year; nothing for a question about something else."""
    workload = study.scenario.workload
    if not isinstance(workload, Capacity) or workload.accounts is None:
        return []
    lines = study.accounts()
    ranked = lines.sort_values("offer", key=lambda ids: ids.map(by_cost(study).index), kind="stable")
    return [_year(study, ranked), *_capital(study, ranked), *_ahead(study, lines)]


def _year(study: Study, lines: pd.DataFrame) -> Section:
    names = names_of(study.scenario)
    money = lines[lines["unit"] == YEARLY].assign(offer=lines["offer"].map(names), value=lines["value"] / 1e6)
    table = money.pivot_table(index="line", columns="offer", values="value", sort=False).reset_index()
    costs = lines[lines["line"] == "cost"].rename(columns={"value": "cost"})
    chart = cost_bars(
        costs.assign(offer=costs["offer"].map(names))[["offer", "cost", "low", "high"]],
        "USD/year",
        shades=shades_of(study.scenario),
    )
    units = dict.fromkeys([str(name) for name in table.columns[1:]], "MUSD/year")
    return Section("The year from its parts", text=YEAR, chart=chart, table=table, units=units, printed=True)


def _capital(study: Study, lines: pd.DataFrame) -> list[Section]:
    """Return what the year invests under each way, if the scenario tells of capital."""
    money = lines[lines["unit"] == USD]
    if money.empty:
        return []
    names = names_of(study.scenario)
    named = money.assign(offer=money["offer"].map(names), value=money["value"] / 1e9)
    table = named.pivot_table(index="line", columns="offer", values="value", sort=False).reset_index()
    table["line"] = table["line"].str.removeprefix("capital: ")
    whole = named[named["line"] == "capital"].rename(columns={"value": "cost"})
    scaled = whole.assign(cost=whole["cost"] * 1e9)[["offer", "cost", "low", "high"]]
    units = dict.fromkeys([str(name) for name in table.columns[1:]], "GUSD")
    chart = cost_bars(scaled, USD, shades=shades_of(study.scenario))
    return [Section("What the year invests", text=CAPITAL, chart=chart, table=table, units=units, printed=True)]


def _ahead(study: Study, lines: pd.DataFrame) -> list[Section]:
    first = lines[lines["line"] == LAST]
    if first.empty:
        return []
    row = first.iloc[0]
    high = year_text(row["high"])
    late = NEVER if high == year_text(float("inf")) else LATE.format(year=high)
    text = AHEAD.format(first=year_text(row["value"]), low=year_text(row["low"]), high=late)
    frame = study.years_ahead() / 1e9
    table = frame.reset_index().astype({"year": str})
    name = study.scenario.offer(str(row["offer"])).name
    units = dict.fromkeys([str(column) for column in frame.columns], "GUSD/year")
    return [Section(f"The years after it: {name}", text=text, table=table, units=units, printed=True)]
