"""Pages into a folder: one file each, and an index of their questions and answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from costmodel.errors import CostModelError
from costmodel.report.content import Page
from costmodel.report.markdown import index_markdown, page_markdown
from costmodel.report.page import index_html, page_html
from costmodel.report.paper import PAPERS, pdf_of
from costmodel.report.pictures import pictures
from costmodel.writing import write_files

INDEX = "index"
TITLE = "What AI compute costs"


HTML, PDF, MARKDOWN = "html", "pdf", "md"
STYLES = (HTML, PDF, MARKDOWN)


@dataclass(frozen=True)
class Style:
    """What pages are written as: their format, the paper of a PDF, and the format of their charts beside them."""

    format: str = HTML
    paper: str = PAPERS[0]
    charts: str = ""

    @property
    def index(self) -> str:
        """The file of the index; one of PDFs is a page that leads to them."""
        return f"{INDEX}.{MARKDOWN if self.format == MARKDOWN else HTML}"


@dataclass(frozen=True)
class Sheet:
    """A page as the content of its file, and what the index says of it."""

    file: str
    title: str
    question: str
    headline: str
    text: str | bytes
    pictures: Mapping[str, str | bytes] = field(default_factory=dict)
    """Its charts by file, where they are asked for."""


def sheet_of(page: Page, style: Style = Style(), *, stem: str = "") -> Sheet:
    """Return a page as it is written, with its charts as pictures beside it where they are asked for."""
    stem = stem or stem_of(page)
    shown = pictures(page, stem, style.charts) if style.charts else {}
    file = f"{stem}.{style.format}"
    return Sheet(file, page.title, page.question, page.headline, _content(page, style), shown)


def _content(page: Page, style: Style) -> str | bytes:
    if style.format == MARKDOWN:
        return page_markdown(page, style.index)
    html = page_html(page, style.index if style.format == HTML else "")
    return pdf_of(html, style.paper) if style.format == PDF else html


def write_pages(pages: Sequence[Page], folder: Path, title: str = TITLE) -> list[Path]:
    """Write every page and the index of them; return the files, the index last."""
    return write_sheets([sheet_of(page) for page in pages], folder, title=title)


def write_sheets(
    sheets: Sequence[Sheet],
    folder: Path,
    style: Style = Style(),
    title: str = TITLE,
) -> list[Path]:
    """Write pages whose contents are made, and the index of them; return the files, the index last."""
    _check_names(sheets, style.index)
    texts = {folder / file: text for one in sheets for file, text in {one.file: one.text, **one.pictures}.items()}
    made = index_markdown if style.format == MARKDOWN else index_html
    texts[folder / style.index] = made(title, sheets)
    write_files(texts)
    return list(texts)


def stem_of(page: Page) -> str:
    """Return the name of a page's file without its ending: that of its scenario, or else its title.

    >>> stem_of(Page("Assistant for 1 M users", "", "", scenario_file="reports/assistant.toml"))
    'assistant'
    """
    stem = PurePath(page.scenario_file).stem or page.title
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:80] or "page"


def _check_names(sheets: Sequence[Sheet], index: str) -> None:
    """Refuse two pages of one name: they would overwrite each other unseen."""
    titles = {index: "the index"}
    for one in sheets:
        if one.file in titles:
            other = titles[one.file]
            msg = f'"{one.title}" and "{other}" would both be written to {one.file}; rename one scenario file'
            raise CostModelError(msg)
        titles[one.file] = one.title
