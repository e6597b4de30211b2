"""What each offer costs: stacked by component, or as one bar with its interval."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd
from altair.typing import ChartType

from costmodel.report.charts import rows
from costmodel.report.charts.theme import COVERED, NO_SHADES, component_colour, folded, in_order, legend
from costmodel.report.numerals import figure


def cost_stack(components: pd.DataFrame, unit: str = "USD/month") -> ChartType:
    """Return stacked bars of what each offer's cost is made rows.

    Parameters
    ----------
    components
        Columns `offer`, `component` and `cost` (in `unit`), in the order to show them; a negative cost (a credit,
        a residual value) stands left of zero, and a tick then marks the sum.
    """
    given = rows.checked(components, "offer", "component", "cost")
    given["component"] = [folded(str(name)) for name in given["component"]]
    given["rank"] = given["component"].map({name: i for i, name in enumerate(in_order(given["component"]))})
    data = given[given["cost"] != 0]
    sums = _sums(data)
    reach = rows.axis_reach(sums[["gain", "credit"]].abs().max(axis=1))
    scaled = rows.Scaled(reach, unit)
    data["x"], data["tip"] = data["cost"] / scaled.factor, [figure(c, unit) for c in data["cost"]]
    sums["label"] = scaled.labels(sums)
    sums["x"], sums["end"] = sums["cost"] / scaled.factor, sums["gain"] / scaled.factor
    x_scale, start = rows.domain(), float(sums["credit"].min()) / scaled.factor
    layers = [_stacked(data, scaled, x_scale), *rows.words(sums, x_scale)]
    layers += [_tick(sums, x_scale)] if (sums["credit"] < 0).any() else []
    return rows.layered(layers, sums, f"Cost in {scaled.unit}, by component", start, reach / scaled.factor)


def cost_bars(
    costs: pd.DataFrame, unit: str = "USD", *, log: bool = False, shades: Mapping[str, str] = NO_SHADES
) -> ChartType:
    """Return one bar per offer, with its 80% interval where the frame has one.

    Parameters
    ----------
    costs
        Columns `offer` and `cost`, and where known `low` and `high` (in `unit`).
    log
        Draw points on a logarithmic axis instead, as a bar has no meaning without a zero; costs must be above zero.
    shades
        The colours of offers by their names; without them all bars have one.
    """
    data = rows.checked(costs, "offer", "cost")
    reach = rows.reach(data).max() if log else rows.axis_reach(rows.reach(data))
    scaled = rows.Scaled(reach, unit)
    data = rows.placed(data, scaled, unit)
    if log:  # where costs are so far apart that no one unit has few digits for all
        data["label"] = [figure(cost, unit.partition("/")[0]) for cost in data["cost"]]
    scale = rows.log_domain(data) if log else rows.domain()
    x = scaled.axis("x:Q" if log else "until:Q", scale, "Cost")
    x = x.axis(values=rows.log_marks(data), format="~g") if log else x
    tip = [alt.Tooltip("offer:N", title="Offer"), alt.Tooltip("tip:N", title="Cost")]
    names = in_order(data["offer"])
    scale_of_colours = alt.Scale(domain=names, range=[shades.get(name, COVERED) for name in names])
    colour = alt.Color("offer:N", scale=scale_of_colours, legend=None)
    base = (
        alt.Chart(data)
        .transform_calculate(until=rows.until_cut("x"))
        .encode(y=rows.row(), x=x, color=colour, tooltip=tip)
    )
    mark = base.mark_point(filled=True, size=110, opacity=1, yOffset=rows.drop(data))
    marks = [mark] if log else [base.mark_bar(height=rows.BAR, yOffset=rows.drop(data))]
    layers = [*marks, *rows.whiskers(data, scale), *rows.words(data, scale)]
    return rows.layered(layers, data, f"Cost in {scaled.unit}", min(0.0, float(data["x"].min())), reach / scaled.factor)


def _sums(data: pd.DataFrame) -> pd.DataFrame:
    split = data.assign(gain=data["cost"].clip(lower=0), credit=data["cost"].clip(upper=0))
    return split.groupby(["offer", "name"], sort=False)[["cost", "gain", "credit"]].sum().reset_index()


def _stacked(data: pd.DataFrame, scaled: rows.Scaled, scale: alt.Scale) -> alt.Chart:
    names = in_order(data.sort_values("rank")["component"])
    tips = [("offer", "Offer"), ("component", "Component"), ("tip", "Cost")]
    bars: alt.Chart = (
        alt.Chart(data)
        .transform_stack(stack="x", as_=["begin", "finish"], groupby=["offer"], sort=[alt.SortField("rank")])
        .transform_calculate(start=rows.until_cut("begin"), stop=rows.until_cut("finish"))
        .mark_bar(height=rows.BAR, yOffset=rows.drop(data))
        .encode(
            y=rows.row(),
            x=scaled.axis("start:Q", scale, "Cost"),
            x2=alt.X2("stop:Q"),
            color=alt.Color(
                "component:N",
                scale=alt.Scale(domain=names, range=[component_colour(one) for one in names]),
                sort=names,
                legend=legend(names),
            ),
            tooltip=[alt.Tooltip(f"{name}:N", title=title) for name, title in tips],
        )
    )
    return bars


def _tick(sums: pd.DataFrame, scale: alt.Scale) -> alt.Chart:
    """Return a mark at the sum of every row that has a credit in it."""
    shown = alt.Chart(sums[sums["credit"] < 0]).transform_filter(f"datum.x <= 1.001 * {rows.REACH}")
    tick = rows.upright(shown, rows.BAR + 10, rows.drop(sums))
    placed: alt.Chart = tick.encode(y=rows.row(), x=alt.X("x:Q", scale=scale))
    return placed
