"""A page as Markdown: its words and tables, without charts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from costmodel.report.content import ClaimRow, FactRow, Page, Section, Step
from costmodel.report.offers import OfferRow, Offers
from costmodel.report.tables import grouped, table_of
from costmodel.texts import visible

_MARKS = re.compile(r"([\\`*_\[\]<>|#~&])")


def page_markdown(page: Page, home: str = "") -> str:
    """Return the whole page; `home` is the file of the index. Whatever a text holds, it shows as it is."""
    return "\n\n".join(_parts(page, home)) + "\n"


def index_markdown(title: str, pages: Iterable[object]) -> str:
    """Return a list of pages, each a file with its title, question and answer."""
    return "\n\n".join([f"# {plain(title)}", *map(_listed, pages)]) + "\n"


def _listed(page: Any) -> str:
    return "\n\n  ".join([f"- [{plain(page.question)}]({page.file})", plain(page.headline)])


def plain(text: str) -> str:
    r"""Return a text on one line in which nothing is a mark of Markdown, or HTML.

    >>> plain("a|b <i>")
    'a\\|b \\<i\\>'
    """
    return _MARKS.sub(r"\\\1", visible(" ".join(text.split())))


def _parts(page: Page, home: str) -> Iterator[str]:
    yield f"# {plain(page.question)}"
    yield f"[All questions]({home}) · {plain(page.title)}" if home else plain(page.title)
    yield f"**{plain(page.headline)}**"
    if page.more:
        yield "\n".join(f"- {plain(one)}" for one in page.more)
    if page.summary:
        yield "\n".join(f"- {plain(f'{one.label}: {one.value} {one.unit} {one.note}')}" for one in page.summary)
    for claim in page.claims:
        yield from _claim(claim)
    if page.offers:
        yield from _offers(page.offers)
    for section in page.sections:
        if section.text or section.table is not None or section.bars or section.caption:
            yield from _section(section)
    yield from _method(page)
    for group, facts in grouped(page.facts):
        yield f"## Facts: {plain(group or 'of the question')}"
        yield _table(("What", "Value", "Unit", "90% interval", "Source"), "lrlrl", map(_fact, facts))
    yield f"costmodel {plain(page.version)}, {plain(page.created)} {plain(page.scenario_file)}".strip()


def _claim(claim: ClaimRow) -> Iterator[str]:
    yield f"## {plain(claim.id)}: {plain(claim.verdict)}"
    yield f"{plain(claim.subject)}: {plain(claim.text)}"
    said = (f"Said: {claim.said}", f"Model: {claim.model}", *claim.needs, *claim.hangs_on, claim.note)
    yield "\n".join(f"- {plain(one)}" for one in said if one)


def _offers(offers: Offers) -> Iterator[str]:
    yield "## The offers"
    heads = ["Offer", *(_head(name, unit) for name, unit, _ in offers.heads)]
    yield _table(heads, "l" + "r" * (len(heads) - 1), (map(plain, _offer(one, len(heads))) for one in offers.rows))
    yield " ".join(["In brackets: 80% intervals.", *(f"{plain(note)}." for note in offers.notes)])


def _offer(row: OfferRow, size: int) -> list[str]:
    """Return the cells of an offer, or its name and why it has none."""
    if not row.cells:
        return [row.name, row.why, *[""] * (size - 2)]
    return [row.name, *(_head(cell.text, " – ".join(cell.interval)) for cell in row.cells)]


def _section(section: Section) -> Iterator[str]:
    yield f"## {plain(section.heading)}"
    yield from (plain(part) for part in section.text.split("\n\n") if part.strip())
    if section.bars:
        yield "\n".join(f"- {plain(one.name)}: {plain(one.text)}" for one in section.bars)
    if section.table is not None:
        found = table_of(section.table, section.units)
        heads = [_head(head.name, head.unit or (found.unit if head.is_number else "")) for head in found.heads]
        sides = "".join("r" if head.is_number else "l" for head in found.heads)
        yield _table(heads, sides, (map(plain, row.cells) for row in found.rows))
    if section.caption:
        yield plain(section.caption)


def _head(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _method(page: Page) -> Iterator[str]:
    if page.method or page.steps:
        yield "## Method"
    yield from (plain(part) for part in page.method.split("\n\n") if part.strip())
    if page.steps:
        yield "\n".join(line for step in page.steps for line in _step(step, 0))


def _step(step: Step, depth: int) -> Iterator[str]:
    words = f" ({plain(step.text)})" if step.text else ""
    yield f"{'  ' * depth}- {plain(step.name)} **{plain(step.value)}**{words}"
    for child in step.children:
        yield from _step(child, depth + 1)


def _fact(fact: FactRow) -> list[str]:
    link = f"<{fact.link.replace('|', '%7C')}>" if fact.link else ""
    said = dict.fromkeys((fact.source_title, fact.at, fact.as_of, fact.confidence, fact.note))
    source = "; ".join(one for one in (*(plain(one) for one in said if one), link) if one)
    return [*map(plain, (fact.name, fact.value_text, fact.unit_text, fact.range_text)), source]


def _table(heads: Sequence[str], sides: str, rows: Iterable[Iterable[str]]) -> str:
    """Return a table; cells of rows are plain already."""
    rule = ["---:" if side == "r" else "---" for side in sides]
    lines = [map(plain, heads), rule, *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
