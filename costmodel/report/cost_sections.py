"""The sections of a page about what each offer costs: per unit, by component, by year, and in energy and carbon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from costmodel.analysis.in_time import paid_by_user
from costmodel.analysis.study import Study
from costmodel.analysis.uncertainty import Interval
from costmodel.domain.workload import Capacity, Serving
from costmodel.report.charts import cost_against_price, cost_bars, cost_stack
from costmodel.report.charts.price import LISTED, PAID
from costmodel.report.content import Section
from costmodel.report.following import columns_of_offers, rows_of_offers
from costmodel.report.live import figure_id
from costmodel.report.naming import by_cost, in_order_of_cost, names_of, shades_of, unit_of_answer

HEADINGS = {
    "cost_per_training_run": "Cost of one training run",
    "cost_per_accelerator_hour": "Cost per used hour of an accelerator",
    "cost_per_user_month": "Cost per user",
    "cost_per_million_tokens": "Cost per million output tokens",
}

FAR = 5
"""A price so many times above all costs stands in words: an axis that reached it would show nothing else."""

MONTHLY_TOTAL = "total_per_month"
PER_USER = "USD/user/month"


def unit_costs(study: Study, intervals: dict[str, Interval]) -> Section:
    """Return what one unit costs under each offer with its interval, beside the price of a plan where one is near."""
    names = names_of(study.scenario)
    unit = unit_of_answer(study)
    frame = pd.DataFrame(
        {
            "offer": names[id_],
            "cost": float(one.value.magnitude),
            "low": float(one.low.magnitude),
            "high": float(one.high.magnitude),
        }
        for id_, one in intervals.items()
    )
    price = price_of(study)
    if price is None or price.amount > FAR * frame["high"].max():
        return Section(
            HEADINGS[study.headline],
            chart=cost_bars(frame, unit, shades=shades_of(study.scenario)),
            live={"kind": "bars", "unit": unit},
        )
    chart = cost_against_price(frame, price.amount, unit, called=price.called)
    return Section("Cost per user against the price", chart=chart, live={"kind": "bars", "unit": unit, **price.live})


@dataclass(frozen=True)
class Price:
    """What the users of the one plan pay a month: what it is called, and the input or figure that it follows."""

    amount: float
    called: str
    live: Mapping[str, str]


def price_of(study: Study) -> Price | None:
    """Return what costs of a user stand beside: the plan's price, or what is paid of it where something is let off."""
    workload, (first, one) = study.scenario.workload, next(iter(study.costs.items()))
    paid = paid_by_user(study.scenario, one)
    if not isinstance(workload, Serving) or workload.plan_price is None or paid is None:
        return None
    amount = float(paid.to(PER_USER).magnitude)
    if paid is workload.plan_price:
        return Price(amount, LISTED, {"price": "plan.price", "called": LISTED})
    return Price(amount, PAID, {"paid": figure_id(first, "revenue_per_user_month"), "called": PAID})


def monthly(study: Study) -> Section:
    """Return what the cost of a month is made of under each offer."""
    offers = {id_: names_of(study.scenario)[id_] for id_ in by_cost(study)}
    frame = study.statement().pivot_table(index="component", columns="offer", values="cost", sort=False, aggfunc="sum")
    table = frame.reindex(columns=list(offers)).rename(columns=offers)
    chart = cost_stack(table.fillna(0.0).melt(value_name="cost", ignore_index=False).reset_index())
    live = {"kind": "stack", "unit": "USD/month", "components": [str(name) for name in table.index]}
    table.loc["Total"] = table.sum()
    units = dict.fromkeys([str(column) for column in table.columns], "USD/month")
    return Section(
        "What the monthly cost is made of",
        chart=chart,
        live=live,
        table=table.reset_index(),
        units=units,
        follows=columns_of_offers(study, table, offers, {"Total": MONTHLY_TOTAL}),
    )


def over_time(study: Study) -> list[Section]:
    """Return present value and cash by year, where the question is about years."""
    if not isinstance(study.scenario.workload, Capacity):
        return []
    ways = in_order_of_cost(study, study.ways()).rename(index=names_of(study.scenario))
    years = [name for name in ways.columns if str(name).startswith("cash_year_")]
    table = (ways[[*years, "net_present_value"]] / 1e6).T
    table.index = [str(name).replace("cash_", "").replace("_", " ") for name in table.index]
    text = "Costs are positive and real; year 0 is the day of the first payment."
    units = dict.fromkeys([str(name) for name in table.columns], "MUSD")
    return [Section("Cash by year", text=text, table=table.reset_index(names="when"), units=units, folded=True)]


def footprint(study: Study) -> list[Section]:
    """Return energy, carbon and water of one use, where the site's intensities are known."""
    names, rows, ids = names_of(study.scenario), [], []
    units: dict[str, str] = {}
    for id_ in by_cost(study):
        known = study.costs[id_].quantities
        found = {name: q for name, q in known.items() if name.endswith(("_per_query", "_per_user_month"))}
        physical = {name: q for name, q in found.items() if name.startswith(("energy_", "carbon_", "water_"))}
        if not physical:
            continue
        rows.append({"offer": names[id_], **{n.replace("_", " "): float(q.magnitude) for n, q in physical.items()}})
        units |= {name.replace("_", " "): f"{q.units:~C}" for name, q in physical.items()}
        ids.append(id_)
    if not units:
        return []
    text = "Electricity at the meter, greenhouse gas of grid and (where known) of making the systems, cooling water."
    table, columns = pd.DataFrame(rows), {name.replace(" ", "_"): name for name in units}
    follows = rows_of_offers(study, table, ids, columns)
    return [Section("Energy, carbon and water", text=text, table=table, units=units, follows=follows, folded=True)]
