"""Pages into a folder: one file each, and an index of their questions and answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from costmodel.errors import CostModelError
from costmodel.report.content import Page
from costmodel.report.page import index_html, page_html
from costmodel.writing import write_files

INDEX = "index"


def write_pages(pages: Sequence[Page], folder: Path, title: str = "What AI compute costs") -> list[Path]:
    """Write every page and the index of them; return the files, the index last."""
    named = _named(pages)
    texts = {folder / name: page_html(page, f"{INDEX}.html") for name, page in named.items()}
    texts[folder / f"{INDEX}.html"] = index_html(title, named.items())
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


def _named(pages: Sequence[Page]) -> dict[str, Page]:
    """Return pages by file name; two of one name would overwrite each other unseen."""
    named: dict[str, Page] = {}
    for page in pages:
        name = file_name(page)
        if name in named or name == f"{INDEX}.html":
            other = named[name].title if name in named else "the index"
            msg = f'"{page.title}" and "{other}" would both be written to {name}; rename one scenario file'
            raise CostModelError(msg)
        named[name] = page
    return named
