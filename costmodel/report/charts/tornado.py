"""How far each input alone moves a cost, from one end of its range to the other."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
from altair.typing import ChartType

from costmodel.report.charts import rows
from costmodel.report.charts.theme import COVERED, PART, legend
from costmodel.report.decimals import together
from costmodel.report.numerals import figure

ENDS = ("input at its 5th percentile", "input at its 95th percentile")
HALF = 0.5
"""An axis begins at zero unless all costs are above this share of the largest."""


def tornado(swings: pd.DataFrame, cost: float, unit: str) -> ChartType:
    """Return a bar for each input around the cost as it is, one colour for each end of its range.

    Parameters
    ----------
    swings
        Columns `offer` (the name of the input), `cost_low` and `cost_high` (in `unit`), the widest first.
    """
    costs = swings[["cost_low", "cost_high"]]
    data = rows.checked(swings.assign(cost=costs.max(axis=1)), "offer", "cost_low", "cost_high")
    scaled = rows.Scaled(float(costs.max().max()), unit)
    low, high = (float(found) / scaled.factor for found in (costs.min().min(), costs.max().max()))
    start = 0.0 if low < HALF * high else low - (high - low) / 10
    data["end"] = data["cost"] / scaled.factor
    short = scaled.unit.partition("/")[0]
    ends = together([(one / scaled.factor).tolist() for one in (costs.min(axis=1), costs.max(axis=1))])
    data["label"] = [f"{least} – {most} {short}" for least, most in zip(*ends, strict=True)]
    scale = rows.domain()
    layers = [
        _bars(data, cost, scaled, scale, unit),
        _ticks(data, cost / scaled.factor, scale),
        *rows.words(data, scale),
    ]
    return rows.layered(layers, data, f"Cost in {scaled.unit} at both ends of each input", start, high)


def _bars(data: pd.DataFrame, cost: float, scaled: rows.Scaled, scale: alt.Scale, unit: str) -> alt.Chart:
    parts = [
        data.assign(
            side=side,
            start=np.minimum(data[column], cost) / scaled.factor,
            stop=np.maximum(data[column], cost) / scaled.factor,
            tip=[figure(one, unit) for one in data[column]],
        )
        for side, column in zip(ENDS, ("cost_low", "cost_high"), strict=True)
    ]
    colour = alt.Scale(domain=list(ENDS), range=[COVERED, PART])
    tips = [
        alt.Tooltip("offer:N", title="Input"),
        alt.Tooltip("side:N", title="Where"),
        alt.Tooltip("tip:N", title="Cost"),
    ]
    drawn: alt.Chart = (
        alt.Chart(pd.concat(parts)[["offer", "side", "start", "stop", "tip"]])
        .mark_bar(height=rows.BAR, yOffset=rows.drop(data), opacity=0.85)
        .encode(
            y=rows.row(),
            x=scaled.axis("start:Q", scale, "Cost"),
            x2=alt.X2("stop:Q"),
            color=alt.Color("side:N", scale=colour, legend=legend(ENDS)),
            tooltip=tips,
        )
    )
    return drawn


def _ticks(data: pd.DataFrame, at: float, scale: alt.Scale) -> alt.Chart:
    """Return a mark on each bar at the cost as it is: a line from top to bottom would run through the names."""
    tick = rows.upright(alt.Chart(data[["offer"]].assign(at=at)), rows.BAR + 8, rows.drop(data))
    placed: alt.Chart = tick.encode(y=rows.row(), x=alt.X("at:Q", scale=scale))
    return placed
