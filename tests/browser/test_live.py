"""Live pages: what a control gives is what the model gives, in figures, intervals and probabilities."""

from __future__ import annotations

import re
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import costmodel as cm
from costmodel.report import write_pages
from costmodel.report.controls import controls_of
from costmodel.report.coverage_page import coverage_page
from costmodel.report.decimals import ends as in_words
from costmodel.report.decimals import ranged
from costmodel.report.naming import names_of
from costmodel.report.numerals import number
from costmodel.report.write import INDEX
from costmodel.specs.catalog import Catalog
from tests.browser.files import Files
from tests.browser.test_pages import Watched, opened
from tests.shipped import SCENARIOS

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.browser

MOVED = 4
"""Controls that are moved on each page, spread over all of its controls."""
STRETCHED = 40
"""Px below a chart beside controls that nothing stands in, at most."""
SURE = 'html[data-sure="yes"]'
FIGURES = "all => Object.fromEntries(all.map(one => [one.dataset.figure, Number(one.dataset.value)]))"


def test_a_control_gives_what_the_model_gives(desk: Watched) -> None:
    """Each of some controls, moved alone, gives the figures of the same comparison; reset brings all back."""
    study, tab = cm.load(desk.name), desk.tab
    controls = [one for one in controls_of(study) if not one.searched]
    first = figures(tab)
    for one in controls[:: max(1, -(-len(controls) // MOVED))]:
        value = (one.value * 0.9) if one.value else one.high / 2
        move(tab, one.leaf, value)
        agree(figures(tab), study.with_({one.leaf: value}).compare())
        reset(tab)
    assert figures(tab) == pytest.approx(first, rel=1e-9, nan_ok=True)
    assert (desk.requests, desk.complaints) == ([], [])


@pytest.mark.parametrize("desk", ["coreweave-contract"], indirect=True)
def test_the_address_brings_the_state_back(desk: Watched) -> None:
    """A page opened by the address of a moved one shows the moved figures, what was changed, and the trees."""
    tab = desk.tab
    move(tab, "capacity.utilization", 0.5)
    tab.wait_for_url(re.compile("#.*="))  # steps of a slider are written a moment later
    moved, address = figures(tab), tab.evaluate("location.hash")
    reset(tab)
    assert tab.evaluate("location.hash") == ""
    tab.evaluate("hash => { location.hash = hash; }", address)
    tab.wait_for_selector("#changed:not([hidden])")
    tab.wait_for_selector(SURE, state="attached", timeout=60_000)
    assert figures(tab) == pytest.approx(moved, nan_ok=True)
    assert "Share of the hours in which they are used: 0.5 instead of 0.9" in tab.inner_text("#changes")
    tab.locator("button.figure").first.click()
    assert "cost per accelerator hour" in tab.inner_text("#tree")
    tab.keyboard.press("Escape")
    map_and_swings_agree(tab, cm.load("coreweave-contract").with_({"capacity.utilization": 0.5}))
    assert "as built" in tab.evaluate(BADGE)
    assert (desk.requests, desk.complaints) == ([], [])
    reset(tab)


@pytest.mark.parametrize("desk", ["openai-2024"], indirect=True)
def test_a_page_writes_numbers_as_they_were_built(desk: Watched) -> None:
    """Zeros at the end stay, intervals say no more than they bear, an open answer says so; charts fill their place."""
    tab = desk.tab
    pairs = [(0.12, "0.126"), (65.618, "0.243"), (0.001234, "0.126 USD"), (-0.0004, "0.12"), (2.0, "3")]
    written = tab.evaluate("all => all.map(([a, b]) => costmodelNumerals.like(a, b))", pairs)
    assert written == ["0.120", "65.62", "0.00123", "−0.0004", "2"]
    three = [1.22, 0.366, 3.92], [567e6, -3.34e9, 3.12e9], [20.0, 18.0, 25.0], [350e3, 300e3, 400e3]
    said = tab.evaluate("all => all.map((one) => costmodelNumerals.ranged(...one, 'USD'))", three)
    assert said == [ranged(*one, "USD") for one in three]
    ends = [tab.locator(one).first.bounding_box() for one in (".main-chart", ".main-chart figure")]
    cell, drawn = (one["y"] + one["height"] for one in ends if one is not None)
    assert cell - drawn < STRETCHED
    said = tab.evaluate("all => all.map((one) => costmodelNumerals.ends(...one, 'USD'))", three)
    assert said == [in_words(*one, "USD") for one in three]
    move(tab, "us-hyperscale.electricity_price", 0.15)
    assert re.search(r", too close to call: in 5\d% of the draws, “[^”]+” in 4\d%; ", tab.inner_text("#answer-now"))
    reset(tab)


BADGE = 'getComputedStyle(document.querySelector(".built h2"), "::after").content'
"""What a heading of a part that does not follow the controls is marked with."""
DRAWN = """([kind, key]) => {
    const [id] = Object.entries(costmodelLive.page.charts).find(([, one]) => one.kind === kind);
    const view = costmodelCharts.views.get(id);
    return Object.keys(costmodelCharts.specs[id].datasets).flatMap((name) => view.data(name))
        .filter((row) => key in row).map((row) => ({ ...row }));
}"""
"""The rows with a key that a chart of a kind is drawn from."""


def map_and_swings_agree(tab: Tab, study: cm.Study) -> None:
    """Check that the map and the chart of what moves the cost are those of a study with the same inputs."""
    for id_ in ("where-each-offer-is-the-cheapest", "what-moves-the-cost-most"):
        summary = tab.get_by_role("heading", name=id_.replace("-", " "), exact=False)
        summary.click()
        summary.scroll_into_view_if_needed()
        tab.wait_for_timeout(500)
    found, shown = study.matters(), tab.evaluate(DRAWN, ["map", "share"])
    live = tab.evaluate("Object.values(costmodelLive.page.charts).find(({ kind }) => kind === 'map').map")
    places = found.grid(live["leaves"], len(live["xs"]))["first"]
    names = [names_of(study.scenario)[study.choices[place]] for place in places]
    assert [" ".join(row["offer"].split()) for row in shown] == names
    swings = tab.evaluate("Object.values(costmodelLive.page.charts).find(({ kind }) => kind === 'swings')")
    ends = {row["offer"]: row for row in tab.evaluate(DRAWN, ["swings", "swing"])}
    offer = swings["swings"]["figure"].rpartition(".")[0]
    assert offer == found.offer
    for name, leaf, *_ in swings["swings"]["rows"]:
        if leaf in study.changes:
            assert ends[name]["label"] == "set, so without a range"
        else:
            least, most = sorted(found.swings.loc[leaf, ["cost_low", "cost_high"]])
            assert ends[name]["label"].startswith(f"{number(least)} – {number(most)}")


def test_a_page_saves_its_inputs_as_a_scenario_that_gives_the_same_figures(
    chromium: Browser, files: Files, tmp_path: Path
) -> None:
    """What was moved, and what was changed in the table of facts, is in the file, which answers alike."""
    with opened(chromium, files["coreweave-contract"]) as seen:
        seen.tab.eval_on_selector('[data-change="us-colocation-hyperscale.pue"]', "one => one.click()")
        move(seen.tab, "us-colocation-hyperscale.pue", 1.31)
        move(seen.tab, "capacity.utilization", 0.55)
        with seen.tab.expect_download() as saving:
            seen.tab.click("#save-scenario")
        file = tmp_path / saving.value.suggested_filename
        saving.value.save_as(file)
        found = figures(seen.tab)
        assert (seen.requests, seen.complaints) == ([], [])
    assert file.name == "coreweave-contract-changed.toml"
    study = cm.load(file)
    assert study.changes == {"us-colocation-hyperscale.pue": "1.31", "capacity.utilization": "0.55"}
    agree(found, study.compare())
    agree(found, cm.load(file, changes={"capacity.utilization": 0.55}).compare())


@pytest.mark.parametrize("desk", ["coreweave-contract"], indirect=True)
def test_a_value_out_of_bounds_is_refused_in_the_words_of_its_table(desk: Watched) -> None:
    """A share above one leaves the figures as they are, and the page says what a file would be told."""
    before = figures(desk.tab)
    desk.tab.fill('[data-input="capacity.utilization"]', "1.5")
    assert 'hours in which they are used: "1.5" is more than 1; it is a share, from 0 to 1' in desk.tab.inner_text(
        "#refused"
    )
    assert figures(desk.tab) == before
    reset(desk.tab)


@pytest.mark.parametrize("desk", ["reasoning-training"], indirect=True)
def test_what_formulas_refuse_is_told_without_their_names(desk: Watched) -> None:
    """Of an input that no table bounds, the first bound that it breaks is told, in words."""
    desk.tab.fill('[data-input="finance.horizon"]', "0")
    said = desk.tab.inner_text("#refused")
    assert re.fullmatch(
        r"Not all has an answer with these inputs: [a-z ]+ is 0\.0 month; it must be from [^:_]+\.", said
    )
    reset(desk.tab)


@pytest.mark.parametrize("desk", ["coreweave-contract"], indirect=True)
def test_who_moves_a_control_before_all_is_drawn_has_intervals_too(desk: Watched) -> None:
    """What a page asks once its charts are drawn takes no answer from who has asked already."""
    desk.tab.fill('[data-input="capacity.utilization"]', "0.6")
    desk.tab.evaluate("costmodelLive.crew.ready()")
    desk.tab.wait_for_selector(SURE, state="attached", timeout=20_000)
    assert re.search(r" is cheapest at [^(]+ \([\d.]+ to [\d.]+\), in ", desk.tab.inner_text("#answer-now"))
    reset(desk.tab)


@pytest.mark.parametrize("desk", ["coreweave-contract"], indirect=True)
def test_what_brings_money_in_has_no_percents_beside_it(desk: Watched) -> None:
    """A contract for nothing, with shares received: other offers are told by their cost."""
    move(desk.tab, "rental/coreweave-openai-2025.value", 0.0)
    said = desk.tab.inner_text("#answer-now")
    assert re.search(r" is cheapest at −0\.\d+ USD/used accelerator-hour .*” costs \d\.\d+ USD/used acc", said)
    reset(desk.tab)


FOLLOWED = """hash => new Promise((done) => {
    window.addEventListener("hashchange", () => setTimeout(done), { once: true });
    location.hash = hash;
})"""
"""Gives a page an address, and waits until it has read it."""
NO_VALUES = (
    ("%=1&%E0%A4%A=2", "no input of this page"),
    ("capacity.utilization=%", "not a number"),
    ("capacity.utilization= &capacity.utilization=", "not a number"),
    ("capacity.utilization=1e999", "not a number"),
    ("capacity.utilization=7", "is a share, from 0 to 1"),
    ("__proto__=1&constructor=2&=&==&", "no input of this page"),
    ("<img src=x onerror=window.pwned=1>=1", "no input of this page"),
    (f"{'x' * 100_000}=1", "x…: no input of this page"),
    ("a=1&" * 20_000, "Nor 19,996 more parts of it."),
)
"""Addresses that hold no value of an input, and what is said of them."""


@pytest.mark.parametrize("desk", ["coreweave-contract"], indirect=True)
def test_what_an_address_holds_that_is_no_value_is_told(desk: Watched) -> None:
    """A link that was cut or typed changes nothing, and neither stops the page nor runs in it."""
    before = figures(desk.tab)
    for state, said in NO_VALUES:
        desk.tab.evaluate(FOLLOWED, f"#{state}")
        told = desk.tab.inner_text("#refused")
        assert said in told
        assert len(told) < 1_000
        assert figures(desk.tab) == pytest.approx(before, nan_ok=True)
    assert desk.tab.evaluate("window.pwned") is None
    assert (desk.requests, desk.complaints) == ([], [])
    reset(desk.tab)


def test_pages_are_light_enough_to_send(files: Files) -> None:
    """Every page weighs less than 2 MB."""
    assert [name for name in (*SCENARIOS, INDEX) if files[name].stat().st_size >= 2e6] == []


def test_paper_takes_at_most_eight_sheets(chromium: Browser, files: Files, catalog: Catalog, tmp_path: Path) -> None:
    """What is printed without facts and long tables, the answer with its charts and the method, is short."""
    coverage = write_pages([coverage_page(catalog)], tmp_path)[0]
    for file, most in ((files["maia"], 3), (coverage, 5)):
        with opened(chromium, file) as seen:
            sheets = len(re.findall(rb"/Type\s*/Page\b", seen.tab.pdf(format="A4")))
        assert 2 <= sheets <= most


def move(tab: Tab, leaf: str, value: float) -> None:
    """Write a value into a control, and wait until intervals have followed."""
    tab.fill(f'[data-input="{leaf}"]', repr(value))
    tab.wait_for_selector(SURE, state="attached", timeout=60_000)


def reset(tab: Tab) -> None:
    """Bring back the values that a page was built with, and wait until intervals have followed."""
    tab.click("#reset")
    tab.wait_for_selector(SURE, state="attached", timeout=60_000)


def figures(tab: Tab) -> dict[str, float]:
    """Return every figure of a page in full."""
    found: dict[str, float] = tab.eval_on_selector_all("[data-figure]", FIGURES)
    return found


def agree(found: dict[str, float], wanted: Any) -> None:
    """Check every figure that a comparison has, against it."""
    compared = {f"{id_}.{name}": row[name] for id_, row in wanted.iterrows() for name in wanted.columns}
    common = {key: value for key, value in compared.items() if key in found and not isnan(value)}
    assert len(common) > len(wanted.columns)
    assert {key: found[key] for key in common} == pytest.approx(common, rel=1e-9, abs=1e-12)
