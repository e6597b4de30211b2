"""The page of a map: fields that tile it, in the colours of offers, with the frontier on their edges."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.analysis.regions import Regions
from costmodel.analysis.study import Study
from costmodel.report.page import page_html
from costmodel.report.regions_page import regions_page

X, Y = "demand.queries_per_user", "fleet.peak_utilization"


@pytest.fixture(scope="module")
def found(serving: Study) -> Regions:
    """Return a small map of one scenario."""
    return serving.map(X, Y, points=5, draws=16)


def test_fields_tile_the_map(found: Regions) -> None:
    """Each field begins where its neighbour ends, and holds its own values."""
    for section in regions_page(found, "Who?", {}).sections:
        fields = section.chart.layer[0].data
        assert len(fields) == 25
        rows = fields.sort_values(["y", "x"])
        assert np.allclose(rows["right"].to_numpy().reshape(5, 5)[:, :-1], rows["x"].to_numpy().reshape(5, 5)[:, 1:])
        assert (fields["x"] < fields["right"]).all()
        assert (fields["y"] < fields["top"]).all()


def test_the_frontier_is_drawn_and_probabilities_are_shades(found: Regions) -> None:
    """A dot for every point; the second map is as strong as its offer is likely."""
    first, second = regions_page(found, "Who?", {}).sections
    assert len(first.chart.layer[1].data) == len(found.frontier) > 0
    assert second.chart.layer[0].data["share"].tolist() == found.cells[list(found.offers)].max(axis=1).tolist()


def test_the_page_names_offers_for_people(found: Regions, serving: Study) -> None:
    """The headline says on which part of the map each wins."""
    names = {offer.id: offer.name for offer in serving.scenario.offers}
    page = regions_page(found, serving.scenario.question, names)
    winner = found.cells["cheapest"].value_counts().index[0]
    assert names[winner] in page.headline
    assert names[winner] in page_html(page)
