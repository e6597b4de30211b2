"""The page of a search: fronts drawn, the cheapest at each speed, and offers without an answer."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from costmodel.analysis.deployments import COST
from costmodel.analysis.searching import search_deployments
from costmodel.analysis.targets import ANY_SPEED, Targets
from costmodel.report.content import Page
from costmodel.report.deployments_page import deployments_page
from costmodel.specs.catalog import Catalog
from costmodel.units import parse

H100, B200, A100 = "purchase/hgx-h100", "purchase/hgx-b200", "purchase/hgx-a100-40gb"


def page(*offers: str, targets: Targets = ANY_SPEED) -> tuple[pd.DataFrame, Page]:
    """Return the deployments on offers and the page of them."""
    found = search_deployments(
        Catalog(), "llama-3.1-70b", offers, 1000, 500, real_discount_rate=parse("8 percent/year"), targets=targets
    )
    return found, deployments_page(found, 1000, 500, targets)


def drawn(one: Page) -> dict[str, list[dict[str, Any]]]:
    """Return the points of each line of the chart."""
    spec = one.sections[0].chart.to_dict()  # type: ignore[union-attr]
    rows = spec["datasets"][spec["layer"][0]["data"]["name"]]
    return {name: [row for row in rows if row["offer"] == name] for name in dict.fromkeys(row["offer"] for row in rows)}


def test_one_offer_has_a_line_for_each_number_type() -> None:
    """The legend names the types in which the accelerator computes."""
    lines = drawn(page(B200)[1])
    assert set(lines) == {"fp4", "fp8", "bf16"}
    assert all(row["layout"].startswith(name) for name, rows in lines.items() for row in rows)


def test_several_offers_have_a_line_each_and_tips_say_the_layout() -> None:
    """Lines are named for offers; every point knows its number type and parallelism."""
    lines = drawn(page(B200, H100)[1])
    assert set(lines) == {"Buy DGX B200 servers", "Buy HGX H100 servers"}
    assert all("tensor parallel" in row["layout"] for rows in lines.values() for row in rows)


def test_lines_rise_in_cost_and_speed() -> None:
    """No point of a line is beaten by another."""
    for rows in drawn(page(B200)[1]).values():
        assert [row["x"] for row in rows] == sorted(row["x"] for row in rows)
        assert [row["cost"] for row in rows] == sorted(row["cost"] for row in rows)


def test_axes_have_units() -> None:
    """Cost is in dollars for a million tokens, speed in tokens per second."""
    encoding = page(B200)[1].sections[0].chart.to_dict()["layer"][0]["encoding"]  # type: ignore[union-attr]
    assert encoding["x"]["title"] == ["Speed that one user sees (tokens/s)"]
    assert encoding["y"]["title"] == ["Cost (USD/million output tokens)"]


def test_the_table_has_the_cheapest_at_each_speed_once() -> None:
    """A speed that every offer's cheapest exceeds is listed once; all rows are fast enough."""
    found, one = page(B200, H100)
    table = one.sections[1].table
    assert table is not None
    assert (table["one user sees"] >= table["at least"]).all()
    assert not table.duplicated(["at least", "offer"]).any()
    assert table["cost"].min() == pytest.approx(found[COST].min())


def test_an_offer_without_an_answer_is_named() -> None:
    """The page says on which offers nothing is fast enough, and why."""
    _, one = page(B200, A100, targets=Targets(user_rate=parse("100 token/s")))
    assert one.sections[-1].heading == "Offers without an answer"
    assert "A100" in one.sections[-1].text
    assert "at least 100 tokens/s per user" in one.question


def test_the_headline_is_the_cheapest() -> None:
    """The answer at the top is the first row of the search."""
    found, one = page(B200, H100)
    assert found.attrs["names"][found.iloc[0]["offer"]] in one.headline
    assert one.summary[0].value in one.headline
