"""Ratios of predictions to measurements: a row of points for each thing that was measured, around one."""

from __future__ import annotations

import altair as alt
import pandas as pd
from altair.typing import ChartType

from costmodel.report.charts.theme import colours, in_order, legend, overlaid, sentence, themed
from costmodel.report.numerals import number

STEP, ABOVE = 36, 13
"""Height of a row, and how far its name stands above its points, px: beside them it would take half a phone."""
MARKS = (0.25, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4)
TIPS = {"name": "What", "row": "Row", "kind": "Table", "tip": "Predicted over measured"}


def ratio_rows(points: pd.DataFrame, label: str) -> ChartType:
    """Return a row of points for each name, those with the most points first, on a logarithmic axis around one.

    Parameters
    ----------
    points
        Columns `name` (what was measured), `row` (which measurement), `kind` (its colour) and `ratio` (above zero).
    """
    names = points["name"].value_counts()
    order, kinds = [str(name) for name in names.index], in_order(points["kind"])
    data = points[["name", "row", "kind", "ratio"]].assign(tip=[number(one) for one in points["ratio"]])
    ends = [float(points["ratio"].min()) / 1.05, float(points["ratio"].max()) * 1.05]
    marks = [mark for mark in MARKS if ends[0] <= mark <= ends[1]]
    x = alt.X(
        "ratio:Q",
        title=label,
        scale=alt.Scale(type="log", domain=ends, nice=False),
        axis=alt.Axis(values=marks, labelExpr="format(datum.value, '~g')", labelOverlap=True),
    )
    names_inside = alt.Axis(labelAlign="left", labelPadding=0, labelOffset=-ABOVE, grid=False, zindex=1)
    dots = (
        alt.Chart(data)
        .mark_circle(size=34, opacity=0.55)
        .encode(
            x=x,
            y=alt.Y("name:N", title=None, sort=order, axis=names_inside),
            color=alt.Color("kind:N", scale=colours(kinds), sort=kinds, legend=legend(kinds, symbolType="circle")),
            tooltip=[alt.Tooltip(f"{key}:N", title=title) for key, title in TIPS.items()],
        )
    )
    one = alt.Chart(pd.DataFrame({"at": [1.0]})).mark_rule(strokeWidth=1.5).encode(x=alt.X("at:Q", title=label))
    middles = points.groupby("name")["ratio"].median()
    said = [(name, f"{names[name]} rows, median {number(float(middles[name]))}") for name in order]
    return themed(overlaid([one, dots], height=STEP * len(order)), sentence(label, said))
