"""The section of a scenario's page on speed against cost: what a faster answer costs under each offer."""

from __future__ import annotations

import pandas as pd

from costmodel.analysis.deployments import COST, front_of, scenario_deployments
from costmodel.analysis.layout_names import layout_in_words
from costmodel.analysis.study import Study
from costmodel.domain.workload import Serving
from costmodel.report.charts import cost_against_speed
from costmodel.report.content import Section

SHOWN = 5
TEXT = """\
Each point is a deployment that meets the targets and that no other beats in both cost and speed, found among all \
layouts on one system (on more where one cannot hold the model), numbers of requests in flight that fit in memory, and \
number types in which the accelerator computes; the layout names the type, and the rest of this page keeps to {types}. \
Here systems are busy all the time, so that costs are lower than those of a fleet built for the peak. Dots are the \
rows of the table."""
UNITS = {
    "one user sees": "token/s",
    "time to first token": "s",
    "an accelerator writes": "token/s",
    "cost": "USD/Mtoken",
}


def speed_against_cost(study: Study) -> list[Section]:
    """Return the front of each offer, drawn and in a table, where the scenario serves users."""
    if not isinstance(study.scenario.workload, Serving):
        return []
    fronts = pd.concat([_front(study, offer.id, offer.name) for offer in study.scenario.offers], ignore_index=True)
    types = " or ".join(dict.fromkeys(one.precision for one in study.deployments.values()))
    table = _table(fronts[fronts["named"]])
    return [
        Section(
            "Speed against cost",
            text=TEXT.format(types=types),
            chart=cost_against_speed(fronts),
            table=table,
            units=UNITS,
        )
    ]


def _front(study: Study, offer: str, name: str) -> pd.DataFrame:
    found = scenario_deployments(study, offer)
    front, named = front_of(found).rename(columns={COST: "cost"}), front_of(found, SHOWN).index
    layouts = [layout_in_words(row) for row in front.to_dict("records")]
    return front.assign(offer=name, layout=layouts, named=front.index.isin(named))


def _table(points: pd.DataFrame) -> pd.DataFrame:
    names = ("user_rate", "time_to_first_token", "output_rate", "cost")
    shown = points[["offer", "layout", *names]].reset_index(drop=True)
    return shown.rename(columns=dict(zip(names, UNITS, strict=True)))
