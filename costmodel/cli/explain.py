"""`costmodel explain SCENARIO QUANTITY`."""

from __future__ import annotations

from collections import Counter
from typing import NoReturn

import click
from rich.text import Text
from rich.tree import Tree

from costmodel.analysis.study import Study
from costmodel.cli.opening import study_options
from costmodel.cli.shared import plain, print_answer
from costmodel.cli.tables import console, figure
from costmodel.errors import CostModelError
from costmodel.formula import Explanation
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.texts import visible

ALIKE = 4
"""Parts of one name under one number that a printed tree shows: the rest are counted."""

DIGITS = 5


@click.command("explain")
@click.argument("scenario")
@click.argument("quantity")
@click.option("--offer", metavar="ID", help="Offer to explain; the first one of the scenario, if not given.")
@click.option("--depth", type=click.IntRange(1), metavar="N", help="Levels to show; all, if not given.")
@study_options("tree", "json")
def command(study: Study, quantity: str, offer: str | None, depth: int | None, style: str) -> None:
    """Show the tree of a number: every step with its value and unit, down to facts with their sources."""
    draw(study.explain(quantity, offer), study.catalog, depth or 1_000, style)


def draw(tree: Explanation, catalog: Catalog, depth: int, style: str) -> None:
    """Print the tree of a number, as JSON where that is the style."""

    def show() -> None:
        root = Tree(_label(tree, catalog))
        _grow(root, tree, catalog, depth, {id(tree)})
        console().print(root)

    print_answer(style, json=lambda: _as_json(tree, catalog, depth, set()), csv=_no_rows, tree=show, table=show)


def _no_rows() -> NoReturn:
    msg = "a tree has no rows: ask for --format json, or for the table without --explain"
    raise CostModelError(msg)


def _grow(branch: Tree, part: Explanation, catalog: Catalog, depth: int, shown: set[int]) -> None:
    """Add what a part is made of; what stands above already is named again, without its source or its own parts."""
    if depth == 1:
        return
    alike = Counter[str]()
    for child in part.told:
        alike[child.name] += 1
        if alike[child.name] > ALIKE:
            continue
        if id(child) in shown:
            branch.add(_number(child).append("  (as above)", "dim"))
            continue
        shown.add(id(child))
        _grow(branch.add(_label(child, catalog)), child, catalog, depth - 1, shown)
    for name, count in (alike - Counter(dict.fromkeys(alike, ALIKE))).items():
        branch.add(Text(f"and {count} more of {visible(name)} (--format json has all)", "dim"))


def _number(part: Explanation) -> Text:
    value = figure(float(part.value.magnitude), DIGITS)
    return Text.assemble((visible(part.name), "bold"), f" = {value} {part.value.units:~P}".rstrip())


def _label(part: Explanation, catalog: Catalog) -> Text:
    head = _number(part)
    if isinstance(part.origin, Fact):
        return head.append(f"  {visible(_source(part.origin, catalog))}", "cyan")
    words = part.summary.removeprefix("Return ").rstrip(".")
    return head.append(f"  {visible(words)}", "dim") if words else head


def _source(fact: Fact, catalog: Catalog) -> str:
    moved = f"; {fact.moved}" if fact.moved else ""
    where = f"{moved} ({fact.file.name}:{fact.line})"
    if fact.source == ASSUMPTION:
        return f"assumption: {' '.join(fact.reason.split())} ({fact.file.name}:{fact.line})"
    source = catalog.source(fact)
    place = f", {fact.at}" if fact.at else ""
    return f"{source.title}{place}{f', {fact.as_of}' if fact.as_of else ''}{where}"


def _as_json(part: Explanation, catalog: Catalog, depth: int, shown: set[int]) -> dict[str, object]:
    """Return the tree as plain data; a part that occurs again is given without its children, as `repeated`."""
    found: dict[str, object] = {"name": part.name, **plain(part.value)}
    if part.formula:
        found |= {"formula": part.formula, "summary": part.summary}
    if isinstance(part.origin, Fact):
        source = catalog.source(part.origin)
        found["source"] = {
            "id": part.origin.source,
            "title": source.title,
            "url": source.url,
            "place": part.origin.place,
        } | ({"moved": part.origin.moved} if part.origin.moved else {})
    if part.children and id(part) in shown:
        found["repeated"] = True
    elif depth > 1 and part.children:
        shown.add(id(part))
        found["children"] = [_as_json(child, catalog, depth - 1, shown) for child in part.children]
    return found
