"""Sections on what the answer hangs on: a map of two inputs, how far each moves the cost, and facts worth knowing."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.input_names import label_of
from costmodel.analysis.mattering import Mattering
from costmodel.analysis.study import Study
from costmodel.formula.graph import Leaf
from costmodel.report.charts.regions import Side, map_of
from costmodel.report.charts.rows import Scaled
from costmodel.report.charts.theme import folded
from costmodel.report.charts.tornado import ENDS, tornado
from costmodel.report.content import Section
from costmodel.report.live import figure_id
from costmodel.report.naming import names_of, shades_of, unit_of_answer
from costmodel.report.numerals import figure

SHOWN, LISTED = 6, 16
"""Inputs of the chart of swings, whose letters are to be read on paper too, and of its table."""
POINTS = 16
"""Values of each input on the map."""
NEAR = 1e-6
"""Below this share of a cost a swing is none."""
WORTH = """\
What it would save on average to know one input exactly before choosing: the mean cost of the best choice now, less \
that of the best choice given the input, from the draws behind the intervals."""
MAP = """\
Two inputs that change the choice, or the cost, most move from half the lower to twice the upper end of their 90% \
ranges; all others stay as they are, and the cheapest offer gives the colour."""
TOGETHER = "also where {names} are at once half the lower or twice the upper end of their 90% ranges."
EACH = "Each input alone at the ends of its 90% range, all others as they are, under “{name}”."


def matter_sections(study: Study) -> tuple[list[Section], list[Section]]:
    """Return the map, and what moves the cost and what is worth knowing; nothing where no input has a range."""
    found = study.matters()
    moving = found.swings[found.swings["swing"] > NEAR * found.swings[["cost_low", "cost_high"]].max().max()]
    if moving.empty:
        return [], []
    return _map(study, found, list(moving.index)), [_tornado(study, found, moving), *_worth(study, found)]


def _map(study: Study, found: Mattering, moving: list[str]) -> list[Section]:
    """Return who is cheapest as two inputs move: those that change the choice most, then those that move the cost."""
    given = study.scenario.leaves().keys()  # what a file gives says more to a reader than an error of the model
    turning = sorted(
        (str(name) for name, share in found.flips.items() if share > 0), key=lambda name: name not in given
    )
    names = list(dict.fromkeys([*turning, *moving]))[:2]
    if len(study.choices) == 1 or len(names) == 1:
        return []
    cells, offers = found.grid(names, POINTS), names_of(study.scenario)
    named = cells["first"].map(lambda place: offers[study.choices[place]])
    heading = "Where each offer is the cheapest"
    if named.nunique() == 1:
        labels = " and ".join(f"“{label_of(study, found.leaves[name])}”" for name in names)
        return [Section(heading, f"“{named.iloc[0]}” stays the cheapest, {TOGETHER.format(names=labels)}")]
    sides = [_side(study, found.leaves[name], found.reach(name, POINTS)) for name in names]
    unit = unit_of_answer(study)
    shown = cells.assign(offer=named, share=1.0, label=[figure(cost, unit) for cost in cells["cost"]])
    others = [offers[one] for one in study.choices]
    chart = map_of(shown, pd.DataFrame(columns=["x", "y"]), sides[0], sides[1], shades_of(study.scenario), others)
    shares = named.value_counts(normalize=True)
    table = pd.DataFrame({"offer": shares.index, "cheapest on": [f"{share:.0%} of the map" for share in shares]})
    live = _followed_map(study, names, sides) if len(cells) == POINTS**2 else {}
    return [Section(heading, MAP, chart, table, live=live)]


def _followed_map(study: Study, names: list[str], sides: list[Side]) -> dict[str, Any]:
    """Return what the browser needs to colour the fields again: two inputs, their values, and each offer's cost."""
    offers = names_of(study.scenario)
    costs = [[folded(offers[one]), figure_id(one, study.headline)] for one in study.choices]
    values = {key: side[2].tolist() for key, side in zip(("xs", "ys"), sides, strict=True)}
    return {"kind": "map", "unit": unit_of_answer(study), "map": {"leaves": names, **values, "offers": costs}}


def _side(study: Study, leaf: Leaf, values: npt.NDArray[np.float64]) -> Side:
    return label_of(study, leaf), f"{leaf.value.units:~C}", values


def _tornado(study: Study, found: Mattering, moving: pd.DataFrame) -> Section:
    cost, unit = float(study.costs[found.offer][study.headline].magnitude), unit_of_answer(study)
    shown = moving.head(LISTED)
    leaves = [found.leaves[str(name)] for name in shown.index]
    named = shown.assign(offer=[label_of(study, leaf) for leaf in leaves]).reset_index(drop=True)
    return Section(
        "What moves the cost most",
        EACH.format(name=names_of(study.scenario)[found.offer]),
        tornado(named.head(SHOWN), cost, unit),
        _swings(named, leaves),
        units=dict.fromkeys(("cost at the first", "cost at the second"), unit),
        live=_followed_swings(figure_id(found.offer, study.headline), named.head(SHOWN), leaves, unit),
        printed=True,
    )


def _swings(named: pd.DataFrame, leaves: list[Leaf]) -> pd.DataFrame:
    low, high = (
        [figure(float(value), f"{leaf.value.units:~C}") for value, leaf in zip(named[end], leaves, strict=True)]
        for end in ("low", "high")
    )
    costs = {"cost at the first": named["cost_low"], "cost at the second": named["cost_high"]}
    return pd.DataFrame({"input": named["offer"], "from": low, "to": high, **costs})


def _followed_swings(followed: str, shown: pd.DataFrame, leaves: list[Leaf], unit: str) -> dict[str, Any]:
    """Return what the browser needs to draw the swings of a figure again: the inputs and the ends of their ranges."""
    rows = [
        [one["offer"], leaf.name, float(one["low"]), float(one["high"])]
        for leaf, (_, one) in zip(leaves, shown.iterrows(), strict=False)
    ]
    scaled = Scaled(float(shown[["cost_low", "cost_high"]].max().max()), unit)
    swings = {"figure": followed, "rows": rows, "sides": list(ENDS)}
    return {
        "kind": "swings",
        "unit": unit,
        "factor": scaled.factor,
        "short": scaled.unit.partition("/")[0],
        "swings": swings,
    }


def _worth(study: Study, found: Mattering) -> list[Section]:
    if len(study.choices) == 1:
        return []
    heading = "What is worth knowing"
    if not found.worth:
        return [
            Section(
                heading, f"{WORTH}\n\nNo input alone is worth a thousandth of the cost: the choice does not hang on it."
            )
        ]
    table = pd.DataFrame({"input": label_of(study, found.leaves[one.leaf]), "worth": one.value} for one in found.worth)
    return [Section(heading, WORTH, table=table, units={"worth": found.money})]
