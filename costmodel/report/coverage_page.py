"""The page of what is known about hardware: counts by confidence, value for money over time, prices and their trend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from costmodel.analysis import coverage as known
from costmodel.analysis.trends import UNITS, Trend, price_trend
from costmodel.report.charts.over_time import over_time
from costmodel.report.charts.theme import PALETTE, colours, legend, themed, titled
from costmodel.report.content import KeyFigure, Page, Section
from costmodel.report.numerals import number
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import CONFIDENCES

H100 = "nvidia/h100-sxm5-80gb"
VALUE_UNITS = {"peak per dollar": "GFLOP/s/USD", "peak per watt": "GFLOP/s/W", "bandwidth per dollar": "MB/s/USD"}
COMPARED = {
    "purchase": "Epoch finds 0.14 for the hardware that training runs bought.",
    "rental": "List prices of rented hours outlive the hardware, so they fall more slowly than purchase prices.",
}
DOLLAR = "The dollar is that of the first purchase price of a whole system; where none was seen, an assumed one."
METHOD = """\
Every figure of the library cites a source in its bibliography, or says that it is an assumption of this project, why, \
and within which range. Primary and secondary say in what kind of text the figure was read; recalled, that the text is \
named but the figure was not read in it.

A price per performance is the price of one accelerator with its share of the system, divided by its dense peak in 16 \
bits. A trend is a straight line through the logarithms of all such prices over the days on which they were seen; its \
interval holds that prices of one accelerator move together. Bare boards, spot prices and commitments are left out."""


def coverage_page(catalog: Catalog) -> Page:
    """Return everything that the page says."""
    counts, value = known.coverage(catalog), known.value_for_money(catalog)
    bought, rented = price_trend(catalog, "purchase"), price_trend(catalog, "rental")
    makers = _shades(value["maker"], bought.rows["maker"], rented.rows["maker"])
    return Page(
        title="Coverage of the hardware library",
        question="What is known about AI hardware and its prices, as of when, and how surely?",
        headline=_headline(counts, bought),
        summary=_summary(counts, bought, rented),
        sections=(
            _confidence(counts),
            _trend(bought, "purchase", makers),
            _trend(rented, "rental", makers),
            _value(value, "peak per dollar", "Dense 16-bit peak for a dollar", makers),
            _value(value, "peak per watt", "Dense 16-bit peak for a watt", makers),
            _value(value, "bandwidth per dollar", "Memory bandwidth for a dollar", makers),
            _rents(catalog),
            _values(value),
            _accelerators(catalog),
        ),
        method=METHOD,
    )


def _headline(counts: pd.DataFrame, bought: Trend) -> str:
    facts = int(counts["facts"].sum())
    read, recalled, assumed = (
        f"{100 * counts[list(kinds)].to_numpy().sum() / facts:.0f}%"
        for kinds in (("primary", "secondary"), ("recalled",), ("assumption",))
    )
    fall = " to ".join(f"{100 * one:.0f}" for one in (bought.low, bought.high))
    return (
        f"{facts:,} facts in {counts['files'].sum()} files: {read} were read in the source that they name, {recalled} "
        f"name one but were not read in it, {assumed} are assumptions. A dense operation per second costs "
        f"{100 * bought.yearly_decline:.0f}% less to buy each year (90% interval {fall}%)."
    )


def _summary(counts: pd.DataFrame, bought: Trend, rented: Trend) -> tuple[KeyFigure, ...]:
    files = dict(zip(counts["kind"], counts["files"], strict=True))
    read = int(counts["primary"].sum() + counts["secondary"].sum())
    return (
        KeyFigure(
            "Accelerators",
            str(files["accelerator"]),
            note=f"in {files['system']} systems",
        ),
        KeyFigure("Facts", f"{counts['facts'].sum():,}", note=f"{read:,} read in their source"),
        KeyFigure("Purchase price of performance", _fall(bought), "a year", _between(bought)),
        KeyFigure("Rent of performance", _fall(rented), "a year", _between(rented)),
    )


def _fall(trend: Trend) -> str:
    return f"−{100 * trend.yearly_decline:.0f}%"


def _between(trend: Trend) -> str:
    most, least, kinds = 100 * trend.high, 100 * trend.low, trend.rows["accelerator"].nunique()
    return f"90% interval −{most:.0f}% to −{least:.0f}%, from {len(trend.rows)} prices of {kinds} accelerators"


def _confidence(counts: pd.DataFrame) -> Section:
    long = counts[["kind", *CONFIDENCES]].melt(id_vars="kind", var_name="confidence", value_name="facts")
    order = alt.EncodingSortField("facts", op="sum", order="descending")
    bars = (
        alt.Chart(long.assign(rank=long["confidence"].map(list(CONFIDENCES).index)))
        .mark_bar()
        .encode(
            y=alt.Y("kind:N", title=None, sort=order),
            x=alt.X("facts:Q", title=titled("Facts", "")),
            color=alt.Color(
                "confidence:N", scale=colours(CONFIDENCES), sort=list(CONFIDENCES), legend=legend(CONFIDENCES)
            ),
            order="rank:Q",
            tooltip=["kind:N", "confidence:N", "facts:Q"],
        )
        .properties(height=190)
    )
    total = {"kind": "Total", "newest price": "", **counts.drop(columns=["kind", "newest price"]).sum().to_dict()}
    table = pd.concat([counts, pd.DataFrame([total])], ignore_index=True)[list(counts.columns)]
    return Section("How sure the facts are", chart=themed(bars, "Facts of each kind by confidence"), table=table)


def _shades(*makers: pd.Series[Any]) -> dict[str, str]:
    """Return one colour a maker for all charts, the most frequent ones first."""
    names = pd.concat(makers).value_counts().index
    return {str(name): PALETTE[place % len(PALETTE)] for place, name in enumerate(names)}


def _trend(trend: Trend, kind: str, makers: Mapping[str, str]) -> Section:
    words = {"purchase": "buying", "rental": "renting on demand"}[kind]
    rows = trend.rows
    points = pd.DataFrame(
        {
            "day": rows["as_of"],
            "value": rows["price_per_performance"],
            "group": rows["maker"],
            "name": rows["name"],
        }
    )
    ends = [min(rows["as_of"]), max(rows["as_of"])]
    line = pd.DataFrame({"day": ends, "value": [trend.price_per_performance(day) for day in ends]})
    power = number(trend.powers_of_ten)
    text = f"{_fall(trend)} a year ({_between(trend)}); that is {power} powers of ten a year. {COMPARED[kind]}"
    chart = over_time(points, "Price per performance", UNITS[kind], line=line, shades=makers)
    caption = "The line is the fitted decline."
    return Section(f"Price of performance, {words}", text=text, chart=chart, caption=caption, half=True)


def _value(value: pd.DataFrame, column: str, label: str, makers: Mapping[str, str]) -> Section:
    rows = value.dropna(subset=[column]).rename(columns={"launch": "day", column: "value", "maker": "group"})
    text = DOLLAR if "dollar" in column else ""
    if text:
        rows = rows.assign(name=rows["name"] + rows["price"].map({"assumed": " (price assumed)"}).fillna(""))
    points = rows[["day", "value", "group", "name"]]
    chart = over_time(points, label, VALUE_UNITS[column], named=True, shades=makers)
    return Section(f"{label}, by launch", text, chart, caption="The best of their time are named where there is room.")


def _values(value: pd.DataFrame) -> Section:
    rows = value.drop(columns=["accelerator", "maker"]).sort_values("launch", ascending=False)
    table = rows.assign(launch=rows["launch"].astype(str))
    return Section("What a dollar and a watt give, in numbers", table=table, units=VALUE_UNITS, folded=True)


def _rents(catalog: Catalog) -> Section:
    rents = known.rents(catalog, H100)
    points = rents.rename(columns={"as_of": "day", "price": "value", "commitment": "group", "provider": "name"})
    chart = over_time(points, "Rent of an H100 SXM", "USD/hour")
    table = rents.assign(as_of=rents["as_of"].astype(str)).iloc[::-1]
    return Section("An hour of an H100", chart=chart, table=table, units={"price": "USD/hour"})


def _accelerators(catalog: Catalog) -> Section:
    table = known.accelerator_coverage(catalog).sort_values("launch", ascending=False)
    text = "Facts by confidence, dated prices, and what is missing that a question may need."
    return Section("Every accelerator", text=text, table=table, folded=True)
