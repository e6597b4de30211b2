"""The sections of a scenario's page on speed against cost: what a faster answer costs under each offer."""

from __future__ import annotations

import pandas as pd

from costmodel.analysis.deployments import COST, front_of, scenario_deployments
from costmodel.analysis.layout_names import layout_in_words
from costmodel.analysis.study import Study
from costmodel.domain.offers import Way
from costmodel.domain.workload import Serving
from costmodel.performance.layout.candidates import pareto
from costmodel.report.charts import cost_against_speed
from costmodel.report.content import Section
from costmodel.report.naming import by_cost, names_of, shades_of
from costmodel.report.numerals import OUTPUT_TOKENS

SHOWN = 5
TEXT = """\
Each point is a deployment in {types}, as the question allows, that meets the targets and that no other beats in both \
cost and speed, found among all layouts on one system (on more where one cannot hold the model) and numbers of \
requests in flight that fit in memory.{same} Here systems are busy all the time, so that costs are lower than those of \
a fleet built for the peak. Dots are the rows of the table."""
SAME = " The cheapest point of an offer is its layout elsewhere on this page."
"""Where requests come at random, the layout there is the cheapest that was simulated."""
ALL_TYPES = """\
The same over all number types in which each accelerator computes: the tips name the type of each point, the table \
has the cheapest deployment of each. Narrower types may change the answers of a model, and lines may differ in type; \
what that costs in quality is not in these figures."""
UNITS = {
    "one user sees": "token/s",
    "time to first token": "s",
    "an accelerator writes": "token/s",
    "cost": OUTPUT_TOKENS,
}


def speed_against_cost(study: Study) -> list[Section]:
    """Return the fronts of the offers, drawn and in tables: in the study's own number types, and in all."""
    workload = study.scenario.workload
    if not isinstance(workload, Serving):
        return []
    found = {offer.id: scenario_deployments(study, offer.id) for offer in _served(study)}
    allowed = study.scenario.precisions
    own = {id_: rows[rows["precision"].isin(allowed)] for id_, rows in found.items()}
    tried = {name for rows in own.values() for name in rows["precision"]}
    types = " or ".join(name for name in allowed if name in tried)
    drawn = _fronts(study, own)
    table = _table(drawn[drawn["named"]])
    sections = [
        Section(
            "Speed against cost",
            TEXT.format(types=types, same="" if workload.at_random else SAME),
            cost_against_speed(drawn, shades_of(study.scenario)),
            table,
            units=UNITS,
            folded=True,
        ),
    ]
    if all(len(rows) == len(own[id_]) or rows["precision"].nunique() == 1 for id_, rows in found.items()):
        return sections
    chart, table = cost_against_speed(_fronts(study, found), shades_of(study.scenario)), _by_type(study, found)
    return [
        *sections,
        Section("Speed against cost in every number type", ALL_TYPES, chart, table, units=UNITS, folded=True),
    ]


def _served(study: Study) -> list[Way]:
    """Return the offers whose layouts are known: not those of an API, nor of one without an answer."""
    return [study.scenario.offer(id_) for id_ in by_cost(study) if id_ in study.deployments]


def _fronts(study: Study, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    names = names_of(study.scenario)
    return pd.concat([_front(found[one.id], names[one.id]) for one in _served(study)], ignore_index=True)


def _front(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    front = pareto(rows).assign(on_front=True)
    named = front.index.isin(front_of(front, SHOWN).index)
    return _named(front, name).assign(named=named)


def _by_type(study: Study, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the cheapest deployment of each offer in each number type."""
    names = names_of(study.scenario)
    best = [_named(found[one.id].drop_duplicates("precision"), names[one.id]) for one in _served(study)]
    return _table(pd.concat(best, ignore_index=True))


def _named(rows: pd.DataFrame, offer: str) -> pd.DataFrame:
    columns = {str(name): column.tolist() for name, column in rows.items()}
    layouts = [layout_in_words(dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]
    return rows.assign(offer=offer, layout=layouts).rename(columns={COST: "cost"})


def _table(points: pd.DataFrame) -> pd.DataFrame:
    names = ("user_rate", "time_to_first_token", "output_rate", "cost")
    shown = points[["offer", "layout", *names]].reset_index(drop=True)
    return shown.rename(columns=dict(zip(names, UNITS, strict=True)))
