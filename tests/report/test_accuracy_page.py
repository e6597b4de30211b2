"""The page of how accurate the time model is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from costmodel.calibration.accuracy import measure_accuracy
from costmodel.performance.service.interval import load_residuals
from costmodel.report.accuracy_page import NOVEL, TABLES, accuracy_page
from costmodel.report.content import Page, Section
from costmodel.specs.catalog import Catalog, data_folder

TABLE = "serving"
BOTH = "model and accelerator"


@pytest.fixture(scope="module")
def page(catalog: Catalog) -> Page:
    """Return the page of one table."""
    return accuracy_page(catalog, [TABLE])


def _section(page: Page, heading: str) -> Section:
    return next(one for one in page.sections if one.heading == heading)


def test_the_page_says_what_the_verb_says(page: Page, catalog: Catalog) -> None:
    """Errors and shares of a table, and of all its parts, are those of `costmodel accuracy`."""
    found = measure_accuracy(data_folder("hardware") / "measurements" / f"{TABLE}.csv", catalog)
    table = _section(page, "Rows that the fit has seen").table
    assert table is not None
    row = table.iloc[0]
    assert row["rows"] == found.rows
    assert row["median error"] == pytest.approx(100 * found.median_abs_error, abs=0.051)
    assert row["inside 80% interval"] == pytest.approx(100 * found.coverage_80, abs=0.051)
    parts = page.sections[-1].table
    assert parts is not None
    assert parts["rows"].sum() == found.rows
    assert list(parts["framework"]) == sorted(found.frame["framework"].unique())


def test_every_row_is_a_point_at_its_ratio(page: Page) -> None:
    """No row is left out of the chart, and the medians of the table under it are those of the points."""
    section = _section(page, "Predicted over measured, by accelerator")
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
    assert all("without their model in the fit" in one.note for one in page.summary)
    widths = {words: load_residuals().half_width_of("dense", new) for words, new in NOVEL.items()}
    assert min(widths, key=widths.__getitem__) == "nothing new"
    assert widths["new model and accelerator"] > max(widths["new model"], widths["new accelerator"])


def test_figures_of_left_out_rows_are_those_of_the_docs(catalog: Catalog) -> None:
    """Each table and each thing that was left out stands on the page as docs/accuracy.md, made with it, says it."""
    found = _section(
        accuracy_page(catalog, ["serving", "training_throughput"]), "By what was left out of the fit"
    ).table
    assert found is not None
    docs = (Path(__file__).parents[2] / "docs" / "accuracy.md").read_text(encoding="utf-8")
    for _, row in found.iterrows():
        median, far = (f"{row[name]:.1f}%" for name in ("median error", "90th percentile"))
        assert f"| {row['left out']} | {row['rows']} | {median} | {far} | " in docs
    ways = {"campaign", "model", "accelerator", "family", "software", BOTH}
    assert set(found["left out"][found["rows"] == 999]) == ways
    assert set(found["table"]) == {TABLES["serving"], TABLES["training_throughput"]}
