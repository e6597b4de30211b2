"""The sections of a page about where two offers cost the same: over volume, utilisation, queries of a day."""

from __future__ import annotations

from typing import Any

import pandas as pd

from costmodel.analysis.break_even import QUERIES
from costmodel.analysis.crossing import BreakEven
from costmodel.analysis.study import Study
from costmodel.domain.workload import TrainingRun
from costmodel.economics.at_load import UTILIZATION
from costmodel.report.charts import break_even_curve
from costmodel.report.charts.curve import Crossing, crossings_in_words
from costmodel.report.content import Section
from costmodel.report.live import AT_LOAD, figure_id
from costmodel.report.naming import shades_of, unit_of_answer
from costmodel.report.numerals import rounded, unit_text

WHOLE = """\
More or fewer users, each with as many queries as before. Fleets are of whole systems, with a reserve, so that costs \
jump and the order may change more than once: the table has the first change."""

LOAD = """\
One system of each offer that is busy for a share of its time: what is owned, reserved or under contract is paid \
around the clock, hours on demand as they are used."""

TRAINED = "USD/million tokens trained on"
OVER = {
    "volume": ("from which volume on", "accelerator", 1.0, "Accelerators made by the program", ""),
    "utilization": ("from which utilisation on", "percent", 100.0, "Utilisation of the owned systems", LOAD),
    QUERIES: ("up to how many queries a day", "query/d", 1.0, "Queries of a day", WHOLE),
}
"""For each variable: the question, the unit and scale of its axis, its label, and a text above the chart."""


def break_even_sections(study: Study, found: list[BreakEven], names: dict[str, str]) -> list[Section]:
    """Return one section for each way that is challenged by another as volume or utilisation grows."""
    groups: dict[tuple[str, str], list[BreakEven]] = {}
    for one in found:
        groups.setdefault((one.variable, one.first), []).append(one)
    return [_break_even(study, input_, names[challenger], ones, names) for (input_, challenger), ones in groups.items()]


def _break_even(study: Study, input_: str, challenger: str, ones: list[BreakEven], names: dict[str, str]) -> Section:
    over, unit, scale, label, text = OVER[input_]
    grows = unit != "percent"
    table = pd.DataFrame(
        {"against": names[one.second], "changes at": rounded(one.value * scale), "answer": one.meaning} for one in ones
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
            unit=_cost_unit(study, ones[0]),
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
    return {"kind": "curve", "unit": _cost_unit(study, ones[0]), "curve": curve}


def _cost_unit(study: Study, one: BreakEven) -> str:
    """Return the unit of the costs along a curve: where they are those that rank, as the answer has it."""
    if isinstance(study.scenario.workload, TrainingRun) and one.cost_unit == "USD/Mtoken":
        return TRAINED
    return unit_of_answer(study) if one.cost_unit == f"{study.ranked[one.first].units:~C}" else one.cost_unit


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
