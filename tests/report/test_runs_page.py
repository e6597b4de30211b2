"""The page of published training runs: bars on one scale, a headline that counts, no script."""

from __future__ import annotations

import tomllib
from itertools import pairwise

import pytest

from costmodel.report.content import Page
from costmodel.report.page import page_html
from costmodel.report.runs_page import runs_page
from costmodel.specs.catalog import data_folder

KEPT = ("shared", "gpt-3-lambda", "llama-2-70b")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """Return the page of two shipped runs, of which one has its hours given."""
    text = (data_folder("reports") / "frontier-training.toml").read_text()
    names = [name for name in tomllib.loads(text) if name not in KEPT]
    parts = text.split("\n[")
    kept = [part for part in parts if not any(part.startswith((f"{name}]", f"{name}.")) for name in names)]
    file = tmp_path_factory.mktemp("runs") / "two-runs.toml"
    file.write_text("\n[".join(kept))
    return runs_page(file)


def test_the_headline_counts_runs_whose_hours_are_predicted(page: Page) -> None:
    """A run whose hours follow from what is given is not counted as one that is met."""
    assert "For 1 of 1 run whose hours are predicted" in page.headline
    assert page.summary[0].value == "2"


def test_each_method_has_a_chart_and_its_numbers(page: Page) -> None:
    """Hours, then each method by itself: as many bars as runs that have the figure, and a table of them."""
    headings = [one.heading for one in page.sections]
    assert headings == [
        "Accelerator hours",
        "Cost at cloud price",
        "Cost amortised",
        "Cost of acquisition",
        "What the runs are",
    ]
    assert [len(one.bars) for one in page.sections] == [2, 2, 1, 1, 0]
    assert all(one.table is not None and len(one.table) == len(one.bars) for one in page.sections[:-1])


def test_bars_of_a_part_share_a_scale(page: Page) -> None:
    """What costs more stands further to the right, whichever run it is; ends of an interval hold its figure."""
    for part in page.sections[:-1]:
        assert part.table is not None
        ours = part.table["ours"].tolist()
        places = [one.bar.median for _, one in sorted(zip(ours, part.bars, strict=True), key=lambda pair: pair[0])]
        assert all(one <= other for one, other in pairwise(places))
        assert all(0 <= one.bar.low <= one.bar.median <= one.bar.high <= 100 for one in part.bars)


def test_the_page_is_small_and_runs_nothing(page: Page) -> None:
    """Bars are drawn without a script, so that the page is light and its policy allows none."""
    html = page_html(page)
    assert "<script" not in html
    assert len(html) < 60_000
    assert html.count('class="bar" role="img"') == 6
