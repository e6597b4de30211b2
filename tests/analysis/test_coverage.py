"""What is known about hardware, counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.analysis import coverage as known
from costmodel.analysis.coverage import _value
from costmodel.report.coverage_page import coverage_page
from costmodel.report.page import page_html
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import CONFIDENCES, Fact
from costmodel.units import parse


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


def fact(value: str, source: str = "s", **more: Any) -> Fact:
    """Return a fact of a file."""
    return Fact("price", parse(value), source, Path("x.toml"), 1, **more)


def test_value_for_money_is_by_the_dollar_and_the_watt() -> None:
    """100 GFLOP/s for 4 dollars and 50 watts, 8 GB/s in MB; 16 bits of either kind; without a price there is none."""
    facts = {"peak.fp16": fact("100 GFLOP/s"), "memory.bandwidth": fact("8 GB/s"), "power": fact("50 W/accelerator")}
    record: Any = SimpleNamespace(id="a", values={"name": "A", "maker": "B", "launch": date(2026, 1, 1)}, facts=facts)
    found = _value(record, (4.0, "list"))
    assert (found["peak per dollar"], found["peak per watt"], found["bandwidth per dollar"]) == (25.0, 2.0, 2000.0)
    assert (found["price"], _value(record, (4.0, "assumption"))["price"], _value(record, (None, ""))["price"]) == (
        "seen",
        "assumed",
        "",
    )
    assert _value(record, (None, ""))["peak per dollar"] is None
    facts["peak.bf16"] = fact("200 GFLOP/s")
    assert _value(record, (4.0, "list"))["peak per watt"] == 4.0
    del facts["peak.bf16"], facts["peak.fp16"]
    assert _value(record, (4.0, "list"))["peak per watt"] is None
