"""`costmodel show ID`."""

from __future__ import annotations

from pathlib import Path

import click

from costmodel.cli.shared import format_option, open_catalog, print_json, print_table, specs_option
from costmodel.errors import UnknownName, unknown
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.specs.kinds import KINDS
from costmodel.specs.record import Record


@click.command("show")
@click.argument("id_", metavar="ID")
@click.option("--kind", type=click.Choice(list(KINDS)), help="Kind of spec, where an id occurs in several.")
@format_option()
@specs_option
def command(id_: str, kind: str | None, style: str, specs: tuple[Path, ...]) -> None:
    """Show one accelerator, system, site, offer, architecture or scenario: every fact with its source."""
    catalog = open_catalog(specs)
    record = find(catalog, id_, kind)
    rows = [*_values(record), *(_fact_row(catalog, fact) for fact in record.all_facts)]
    if style == "json":
        print_json({"id": record.id, "kind": record.kind.name, "file": record.file, "values": rows})
    elif style == "csv":
        heads = list(rows[0])
        click.echo("\n".join(",".join(f'"{str(row[h]).replace(chr(34), chr(34) * 2)}"' for h in heads) for row in rows))
    else:
        print_table(f"{record.kind.name} {record.id} ({record.file})", list(rows[0]), [_texts(row) for row in rows])


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
    if not found:
        raise unknown("spec", id_, {one for name in KINDS for one in catalog.ids(name)})
    return catalog.get(*found[0])


def _values(record: Record) -> list[dict[str, str]]:
    shown = {key: value for key, value in record.values.items() if key not in record.facts}
    return [_row(key, ", ".join(value) if isinstance(value, list) else str(value)) for key, value in shown.items()]


def _fact_row(catalog: Catalog, fact: Fact) -> dict[str, str]:
    source = catalog.source(fact)
    between = f"{fact.low:~P} to {fact.high:~P}" if fact.low is not None and fact.high is not None else ""
    reason = fact.reason if fact.source == ASSUMPTION else source.title
    sure = fact.confidence or source.confidence
    return _row(
        fact.key,
        f"{fact.value:~P}",
        between,
        str(fact.as_of or source.date or ""),
        sure,
        " ".join(reason.split()),
        fact.at,
        source.url,
    )


def _row(key: str, value: str, *rest: str) -> dict[str, str]:
    heads = ("range", "date", "confidence", "source", "at", "url")
    return {"key": key, "value": value, **dict(zip(heads, (*rest, *[""] * len(heads)), strict=False))}


def _texts(row: dict[str, str]) -> list[str]:
    return [value[:160] for value in row.values()]
