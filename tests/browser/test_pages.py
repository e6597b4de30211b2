"""Pages in a real browser: they render, load nothing, run nothing foreign, and fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from costmodel.report import Page, Section, write_pages
from costmodel.report.paper import pdf_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.browser

Shoot = Callable[["Tab", str], None]
HOSTILE = "</script><img src=x onerror=window.pwned=1>"
WIDTHS = (1280, 390)
UNDRAWN = ".chart:not([data-drawn])"
OUTSIDE = """all => all.flatMap(svg => {
    const box = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter(text => {
        const own = text.getBoundingClientRect();
        return own.right > box.right + 1 || own.left < box.left - 1 || own.top < box.top;
    }).map(text => text.textContent);
})"""
"""The texts of charts that do not lie inside their picture."""


@dataclass
class Watched:
    """A tab, with what it asked of the network and what it complained about."""

    tab: Tab
    name: str
    """What the file of its page is called, without its ending."""
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def opened(browser: Browser, file: Path, width: int = 1280, **options: Any) -> Iterator[Watched]:
    """Open a page, wait for its charts, and refuse every request but the one for the page itself."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    watched = Watched(context.new_page(), file.stem)
    tab = watched.tab

    def decide(route: Any) -> None:
        is_page = route.request.url == file.as_uri()
        if not is_page:
            watched.requests.append(route.request.url)
        (route.continue_ if is_page else route.abort)()

    tab.route("**/*", decide)
    tab.on("console", lambda message: watched.complaints.append(message.text))
    tab.on("pageerror", lambda error: watched.complaints.append(str(error)))
    tab.goto(file.as_uri())
    tab.wait_for_selector(UNDRAWN, state="detached", timeout=60_000)
    yield watched
    context.close()


def charts_with_marks(tab: Tab) -> list[int]:
    """Return for each chart how many visible marks it has."""
    count = "all => all.map(one => one.querySelectorAll('svg .role-mark path, svg .role-mark line').length)"
    return tab.eval_on_selector_all(".chart", count)


def overflow(tab: Tab) -> int:
    """Return by how many px the page is wider than its window."""
    return tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.fixture(scope="module")
def calm(calm_page: Page, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of the realistic page."""
    return write_pages([calm_page], tmp_path_factory.mktemp("calm"))[0]


@pytest.fixture(scope="module")
def hostile(hostile_page: Page, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of the hostile page."""
    return write_pages([hostile_page], tmp_path_factory.mktemp("hostile"))[0]


@pytest.mark.parametrize("bypass", [False, True], ids=["policy", "escaping alone"])
def test_hostile_text_is_shown_and_never_run(chromium: Browser, hostile: Path, bypass: bool, shoot: Shoot) -> None:
    """Text that tries to be a script is text: with the content policy, and without it."""
    with opened(chromium, hostile, bypass_csp=bypass) as seen:
        assert seen.tab.evaluate("window.pwned") is None
        assert seen.tab.title() == HOSTILE
        assert seen.tab.inner_text("h1") == HOSTILE
        assert seen.tab.locator("img, iframe, object, base").count() == 0
        assert seen.tab.locator("a[href*=example]").count() == 0
        assert all(charts_with_marks(seen.tab))
        assert (seen.requests, seen.complaints) == ([], [])
        shoot(seen.tab, f"hostile-{bypass}")


def test_hostile_text_in_a_tooltip_is_text(chromium: Browser, hostile: Path) -> None:
    """A tooltip shows a hostile name, and runs nothing."""
    with opened(chromium, hostile, bypass_csp=True) as seen:
        seen.tab.locator("#chart-1 .mark-rect.role-mark path").first.hover()
        seen.tab.wait_for_selector("#vg-tooltip-element.visible")
        assert HOSTILE in seen.tab.inner_text("#vg-tooltip-element")
        assert seen.tab.evaluate("window.pwned") is None
        assert (seen.requests, seen.complaints) == ([], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_renders_and_fits(chromium: Browser, calm: Path, width: int, scheme: str, shoot: Shoot) -> None:
    """Every chart is drawn and none of its text cut, nothing is fetched or reported, and nothing sticks out."""
    with opened(chromium, calm, width, color_scheme=scheme) as seen:
        assert len(charts_with_marks(seen.tab)) == 5
        assert all(charts_with_marks(seen.tab))
        assert overflow(seen.tab) <= 0
        assert seen.tab.eval_on_selector_all(".chart svg", OUTSIDE) == []
        assert "…" not in seen.tab.inner_text("main")
        assert (seen.requests, seen.complaints) == ([], [])
        shoot(seen.tab, f"calm-{width}-{scheme}")


def test_a_hostile_page_fits_a_phone(chromium: Browser, hostile: Path, shoot: Shoot) -> None:
    """Even words without a space to break at do not make a page wider than a phone."""
    with opened(chromium, hostile, 390) as seen:
        shoot(seen.tab, "hostile-390")
        assert overflow(seen.tab) <= 0


def test_words_are_sorted_by_the_number_that_they_begin_with(
    chromium: Browser, calm_page: Page, tmp_path: Path
) -> None:
    """Percents, ranges, millions of something and money with a prefix; days and words follow as texts."""
    ordered = [
        "−14% to +16%",
        "9% of it",
        "42% of it",
        "200 users",
        "12 kUSD",
        "1.5 million users",
        "2025-11-01",
        "never",
    ]
    table = pd.DataFrame({"row": [f"row {place}" for place in range(8)], "said": ordered[::-2] + ordered[::2]})
    page = replace(calm_page, sections=(calm_page.sections[0], Section("Order", table=table)))
    with opened(chromium, write_pages([page], tmp_path)[0]) as seen:
        seen.tab.get_by_role("button", name="Said").click()
        assert seen.tab.locator("#part-2 ~ .scroll tbody td").all_inner_texts() == ordered


def test_print_is_light_and_whole(chromium: Browser, calm: Path, shoot: Shoot) -> None:
    """On paper a page is light, also when the screen is dark, and a PDF can be made of it."""
    with opened(chromium, calm, color_scheme="dark") as seen:
        seen.tab.emulate_media(media="print")
        ink = seen.tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert ink == "rgb(255, 255, 255)"
        assert seen.tab.locator("nav").is_hidden()
        shoot(seen.tab, "calm-print")
        seen.tab.emulate_media(media="null")
        assert len(seen.tab.pdf()) > 50_000


def test_a_page_is_printed_without_a_window(chromium: Browser, calm: Path) -> None:
    """`report --format pdf` prints what the browser would, on the size of paper that is asked for."""
    found = pdf_of(calm.read_text(encoding="utf-8"), "Letter")
    assert found.startswith(b"%PDF")
    assert re.search(rb"/MediaBox\s*\[\s*0 0 61[12](\.\d+)? 79[12]", found)
    assert chromium.is_connected()


def test_a_chart_has_words_and_can_be_saved(chromium: Browser, calm: Path) -> None:
    """A chart tells its numbers to a screen reader, and its picture goes to a file of the reader's own."""
    with opened(chromium, calm) as seen:
        assert "2.45 MUSD" in (seen.tab.get_attribute("#chart-1", "aria-label") or "")
        for kind in ("SVG", "PNG"):
            with seen.tab.expect_download() as saving:
                seen.tab.get_by_role("button", name=f"Save {kind}").first.click()
            assert saving.value.suggested_filename == f"chart-1.{kind.lower()}"
        assert (seen.requests, seen.complaints) == ([], [])


def test_a_page_is_reached_by_keyboard(chromium: Browser, calm: Path) -> None:
    """Tab first offers to skip to the answer; wide tables take the focus so that arrows scroll them."""
    with opened(chromium, calm, 390) as seen:
        seen.tab.keyboard.press("Tab")
        assert seen.tab.evaluate("document.activeElement.className") == "skip"
        assert seen.tab.locator(".scroll[tabindex='0'][aria-label]").count() == 3
