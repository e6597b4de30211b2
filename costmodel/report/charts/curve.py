"""Costs against a quantity that varies, with the points from which on another offer wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10

import altair as alt
import pandas as pd
from altair.typing import ChartType

from costmodel.errors import CostModelError
from costmodel.report.charts.axis import Axis, scaled
from costmodel.report.charts.theme import (
    DASHES,
    LETTER_WIDTH,
    NEUTRAL,
    NO_SHADES,
    folded,
    held,
    in_order,
    legend,
    overlaid,
    sentence,
    shaded,
    themed,
)
from costmodel.report.numerals import figure

HEIGHT = 340
WORDED = 2
"""Crossings that have their words in the chart; of more, words would lie on lines: they get numbers there."""
MOST_LINES = 8
"""Lines of their words together, above the curves."""

_LINE, _MARKS = 17, 40
"""Height of a line of text, and width of the marks of an axis, px."""
_TEXT_WIDTH = 16
"""Longest line of a text beside a crossing, in letters: less than half a chart on a phone."""


@dataclass(frozen=True)
class Crossing:
    """A point at which two offers cost the same."""

    x: float
    cost: float
    text: str = ""
    """What changes there ("from here on buying is cheaper"); the value of x is added by the chart."""


def break_even_curve(
    curve: pd.DataFrame,
    crossings: Sequence[Crossing] = (),
    *,
    x_label: str,
    x_unit: str = "",
    unit: str = "USD/month",
    log_x: bool = True,
    log_y: bool = False,
    shades: Mapping[str, str] = NO_SHADES,
    y_label: str = "Cost",
) -> ChartType:
    """Return one line per offer, told apart by colour and dash, with its interval and every crossing marked.

    Parameters
    ----------
    curve
        Columns `x` (in `x_unit`), `offer`, `cost` (in `unit`), and where known `low` and `high`.
    crossings
        Where the cheapest offer changes.
    shades
        The colours of offers by their names.
    """
    if missing := {"x", "offer", "cost"} - set(curve.columns):
        msg = f"A break-even curve needs the columns x, offer and cost; missing: {', '.join(sorted(missing))}"
        raise CostModelError(msg)
    x_axis, y_axis = Axis(curve["x"], x_unit, log=log_x), Axis(curve["cost"], unit, log=log_y, room=1.15)
    data = scaled(curve, x_axis, y_axis, x_unit, unit)
    x = alt.X("x:Q", title=x_axis.title(x_label), scale=x_axis.scale(), axis=x_axis.marks())
    scale, marks, params = y_axis.follows()
    y = alt.Y("cost:Q", title=y_axis.title(y_label), scale=scale, axis=marks)
    points = _points(crossings, x_axis, y_axis, x_unit)
    layers = [*_bands(data, x, shades), lines(data, x, y, shades), *(_marked(points, x_axis) if crossings else [])]
    resolve = alt.Resolve(scale=alt.ScaleResolveMap(color="shared"))
    chart = overlaid(layers, height=HEIGHT, resolve=resolve, **({"params": params} if params else {}))
    return themed(chart, _description(data, points, x_label, y_axis.title(y_label)))


def crossings_in_words(crossings: Sequence[Crossing], x_unit: str) -> str:
    """Return what a caption says of crossings that have numbers in a chart, and nothing of few."""
    if _are_worded(crossings):
        return ""
    ordered = enumerate(sorted(crossings, key=lambda one: one.x), 1)
    return "; ".join(f"{place}: from {figure(one.x, x_unit)} on {one.text}" for place, one in ordered) + "."


def lines(data: pd.DataFrame, x: alt.X, y: alt.Y, shades: Mapping[str, str]) -> alt.Chart:
    """Return one line per offer, told apart by colour and dash."""
    offers = in_order(data["offer"])
    colours = alt.Scale(domain=offers, range=list(shaded(offers, shades).values()))
    dashes = alt.Scale(domain=offers, range=[DASHES[i % len(DASHES)] for i in range(len(offers))])
    entries = legend(offers, symbolType="stroke", symbolSize=300)
    tips = [("offer", "Offer"), ("at", "At"), ("label", "Cost")]
    drawn: alt.Chart = (
        alt.Chart(data)
        .mark_line(strokeWidth=2.5, strokeCap="butt", clip=True)
        .encode(
            x=x,
            y=y,
            color=alt.Color("offer:N", scale=colours, sort=offers, legend=entries),
            strokeDash=alt.StrokeDash("offer:N", scale=dashes, sort=offers, legend=entries),
            tooltip=[alt.Tooltip(f"{name}:N", title=title) for name, title in tips],
        )
    )
    return drawn


def _bands(data: pd.DataFrame, x: alt.X, shades: Mapping[str, str]) -> list[alt.Chart]:
    """Return one band per offer with an interval, each of its own colour: a shared colour would blur the legend."""
    if not {"low", "high"} <= set(data.columns):
        return []
    known = data.dropna(subset=["low", "high"])
    own = shaded(in_order(data["offer"]), shades)
    return [
        alt.Chart(rows)
        .mark_area(opacity=0.16, clip=True, color=own[str(offer)])
        .encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q"))
        for offer, rows in known.groupby("offer", sort=False)
    ]


def _are_worded(crossings: Sequence[Crossing]) -> bool:
    """Say whether the words of crossings, one below the other, leave room for the curves."""
    lines = sum(2 + folded(one.text, _TEXT_WIDTH).count("\n") for one in crossings)
    return len(crossings) <= WORDED and lines <= MOST_LINES


def _points(crossings: Sequence[Crossing], x: Axis, y: Axis, x_unit: str) -> pd.DataFrame:
    worded = _are_worded(crossings)
    rows = [
        {
            "x": c.x / x.factor,
            "cost": c.cost / y.factor,
            "text": f"{figure(c.x, x_unit)}\n{folded(c.text, _TEXT_WIDTH)}".strip() if worded else f"{place}",
        }
        for place, c in enumerate(sorted(crossings, key=lambda one: one.x), 1)
    ]
    return pd.DataFrame(rows, columns=["x", "cost", "text"])


def _marked(points: pd.DataFrame, axis: Axis) -> list[alt.Chart]:
    """Return a rule, a point and a text per crossing.

    Texts come each lower than the one nearer to the edge, and each rule begins at its text: so no rule runs through
    another's text.
    """
    points = points.assign(share=[_share(x, axis) for x in points["x"]])
    right = points["share"] > 0.5  # noqa: PLR2004 - the middle
    ordered = pd.concat([points[~right], points[right].iloc[::-1]])
    below = (ordered["text"].str.count("\n") + 1).cumsum().shift(fill_value=0)
    placed = ordered.assign(top=[4 + _LINE * int(lines) for lines in below])
    dots = (
        alt.Chart(points)
        .mark_point(size=90, filled=True, color=NEUTRAL, opacity=1)
        .encode(x=alt.X("x:Q"), y=alt.Y("cost:Q"))
    )
    rows = [placed.iloc[[place]] for place in range(len(placed))]
    return [*(_rule(row) for row in rows), dots, *(_beside(row) for row in rows)]


def _rule(point: pd.DataFrame) -> alt.Chart:
    rule = alt.Chart(point).mark_rule(strokeDash=[3, 3], strokeWidth=1)
    return rule.encode(x=alt.X("x:Q"), y=held(alt.YValue, int(point["top"].iloc[0])), y2=held(alt.Y2Value, "height"))


def _beside(point: pd.DataFrame) -> alt.Chart:
    """Return the text of a crossing, on the right of its rule unless only the left has room for it."""
    words, share = str(point["text"].iloc[0]), float(point["share"].iloc[0])
    room = max(len(line) for line in words.split("\n")) * LETTER_WIDTH + 7
    fits = f"width * {1 - share!r} > {room!r} || width * {share!r} + {_MARKS} < {room!r}"
    align, dx = alt.ExprRef(f"{fits} ? 'left' : 'right'"), alt.ExprRef(f"{fits} ? 7 : -7")
    text = alt.Chart(point).mark_text(align=align, baseline="top", dx=dx)
    return text.encode(x=alt.X("x:Q"), y=held(alt.YValue, int(point["top"].iloc[0])), text=alt.Text("text:N"))


def _share(x: float, axis: Axis) -> float:
    """Return how far along the axis a value lies, from 0 to 1."""
    low, high, value = (log10(v) if axis.log else v for v in (axis.low, axis.high, x))
    return (value - low) / (high - low) if high > low else 0.0


def _description(data: pd.DataFrame, points: pd.DataFrame, x_label: str, title: Sequence[str]) -> str:
    ends = data.groupby("offer", sort=False)[["at", "label"]].agg(["first", "last"])
    lines = [
        (str(n), f"from {r[2]} at {r[0]} to {r[3]} at {r[1]}") for n, r in zip(ends.index, ends.to_numpy(), strict=True)
    ]
    cuts = [("crossing", str(text).replace("\n", ", ")) for text in points["text"]]
    return sentence(f"{' '.join(title)} by {x_label}", [*lines, *cuts]).replace("\n", " ")
