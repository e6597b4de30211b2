"""Cost against speed: the deployments of each offer that no other beats, as a line."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd
from altair.typing import ChartType

from costmodel.errors import CostModelError
from costmodel.report.charts.axis import Axis, scaled
from costmodel.report.charts.curve import HEIGHT, lines
from costmodel.report.charts.theme import NO_SHADES, in_order, overlaid, sentence, shaded, themed
from costmodel.report.numerals import OUTPUT_TOKENS

UNIT, SPEED = OUTPUT_TOKENS, "token/s"
WHAT = "Cost"
NEEDED = ("offer", "user_rate", "cost", "layout", "named")
_TIPS = {"offer": "Offer", "at": "One user sees", "label": "Cost", "layout": "Layout"}


def cost_against_speed(fronts: pd.DataFrame, shades: Mapping[str, str] = NO_SHADES) -> ChartType:
    """Return one line per offer: cost per million output tokens, logarithmic, against tokens per second of a user.

    Parameters
    ----------
    fronts
        Columns `offer`, `user_rate` (token/s), `cost` (USD/Mtoken), `layout` (a text for the tip) and `named`
        (whether the deployment gets a dot).
    shades
        The colours of offers by their names.
    """
    if missing := set(NEEDED) - set(fronts.columns):
        msg = f"Cost against speed needs the columns {', '.join(NEEDED)}; missing: {', '.join(sorted(missing))}"
        raise CostModelError(msg)
    x_axis, y_axis = Axis(fronts["user_rate"], SPEED, log=False), Axis(fronts["cost"], UNIT, log=True, room=1.15)
    used = [name for name in fronts.columns if name in {*NEEDED, *_TIPS}]
    data = scaled(fronts[used].rename(columns={"user_rate": "x"}), x_axis, y_axis, SPEED, UNIT)
    x = alt.X("x:Q", title=x_axis.title("Speed that one user sees"), scale=x_axis.scale(), axis=x_axis.marks())
    y = alt.Y("cost:Q", title=y_axis.title(WHAT), scale=y_axis.scale(), axis=y_axis.marks())
    layers = [lines(data, x, y, shades), *_dots(data, x, y, shades), _tips(data, x, y)]
    chart = overlaid(layers, height=HEIGHT)
    return themed(chart, _description(data))


def _dots(data: pd.DataFrame, x: alt.X, y: alt.Y, shades: Mapping[str, str]) -> list[alt.Chart]:
    """Return the dots of each offer's named deployments, of its own colour: a shared one would blur the legend."""
    own = shaded(in_order(data["offer"]), shades)
    return [
        alt.Chart(rows).mark_circle(size=55, opacity=1, color=own[str(offer)]).encode(x=x, y=y)
        for offer, rows in data[data["named"]].groupby("offer", sort=False)
    ]


def _tips(data: pd.DataFrame, x: alt.X, y: alt.Y) -> alt.Chart:
    """Return all deployments as dots that only the pointer finds."""
    texts = [alt.Tooltip(f"{name}:N", title=title) for name, title in _TIPS.items()]
    found: alt.Chart = alt.Chart(data).mark_circle(size=90, opacity=0).encode(x=x, y=y, tooltip=texts)
    return found


def _description(data: pd.DataFrame) -> str:
    ends = data.groupby("offer", sort=False)[["label", "at"]].agg(["first", "last"]).to_numpy()
    said = [f"from {row[0]} at {row[2]} to {row[1]} at {row[3]}" for row in ends]
    return sentence("Cost against the speed that one user sees", zip(in_order(data["offer"]), said, strict=True))
