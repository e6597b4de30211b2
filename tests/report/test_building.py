"""Pages side by side: the same bytes whoever makes them, and a scenario that fails takes no other with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from costmodel.domain.claim import load_claims
from costmodel.report.building import CLAIMS, Made, Order, build, make
from costmodel.report.bundle import chart_library
from costmodel.report.content import ClaimRow
from costmodel.report.write import write_sheets
from costmodel.specs.catalog import Catalog

QUICK = "gpt3-2020"
BROKEN = 'workload = "serving"\n'


def test_pages_are_the_same_whoever_makes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes, in the other order, give the texts that this one gives."""
    monkeypatch.setattr("costmodel.report.page.chart_library", chart_library)  # other processes have the whole one
    alone = build(Order((QUICK, "openai-2022")), workers=1)
    beside = build(Order(("openai-2022", QUICK)), workers=2)
    assert {one.name: one.sheet for one in alone} == {one.name: one.sheet for one in beside}
    assert [one.name for one in beside] == ["openai-2022", QUICK]


def test_a_failure_names_its_scenario_and_leaves_the_others(tmp_path: Path) -> None:
    """A file that cannot be read is named; the page beside it is there."""
    broken = tmp_path / "broken.toml"
    broken.write_text(BROKEN)
    heard: list[str] = []
    first, second = build(Order((str(broken), QUICK)), workers=1, done=lambda one: heard.append(one.name))
    assert first.sheet is None
    assert str(broken) in first.fault
    assert second.sheet is not None
    assert second.fault == ""
    assert heard == [str(broken), QUICK]


def test_claims_are_checked_with_their_scenario_and_stand_on_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each claim is checked once, with its scenario or with the rest, whatever inputs of pages are set."""
    order = Order((QUICK,), settings=("finance.real_discount_rate=0.05 1/year",), claims=True)
    made = make(order, QUICK)
    assert [row.id for row in made.rows] == ["gpt3-training-cost"]
    assert made.rows == make(Order((QUICK,), claims=True), QUICK).rows
    row = made.rows[0]

    def quick(_: Order, name: str) -> Made:
        rest = {one: ClaimRow(one, "", "", "", "", "outside", ()) for one in _all_claims()} if name == CLAIMS else {}
        return Made(name, rows=(*(one for id_, one in rest.items() if id_ != row.id), *([] if rest else [row])))

    monkeypatch.setattr("costmodel.report.building.make", quick)
    page = build(order, workers=1)[-1]
    assert page.sheet is not None
    assert page.sheet.file == "claims.html"
    assert str(page.sheet.text).count('class="claim"') == len(_all_claims())


def test_no_page_of_claims_where_one_cannot_be_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A page that left a claim out would say something else; the others are written."""
    sheet = make(Order((QUICK,)), QUICK).sheet
    monkeypatch.setattr("costmodel.report.building.make", lambda _, name: Made(name, sheet, rows_fault="no answer"))
    *_, claims = build(Order((QUICK,), claims=True), workers=1)
    assert (claims.sheet, claims.fault) == (None, "no answer")
    assert sheet is not None
    assert [file.name for file in write_sheets([sheet], tmp_path)] == [f"{QUICK}.html", "index.html"]


def _all_claims() -> list[str]:
    return [one.id for one in load_claims(Catalog())]
