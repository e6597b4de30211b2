"""The page of a scenario: its answers, charts, and every input with its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from costmodel import __version__
from costmodel.analysis.break_even import QUERIES
from costmodel.analysis.crossing import BreakEven
from costmodel.analysis.program_views import ByVolume
from costmodel.analysis.remarks import remarks
from costmodel.analysis.study import Study
from costmodel.analysis.uncertainty import Interval
from costmodel.domain.workload import Capacity, Serving
from costmodel.economics.at_load import UTILIZATION
from costmodel.economics.basis import basis_of, money_of
from costmodel.report.charts import break_even_curve, cost_against_price, cost_bars, cost_stack
from costmodel.report.charts.curve import Crossing, crossings_in_words
from costmodel.report.company_section import company_sections
from costmodel.report.content import Page, Section
from costmodel.report.deals import deal_sections
from costmodel.report.deployments_page import without_answer
from costmodel.report.following import columns_of_offers, rows_of_offers
from costmodel.report.headline import beside, headline, winner
from costmodel.report.live import AT_LOAD, figure_id, live_of
from costmodel.report.matter_sections import matter_sections
from costmodel.report.naming import names_of, shades_of
from costmodel.report.numerals import unit_text
from costmodel.report.offers import offers_of
from costmodel.report.program_sections import program_sections
from costmodel.report.provenance import fact_rows, input_hashes, short_path, step
from costmodel.report.run_section import run_sections
from costmodel.report.speed import speed_against_cost
from costmodel.report.trees import trees_of
from costmodel.report.users_section import user_sections
from costmodel.writing import today

HEADINGS = {
    "cost_per_training_run": "Cost of one training run",
    "cost_per_accelerator_hour": "Cost per used hour of an accelerator",
    "cost_per_user_month": "Cost per user",
    "cost_per_million_tokens": "Cost per million output tokens",
}
WHOLE = """\
More or fewer users, each with as many queries as before. Fleets are of whole systems, with a reserve, so that costs \
jump and the order may change more than once: the table has the first change."""

LOAD = """\
One system of each offer that is busy for a share of its time: what is owned, reserved or under contract is paid \
around the clock, hours on demand as they are used."""
OVER = {
    "volume": ("from which volume on", "accelerator", 1.0, "Accelerators made over the program's life", ""),
    "utilization": ("from which utilisation on", "percent", 100.0, "Utilisation of the owned systems", LOAD),
    QUERIES: ("up to how many queries a day", "query/d", 1.0, "Queries of a day", WHOLE),
}
"""For each variable: the question, the unit and scale of its axis, its label, and a text above the chart."""

FAR = 5
"""A price so many times above all costs stands in words: an axis that reached it would show nothing else."""

MONTHLY_TOTAL = "total_per_month"

SEEN = 2
"""Charts of where offers cost the same that are seen at once, and printed; the others are opened."""

METHOD = """\
Every offer runs the same workload, each in the layout that a search found cheapest on its systems among those in the \
number types that the question allows that fit in memory and meet the targets. Where requests come at random, at a \
rate or for targets of a share of them, the best layouts are simulated step by step. Time comes from the operators of \
the model on the spec sheet of the accelerator, with the constants listed under the inputs.

Owned systems cost an annuity on their price at the real discount rate over their own life, and network, maintenance, \
facility, operations and energy. Rented systems cost their rent around the clock. A program of one's own adds design, \
masks and team from its start, charged to this demand alone unless the question says otherwise, and what serves until \
its chips arrive. Money is in US dollars of the day of the question.

The fleet is built for the peak load and whole systems; its whole cost is spread over the queries it answers. \
The 80% intervals come from 8,192 draws of all inputs that have a range, with layout and fleet rules kept. Prices, \
lifetimes and prediction errors of one source or maker, and sums of money of one silicon node, are drawn correlated: \
how strongly is an assumption of this model. All other inputs are independent. What the model itself may get wrong is \
not in the intervals.

Not in these figures: research and staff that build the model, data, failed runs, storage, networks to users, taxes."""
WHEN = {"monthly": "in its months", "mid-year": "in its middle", "year-end": "at its end"}
"""When payments count, in words."""


def page_of(study: Study) -> Page:
    """Return everything that the page of a scenario says."""
    scenario, names = study.scenario, names_of(study.scenario)
    chips = ByVolume(study)
    study.ask_also({**study.told(), **chips.still})
    intervals = {id_: study.bands[id_, study.headline] for id_ in study.costs}
    crossings = study.break_even()
    cheapest = min(intervals, key=lambda id_: intervals[id_].value)
    tipping = _break_evens(study, crossings, names)
    first, chance = winner(study, intervals)
    where, what = matter_sections(study)
    return Page(
        title=scenario.title,
        question=scenario.question,
        headline=headline(study, intervals),
        more=beside(study, intervals, crossings),
        sections=(
            _unit_costs(study, intervals),
            _monthly(study),
            *tipping[:SEEN],
            *_over_time(study),
            *_folded(
                tipping[SEEN:],
                where,
                user_sections(study),
                company_sections(study),
                run_sections(study),
                program_sections(study, chips),
                deal_sections(study),
                what,
                [_counted(study)],
            ),
            *speed_against_cost(study),
            *_footprint(study),
            *without_answer(study.without),
        ),
        facts=tuple(fact_rows(study)),
        method=METHOD,
        steps=(step(study.explain(study.headline, cheapest), 1),),
        version=__version__,
        created=today().isoformat(),
        scenario_file=short_path(Path(scenario.place)),
        input_hashes=input_hashes(study),
        winner=first,
        chance=chance,
        offers=offers_of(study, study.compare()),
        live=live_of(study),
        trees=trees_of(study),
    )


def _folded(*groups: Iterable[Section]) -> list[Section]:
    """Return sections that a reader opens: what is seen at once stays two to four screens long."""
    return [replace(one, folded=True) for group in groups for one in group]


def _unit_costs(study: Study, intervals: dict[str, Interval]) -> Section:
    names = names_of(study.scenario)
    unit = f"{next(iter(intervals.values())).value.units:~C}"
    frame = pd.DataFrame(
        {
            "offer": names[id_],
            "cost": float(one.value.magnitude),
            "low": float(one.low.magnitude),
            "high": float(one.high.magnitude),
        }
        for id_, one in intervals.items()
    )
    workload = study.scenario.workload
    price = workload.plan_price if isinstance(workload, Serving) else None
    if price is None or float(price.to(unit).magnitude) > FAR * frame["high"].max():
        return Section(
            HEADINGS[study.headline],
            chart=cost_bars(frame, unit, shades=shades_of(study.scenario)),
            live={"kind": "bars", "unit": unit},
        )
    chart = cost_against_price(frame, float(price.to(unit).magnitude), unit)
    live = {"kind": "bars", "unit": unit, "price": "plan.price"}
    return Section("Cost per user against the price", chart=chart, live=live)


def _monthly(study: Study) -> Section:
    frame = study.statement()
    frame["offer"] = frame["offer"].map(names_of(study.scenario))
    table = frame.pivot_table(index="component", columns="offer", values="cost", sort=False, aggfunc="sum")
    table.loc["Total"] = table.sum()
    units = dict.fromkeys([str(column) for column in table.columns], "USD/month")
    offers = {id_: names_of(study.scenario)[id_] for id_ in study.costs}
    return Section(
        "What the monthly cost is made of",
        chart=cost_stack(frame[["offer", "component", "cost"]]),
        live={"kind": "stack", "unit": "USD/month", "components": list(dict.fromkeys(frame["component"]))},
        table=table.reset_index(),
        units=units,
        follows=columns_of_offers(study, table, offers, {"Total": MONTHLY_TOTAL}),
    )


def _counted(study: Study) -> Section:
    """Return in which money, over which time and per what the figures count, and what else a reader has to know."""
    scenario, money = study.scenario, money_of(study.scenario)
    text = (
        f"Prices of {money['price_date']}, in real US dollars of {money['dollar_year']}, over a horizon of "
        f"{money['horizon_years']:g} years, at whose end what is owned is sold. What is paid in a year counts "
        f"{WHEN[str(money['timing'])]}."
    )
    shown = [one for one in scenario.offers if one.id in study.costs]
    table = pd.DataFrame({"offer": names_of(scenario)[one.id], "counted in": basis_of(scenario, one)} for one in shown)
    return Section("Money, time and units", "\n\n".join([text, *(f"{one}." for one in remarks(study))]), table=table)


def _over_time(study: Study) -> list[Section]:
    """Return present value and cash by year, where the question is about years."""
    if not isinstance(study.scenario.workload, Capacity):
        return []
    ways = study.ways().rename(index=names_of(study.scenario))
    years = [name for name in ways.columns if str(name).startswith("cash_year_")]
    table = (ways[[*years, "net_present_value"]] / 1e6).T
    table.index = [str(name).replace("cash_", "").replace("_", " ") for name in table.index]
    text = "Costs are positive and real; year 0 is the day of the first payment."
    units = dict.fromkeys([str(name) for name in table.columns], "MUSD")
    return [Section("Cash by year", text=text, table=table.reset_index(names="when"), units=units, folded=True)]


def _footprint(study: Study) -> list[Section]:
    """Return energy, carbon and water of one use, where the site's intensities are known."""
    names, rows, ids = names_of(study.scenario), [], []
    units: dict[str, str] = {}
    for id_, one in study.costs.items():
        found = {name: q for name, q in one.quantities.items() if name.endswith(("_per_query", "_per_user_month"))}
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


def _break_evens(study: Study, found: list[BreakEven], names: dict[str, str]) -> list[Section]:
    """Return one section for each way that is challenged by another as volume or utilisation grows."""
    groups: dict[tuple[str, str], list[BreakEven]] = {}
    for one in found:
        groups.setdefault((one.variable, one.first), []).append(one)
    return [_break_even(study, input_, names[challenger], ones, names) for (input_, challenger), ones in groups.items()]


def _break_even(study: Study, input_: str, challenger: str, ones: list[BreakEven], names: dict[str, str]) -> Section:
    over, unit, scale, label, text = OVER[input_]
    grows = unit != "percent"
    table = pd.DataFrame(
        {"against": names[one.second], "changes at": one.value * scale, "answer": one.meaning} for one in ones
    )
    marks = [mark for one in ones for mark in _crossings(one, names, scale)]
    return Section(
        heading=f"{challenger}: {over}?",
        text=text,
        chart=break_even_curve(
            _curves(ones, names, scale),
            marks,
            x_label=label,
            x_unit=unit,
            unit=ones[0].cost_unit,
            log_x=grows,
            log_y=True,
            shades=shades_of(study.scenario),
        ),
        table=table,
        units={"changes at": unit},
        live={} if input_ == QUERIES else _followed(study, ones, names, scale, unit),
        caption=crossings_in_words(marks, unit),
        half=True,
    )


def _followed(study: Study, ones: list[BreakEven], names: dict[str, str], scale: float, unit: str) -> dict[str, Any]:
    """Return what the browser needs to draw the curves again: the values of the input, and the outputs along it."""
    input_, first = ones[0].variable, ones[0].first
    leaves, own = study.model.find(input_), study.model.leaves
    ids = dict.fromkeys(str(id_) for one in ones for id_ in one.curve["offer"])
    output = AT_LOAD if input_ == UTILIZATION and study.model.at_load else study.headline
    x = ones[0].curve.loc[ones[0].curve["offer"] == first, "x"].tolist()
    curve = {
        "first": names[first],
        "rivals": [names[one.second] for one in sorted(ones, key=lambda one: one.value) if one.crossings],
        "x": x,
        "leaves": list(leaves),
        "scales": [float((1.0 * own[leaves[0]].value.units).to(own[one].value.units).magnitude) for one in leaves],
        "offers": [[names[id_], figure_id(id_, output)] for id_ in ids],
        "shown": scale,
        "unit": unit_text(unit),
    }
    return {"kind": "curve", "unit": ones[0].cost_unit, "curve": curve}


def _curves(ones: list[BreakEven], names: dict[str, str], scale: float) -> pd.DataFrame:
    curve = pd.concat([one.curve for one in ones]).drop_duplicates(["x", "offer"])
    return curve.assign(offer=curve["offer"].map(names), x=curve["x"] * scale)


def _crossings(one: BreakEven, names: dict[str, str], scale: float) -> list[Crossing]:
    return [
        Crossing(at.value * scale, at.cost_first, f"{_order(one)} than {names[one.second]}") for at in one.crossings[:1]
    ]


def _order(one: BreakEven) -> str:
    """Return what the first offer is from its first crossing on."""
    return "dearer" if one.first_is_cheaper_below else "cheaper"
