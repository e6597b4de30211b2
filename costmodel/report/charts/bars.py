"""Horizontal bars, one row per offer with the offer's whole name above its bar."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
from altair.typing import ChartType

from costmodel.errors import CostModelError
from costmodel.report.charts.theme import (
    COVERED,
    LOSS,
    NEUTRAL,
    colours,
    folded,
    in_order,
    legend,
    sentence,
    themed,
)
from costmodel.report.numerals import axis_unit, column, figure, number

BAR = 22
LINE = 16
"""Heights in px: of a bar, and of one line of a name above it."""

_BETWEEN = 18
_ROOM = "width / max(width - 110, 110)"
"""How much wider than its longest bar a chart is, as a Vega expression: 110 px hold the values behind the bars."""


def cost_stack(components: pd.DataFrame, unit: str = "USD/month") -> ChartType:
    """Return stacked bars of what each offer's cost is made of.

    Parameters
    ----------
    components
        Columns `offer`, `component` and `cost` (in `unit`), in the order to show them; a negative cost (a credit,
        a residual value) stands left of zero, and a tick then marks the sum.
    """
    data = _with(components, "offer", "component", "cost")
    data["rank"] = data["component"].map({name: i for i, name in enumerate(in_order(data["component"]))})
    sums = _sums(data)
    scaled = _Scaled(sums[["gain", "credit"]].abs().to_numpy().max(), unit)
    data["x"], data["tip"] = data["cost"] / scaled.factor, [figure(c, unit) for c in data["cost"]]
    sums["label"] = scaled.labels(sums["cost"])
    sums["x"], sums["end"] = sums["cost"] / scaled.factor, sums["gain"] / scaled.factor
    x_scale = _domain(float(sums["credit"].min()) / scaled.factor, float(sums["end"].max()))
    layers = [_stacked(data, scaled, x_scale), *_words(sums, x_scale)]
    layers += [_tick(sums, x_scale)] if (sums["credit"] < 0).any() else []
    return _rows(layers, sums, f"Cost in {scaled.unit}, by component")


def cost_bars(costs: pd.DataFrame, unit: str = "USD", *, log: bool = False) -> ChartType:
    """Return one bar per offer, with its 90% interval where the frame has one.

    Parameters
    ----------
    costs
        Columns `offer` and `cost`, and where known `low` and `high` (in `unit`).
    log
        Draw points on a logarithmic axis instead: a bar has no meaning without a zero.
    """
    data = _with(costs, "offer", "cost")
    scaled = _Scaled(_reach(data).max(), unit)
    data = _placed(data, scaled, unit)
    x_scale = _log_domain(data) if log else _domain(min(0.0, float(data["x"].min())), float(data["end"].max()))
    x = scaled.axis("x:Q", x_scale, "Cost")
    tip = [alt.Tooltip("offer:N", title="Offer"), alt.Tooltip("tip:N", title="Cost")]
    base = alt.Chart(data).encode(y=_row(), x=x, tooltip=tip)
    mark = base.mark_point(filled=True, size=110, color=COVERED, opacity=1, yOffset=_drop(data))
    marks = [mark] if log else [base.mark_bar(height=BAR, color=COVERED, yOffset=_drop(data))]
    return _rows([*marks, *_whiskers(data, x_scale), *_words(data, x_scale)], data, f"Cost in {scaled.unit}")


def cost_against_price(costs: pd.DataFrame, price: float, unit: str = "USD/user/month") -> ChartType:
    """Return bars of what each offer costs, with a rule at the price and all cost beyond it in the colour of a loss.

    Parameters
    ----------
    costs
        Columns `offer` and `cost`, and where known `low` and `high` (in `unit`).
    """
    data = _with(costs, "offer", "cost")
    scaled = _Scaled(max(_reach(data).max(), price), unit)
    data = _placed(data, scaled, unit)
    at = price / scaled.factor
    data["end"] = data["end"].clip(lower=at)
    verdicts = [_verdict(cost, price) for cost in data["cost"]]
    data["label"] = [f"{label}\n{verdict}" for label, verdict in zip(data["label"], verdicts, strict=True)]
    x_scale = _domain(0.0, float(data["end"].max()))
    layers = [_covered(data, at, scaled, x_scale), _price_rule(at, figure(price, unit), x_scale)]
    return _rows(
        [*layers, *_whiskers(data, x_scale), *_words(data, x_scale)],
        data,
        f"Cost in {scaled.unit} against a price of {figure(price, unit)}",
    )


class _Scaled:
    """A unit with the prefix that fits the largest value of an axis."""

    def __init__(self, largest: float, unit: str) -> None:
        self.factor, self.unit = axis_unit(float(largest), unit)

    def axis(self, field: str, scale: alt.Scale, title: str) -> alt.X:
        return alt.X(field, scale=scale, title=f"{title} ({self.unit})" if self.unit else title)

    def labels(self, values: pd.Series) -> list[str]:
        """Return values as they stand behind bars: short, as the axis names the whole unit."""
        short = self.unit.split("/", maxsplit=1)[0]
        return [f"{text} {short}".strip() for text in column((values / self.factor).tolist())]


def _with(frame: pd.DataFrame, *needed: str) -> pd.DataFrame:
    """Return a copy of a frame that has the columns, with texts where offers and components stand."""
    missing = [name for name in needed if name not in frame.columns]
    if missing or frame.empty:
        msg = f"A chart needs rows with the columns {', '.join(needed)}; missing: {', '.join(missing) or 'any row'}"
        raise CostModelError(msg)
    data = frame.reset_index(drop=True).copy()
    data["offer"] = data["offer"].astype(str)
    data["name"] = data["offer"].map(folded)
    return data


def _sums(data: pd.DataFrame) -> pd.DataFrame:
    split = data.assign(gain=data["cost"].clip(lower=0), credit=data["cost"].clip(upper=0))
    return split.groupby(["offer", "name"], sort=False)[["cost", "gain", "credit"]].sum().reset_index()


def _reach(data: pd.DataFrame) -> pd.Series:
    """Return how far to the right each row goes: its cost, or the high end of its interval."""
    return data[["cost", "high"]].max(axis=1) if "high" in data else data["cost"]


def _placed(data: pd.DataFrame, scaled: _Scaled, unit: str) -> pd.DataFrame:
    data = data.assign(x=data["cost"] / scaled.factor, end=_reach(data) / scaled.factor)
    data["label"], data["tip"] = scaled.labels(data["cost"]), [figure(cost, unit) for cost in data["cost"]]
    if {"low", "high"} <= set(data.columns):
        data["from"], data["to"] = data["low"] / scaled.factor, data["high"] / scaled.factor
        data["range"] = [
            f"{figure(a, unit)} – {figure(b, unit)}" for a, b in zip(data["low"], data["high"], strict=True)
        ]
    return data


def _domain(low: float, high: float) -> alt.Scale:
    """Return a scale that leaves the same room for the values behind the bars at any width."""
    end = f"{low!r} + {high - low!r} * {_ROOM}"
    return alt.Scale(domainMin=low, domainMax=alt.ExprRef(end), nice=False)


def _log_domain(data: pd.DataFrame) -> alt.Scale:
    low, high = float(data.get("from", data["x"]).min()) / 1.5, float(data["end"].max())
    return alt.Scale(type="log", domainMin=low, domainMax=alt.ExprRef(f"{low!r} * pow({high / low!r}, {_ROOM})"))


def _row() -> alt.Y:
    return alt.Y("offer:N", sort=None, axis=None, scale=alt.Scale(padding=0))


def _lines(data: pd.DataFrame) -> int:
    return int(data["name"].str.count("\n").max()) + 1


def _height(data: pd.DataFrame) -> int:
    return LINE * _lines(data) + BAR + _BETWEEN


def _drop(data: pd.DataFrame) -> float:
    """Return how far below the middle of its row a bar hangs, px: the name stands above it."""
    return (LINE * _lines(data)) / 2


def _words(data: pd.DataFrame, scale: alt.Scale) -> list[alt.Chart]:
    """Return the names above the bars and the values behind them."""
    names = alt.Chart(data).mark_text(align="left", baseline="top", fontWeight=600, dy=-_height(data) / 2 + 6)
    values = alt.Chart(data).mark_text(align="left", baseline="middle", dx=8, yOffset=_drop(data))
    return [
        names.encode(y=_row(), x=alt.value(0), text="name:N"),
        values.encode(y=_row(), x=alt.X("end:Q", scale=scale), text="label:N"),
    ]


def _stacked(data: pd.DataFrame, scaled: _Scaled, scale: alt.Scale) -> alt.Chart:
    names = in_order(data["component"])
    tips = [("offer", "Offer"), ("component", "Component"), ("tip", "Cost")]
    bars: alt.Chart = (
        alt.Chart(data)
        .mark_bar(height=BAR, yOffset=_drop(data))
        .encode(
            y=_row(),
            x=scaled.axis("x:Q", scale, "Cost").stack("zero"),
            color=alt.Color("component:N", scale=colours(names), sort=names, legend=legend(names)),
            order=alt.Order("rank:Q"),
            tooltip=[alt.Tooltip(f"{name}:N", title=title) for name, title in tips],
        )
    )
    return bars


def _tick(sums: pd.DataFrame, scale: alt.Scale) -> alt.Chart:
    tick = alt.Chart(sums).mark_tick(thickness=2, size=BAR + 10, color=NEUTRAL, yOffset=_drop(sums))
    placed: alt.Chart = tick.encode(y=_row(), x=alt.X("x:Q", scale=scale))
    return placed


def _whiskers(data: pd.DataFrame, scale: alt.Scale) -> list[alt.Chart]:
    """Return a line from low to high with an end mark on each side, where the frame has intervals."""
    known = data.dropna(subset=["from", "to"]) if {"from", "to"} <= set(data.columns) else data.iloc[:0]
    if known.empty:
        return []
    drop, tip = _drop(data), [alt.Tooltip("offer:N", title="Offer"), alt.Tooltip("range:N", title="90% interval")]
    base = alt.Chart(known).encode(y=_row(), tooltip=tip)
    line = base.mark_rule(strokeWidth=1.5, yOffset=drop).encode(x=alt.X("from:Q", scale=scale), x2="to:Q")
    ends = [
        base.mark_tick(thickness=1.5, size=10, color=NEUTRAL, yOffset=drop).encode(x=alt.X(f"{end}:Q", scale=scale))
        for end in ("from", "to")
    ]
    return [line, *ends]


def _covered(data: pd.DataFrame, at: float, scaled: _Scaled, scale: alt.Scale) -> alt.Chart:
    """Return each cost in two parts: what the price covers, and what it does not."""
    parts = [
        data.assign(part="covered by the price", start=0.0, stop=data["x"].clip(upper=at), rank=0),
        data.assign(part="loss", start=at, stop=data["x"].clip(lower=at), rank=1),
    ]
    colour = alt.Scale(domain=["covered by the price", "loss"], range=[COVERED, LOSS])
    both = pd.concat(parts).query("stop > start")
    tip = [alt.Tooltip("offer:N", title="Offer"), alt.Tooltip("tip:N", title="Cost")]
    x = scaled.axis("start:Q", scale, "Cost")
    bar = alt.Chart(both).mark_bar(height=BAR, yOffset=_drop(data))
    part = alt.Color("part:N", scale=colour, legend=legend(["covered by the price"]))
    placed: alt.Chart = bar.encode(y=_row(), x=x, x2="stop:Q", color=part, tooltip=tip)
    return placed


def _price_rule(at: float, text: str, scale: alt.Scale) -> ChartType:
    base = alt.Chart(pd.DataFrame({"at": [at], "text": [f"price {text}"]})).encode(x=alt.X("at:Q", scale=scale))
    label = base.mark_text(baseline="bottom", dy=-4, align="center").encode(y=alt.value(0), text="text:N")
    rule: ChartType = alt.layer(base.mark_rule(strokeWidth=2, strokeDash=[5, 4]), label)
    return rule


def _verdict(cost: float, price: float) -> str:
    share = number(abs(price - cost) / price * 100, 2) if price else ""
    return f"margin {share} %" if cost <= price else f"loss {share} %".replace("  %", "")


def _rows(layers: list[Any], data: pd.DataFrame, what: str) -> ChartType:
    values = [(name, label.replace("\n", ", ")) for name, label in zip(data["offer"], data["label"], strict=True)]
    chart = alt.layer(*layers).properties(height=_height(data) * data["offer"].nunique())
    return themed(chart, sentence(what, values))
