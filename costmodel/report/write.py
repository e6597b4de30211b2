"""Pages into a folder: one file each, and an index of their questions and answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from costmodel.errors import CostModelError
from costmodel.report.content import Page
from costmodel.report.page import index_html, page_html
from costmodel.report.pictures import pictures
from costmodel.writing import write_files

INDEX = "index"


@dataclass(frozen=True)
class Sheet:
    """A page as the text of its file, and what the index says of it."""

    file: str
    title: str
    question: str
    headline: str
    html: str
    pictures: Mapping[str, str] = field(default_factory=dict)
    """Its charts as SVG, by file, where they are asked for."""


def sheet_of(page: Page, *, charts: bool = False) -> Sheet:
    """Return a page as it is written, with its charts as pictures beside it where they are asked for."""
    html, file = page_html(page, f"{INDEX}.html"), file_name(page)
    shown = pictures(page, file.removesuffix(".html")) if charts else {}
    return Sheet(file, page.title, page.question, page.headline, html, shown)


def write_pages(pages: Sequence[Page], folder: Path, title: str = "What AI compute costs") -> list[Path]:
    """Write every page and the index of them; return the files, the index last."""
    return write_sheets([sheet_of(page) for page in pages], folder, title)


def write_sheets(sheets: Sequence[Sheet], folder: Path, title: str = "What AI compute costs") -> list[Path]:
    """Write pages whose texts are made, and the index of them; return the files, the index last."""
    _check_names(sheets)
    texts = {folder / file: text for one in sheets for file, text in {one.file: one.html, **one.pictures}.items()}
    texts[folder / f"{INDEX}.html"] = index_html(title, sheets)
    write_files(texts)
    return list(texts)


def file_name(page: Page) -> str:
    """Return the name of a page's file: that of its scenario, or else its title.

    >>> file_name(Page("Assistant for 1 M users", "", "", scenario_file="reports/assistant.toml"))
    'assistant.html'
    """
    stem = PurePath(page.scenario_file).stem or page.title
    plain = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:80]
    return f"{plain or 'page'}.html"


def _check_names(sheets: Sequence[Sheet]) -> None:
    """Refuse two pages of one name: they would overwrite each other unseen."""
    titles = {f"{INDEX}.html": "the index"}
    for one in sheets:
        if one.file in titles:
            other = titles[one.file]
            msg = f'"{one.title}" and "{other}" would both be written to {one.file}; rename one scenario file'
            raise CostModelError(msg)
        titles[one.file] = one.title
