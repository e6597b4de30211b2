"""The page of a scenario: its answers, charts, and every input with its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from costmodel.analysis.draws import DRAWS
from costmodel.analysis.input_names import labels_of
from costmodel.analysis.program_views import ByVolume
from costmodel.analysis.remarks import remarks
from costmodel.analysis.study import Study
from costmodel.analysis.uncertainty import Interval
from costmodel.domain.workload import Capacity, Serving, TrainingRun
from costmodel.economics.basis import basis_of, horizon_in_words, money_of
from costmodel.report.break_even_sections import break_even_sections
from costmodel.report.company_section import company_sections
from costmodel.report.content import Page, Section
from costmodel.report.cost_sections import footprint, monthly, over_time, unit_costs
from costmodel.report.deals import deal_sections
from costmodel.report.deployments_page import without_answer
from costmodel.report.headline import beside, headline
from costmodel.report.live import live_of
from costmodel.report.matter_sections import matter_sections
from costmodel.report.naming import by_cost, names_of
from costmodel.report.offers import offers_of
from costmodel.report.program_sections import program_sections
from costmodel.report.provenance import fact_rows, input_hashes, step
from costmodel.report.run_section import run_sections
from costmodel.report.speed import speed_against_cost
from costmodel.report.trees import trees_of
from costmodel.report.users_section import user_sections
from costmodel.specs.catalog import short_path

SEEN = 2
"""Charts of where offers cost the same that are seen at once, and printed; the others are opened."""

LAYOUTS = """\
Every offer runs the same workload, each in the layout that a search found cheapest on its systems among those in the \
number types that the question allows that fit in memory and meet the targets. Where requests come at random, at a \
rate or for targets of a share of them, the best layouts are simulated step by step. Time comes from the operators of \
the model on the spec sheet of the accelerator, with the constants listed under the inputs."""
MONEY = """\
Owned systems cost an annuity on their price at the real discount rate over their own life, and network, maintenance, \
facility, operations and energy. Rented systems cost their rent around the clock. A program of one's own adds design, \
masks and team from its start, charged to this demand alone unless the question says otherwise, and what serves until \
its chips arrive. Money is in US dollars of the day of the question."""
FLEET = "The fleet is built for the peak load and whole systems; its whole cost is spread over the queries it answers."
DRAWN = f"""\
The 80% intervals come from {DRAWS:,} draws of all inputs that have a range, with layout and fleet rules kept. Prices, \
lifetimes and prediction errors of one source or maker, and sums of money of one silicon node, are drawn correlated: \
how strongly is an assumption of this model. All other inputs are independent. What the model itself may get wrong is \
not in the intervals."""
NOT_COUNTED = """\
Not in these figures: research and staff that build the model, data, failed runs, storage, networks to users, taxes."""
WHEN = {"monthly": "in its months", "mid-year": "in its middle", "year-end": "at its end"}
"""When payments count, in words."""


def page_of(study: Study) -> Page:
    """Return everything that the page of a scenario says."""
    scenario, names = study.scenario, names_of(study.scenario)
    chips = ByVolume(study)
    study.ask_also({**study.told(), **chips.still})
    intervals = {id_: study.bands[id_, study.headline] for id_ in by_cost(study)}
    crossings = study.break_even()
    cheapest = next(iter(intervals))
    return Page(
        title=scenario.title,
        question=scenario.question,
        headline=headline(study, intervals, crossings),
        more=beside(study, intervals, crossings),
        sections=_sections(study, intervals, break_even_sections(study, crossings, names), chips),
        facts=tuple(fact_rows(study)),
        method=method_of(scenario.workload),
        steps=(step(study.explain(study.headline, cheapest), 1, labels_of(study)),),
        scenario_file=short_path(Path(scenario.place)),
        input_hashes=input_hashes(study),
        offers=offers_of(study, study.compare()),
        live=live_of(study),
        trees=trees_of(study),
    )


def _sections(
    study: Study, intervals: dict[str, Interval], tipping: list[Section], chips: ByVolume
) -> tuple[Section, ...]:
    """Return the parts of a page in their order: what is seen at once, what a reader opens, and where that rests."""
    where, what = matter_sections(study)
    return (
        unit_costs(study, intervals),
        monthly(study),
        *tipping[:SEEN],
        *over_time(study),
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
        *footprint(study),
        *without_answer(study.without),
    )


def method_of(workload: Serving | TrainingRun | Capacity) -> str:
    """Return how a page came to its figures: accelerators that are only held compute nothing, and serve no peak."""
    parts = {LAYOUTS: not isinstance(workload, Capacity), MONEY: True, FLEET: isinstance(workload, Serving)}
    return "\n\n".join([*(text for text, holds in parts.items() if holds), DRAWN, NOT_COUNTED])


def _folded(*groups: Iterable[Section]) -> list[Section]:
    """Return sections that a reader opens: what is seen at once stays two to four screens long."""
    return [replace(one, folded=True) for group in groups for one in group]


def _named(study: Study) -> Callable[[str], str]:
    """Return what gives an offer or an input its name, with marks where another sentence goes on."""
    known = {**names_of(study.scenario), **labels_of(study)}
    return lambda id_: f"“{known.get(id_, id_)}”"


def _counted(study: Study) -> Section:
    """Return in which money, over which time and per what the figures count, and what else a reader has to know."""
    scenario, money = study.scenario, money_of(study.scenario)
    text = (
        f"Prices of {money['price_date']}, in real US dollars of {money['dollar_year']}, over a horizon of "
        f"{horizon_in_words(scenario)}, at whose end what is owned is sold. What is paid in a year counts "
        f"{WHEN[str(money['timing'])]}."
    )
    shown = [scenario.offer(id_) for id_ in by_cost(study)]
    table = pd.DataFrame({"offer": names_of(scenario)[one.id], "counted in": basis_of(scenario, one)} for one in shown)
    return Section(
        "Money, time and units", "\n\n".join([text, *(f"{one}." for one in remarks(study, _named(study)))]), table=table
    )
