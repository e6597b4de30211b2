"""Cost against speed: the deployments of each offer that no other beats, as a line."""

from __future__ import annotations

import altair as alt
import pandas as pd
from altair.typing import ChartType

from costmodel.errors import CostModelError
from costmodel.report.charts.axis import Axis, scaled
from costmodel.report.charts.curve import HEIGHT, lines
from costmodel.report.charts.theme import LINES, colours, in_order, sentence, themed

UNIT, SPEED = "USD/Mtoken", "token/s"
NEEDED = ("offer", "user_rate", "cost", "layout", "named")
_TIPS = {"offer": "Offer", "at": "One user sees", "label": "Cost", "layout": "Layout"}


def cost_against_speed(fronts: pd.DataFrame) -> ChartType:
    """Return one line per offer: cost per million output tokens, logarithmic, against tokens per second of a user.

    Parameters
    ----------
    fronts
        Columns `offer`, `user_rate` (token/s), `cost` (USD/Mtoken), `layout` (a text for the tip) and `named`
        (whether the deployment gets a dot).
    """
    if missing := set(NEEDED) - set(fronts.columns):
        msg = f"Cost against speed needs the columns {', '.join(NEEDED)}; missing: {', '.join(sorted(missing))}"
        raise CostModelError(msg)
    x_axis, y_axis = Axis(fronts["user_rate"], SPEED, log=False), Axis(fronts["cost"], UNIT, log=True, room=1.15)
    data = scaled(fronts.rename(columns={"user_rate": "x"}), x_axis, y_axis, SPEED, UNIT)
    x = alt.X("x:Q", title=x_axis.title("Speed that one user sees"), scale=x_axis.scale(), axis=x_axis.marks())
    y = alt.Y("cost:Q", title=y_axis.title("Cost"), scale=y_axis.scale(), axis=y_axis.marks())
    dots = [_dots(data[data["named"]], x, y, 55, 1.0), _dots(data, x, y, 90, 0.0)]
    chart = alt.layer(lines(data, x, y), *dots).properties(height=HEIGHT)
    return themed(chart, _description(data))


def _dots(data: pd.DataFrame, x: alt.X, y: alt.Y, size: int, opacity: float) -> alt.Chart:
    """Return the deployments as dots with a tip; those without a dot of their own are there for the pointer only."""
    offers = in_order(data["offer"])
    drawn: alt.Chart = (
        alt.Chart(data)
        .mark_circle(size=size, opacity=opacity)
        .encode(
            x=x,
            y=y,
            color=alt.Color("offer:N", scale=colours(offers, LINES), sort=offers, legend=None),
            tooltip=[alt.Tooltip(f"{name}:N", title=title) for name, title in _TIPS.items()],
        )
    )
    return drawn


def _description(data: pd.DataFrame) -> str:
    ends = data.groupby("offer", sort=False)[["label", "at"]].agg(["first", "last"]).to_numpy()
    said = [f"from {row[0]} at {row[2]} to {row[1]} at {row[3]}" for row in ends]
    return sentence("Cost against the speed that one user sees", zip(in_order(data["offer"]), said, strict=True))
