"""`costmodel show ID`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pandas as pd

from costmodel.cli.shared import format_option, open_catalog, print_answer, specs_option
from costmodel.cli.tables import print_table
from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.architecture_names import Architectures, plain
from costmodel.errors import UnknownName, unknown
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, Citation, Fact
from costmodel.specs.kinds import KINDS
from costmodel.specs.record import Record
from costmodel.units import Quantity

HEADS = ("key", "value", "range", "date", "confidence", "source", "at", "url", "source_id", "note", "line")
_LONGEST_NOTE = 110


@click.command("show")
@click.argument("id_", metavar="ID")
@click.option("--kind", type=click.Choice(list(KINDS)), help="Kind of spec, where an id occurs in several.")
@format_option()
@specs_option
def command(id_: str, kind: str | None, style: str, specs: tuple[Path, ...]) -> None:
    """Show one accelerator, system, site, offer, architecture or scenario: every fact with its source."""
    catalog = open_catalog(specs)
    record = find(catalog, id_, kind)
    rows = rows_of(catalog, record)
    print_answer(
        style,
        json=lambda: {"id": record.id, "kind": record.kind.name, "file": record.file, "values": rows},
        csv=lambda: pd.DataFrame(rows, columns=list(HEADS)),
        table=lambda: _print(record, rows),
    )


def find(catalog: Catalog, id_: str, kind: str | None = None) -> Record:
    """Return the spec of an id, of any kind; ids of offers may begin with their kind."""
    head, _, rest = id_.partition("/")
    tried = [(kind, id_)] if kind else [*([(head, rest)] if head in KINDS else []), *((name, id_) for name in KINDS)]
    found = []
    for name, candidate in tried:
        try:
            found.append((name, catalog.full_id(name, candidate)))
        except UnknownName:
            continue
    if len(found) > 1 and found[0][1] != found[1][1] and found[0][0] == found[1][0]:
        raise unknown("spec", id_, [one for _, one in found])
    if not found and (named := _of_alias(catalog, id_, kind)):
        return catalog.get(*named)
    if not found:
        raise unknown("spec", id_, {one for name in KINDS for one in catalog.ids(name)})
    return catalog.get(*found[0])


def _of_alias(catalog: Catalog, name: str, kind: str | None) -> tuple[str, str] | None:
    """Return kind and id of the accelerator or the model that goes by another name, as `predict` takes it."""
    named = {
        "accelerator": Accelerators(catalog).exactly(name),
        "architecture": Architectures(catalog).ids.get(plain(name)),
    }
    return next(((one, id_) for one, id_ in named.items() if id_ and kind in (None, one)), None)


def rows_of(catalog: Catalog, record: Record) -> list[dict[str, str]]:
    """Return every value of a spec as texts, in the order of its kind's table; alternatives follow their fact."""
    keys = [key for attribute in record.kind for key in attribute.keys]
    rows = [row for key in keys for row in _rows(catalog, record, key)]
    return [dict(zip(HEADS, row, strict=True)) for row in rows]


def _rows(catalog: Catalog, record: Record, key: str) -> Iterator[tuple[str, ...]]:
    facts = record.histories.get(key) or ((record.facts[key],) if key in record.facts else ())
    for fact in facts:
        between = "" if fact.low is None or fact.high is None else f"{_text(fact.low)} to {_text(fact.high)}"
        yield (fact.key, _text(fact.value), between, *_cited(catalog, fact, fact.as_of))
        for one in fact.alternatives:
            other = replace(fact, source=one.source, at=one.at, note=one.reason, reason="", confidence="")
            yield (f"{fact.key} (or)", _text(one.value), "", *_cited(catalog, other))
    if key in record.values and not facts:
        value = record.values[key]
        text = ", ".join(value) if isinstance(value, list) else str(value)
        cited = record.citations.get(key)
        yield (key, text, "", *(_cited(catalog, cited) if cited else [""] * (len(HEADS) - 3)))


def _text(value: Quantity) -> str:
    return f"{value:~P}".replace(".0 ", " ").removesuffix(".0")


def _cited(catalog: Catalog, fact: Fact | Citation, as_of: object = None) -> tuple[str, ...]:
    source = catalog.sources.get(fact.source)
    own = fact.source == ASSUMPTION or source is None
    title, url, date = ("", "", "") if own or source is None else (source.title, source.url, source.date)
    sure = fact.confidence or (source.confidence if source else ASSUMPTION)
    said = " ".join((fact.reason or fact.note).split())
    place = fact.place.rpartition(":")[2]
    return (str(as_of or date), sure, said if own else title, fact.at, url, fact.source, said, place)


def _print(record: Record, rows: list[dict[str, str]]) -> None:
    """Print the values with the ids of their sources, then each source once."""
    columns = ("key", "value", "90% interval", "date", "confidence", "source", "note")
    cells = [[*(row[head] for head in HEADS[:5]), _named(row), _short(row["note"])] for row in rows]
    print_table(f"{record.kind.name} {record.id} ({record.file})", columns, cells)
    cited = {row["source_id"]: row for row in rows if row["url"]}
    if cited:
        print_table(
            "\nSources", ("id", "title", "url"), [[id_, row["source"], row["url"]] for id_, row in cited.items()]
        )


def _named(row: dict[str, str]) -> str:
    return f"{row['source_id']}, {row['at']}" if row["at"] else row["source_id"]


def _short(note: str) -> str:
    return note if len(note) <= _LONGEST_NOTE else f"{note[:_LONGEST_NOTE]}..."
