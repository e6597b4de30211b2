"""A map of two inputs: each field in the colour of an offer, and the frontier between them as dots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd
from altair.typing import ChartType

from costmodel.report.charts.axis import Axis
from costmodel.report.charts.theme import (
    NEUTRAL,
    NO_SHADES,
    folded,
    in_order,
    legend,
    overlaid,
    sentence,
    shaded,
    themed,
)
from costmodel.report.numerals import figure

HEIGHT = 360
FAINT, FULL = 0.12, 0.95
"""How strongly a field is coloured where its offer is never, and always, the cheapest."""

Array = npt.NDArray[np.float64]
Side = tuple[str, str, Array]
"""What moves along a side: its label, its unit, the values."""


def map_of(
    cells: pd.DataFrame,
    frontier: pd.DataFrame,
    x: Side,
    y: Side,
    shades: Mapping[str, str] = NO_SHADES,
    also: Sequence[str] = (),
) -> ChartType:
    """Return a map of two inputs, each field around its values.

    Parameters
    ----------
    cells
        Columns `x`, `y`, `offer`, `share` (how strongly a field is coloured, from 0 to 1) and `label` (for the tip).
    frontier
        Columns `x` and `y` of the dots; may be empty.
    x, y
        Label, unit and values of both sides, from the smallest up.
    shades
        The colours of offers by their names.
    also
        Offers that have a colour, though none of the fields.
    """
    sides = [_edges(values) for _, _, values in (x, y)]
    axes = [
        Axis(_seen(edges, cells[cells["offer"] != ""][name]), one[1], log=one[2][0] > 0)
        for name, edges, one in zip(("x", "y"), sides, (x, y), strict=True)
    ]
    data = _fields(cells, sides, axes, (x[1], y[1]))
    names = zip(("x", "y"), axes, (x[0], y[0]), strict=True)
    across, up = (_side(name, axis, label) for name, axis, label in names)
    offers = in_order([*data["offer"], *map(folded, also)])
    colours = alt.Scale(domain=offers, range=list(shaded(offers, shades).values()))
    tips = {"offer": "Offer", "across": x[0], "up": y[0], "label": "Here"}
    fields = (
        alt.Chart(data)
        .mark_rect(strokeWidth=0, aria=False, clip=True)
        .encode(
            x=across,
            x2=alt.X2("right:Q"),
            y=up,
            y2=alt.Y2("top:Q"),
            color=alt.Color("offer:N", scale=colours, sort=offers, legend=legend(offers)),
            opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[FAINT, FULL]), legend=None),
            tooltip=[alt.Tooltip(f"{name}:N", title=title) for name, title in tips.items()],
        )
    )
    dots = (
        alt.Chart(_dots(frontier, axes))
        .mark_circle(size=16, color=NEUTRAL, opacity=1, aria=False)
        .encode(x=alt.X("x:Q"), y=alt.Y("y:Q"))
    )
    chart = overlaid([fields, dots], height=HEIGHT)
    return themed(chart, _description(data, offers, x[0], y[0]))


def _side(name: str, axis: Axis, label: str) -> alt.X | alt.Y:
    encoding = alt.X if name == "x" else alt.Y
    scale = alt.Scale(type="log" if axis.log else "linear", nice=False, domain=[axis.low, axis.high])
    return encoding(f"{name}:Q", title=axis.title(label), scale=scale, axis=axis.marks())


def _edges(values: Array) -> Array:
    """Return the edges of fields around values: halfway to the next, on the scale that the values stand on."""
    scaled = np.log(values) if values[0] > 0 else values
    middle = (scaled[1:] + scaled[:-1]) / 2
    edges = np.concatenate([[2 * scaled[0] - middle[0]], middle, [2 * scaled[-1] - middle[-1]]])
    return np.exp(edges) if values[0] > 0 else edges


def _seen(edges: Array, values: pd.Series[float]) -> pd.Series[float]:
    """Return the edges around the values of fields that have an answer: beyond them a map would be blank."""
    if values.empty:
        return pd.Series(edges)
    first, last = np.searchsorted(edges, [values.min(), values.max()])
    return pd.Series(edges[first - 1 : last + 1])


def _fields(cells: pd.DataFrame, sides: Sequence[Array], axes: Sequence[Axis], units: tuple[str, str]) -> pd.DataFrame:
    data = cells[cells["offer"] != ""].reset_index(drop=True)
    places = [np.searchsorted(edges, data[name]) for edges, name in zip(sides, ("x", "y"), strict=True)]
    (left, right), (bottom, top) = (
        (edges[place - 1] / axis.factor, edges[place] / axis.factor)
        for edges, place, axis in zip(sides, places, axes, strict=True)
    )
    texts = {
        name: [figure(value, unit) for value in data[column]]
        for name, column, unit in (("across", "x", units[0]), ("up", "y", units[1]))
    }
    names = data["offer"].map(lambda name: folded(str(name)))
    return data.assign(x=left, right=right, y=bottom, top=top, offer=names, **texts)


def _dots(frontier: pd.DataFrame, axes: Sequence[Axis]) -> pd.DataFrame:
    return pd.DataFrame({name: frontier[name] / axis.factor for name, axis in zip(("x", "y"), axes, strict=True)})


def _description(data: pd.DataFrame, offers: Sequence[str], x: str, y: str) -> str:
    shares = [f"on {(data['offer'] == offer).mean():.0%} of the map" for offer in offers]
    return sentence(f"{y} against {x}, in the colour of an offer", zip(offers, shares, strict=True))
