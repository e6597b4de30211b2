"""Points over time, told apart by colour, with a line through them: prices, and what hardware gives for them."""

from __future__ import annotations

from collections.abc import Mapping
from math import log10
from typing import Any, Literal

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd
from altair.typing import ChartType

from costmodel.errors import CostModelError
from costmodel.report.charts.theme import (
    LOG_LABEL,
    NEUTRAL,
    NO_SHADES,
    colours,
    in_order,
    legend,
    overlaid,
    powers,
    sentence,
    themed,
    titled,
)
from costmodel.report.numerals import figure

Array = npt.NDArray[np.float64]

HEIGHT = 380
BETTER = 1.15
"""How many times all before it a point must be to be named: names of near ones would lie on each other."""

ROOM = 1.3
"""How far beyond its points an upright axis goes."""

_LETTER, _BESIDE = 6.4, 8
"""Width of a letter of a name, and its distance from its point, px."""
_TEXT = (-2, 24)
"""From where to where above its point a name meets other points, px."""
YEARS = alt.Axis(format="%Y", tickCount="year", labelBound=4)

_NEEDED = {"day", "value", "group", "name"}
_MOST_SAID = 40
"""Points that the description of a chart names; the table under it has all."""


def over_time(
    points: pd.DataFrame,
    label: str,
    unit: str,
    *,
    line: pd.DataFrame | None = None,
    named: bool = False,
    shades: Mapping[str, str] = NO_SHADES,
) -> ChartType:
    """Return points over time on a logarithmic axis.

    Parameters
    ----------
    points
        Columns `day` (a date), `value` (in `unit`, above zero), `group` (its colour) and `name` (for the tip).
    line
        Columns `day` and `value` of a line through them.
    named
        Write the names of the points that were the highest of their time beside them.
    shades
        The colours of groups by their names, where several charts have the same groups.
    """
    if missing := _NEEDED - set(points.columns):
        msg = f"Points over time need the columns {', '.join(sorted(_NEEDED))}; missing: {', '.join(sorted(missing))}"
        raise CostModelError(msg)
    data = points.sort_values(["day", "value"], ascending=[True, False])
    data = data.assign(day=pd.to_datetime(data["day"]).dt.strftime("%Y-%m-%d"))
    data["tip"] = [figure(value, unit) for value in data["value"]]
    x = alt.X("day:T", title=None, scale=_time_scale(points["day"]), axis=YEARS)
    y = _value_axis(data["value"], label, unit)
    layers: list[ChartType] = [_points(data, x, y, shades)]
    layers += _names(data, x, y) if named else []
    layers += [] if line is None else [_line(line, x, y)]
    parts = zip(data["name"].astype(str) + ", " + data["day"], data["tip"], strict=True)
    said = sentence(label, list(parts)[:_MOST_SAID])
    return themed(overlaid(layers, height=HEIGHT), said)


def _time_scale(days: pd.Series[Any]) -> alt.Scale:
    """Return the scale from the first to the last day, with room for half a point."""
    times = pd.to_datetime(days)
    room = (times.max() - times.min()) * 0.02 + pd.Timedelta(days=1)
    return alt.Scale(domain=[time.strftime("%Y-%m-%d") for time in (times.min() - room, times.max() + room)])


def _value_axis(values: pd.Series[float], label: str, unit: str) -> alt.Y:
    low, high = float(values.min()) / ROOM, float(values.max()) * ROOM
    marks = alt.Axis(values=powers(low, high), labelExpr=LOG_LABEL)
    return alt.Y("value:Q", title=titled(label, unit), scale=alt.Scale(type="log", domain=[low, high]), axis=marks)


def _points(data: pd.DataFrame, x: alt.X, y: alt.Y, shades: Mapping[str, str]) -> alt.Chart:
    groups = in_order(data["group"])
    scale = alt.Scale(domain=groups, range=[shades[one] for one in groups]) if shades else colours(groups)
    tips = [("name", "What"), ("group", "Kind"), ("day", "Day"), ("tip", "Value")]
    points: alt.Chart = (
        alt.Chart(data)
        .mark_point(filled=True, size=75, opacity=0.8)
        .encode(
            x=x,
            y=y,
            color=alt.Color("group:N", scale=scale, sort=groups, legend=legend(groups, symbolType="circle")),
            tooltip=[alt.Tooltip(f"{name}:N", title=title) for name, title in tips],
        )
    )
    return points


def _names(data: pd.DataFrame, x: alt.X, y: alt.Y) -> list[ChartType]:
    """Return the names of the points above all before them."""
    days = pd.to_datetime(data["day"])
    early = days < days.min() + (days.max() - days.min()) / 3
    before = data["value"].cummax().shift(fill_value=0.0)
    share = (days - days.min()) / max(days.max() - days.min(), pd.Timedelta(days=1))
    room = data["name"].str.len() * _LETTER + _BESIDE
    along, up = (np.asarray(one, dtype=np.float64) for one in (share, np.log10(data["value"])))
    free = [_free(place, along, up) for place in range(len(data))]
    records = data.assign(early=early, room=room, share=share.where(~early, free))
    records = records[records["value"] > BETTER * before]
    return [_texts(part, x, y, early=bool(side)) for side, part in records.groupby("early")]


def _free(place: int, share: Array, powers_of_ten: Array) -> float:
    """Return which share of the width is free of points to the right of one, where its name would stand."""
    height = HEIGHT / (np.ptp(powers_of_ten) + 2 * log10(ROOM))
    above = (powers_of_ten - powers_of_ten[place]) * height
    met = share[(share > share[place]) & (above > _TEXT[0]) & (above < _TEXT[1])]
    return float(np.min(met, initial=1.0) - share[place])


def _texts(data: pd.DataFrame, x: alt.X, y: alt.Y, *, early: bool) -> alt.Chart:
    """Write names to the right of early points and to the left of late ones, where a chart has room for them."""
    align: Literal["left", "right"] = "left" if early else "right"
    fitting = alt.Chart(data).transform_filter("datum.share * width > datum.room")
    base = fitting.mark_text(align=align, dx=_BESIDE if early else -_BESIDE, dy=-6, fontSize=12)
    texts: alt.Chart = base.encode(x=x, y=y, text=alt.Text("name:N"))
    return texts


def _line(line: pd.DataFrame, x: alt.X, y: alt.Y) -> alt.Chart:
    data = line.assign(day=pd.to_datetime(line["day"]).dt.strftime("%Y-%m-%d"))
    drawn: alt.Chart = alt.Chart(data).mark_line(color=NEUTRAL, strokeDash=[6, 4], strokeWidth=2).encode(x=x, y=y)
    return drawn
