"""`costmodel schema [KIND]`."""

from __future__ import annotations

import click

from costmodel.cli.shared import print_answer
from costmodel.cli.tables import print_table
from costmodel.specs.attribute import Attribute
from costmodel.specs.json_schema import json_schema
from costmodel.specs.kinds import KINDS

COLUMNS = ("key", "type", "unit", "required", "default", "description")


@click.command("schema")
@click.argument("kind", required=False, type=click.Choice(list(KINDS)))
@click.option(
    "--format",
    "style",
    type=click.Choice(("table", "json-schema")),
    default="table",
    show_default=True,
    help="Print for people, or as JSON Schema for an editor such as Even Better TOML.",
)
def command(kind: str | None, style: str) -> None:
    """Show what the files of a kind may say: every key with unit, default and meaning. Without KIND: the kinds."""
    if kind is not None:
        print_answer(
            style.partition("-")[0],
            json=lambda: json_schema(KINDS[kind]),
            table=lambda: print_table(KINDS[kind].description, COLUMNS, [row(attribute) for attribute in KINDS[kind]]),
        )
    elif style == "json-schema":
        msg = f"A schema is that of one kind of file: name it, such as {next(iter(KINDS))}"
        raise click.UsageError(msg)
    else:
        print_table(
            "", ("kind", "folder", "description"), [[k.name, f"{k.folder}/", k.description] for k in KINDS.values()]
        )


def row(attribute: Attribute) -> list[str]:
    """Return an attribute as the cells of the table."""
    meaning = [attribute.description]
    meaning += [f"one of {', '.join(attribute.choices)}"] if attribute.choices else []
    meaning += [f"or instead {', '.join(attribute.or_else)}"] if attribute.or_else else []
    meaning += [f"needed for {attribute.needed_for}"] if attribute.needed_for else []
    required = "yes" if attribute.required else ""
    return [attribute.key, attribute.type, attribute.unit, required, attribute.default, "; ".join(meaning)]
