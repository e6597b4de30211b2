"""From a first figure to that after each of several steps: a bar from before to after, one row a step."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd
from altair.typing import ChartType

from costmodel.report.charts import rows
from costmodel.report.charts.theme import COVERED, LOSS, MARGIN, PART, legend
from costmodel.report.decimals import together
from costmodel.report.numerals import figure


@dataclass(frozen=True)
class Look:
    """What a waterfall is of, the words for where it begins, what is more and what is less, and their colours."""

    title: str
    labels: tuple[str, str, str]
    colours: tuple[str, str, str] = (COVERED, MARGIN, LOSS)
    ends: bool = False
    """Whether the last row is the whole, whose bar begins at zero like the first."""


MARGINS = Look("Margin", ("margin", "more", "less"))
PARTS = Look("Cost", ("total", "part", "saved"), (COVERED, PART, MARGIN), ends=True)


def waterfall(steps: pd.DataFrame, unit: str = "USD/user/month", look: Look = MARGINS) -> ChartType:
    """Return a row for each step, its bar from what was there before it to what is there after.

    Parameters
    ----------
    steps
        Columns `step` and `after` (in `unit`), in order; the first row is where it begins, and its bar begins at zero.
        What ends in the whole begins with a part.
    """
    data = rows.checked(steps.rename(columns={"step": "offer"}), "offer", "after")
    before = data["after"].shift(fill_value=0.0)
    start, more, less = look.labels
    data["part"] = [more if look.ends else start, *(more if gain else less for gain in (data["after"] >= before)[1:])]
    if look.ends:
        data.loc[len(data) - 1, "part"], before.iloc[-1] = start, 0.0
    ends = pd.concat([data["after"], before])
    scaled = rows.Scaled(float(ends.abs().max()), unit)
    data["from"], data["x"] = before / scaled.factor, data["after"] / scaled.factor
    data["end"] = data[["from", "x"]].max(axis=1)
    change = data["after"] - before
    whole = {0, len(data) - 1} if look.ends else {0}
    said = zip(*together([data["after"].tolist(), change.tolist()]), strict=True)
    data["label"] = [
        after if i in whole else f"{'' if step.startswith('−') else '+'}{step} → {after}"
        for i, (after, step) in enumerate(said)
    ]
    data["tip"] = [figure(value, unit) for value in data["after"]]
    scale = rows.domain(min(0.0, float(ends.min()) / scaled.factor), float(data["end"].max()))
    return rows.layered(
        [_bars(data, scaled, scale, look), *rows.words(data, scale)], data, f"{look.title} in {scaled.unit} by step"
    )


def _bars(data: pd.DataFrame, scaled: rows.Scaled, scale: alt.Scale, look: Look) -> alt.Chart:
    seen = [label for label in look.labels if not look.ends or label in set(data["part"])]
    colour = alt.Scale(domain=seen, range=[look.colours[look.labels.index(label)] for label in seen])
    bars: alt.Chart = (
        alt.Chart(data)
        .mark_bar(height=rows.BAR, yOffset=rows.drop(data))
        .encode(
            y=rows.row(),
            x=scaled.axis("from:Q", scale, look.title),
            x2=alt.X2("x:Q"),
            color=alt.Color("part:N", scale=colour, sort=seen, legend=legend(seen)),
            tooltip=[alt.Tooltip("offer:N", title="Step"), alt.Tooltip("tip:N", title="After it")],
        )
    )
    return bars
