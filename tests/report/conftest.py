"""A small page, and a stand-in for the chart library, which takes seconds to make."""

from __future__ import annotations

import pandas as pd
import pytest

from costmodel.report import FactRow, KeyFigure, Page, Section, Step, cost_bars

LIBRARY = "window.costmodelEmbed = 'the whole library';"


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> str:
    """Replace the chart library in pages by one line."""
    monkeypatch.setattr("costmodel.report.page.chart_library", lambda: LIBRARY)
    return LIBRARY


@pytest.fixture
def costs() -> pd.DataFrame:
    """Return two offers, one with an interval."""
    return pd.DataFrame({"offer": ["buy", "rent"], "cost": [2.0, 12.5], "low": [1.5, None], "high": [3.0, None]})


@pytest.fixture
def page(costs: pd.DataFrame) -> Page:
    """Return a page with one of everything."""
    return Page(
        title="A & B",
        question="Buy or rent?",
        headline="Buying is cheaper.",
        summary=(KeyFigure("Cost", "2", "USD/user/month"),),
        sections=(
            Section("Costs", "First.\n\nSecond.", cost_bars(costs), costs, "By offer", {"cost": "USD"}),
            Section("Again", chart=cost_bars(costs)),
        ),
        facts=(FactRow("price", 270, "kUSD/server", 230, 300, "A list", "https://example.org/list", group="DGX"),),
        method="How it is done.",
        steps=(Step("total_cost", "2 USD", children=(Step("price", "1 USD"),)),),
        scenario_file="reports/one.toml",
        input_hashes={"reports/one.toml": "abc"},
    )
