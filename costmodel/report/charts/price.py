"""What each offer costs against the price that a user pays."""

from __future__ import annotations

import altair as alt
import pandas as pd
from altair.typing import ChartType

from costmodel.report.charts import rows
from costmodel.report.charts.theme import COVERED, LOSS, held, legend
from costmodel.report.numerals import figure, number

_PARTS = ("covered by the price", "loss")
_NEARLY_ALL = 99
LISTED, PAID = "price", "paid on average"
"""What is written at the rule: a price as its plan has it, or what is left of it and comes beside it."""
_HEAD = 18
"""How far above the rows the rule at the price begins, px; the legend makes room for it."""


def cost_against_price(
    costs: pd.DataFrame, price: float, unit: str = "USD/user/month", *, called: str = LISTED
) -> ChartType:
    """Return bars of what each offer costs, with a rule at the price and all cost beyond it in the colour of a loss.

    Parameters
    ----------
    costs
        Columns `offer` and `cost`, and where known `low` and `high` (in `unit`).
    called
        What the price is: that of the list, or what is paid of it.
    """
    data = rows.checked(costs, "offer", "cost")
    reach = rows.axis_reach(rows.reach(data).clip(lower=price))
    scaled = rows.Scaled(reach, unit)
    data = rows.placed(data, scaled, unit)
    at = price / scaled.factor
    data["end"] = data["end"].clip(lower=at)
    verdicts = [_verdict(cost, price) for cost in data["cost"]]
    data["label"] = [f"{label}\n{verdict}" for label, verdict in zip(data["label"], verdicts, strict=True)]
    x_scale = rows.domain()
    layers = [
        _covered(data, at, scaled, x_scale),
        *_price_marks(data, at, f"{called} {figure(price, unit.partition('/')[0])}", x_scale),
    ]
    return rows.layered(
        [*layers, *rows.whiskers(data, x_scale), *rows.words(data, x_scale)],
        data,
        f"Cost in {scaled.unit} against a price of {figure(price, unit)}",
        reach=reach / scaled.factor,
    )


def _covered(data: pd.DataFrame, at: float, scaled: rows.Scaled, scale: alt.Scale) -> alt.Chart:
    """Return each cost in two parts: what the price covers, and what it does not."""
    parts = [
        data.assign(part=_PARTS[0], start=0.0, stop=data["x"].clip(upper=at), rank=0),
        data.assign(part=_PARTS[1], start=at, stop=data["x"].clip(lower=at), rank=1),
    ]
    colour = alt.Scale(domain=list(_PARTS), range=[COVERED, LOSS])
    # A part that is empty now may have a length once an input moves.
    both = pd.concat(parts)
    tip = [alt.Tooltip("offer:N", title="Offer"), alt.Tooltip("tip:N", title="Cost")]
    x = scaled.axis("start:Q", scale, "Cost")
    bar = (
        alt.Chart(both)
        .transform_calculate(until=rows.until_cut("stop"))
        .mark_bar(height=rows.BAR, yOffset=rows.drop(data))
    )
    part = alt.Color("part:N", scale=colour, legend=legend(_PARTS, offset=_HEAD + 16))
    placed: alt.Chart = bar.encode(y=rows.row(), x=x, x2=alt.X2("until:Q"), color=part, tooltip=tip)
    return placed


def _price_marks(data: pd.DataFrame, at: float, text: str, scale: alt.Scale) -> list[alt.Chart]:
    """Return a mark at the price on each bar, and its words on the side of its head that has more room.

    A line from top to bottom would run through the names.
    """
    base = alt.Chart(pd.DataFrame({"at": [at], "text": [text]})).encode(x=alt.X("at:Q", scale=scale))
    right = f"datum.at > {rows.REACH} / 2"
    align, dx = alt.ExprRef(f"{right} ? 'right' : 'left'"), alt.ExprRef(f"{right} ? -7 : 7")
    label = base.mark_text(baseline="bottom", dy=-3, dx=dx, align=align)
    head = base.mark_rule(strokeWidth=2).encode(y=held(alt.YValue, -_HEAD), y2=held(alt.Y2Value, 0))
    marks = rows.upright(alt.Chart(data[["offer"]].assign(at=at)), rows.BAR + 12, rows.drop(data), strong=True)
    on_bars = marks.encode(y=rows.row(), x=alt.X("at:Q", scale=scale))
    return [head, label.encode(y=held(alt.YValue, 0), text=alt.Text("text:N")), on_bars]


def _verdict(cost: float, price: float) -> str:
    word = "margin" if cost <= price else "loss"
    share = abs(price - cost) / price * 100 if price else 0.0
    return f"{word} {number(share, 2 if share < _NEARLY_ALL else 3)}%" if price else word
