"""What all charts of horizontal bars share: a row per offer, its name, its value and its interval."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import isfinite
from typing import Any

import altair as alt
import pandas as pd
from altair.typing import ChartType

from costmodel.errors import CostModelError
from costmodel.report.charts.theme import NEUTRAL, folded, held, overlaid, powers, sentence, themed, titled
from costmodel.report.decimals import alike, ends
from costmodel.report.numerals import axis_unit, figure, number

BAR = 22
LINE = 16
"""Heights in px: of a bar, and of one line of a name above it."""

START, REACH = "start", "reach"
"""The parameters of a chart that hold from where to where its rows go; a live page moves them."""

CUT, BEYOND, FEW = 5, 1.25, 3
"""A row that is so many times as long as the next is cut so far beyond it, where it is one of so many rows or more."""

_BETWEEN = 22
_TICKS = alt.ExprRef("max(3, min(8, floor(width / 90)))")
_ROOM = "width / max(width - 110, 110)"
"""How much wider than its longest bar a chart is, as a Vega expression: 110 px hold the values behind the bars."""


class Scaled:
    """A unit with the prefix that fits the largest value of an axis."""

    def __init__(self, largest: float, unit: str) -> None:
        self.factor, self.unit = axis_unit(float(largest), unit)

    def axis(self, field: str, scale: alt.Scale, title: str) -> alt.X:
        """Return the axis of a field, with as many marks as its width has room for."""
        return alt.X(field, scale=scale, title=titled(title, self.unit), axis=alt.Axis(tickCount=_TICKS))

    def labels(self, data: pd.DataFrame) -> list[str]:
        """Return costs as they stand behind bars: alike, and short, as the axis names the whole unit."""
        short = self.unit.split("/", maxsplit=1)[0]
        scaled = data.reindex(columns=["cost", "low", "high"]).astype(float) / self.factor
        return [f"{text} {short}".strip() for text, *_ in alike(list(scaled.itertuples(index=False, name=None)))]


def checked(frame: pd.DataFrame, *needed: str) -> pd.DataFrame:
    """Return a copy of a frame that has the columns, with texts where offers and components stand."""
    missing = [name for name in needed if name not in frame.columns]
    if missing or frame.empty:
        msg = f"A chart needs rows with the columns {', '.join(needed)}; missing: {', '.join(missing) or 'any row'}"
        raise CostModelError(msg)
    data = frame.reset_index(drop=True).copy()
    data["offer"] = data["offer"].astype(str)
    data["name"] = data["offer"].map(folded)
    return data


def reach(data: pd.DataFrame) -> pd.Series:
    """Return how far to the right each row goes: its cost, or the high end of its interval."""
    return data[["cost", "high"]].max(axis=1) if "high" in data else data["cost"]


def axis_reach(ends: Iterable[float]) -> float:
    """Return how far an axis goes: to the longest row, or only beyond the others where few are many times as long.

    >>> axis_reach([2.0, 1.0, 300.0]), axis_reach([2.0, 1.0, 3.0])
    (2.5, 3.0)
    """
    sizes = sorted(ends, reverse=True)
    for place, (longer, shorter) in enumerate(pairwise(sizes), 1):
        if shorter > 0 and longer > CUT * shorter and place * FEW <= len(sizes):
            return shorter * BEYOND
    return sizes[0]


def until_cut(field: str) -> str:
    """Return the Vega expression of where a mark ends, which is cut at the end of the axis."""
    return f"min(datum[{field!r}], {REACH})"


def placed(data: pd.DataFrame, scaled: Scaled, unit: str) -> pd.DataFrame:
    """Return costs with the places and texts of their marks, in the unit of the axis."""
    data = data.assign(x=data["cost"] / scaled.factor, end=reach(data) / scaled.factor)
    data["label"], data["tip"] = scaled.labels(data), [figure(cost, unit) for cost in data["cost"]]
    if {"low", "high"} <= set(data.columns):
        data["from"], data["to"] = data["low"] / scaled.factor, data["high"] / scaled.factor
        data["range"] = [
            ends(cost, low, high, unit) if isfinite(low) else ""
            for cost, low, high in data[["cost", "low", "high"]].astype(float).itertuples(index=False, name=None)
        ]
    return data


def domain(low: float | str = START, high: float | str = REACH) -> alt.Scale:
    """Return a scale that leaves the same room for the values behind the bars at any width; its ends may be fixed."""
    end = alt.ExprRef(f"({low}) + (({high}) - ({low})) * {_ROOM}")
    return alt.Scale(domainMin=alt.ExprRef(f"{low}"), domainMax=end, nice=False)


def log_domain(data: pd.DataFrame) -> alt.Scale:
    """Return the same as `domain` on a logarithmic axis, which begins a little below the smallest value."""
    low, high = _log_ends(data)
    return alt.Scale(type="log", domainMin=low, domainMax=alt.ExprRef(f"{low!r} * pow({high / low!r}, {_ROOM})"))


def log_marks(data: pd.DataFrame) -> list[float]:
    """Return the marks of that axis."""
    low, high = _log_ends(data)
    return powers(low, high * 1.5)


def row() -> alt.Y:
    """Return the row of an offer, in the order given."""
    return alt.Y("offer:N", sort=None, axis=None, scale=alt.Scale(padding=0))


def drop(data: pd.DataFrame) -> float:
    """Return how far below the middle of its row a bar hangs, px: the name stands above it."""
    return (LINE * _lines(data)) / 2


def words(data: pd.DataFrame, scale: alt.Scale) -> list[alt.Chart]:
    """Return the names above the bars and the values behind them."""
    # A second line goes below the bar: above it stands the name, however long it is.
    middle = drop(data) - (BAR - LINE) / 2 * float(data["label"].str.contains("\n").any())
    said = f"datum.end > 1.001 * {REACH} ? '≫ ' + datum.label : datum.label"
    cut = alt.Chart(data).transform_calculate(until=until_cut("end"), said=said)
    values = cut.mark_text(align="left", baseline="middle", dx=8, yOffset=middle)
    by_lines = data.groupby(data["name"].str.count("\n"))
    return [
        *(_names(rows, drop(data) - BAR / 2 - LINE * (int(str(breaks)) + 1)) for breaks, rows in by_lines),
        values.encode(y=row(), x=alt.X("until:Q", scale=scale), text=alt.Text("said:N")),
    ]


def whiskers(data: pd.DataFrame, scale: alt.Scale) -> list[alt.Chart]:
    """Return a line from low to high with an end mark on each side, where the frame has intervals."""
    known = data.dropna(subset=["from", "to"]) if {"from", "to"} <= set(data.columns) else data.iloc[:0]
    if known.empty:
        return []
    below, tip = drop(data), [alt.Tooltip("offer:N", title="Offer"), alt.Tooltip("range:N", title="80% interval")]
    base = alt.Chart(known).transform_calculate(start=until_cut("from"), stop=until_cut("to"))
    base = base.encode(y=row(), tooltip=tip)
    line = base.mark_rule(strokeWidth=1.5, yOffset=below).encode(x=alt.X("start:Q", scale=scale), x2=alt.X2("stop:Q"))
    ends = [upright(base, 10, below).encode(x=alt.X(f"{end}:Q", scale=scale)) for end in ("start", "stop")]
    return [line, *ends]


def upright(base: alt.Chart, length: int, below: float, *, strong: bool = False) -> alt.Chart:
    """Return upright strokes; as symbols, as the page parts the segments of bars by the colour of the paper."""
    area, width = length**2, 2.5 if strong else 1.5
    return base.mark_point(
        shape="stroke", angle=90, size=area, stroke=NEUTRAL, strokeWidth=width, opacity=1, yOffset=below
    )


def layered(
    layers: list[Any], data: pd.DataFrame, what: str, start: float = 0.0, reach: float | None = None
) -> ChartType:
    """Return the layers as one chart, described by what it shows and by every row's value."""
    values = [(name, label.replace("\n", ", ")) for name, label in zip(data["offer"], data["label"], strict=True)]
    ends = [
        alt.VariableParameter(name=START, value=start),
        alt.VariableParameter(name=REACH, value=float(data["end"].max() if reach is None else reach)),
    ]
    chart = overlaid(layers, params=ends, height=_height(data) * data["offer"].nunique())
    return themed(chart, sentence(what, values))


def _names(rows: pd.DataFrame, dy: float) -> alt.Chart:
    """Return names that all have as many lines, whose last line stands on the bar."""
    text = alt.Chart(rows).mark_text(align="left", baseline="top", fontWeight=600, dy=dy)
    return text.encode(y=row(), x=held(alt.XValue, 0), text=alt.Text("name:N"))


def _lines(data: pd.DataFrame) -> int:
    return int(data["name"].str.count("\n").max()) + 1


def _height(data: pd.DataFrame) -> int:
    return LINE * _lines(data) + BAR + _BETWEEN


def _log_ends(data: pd.DataFrame) -> tuple[float, float]:
    low, high = float(data.get("from", data["x"]).min()), float(data["end"].max())
    if low <= 0:
        msg = f"A logarithmic axis cannot show {number(low)}; draw this chart with a linear one"
        raise CostModelError(msg)
    return low / 1.5, high
