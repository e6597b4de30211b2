"""The part of a page about tokens that are billed: what a million of them costs, brings in and leaves."""

from __future__ import annotations

from math import isclose

import pandas as pd

from costmodel.analysis.statement import ENDS
from costmodel.analysis.study import Study
from costmodel.domain.workload import Serving
from costmodel.report.charts import cost_against_price
from costmodel.report.content import Section
from costmodel.report.decimals import Row, alike
from costmodel.report.naming import in_order_of_cost
from costmodel.report.numerals import NOTHING, OUTPUT_TOKENS, is_number

WORDS = {
    "cost_per_million_tokens": "cost",
    "revenue_per_million_tokens": "billed",
    "margin_per_million_tokens": "left",
}
COST, BILLED, LEFT = WORDS
SPACE = "\u00a0"
"""Keeps an interval on one line."""
SAME = 1e-9
"""Share of a number, or dollars, by which draws of one and the same differ."""
TEXT = """\
For each million tokens that are written, with the prompts before them: what they cost, what the plan bills for \
them, and what is left, before anything but compute."""


def token_sections(study: Study, workload: Serving) -> list[Section]:
    """Return what is billed and left of a million tokens under each way, where a plan bills tokens."""
    if not any(one.is_metered for one in workload.plans):
        return []
    table = in_order_of_cost(study, study.users())
    names = [study.scenario.offer(str(one)).name for one in table.index]
    ends = {end[1:]: table[f"{COST}{end}"].to_numpy() for end in ENDS}
    costs = pd.DataFrame({"offer": names, "cost": table[COST].to_numpy(), **ends})
    small = table[[*WORDS]].rename(columns=WORDS).assign(**{"80% of it": intervals(table, LEFT)})
    small.insert(0, "offer", names)
    chart = cost_against_price(costs, float(table[BILLED].iloc[0]), OUTPUT_TOKENS)
    units = dict.fromkeys(WORDS.values(), OUTPUT_TOKENS)
    return [Section("What is left of a million tokens", text=TEXT, chart=chart, table=small, units=units)]


def intervals(table: pd.DataFrame, name: str) -> list[str]:
    """Return the interval of each number of a column in words; nothing where it is not drawn."""
    rows = [
        _settled(*row) for row in table[[name, *(f"{name}{end}" for end in ENDS)]].itertuples(index=False, name=None)
    ]
    drawn = [is_number(low) for _, low, _ in rows]
    return [
        f"{low}{SPACE}–{SPACE}{high}" if is_drawn else NOTHING
        for is_drawn, (_, low, high) in zip(drawn, alike(rows), strict=True)
    ]


def _settled(value: float, low: float, high: float) -> Row:
    """Return a number whose draws all agree with one end for both: how they are added up is no interval."""
    return (value, value, value) if isclose(low, high, rel_tol=SAME, abs_tol=SAME) else (value, low, high)
