"""Pages as Markdown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from costmodel.report import FactRow, Page, Section, Step, write_pages
from costmodel.report.markdown import page_markdown
from costmodel.report.write import Style, sheet_of, write_sheets

HOSTILE = "<script>x</script> | [a](javascript:b) \u202e\n# big"


def test_markdown_has_the_words_and_the_tables(page: Page, costs: pd.DataFrame) -> None:
    """Question, answer, tables with units, steps and facts with their links are there."""
    fact = FactRow("price", 230, "kUSD/server", 200, 260, "List", "https://example.org/a_b", group="H100")
    shown = replace(
        page,
        sections=(Section("Costs", table=costs[["offer", "cost"]], units={"cost": "USD"}),),
        facts=(fact,),
        steps=(Step("cost", "5 USD", "the sum", (Step("rent", "5 USD"),)),),
    )
    lines = page_markdown(shown, "index.md").splitlines()
    assert lines[0] == "# Buy or rent?"
    assert "[All questions](index.md)" in lines[2]
    assert "| Offer | Cost (USD) |" in lines
    assert "| price | 230 | kUSD/server | 200 – 260 | List; <https://example.org/a_b> |" in lines
    assert "  - rent **5 USD**" in lines


def test_hostile_text_is_no_mark(page: Page) -> None:
    """A text cannot start a heading, a cell, a link or a tag, nor turn its line round."""
    shown = replace(
        page,
        question=HOSTILE,
        sections=(Section(HOSTILE, HOSTILE, table=pd.DataFrame({HOSTILE: [HOSTILE]})),),
        facts=(FactRow(HOSTILE, 1.0, HOSTILE, source_title=HOSTILE, source_url="javascript:x", group=HOSTILE),),
    )
    text = page_markdown(shown)
    assert "<script" not in text.replace("\\<", "")
    assert "[a](" not in text
    assert "\u202e" not in text
    assert "\n# big" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {2, 6}


def test_pages_in_markdown_have_an_index_in_it(page: Page, tmp_path: Path) -> None:
    """The index has each question with its answer, once, as that of pages has."""
    style = Style("md")
    files = write_sheets([sheet_of(page, style)], tmp_path, style)
    assert [file.name for file in files] == ["one.md", "index.md"]
    index = files[1].read_text(encoding="utf-8")
    assert "[Buy or rent?](one.md)" in index
    page_index = write_pages([page], tmp_path)[-1].read_text(encoding="utf-8")
    assert index.count(page.headline) == page_index.count(page.headline) == 1
