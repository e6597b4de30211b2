"""From today's figure to that after each of several steps: a bar from before to after, one row a step."""

from __future__ import annotations

import altair as alt
import pandas as pd
from altair.typing import ChartType

from costmodel.report.charts import rows
from costmodel.report.charts.theme import COVERED, LOSS, MARGIN, legend
from costmodel.report.numerals import figure, number

_LABELS = ("margin", "more", "less")


def waterfall(steps: pd.DataFrame, unit: str = "USD/user/month") -> ChartType:
    """Return a row for each step, its bar from what was there before it to what is there after.

    Parameters
    ----------
    steps
        Columns `step` and `after` (in `unit`), in order; the first row is where it begins, and its bar begins at zero.
    """
    data = rows.checked(steps.rename(columns={"step": "offer"}), "offer", "after")
    before = data["after"].shift(fill_value=0.0)
    data["part"] = [_LABELS[0], *(_LABELS[1] if gain else _LABELS[2] for gain in (data["after"] >= before)[1:])]
    ends = pd.concat([data["after"], before])
    scaled = rows.Scaled(float(ends.abs().max()), unit)
    data["from"], data["x"] = before / scaled.factor, data["after"] / scaled.factor
    data["end"] = data[["from", "x"]].max(axis=1)
    change = data["after"] - before
    data["label"] = [_label(i, a, c) for i, (a, c) in enumerate(zip(data["after"], change, strict=True))]
    data["tip"] = [figure(value, unit) for value in data["after"]]
    scale = rows.domain(min(0.0, float(ends.min()) / scaled.factor), float(data["end"].max()))
    return rows.layered(
        [_bars(data, scaled, scale), *rows.words(data, scale)], data, f"Margin in {scaled.unit} by step"
    )


def _label(place: int, after: float, change: float) -> str:
    return number(after) if not place else f"{'+' if change >= 0 else '−'}{number(abs(change))} → {number(after)}"


def _bars(data: pd.DataFrame, scaled: rows.Scaled, scale: alt.Scale) -> alt.Chart:
    colour = alt.Scale(domain=list(_LABELS), range=[COVERED, MARGIN, LOSS])
    bars: alt.Chart = (
        alt.Chart(data)
        .mark_bar(height=rows.BAR, yOffset=rows.drop(data))
        .encode(
            y=rows.row(),
            x=scaled.axis("from:Q", scale, "Margin"),
            x2=alt.X2("x:Q"),
            color=alt.Color("part:N", scale=colour, sort=list(_LABELS), legend=legend(_LABELS)),
            tooltip=[alt.Tooltip("offer:N", title="Step"), alt.Tooltip("tip:N", title="After it")],
        )
    )
    return bars
