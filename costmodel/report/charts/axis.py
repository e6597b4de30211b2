"""Axes of curves: units, scales and marks, and points in the units of their axes."""

from __future__ import annotations

import altair as alt
import pandas as pd

from costmodel.report.charts.theme import LOG_LABEL, folded, powers, titled
from costmodel.report.numerals import axis_unit, figure

LEAST, MOST, MARKS = "least", "most", "marks"
"""The parameters of a chart that hold the ends of its upright axis and the marks on it."""


class Axis:
    """One axis: linear ones take a prefix, logarithmic ones keep the unit and mark powers of ten."""

    def __init__(self, values: pd.Series, unit: str, *, log: bool, room: float = 1.0) -> None:
        """Choose the unit and the ends for the values; only values above zero stand on a logarithmic axis."""
        self.room = room
        self.log = log and bool((values > 0).all())
        largest = float(values.abs().max())
        self.factor, self.unit = axis_unit(0.0 if self.log else largest, unit)
        self.low, self.high = float(values.min()) / self.factor, largest / self.factor

    def title(self, label: str) -> list[str]:
        """Return the title with the unit, in lines."""
        return titled(label, self.unit)

    def follows(self) -> tuple[alt.Scale, alt.Axis, list[alt.VariableParameter]]:
        """Return scale and marks of a logarithmic axis whose ends a live page moves, and what holds them."""
        if not self.log:
            return self.scale(), self.marks(), []
        low, high = self.low / self.room, self.high * self.room
        known = {LEAST: low, MOST: high, MARKS: powers(low, high)}
        scale = alt.Scale(type="log", nice=False, domainMin=alt.ExprRef(LEAST), domainMax=alt.ExprRef(MOST))
        marks = alt.Axis(values=alt.ExprRef(MARKS), labelExpr=LOG_LABEL, labelOverlap=True)
        return scale, marks, [alt.VariableParameter(name=name, value=value) for name, value in known.items()]

    def scale(self) -> alt.Scale:
        """Return the scale, with room above and below so that no line runs along the edge."""
        if not self.log:
            return alt.Scale(zero=self.low >= 0, nice=True)
        return alt.Scale(type="log", nice=False, domain=[self.low / self.room, self.high * self.room])

    def marks(self) -> alt.Axis:
        """Return where the marks stand and how they are written."""
        if not self.log:
            return alt.Axis(tickCount=6)
        return alt.Axis(values=powers(self.low, self.high), labelExpr=LOG_LABEL, labelOverlap=True)


def scaled(curve: pd.DataFrame, x: Axis, y: Axis, x_unit: str, unit: str) -> pd.DataFrame:
    """Return the points in the units of the axes, with their texts `at` and `label`."""
    data = curve.reset_index(drop=True).copy()
    names = {name: folded(str(name)) for name in data["offer"].unique()}
    data["offer"] = data["offer"].map(names)
    data["at"] = [figure(value, x_unit) for value in data["x"]]
    data["label"] = [figure(value, unit) for value in data["cost"]]
    data["x"] = data["x"] / x.factor
    for name in {"cost", "low", "high"} & set(data.columns):
        data[name] = data[name] / y.factor
    return data
