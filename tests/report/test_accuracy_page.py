"""The page of how accurate the time model is."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.calibration.accuracy import measure_accuracy
from costmodel.performance.service.interval import load_residuals
from costmodel.report.accuracy_page import NOVEL, accuracy_page
from costmodel.report.content import Page
from costmodel.specs.catalog import Catalog, data_folder

TABLE = "serving"


@pytest.fixture(scope="module")
def page(catalog: Catalog) -> Page:
    """Return the page of one table."""
    return accuracy_page(catalog, [TABLE])


def test_the_page_says_what_the_verb_says(page: Page, catalog: Catalog) -> None:
    """Errors and shares of a table, and of all its parts, are those of `costmodel accuracy`."""
    found = measure_accuracy(data_folder("hardware") / "measurements" / f"{TABLE}.csv", catalog)
    table = page.sections[0].table
    assert table is not None
    row = table.iloc[0]
    assert row["rows"] == found.rows
    assert row["median error"] == pytest.approx(100 * found.median_abs_error, abs=0.051)
    assert row["inside 80% interval"] == pytest.approx(100 * found.coverage_80, abs=0.051)
    parts = page.sections[-1].table
    assert parts is not None
    assert parts["rows"].sum() == found.rows


def test_every_row_is_a_point_at_its_ratio(page: Page) -> None:
    """No row is left out of the chart, and the medians of the table under it are those of the points."""
    section = page.sections[1]
    assert section.chart is not None
    assert section.table is not None
    points = max(section.chart.to_dict()["datasets"].values(), key=len)
    assert len(points) == section.table["rows"].sum()
    first = section.table.iloc[0]
    ratios = [point["ratio"] for point in points if point["name"] == first["accelerator"]]
    assert float(np.median(ratios)) == pytest.approx(first["median"])


def test_more_that_is_new_makes_an_interval_wider(page: Page) -> None:
    """The headline warns of what nobody has measured, whose intervals are wider than those of what is known."""
    assert page.headline.startswith("A dense model that nobody has measured")
    assert all("that the fit has seen" in one.note for one in page.summary)
    widths = {words: load_residuals().half_width_of("dense", new) for words, new in NOVEL.items()}
    assert min(widths, key=widths.__getitem__) == "nothing new"
    assert widths["new model and accelerator"] > max(widths["new model"], widths["new accelerator"])
