"""What is known about hardware, counted."""

from __future__ import annotations

import pytest

from costmodel.analysis import coverage as known
from costmodel.report.coverage_page import coverage_page
from costmodel.report.page import page_html
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import CONFIDENCES


def test_every_fact_is_counted_once(catalog: Catalog) -> None:
    """The counts by confidence add up to all facts of all files."""
    counts = known.coverage(catalog)
    assert (counts[list(CONFIDENCES)].sum(axis=1) == counts["facts"]).all()
    for row in counts.itertuples():
        assert row.facts == sum(len(list(record.stated)) for record in catalog.all(str(row.kind)))


def test_every_accelerator_says_what_it_lacks(catalog: Catalog) -> None:
    """A row for each accelerator, with its prices and missing keys."""
    table = known.accelerator_coverage(catalog).set_index("accelerator")
    assert len(table) == len(catalog.ids("accelerator"))
    assert table.loc["NVIDIA H100 SXM5 80 GB", "missing"] == ""
    assert table.loc["NVIDIA H100 SXM5 80 GB", "prices"] > 40


def test_value_for_money_is_by_hand(catalog: Catalog) -> None:
    """H100: 989 TFLOP/s for an eighth of the first price of a whole system, and for 700 W."""
    row = known.value_for_money(catalog).set_index("accelerator").loc["nvidia/h100-sxm5-80gb"]
    assert row["peak per watt"] == pytest.approx(989_000 / 700)
    assert row["peak per dollar"] == pytest.approx(989_000 / (355_919 / 8))
    assert row["bandwidth per dollar"] == pytest.approx(3_350_000 / (355_919 / 8))


def test_rents_of_an_h100_are_in_order_of_time(catalog: Catalog) -> None:
    """Each dated rent has provider, commitment and source."""
    rents = known.rents(catalog, "nvidia/h100-sxm5-80gb")
    assert rents["as_of"].is_monotonic_increasing
    assert rents.notna().all().all()


def test_page_holds_the_counts_and_loads_nothing(catalog: Catalog) -> None:
    """The page is one file with its charts; the number of facts is in its headline."""
    page = coverage_page(catalog)
    html = page_html(page)
    facts = int(known.coverage(catalog)["facts"].sum())
    assert f"{facts:,} facts" in page.headline
    assert sum(section.chart is not None for section in page.sections) == 7
    assert "https://cdn" not in html
    assert all(section.table is None or section.table.isna().sum().sum() >= 0 for section in page.sections)
