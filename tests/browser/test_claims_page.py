"""The page of claims in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from costmodel.analysis.claims import check_claims
from costmodel.report import write_pages
from costmodel.report.claims_page import claim_row, page_of_claims
from costmodel.specs.catalog import Catalog
from tests.browser.test_pages import HOSTILE, WIDTHS, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

FILE = f"""
[run]
subject = '{HOSTILE}'
claim = '{HOSTILE}'
value = {{ value = "1 MUSD", source = "gpt3-paper", as_of = 2020-06-03 }}
scenario = "gpt3-2020"
figure = "cost_per_training_run"
unknowns = ["training.goodput"]

[plan]
subject = "A company"
claim = "It will pay"
needs = '{HOSTILE}'
"""


def test_claims_open_without_network_or_complaint(chromium: Browser, catalog: Catalog, tmp_path: Path) -> None:
    """Each claim stands with its verdict and a bar, nothing foreign runs, and the page fits a phone."""
    claims = tmp_path / "my.toml"
    claims.write_text(FILE)
    page = page_of_claims([claim_row(catalog, one) for one in check_claims(catalog, claims)])
    file = write_pages([page], tmp_path)[0]
    for width in WIDTHS:
        with opened(chromium, file, width) as watched:
            tab = watched.tab
            verdicts = tab.eval_on_selector_all(".verdict", "all => all.map(one => one.textContent)")
            bar = tab.eval_on_selector(".bar", "one => [one.clientWidth, one.ariaLabel]")
            marks = tab.eval_on_selector_all(".bar span", "all => all.map(one => one.offsetWidth > 0)")
            wide = tab.evaluate("document.documentElement.scrollWidth > innerWidth")
            ran = tab.evaluate("window.pwned")
        assert verdicts == ["outside", "not testable"]
        assert bar[0] > 0
        assert bar[1].startswith("Model ")
        assert marks == [True, True, True]
        assert watched.requests == []
        assert watched.complaints == []
        assert ran is None
        assert not wide
