"""Pages of real scenarios, all the way from spec files to the browser."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

import axe_playwright_python
import pytest

import costmodel as cm
from costmodel.analysis.searching import search_deployments
from costmodel.analysis.targets import ANY_SPEED
from costmodel.report import write_pages
from costmodel.report.deployments_page import deployments_page
from costmodel.report.page import page_html
from costmodel.report.scenario_page import page_of
from costmodel.report.write import INDEX
from costmodel.specs.catalog import Catalog
from costmodel.texts import cell
from tests.browser.files import Files
from tests.browser.hostile import write_hostile
from tests.browser.test_live import move
from tests.browser.test_pages import Shoot, Watched, charts_with_marks, opened, overflow
from tests.shipped import SCENARIOS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
BEYOND = """() => [...document.querySelectorAll("main *")].filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    const scrolls = one.parentElement.closest(".scroll, .chart");
    return !scrolls && width && (left < 0 || right > document.documentElement.clientWidth + 1);
}).map((one) => `${one.tagName} ${one.className}`)"""
"""The elements that stick out of the window on either side."""
FEW = """() => {
    document.querySelectorAll("details").forEach((one) => { one.open = true; });
    document.querySelectorAll("tbody ~ tbody, .chart svg > *").forEach((one) => one.remove());
    document.querySelectorAll("tbody").forEach((one) => [...one.rows].slice(3).forEach((row) => row.remove()));
}"""
"""Opens what is folded, and leaves the first rows of each table: the others are like them, and take long to judge."""
SAVED = """async () => {
    const blobs = [], names = [];
    URL.createObjectURL = (blob) => { blobs.push(blob); return "#"; };
    HTMLAnchorElement.prototype.click = function () { names.push(this.download); };
    document.querySelectorAll("button.csv").forEach((one) => one.click());
    return Promise.all(blobs.map(async (one, place) => [names[place], await one.text()]));
}"""
"""The names and texts of all files that the buttons of tables save."""


def check_drawn(watched: Watched) -> None:
    """Check that the charts of a page are drawn, and that it asks the network for nothing."""
    marks = charts_with_marks(watched.tab)
    assert watched.requests == []
    assert watched.complaints == []
    assert len(marks) >= 3
    assert all(marks)


@pytest.mark.parametrize("name", SCENARIOS)
def test_page_of_a_shipped_scenario_opens_on_a_phone(chromium: Browser, files: Files, name: str, shoot: Shoot) -> None:
    """Every shipped scenario gives a page whose charts draw on a phone, without network or complaint."""
    with opened(chromium, files[name], 390) as watched:
        check_drawn(watched)
        shoot(watched.tab, f"{name}-390")


@pytest.mark.parametrize("name", ["copilot-2023", "gpt3-2020", "coreweave-contract", INDEX])
def test_no_page_has_a_serious_fault_of_access(chromium: Browser, files: Files, name: str) -> None:
    """The rules of axe-core for WCAG 2.2 AA find no serious or critical fault, with all that is folded open."""
    with opened(chromium, files[name]) as seen:
        seen.tab.evaluate(FEW)
        seen.tab.evaluate(AXE.read_text(encoding="utf-8"))
        found = seen.tab.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })")
        grave = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
        assert [(one["id"], one["nodes"][0]["html"]) for one in grave] == []
        assert len(found["passes"]) > 5


@pytest.mark.parametrize("desk", [*SCENARIOS, INDEX], indirect=True)
def test_no_page_is_wider_than_its_window(desk: Watched, shoot: Shoot) -> None:
    """On a desk a page opens without network or complaint; of no width does it lie beyond either side of its window.

    What scrolls by itself is as wide as it likes.
    """
    if desk.name != INDEX:
        check_drawn(desk)
    shoot(desk.tab, f"{desk.name}-1200")
    desk.tab.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")
    for width in (1200, 1000, 390):
        desk.tab.set_viewport_size({"width": width, "height": 900})
        desk.tab.wait_for_timeout(300)
        assert desk.tab.evaluate(BEYOND) == []
        assert overflow(desk.tab) <= 0


def test_a_hostile_scenario_is_text_in_page_charts_trees_and_downloads(chromium: Browser, tmp_path: Path) -> None:
    """Texts that are scripts, formulas, templates or marks that turn lines round show as text, and none runs.

    The content policy is off, so that escaping stands alone; a control is moved, so that the emitted scripts run.
    """
    study = cm.load(write_hostile(tmp_path / "specs"), specs=[tmp_path / "specs"])
    file = write_pages([page_of(study)], tmp_path)[0]
    assert re.fullmatch(r"[a-z0-9-]+\.html", file.name)
    assert not {"\u202e", "\x1b"} & set(file.read_text(encoding="utf-8"))
    with opened(chromium, file, bypass_csp=True) as seen:
        tab = seen.tab
        tab.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")
        move(tab, "demand.users", 2e6)
        tab.locator("button.figure").first.click()
        assert "</script>" in tab.inner_text("#tree")
        tab.keyboard.press("Escape")
        assert "{{7*7}}" in tab.inner_text("h1")
        saved = tab.evaluate(SAVED)
        assert len(saved) > 5
        for name, text in saved:
            assert re.fullmatch(r"[a-z0-9-]+\.csv", name)
            assert [one for row in csv.reader(text.splitlines()) for one in row if runs(one)] == []
        assert tab.evaluate("window.pwned") is None
        assert tab.locator("img, iframe, object, [onclick], [onerror]").count() == 0
        assert (seen.requests, seen.complaints) == ([], [])


def runs(text: str) -> bool:
    """Say whether a spreadsheet would compute a cell."""
    return cell(text.replace(",", "").removesuffix("%")) != text.replace(",", "").removesuffix("%")


@pytest.mark.parametrize("width", [1280, 390])
def test_page_of_a_search_draws_its_fronts_and_tips_say_the_layout(
    chromium: Browser, tmp_path: Path, width: int
) -> None:
    """The fronts of two offers are drawn, fit a phone, and a pointed-at deployment says how it is laid out."""
    offers = ("purchase/hgx-h100", "purchase/hgx-b200")
    rate = cm.parse("8 percent/year")
    found = search_deployments(Catalog(), "llama-3.1-8b", offers, 1000, 500, real_discount_rate=rate)
    file = tmp_path / "search.html"
    file.write_text(page_html(deployments_page(found, 1000, 500, ANY_SPEED)), encoding="utf-8")
    with opened(chromium, file, width) as watched:
        assert all(charts_with_marks(watched.tab))
        points = watched.tab.locator(".chart svg .mark-symbol.role-mark path")
        points.nth(points.count() - 1).hover(force=True)
        watched.tab.wait_for_selector("#vg-tooltip-element.visible")
        tip = watched.tab.inner_text("#vg-tooltip-element")
        wide = watched.tab.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert "tensor parallel" in tip
    assert "USD/million output tokens" in tip
    assert not wide
    assert watched.complaints == []
    assert watched.requests == []
