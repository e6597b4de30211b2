"""The page of a map: who is the cheapest as two inputs move, with the frontier; and who is the likeliest to be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from altair.typing import ChartType

from costmodel.analysis.regions import Axis, Regions
from costmodel.report.charts.regions import Side, map_of
from costmodel.report.content import KeyFigure, Page, Section
from costmodel.report.naming import shades_by_name
from costmodel.report.numerals import figure

METHOD = """\
Both inputs move, all others stay at their own values, and layouts stay as they are. The frontier is halved down \
between neighbouring fields with two winners, along the lines of the map.

Probabilities are shares of joint draws of all other inputs with a range; the two inputs of the map are not drawn."""


def regions_page(found: Regions, question: str, names: Mapping[str, str]) -> Page:
    """Return everything that the page of a map says; `names` are those of offers for people, by id."""
    return Page(
        title=f"{found.y.name} against {found.x.name}",
        question=question,
        headline=_headline(found, names),
        summary=tuple(_own(axis) for axis in (found.x, found.y)),
        sections=(_cheapest(found, names), _likeliest(found, names)),
        method=METHOD,
    )


def _headline(found: Regions, names: Mapping[str, str]) -> str:
    shares = found.cells["cheapest"].value_counts(normalize=True)
    said = [f"“{names.get(str(offer), str(offer))}” on {share:.0%}" for offer, share in shares.items() if offer]
    return f"The cheapest is {', '.join(said)} of the map." if said else "No offer has an answer on this map."


def _own(axis: Axis) -> KeyFigure:
    note = "the scenario's own value" + (
        f" of the first of {axis.inputs} that move together" if axis.inputs > 1 else ""
    )
    return KeyFigure(axis.name, figure(axis.own, axis.unit), note=note)


def _cheapest(found: Regions, names: Mapping[str, str]) -> Section:
    cells = found.cells.assign(
        offer=found.cells["cheapest"].map(lambda id_: names.get(id_, id_)),
        share=1.0,
        label=[figure(cost, found.unit) for cost in found.cells["cost"].fillna(0.0)],
    )
    text = "Each field in the colour of the offer that is the cheapest there; dots: the frontier."
    return Section("Who is the cheapest", text=text, chart=_map(found, cells, found.frontier, names))


def _likeliest(found: Regions, names: Mapping[str, str]) -> Section:
    shares = found.cells[list(found.offers)].max(axis=1).to_numpy(dtype=float)
    cells = found.cells.assign(
        offer=found.cells["likeliest"].map(lambda id_: names.get(id_, id_)),
        share=shares,
        label=[f"the cheapest in {share:.0%} of the draws" for share in np.nan_to_num(shares)],
    )
    text = (
        f"Each field in the colour of the offer that is the cheapest in most of {found.draws:,} draws of all other "
        "inputs, the stronger the more."
    )
    return Section("Who is the likeliest to be", text=text, chart=_map(found, cells, found.frontier.head(0), names))


def _map(found: Regions, cells: pd.DataFrame, frontier: pd.DataFrame, names: Mapping[str, str]) -> ChartType:
    shown = cells[["x", "y", "offer", "share", "label"]]
    return map_of(shown, frontier, _side(found.x), _side(found.y), shades_by_name(names))


def _side(axis: Axis) -> Side:
    return axis.name, axis.unit, axis.values
