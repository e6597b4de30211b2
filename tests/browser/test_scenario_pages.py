"""Pages of real scenarios, all the way from spec files to the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import costmodel as cm
from costmodel.analysis.searching import search_deployments
from costmodel.analysis.targets import ANY_SPEED
from costmodel.report import write_pages
from costmodel.report.deployments_page import deployments_page
from costmodel.report.page import page_html
from costmodel.report.scenario_page import page_of
from costmodel.specs.catalog import Catalog, data_folder
from tests.browser.test_pages import HOSTILE, charts_with_marks, opened, overflow

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

BEYOND = """() => [...document.querySelectorAll("main *")].filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    const scrolls = one.parentElement.closest(".scroll, .chart");
    return !scrolls && width && (left < 0 || right > document.documentElement.clientWidth + 1);
}).map((one) => `${one.tagName} ${one.className}`)"""
"""The elements that stick out of the window on either side."""

RENAMED = (
    "accelerators/nvidia/h100-sxm5-80gb.toml",
    "systems/nvidia/hgx-h100.toml",
    "offers/purchase/hgx-h100.toml",
    "offers/program/maia-100.toml",
)


@pytest.fixture(scope="module")
def hostile_specs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Specs of one's own in which accelerator, system and offers are named by a script that wants out."""
    folder = tmp_path_factory.mktemp("specs")
    for name in RENAMED:
        lines = (data_folder("hardware") / name).read_text().splitlines()
        lines = [f"name = '{HOSTILE}'" if line.startswith("name =") else line for line in lines]
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("\n".join(lines))
    return folder


@pytest.mark.parametrize("name", Catalog().ids("scenario"))
def test_page_of_a_shipped_scenario_opens_without_network_or_complaint(
    chromium: Browser, files: dict[str, Path], name: str, shots: Path
) -> None:
    """Every shipped scenario gives a page whose charts draw and that asks the network for nothing."""
    for width in (1200, 390):
        with opened(chromium, files[name], width) as watched:
            marks = charts_with_marks(watched.tab)
            watched.tab.screenshot(path=shots / f"{name}-{width}.png", full_page=True)
        assert watched.requests == []
        assert watched.complaints == []
        assert len(marks) >= 3
        assert all(marks)


@pytest.mark.parametrize("name", [*Catalog().ids("scenario"), "index"])
def test_no_page_is_wider_than_its_window(chromium: Browser, files: dict[str, Path], name: str) -> None:
    """Nothing of a page lies beyond either side of its window; what scrolls by itself is as wide as it likes."""
    for width in (1200, 1000, 390):
        with opened(chromium, files[name], width) as watched:
            watched.tab.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")
            assert watched.tab.evaluate(BEYOND) == []
            assert overflow(watched.tab) <= 0


def test_hostile_names_in_spec_files_show_as_text(chromium: Browser, tmp_path: Path, hostile_specs: Path) -> None:
    """An accelerator named by a script shows that name as text and runs nothing."""
    study = cm.load("copilot", specs=[hostile_specs])
    file = write_pages([page_of(study)], tmp_path)[0]
    with opened(chromium, file) as watched:
        text = watched.tab.inner_text("body")
        pwned = watched.tab.evaluate("window.pwned")
        images = watched.tab.evaluate("document.images.length")
    assert HOSTILE in text
    assert pwned is None
    assert images == 0
    assert watched.complaints == []
    assert watched.requests == []


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
    assert "USD/Mtoken" in tip
    assert not wide
    assert watched.complaints == []
    assert watched.requests == []
