"""Cells of tables that follow the controls of a page: which figure of the model in the browser each shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isclose, isfinite

import pandas as pd

from costmodel.analysis.study import Study
from costmodel.economics.costs import Costs
from costmodel.formula.graph import node_of
from costmodel.report.content import Followed
from costmodel.report.live import figure_id, scale_of
from costmodel.units import Quantity

CLOSE, PERCENT = 1e-9, 0.01


def followed(study: Study, id_: str, name: str, shown: float, scale: float = 1.0) -> Followed | None:
    """Return how a number of a table follows a figure of an offer; nothing where no input moves it or they differ.

    `scale` is what the figure is divided by to be shown.
    """
    traced, value = (_named(one[id_], name) for one in (study.model.costs, study.costs))
    if traced is None or value is None or node_of(traced) is None or not isfinite(shown):
        return None
    full = float(value.magnitude) * scale_of(name, value)
    return Followed(figure_id(id_, name), full, scale) if isclose(full, scale * shown, rel_tol=CLOSE) else None


def rows_of_offers(
    study: Study, table: pd.DataFrame, ids: Sequence[str], names: Mapping[str, str], percent: Sequence[str] = ()
) -> tuple[Mapping[str, Followed], ...]:
    """Return what follows in a table with a row an offer, by column: each shows a figure, some in percent."""
    scales = {column: PERCENT if column in percent else 1.0 for column in names.values()}
    return tuple(
        _kept(
            {column: followed(study, id_, name, float(row[column]), scales[column]) for name, column in names.items()}
        )
        for id_, (_, row) in zip(ids, table.iterrows(), strict=True)
    )


def columns_of_offers(
    study: Study, table: pd.DataFrame, offers: Mapping[str, str], names: Mapping[str, str]
) -> tuple[Mapping[str, Followed], ...]:
    """Return the same of a table with a column an offer: `offers` by id, and the figure of each label of a row."""
    return tuple(
        _kept(
            {
                offer: followed(study, id_, names.get(str(label), str(label)), float(row[offer]))
                for id_, offer in offers.items()
                if offer in row
            }
        )
        for label, row in table.iterrows()
    )


def _named(one: Costs, name: str) -> Quantity | None:
    return one.quantities.get(name, one.components.get(name))


def _kept(found: Mapping[str, Followed | None]) -> dict[str, Followed]:
    return {column: one for column, one in found.items() if one is not None}
