"""A file to fill in: every key of a kind with its meaning, its unit and an example, required lines marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from textwrap import wrap

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.bounds import out_of_bounds
from costmodel.specs.record import Record
from costmodel.units import example, parse

FILL_IN = "FILL-IN"
"""Stands where a figure, a name or a source is still to be put; no file that has one left is in order."""

FACTOR = "1.2"
"""A pure number that is an example."""

_WIDTH = 110
_HEAD = """\
# {name}: {description}
#
# Lines without "#" in front are required; take the "#" away where you know more. The figures are examples: put your
# own. Every figure has its unit and a source: an id in sources.toml, or source = "assumption" with a reason and a
# range = ["low", "high"], the 90% interval. Then: costmodel check, which names every {mark} that is left.
"""
SOURCES = """\
# The bibliography: every fact cites an id of this file or of the shipped one (costmodel list sources).

# [my-datasheet]
# title = "Data sheet of my chip, revision 2"
# publisher = "Us"
# url = "https://example.org/my-chip.pdf"
# date = "{today}"
# accessed = "{today}"
# confidence = "primary"
"""


def scaffold(
    kind: Kind, name: str, known: Mapping[str, str] | None = None, figures: Mapping[str, str] | None = None
) -> str:
    """Return the text of a file to fill in.

    `known` has the values of texts and references that are known already, `figures` plausible ones to be replaced.
    """
    given = {"name": name} | dict(known or {}) | dict(figures or {})
    plain = [a for a in kind if "." not in a.key and a.type not in ("history", "tables")]
    tables: dict[str, list[Attribute]] = {}
    for attribute in kind:
        if "." in attribute.key:
            tables.setdefault(attribute.key.rpartition(".")[0], []).append(attribute)
    parts = [_HEAD.format(name=kind.name.capitalize(), description=kind.description, mark=FILL_IN)]
    parts += [_entry(attribute, given) for attribute in sorted(plain, key=lambda a: not a.required)]
    parts += [_table(name, rows, given) for name, rows in tables.items()]
    parts += [_history(attribute) for attribute in kind if attribute.type == "history"]
    parts += [_named_tables(attribute) for attribute in kind if attribute.type == "tables"]
    return "\n".join(parts)


def sources_scaffold(today: date) -> str:
    """Return the text of an empty bibliography, with an entry to copy."""
    return SOURCES.format(today=today.isoformat())


def unfilled(record: Record) -> Iterator[str]:
    """Yield the places of a file that are still to be filled in."""
    for key, value in record.values.items():
        if FILL_IN in (value if isinstance(value, list) else [value]):
            yield f"{record.place(key)}: {key}: is still to be filled in"
    for fact in record.stated:
        if fact.source == FILL_IN:
            yield (
                f"{fact.place}: {fact.key}: is still to be filled in: put your figure, and as its source an id in "
                f'sources.toml, or "assumption" with a reason'
            )


def _table(name: str, rows: list[Attribute], given: Mapping[str, str]) -> str:
    """Return a table; its head stands without a # even if all its lines have one, for a table may be empty."""
    return f"[{name}]\n" + "\n".join(_entry(row, given, name) for row in rows)


def _entry(attribute: Attribute, given: Mapping[str, str], table: str = "") -> str:
    """Return the lines of one key: what it means, and the line to fill in, behind a # where it is not required."""
    keys = [key.removeprefix(f"{table}.") for key in _shown_keys(attribute)]
    lines = [f"{key} = {_value(attribute, given.get(attribute.key, FILL_IN))}" for key in keys]
    active = len(lines) if attribute.required and len(lines) == 1 else int(attribute.required)
    marked = [line if place < active else f"# {line}" for place, line in enumerate(lines)]
    return "\n".join([*_meaning(attribute), *marked, ""])


def _shown_keys(attribute: Attribute) -> tuple[str, ...]:
    """Return the keys to show; of the number types those that most accelerators have."""
    common = [key for key in attribute.keys if key.rpartition(".")[2] in ("bf16", "fp8")]
    return tuple(common) if attribute.key.endswith("*") else attribute.keys


def _meaning(attribute: Attribute) -> list[str]:
    words = [f"{attribute.description}{f' [{attribute.unit}]' if attribute.unit not in ('', '1') else ''}."]
    words += [f"One of: {', '.join(attribute.choices)}."] if attribute.choices else []
    words += [f"An id from: costmodel list {attribute.refers_to}."] if attribute.refers_to else []
    words += [f"Instead of it: {', '.join(attribute.or_else)}."] if attribute.or_else else []
    words += [f"Needed for {attribute.needed_for}."] if attribute.needed_for else []
    words += [f"Without it: {attribute.default}."] if attribute.default else []
    words += ["REQUIRED."] if attribute.required else []
    return [f"# {line}" for line in wrap(" ".join(words), _WIDTH)]


def _value(attribute: Attribute, given: str) -> str:
    if attribute.type == "quantity":
        figure = _figure(attribute) if given == FILL_IN else f'"{given}"'
        return f'{{ value = {figure}, source = "{FILL_IN}", at = "p. 1" }}'
    if attribute.type == "count":
        return "1"
    if attribute.type == "references":
        return f'["{given}"]'
    if attribute.type == "changes":
        return '{ "demand.users" = "2e6 user" }'
    plain = "2026-01-31" if attribute.type == "date" else f'"{attribute.choices[0] if attribute.choices else given}"'
    return f'{{ value = {plain}, source = "{FILL_IN}" }}' if attribute.cited else plain


def _figure(attribute: Attribute) -> str:
    """Return a figure of the right unit and kind, to be replaced."""
    unit = attribute.unit or "1"
    pure = unit == "1" and not attribute.share
    if attribute.whole and pure:
        return "1"
    shown = [*([FACTOR] if pure else []), example(unit), f"{1000 * (attribute.least or 1):g} {unit}"]
    return next(f'"{one}"' for one in shown if not out_of_bounds(attribute, one, parse(one)))


def _named_tables(attribute: Attribute) -> str:
    """Return an example of a table with a name of its own, all of it behind #: none is required."""
    lines = [f"[{attribute.key}.some-name]"]
    for row in attribute.rows:
        lines += [*(line.removeprefix("# ") for line in _meaning(row)), f"{row.key} = {_value(row, FILL_IN)}"]
    return "\n".join([*_meaning(attribute), *(f"# {line}" for line in lines), ""])


def _history(attribute: Attribute) -> str:
    lines = [
        f"[[{attribute.key}]]",
        f'value = "{example(attribute.unit)}"',
        "as_of = 2026-01-31",
        f'source = "{FILL_IN}"',
    ]
    shown = lines if attribute.required else [f"# {line}" for line in lines]
    more = "# Further prices: more such tables, each with its own day; never overwrite one."
    return "\n".join([*_meaning(attribute), *shown, more, ""])
