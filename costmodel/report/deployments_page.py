"""The page of a search: cost against speed of the deployments that no other beats, and the cheapest at each speed."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from costmodel.analysis.deployments import COST, HIGH, LOW, cheapest_at, front_of
from costmodel.analysis.layout_names import layout_in_words
from costmodel.analysis.targets import Targets
from costmodel.performance.layout.candidates import pareto
from costmodel.report.charts import cost_against_speed
from costmodel.report.content import KeyFigure, Page, Section
from costmodel.report.naming import shades_by_name
from costmodel.report.numerals import OUTPUT_TOKENS, figure

SPEEDS = (10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000)
"""Tokens per second of a user at which the cheapest deployments are listed."""

DOTS = 6
MOST_FIGURES = 4
UNITS = {
    "at least": "token/s",
    "one user sees": "token/s",
    "time to first token": "s",
    "an accelerator writes": "token/s",
    "cost": OUTPUT_TOKENS,
    "low": OUTPUT_TOKENS,
    "high": OUTPUT_TOKENS,
}
METHOD = """\
All combinations of number type, tensor and pipeline parallelism, copies of attention, spread of experts and requests \
in flight are computed at once, and those kept that fit in memory and meet the targets; a replica stays on one system \
unless one cannot hold the model. A narrower number type may change the answers of a model: what that costs in quality \
is not in these figures.

Costs are those of one system that is held and busy around the clock: an annuity on its price, network, maintenance, \
facility, operations and energy for owned systems, the rent for rented ones. They are per million output tokens; the \
work on prompts is in them. `costmodel show OFFER` lists every price with its source.

80% of measurements lie between low and high, for deployments of the kind that was measured. Drafts, copies of \
attention and disaggregation follow the same operators, but stand on no measurement."""


def deployments_page(found: pd.DataFrame, prompt: float, output: float, targets: Targets) -> Page:
    """Return everything that the page of a search says; `found` is what `search_deployments` gives."""
    model = found.attrs["model"]
    named = found.assign(offer=found["offer"].map(found.attrs["names"]))
    best = cheapest_at(named, [0.0])
    limits = f", with {' and '.join(targets.words)}" if targets.words else ""
    return Page(
        title=f"Deployments of {model}",
        question=f"What does a million output tokens of {model} cost, and how fast is it? "
        f"({prompt:,.0f} tokens in, {output:,.0f} out{limits})",
        headline=_headline(best),
        summary=_figures(best),
        sections=(_fronts(named, found.attrs["names"]), _at_speeds(named), *without_answer(found.attrs["without"])),
        method=METHOD,
    )


def _headline(best: pd.DataFrame) -> str:
    row = best.iloc[0].to_dict()
    return (
        f"“{row['offer']}” is cheapest at {figure(row[COST], OUTPUT_TOKENS)} ({layout_in_words(row)}), where "
        f"a user sees {figure(row['user_rate'], 'token/s')}."
    )


def _figures(best: pd.DataFrame) -> tuple[KeyFigure, ...]:
    return tuple(
        KeyFigure(
            str(row["offer"]),
            figure(row[COST], OUTPUT_TOKENS),
            note=f"80% interval {figure(row[LOW])} to {figure(row[HIGH])}; {layout_in_words(row)}",
        )
        for row in best.head(MOST_FIGURES).to_dict("records")
    )


def _fronts(named: pd.DataFrame, names: Mapping[str, str]) -> Section:
    """Return the chart of the fronts: one of each offer, or, where there is one offer, one of each number type."""
    several = named["offer"].nunique() > 1
    by = "offer" if several else "precision"
    fronts = pd.concat([_front(part, str(name)) for name, part in named.groupby(by, sort=False)], ignore_index=True)
    line = "offer, over all number types tried" if several else "number type"
    text = (
        f"One line for each {line}: deployments that no other of the line beats in both cost and speed. Point at a "
        "line to read the layout."
    )
    drawn = fronts[fronts["cost"] > 0]  # the axis is logarithmic
    chart = None if drawn.empty else cost_against_speed(drawn, shades_by_name(names))
    return Section("Cost against speed", text=text, chart=chart)


def _front(part: pd.DataFrame, name: str) -> pd.DataFrame:
    front = pareto(part).assign(on_front=True)
    layouts = [layout_in_words(row) for row in front.to_dict("records")]
    dots = front.index.isin(front_of(front, DOTS).index)
    return front.assign(offer=name, layout=layouts, named=dots).rename(columns={COST: "cost"})


def _at_speeds(named: pd.DataFrame) -> Section:
    rows = cheapest_at(named, _speeds(named))
    layouts = [layout_in_words(row) for row in rows.to_dict("records")]
    columns = ("user_rate", "time_to_first_token", "output_rate", COST, LOW, HIGH)
    shown = pd.concat([rows["at_least"], rows["offer"], rows[list(columns)]], axis=1).assign(layout=layouts)
    shown.columns = ["at least", "offer", *list(UNITS)[1:], "layout"]
    text = (
        "The cheapest deployment on each offer at which a user sees at least so many tokens per second. Low and high "
        "are the ends of the 80% interval of the time model."
    )
    return Section("The cheapest at each speed", text=text, table=shown, units=UNITS)


def _speeds(named: pd.DataFrame) -> list[float]:
    """Return the speeds to list: up to the fastest, and of those that every offer's cheapest reaches only the last.

    Where the cheapest are slower than the first of them, any speed is.
    """
    slowest = cheapest_at(named, [0.0])["user_rate"].min()
    reached = [float(speed) for speed in SPEEDS if speed <= named["user_rate"].max()]
    easy = [speed for speed in reached if speed <= slowest]
    return [*(easy[-1:] or [0.0]), *reached[len(easy) :]]


def without_answer(reasons: dict[str, str]) -> list[Section]:
    """Return the offers on which nothing is fast enough, where there are any."""
    if not reasons:
        return []
    return [Section("Offers without an answer", text="\n\n".join(reasons.values()))]
