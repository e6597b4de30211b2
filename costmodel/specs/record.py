"""One spec file read against its kind's table: typed values, facts, and every fault with file, line and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from costmodel.errors import SpecError, did_you_mean
from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.bounds import LARGEST_COUNT
from costmodel.specs.fact import Citation, Fact
from costmodel.specs.fact_reader import FactReader, Fault
from costmodel.specs.files import read_text
from costmodel.specs.locate import Lines, LinesBelow, line_of
from costmodel.units import example

try:  # tomli is tomllib with compiled wheels: the same parser, twice as fast
    import tomli as toml
except ModuleNotFoundError:  # pragma: no cover - where it has not been installed
    import tomllib as toml  # type: ignore[no-redef]

LARGEST_FILE, USUAL = 1_000_000, "a spec file is a few kilobytes"
LONGEST_VALUE = 2_000
LONGEST_ID = 120
LARGEST_INTEGER = 64
DEEPEST = 30

_TABLE_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_DEEP_KEY = re.compile(rf"(?:\.[ \t]*[\w\"'-]+[ \t]*){{{DEEPEST}}}")
UNCITED = ("count", "references", "source")
"""Types whose values stand alone: lists of ids, and numbers that take the source of their whole file."""

_WANTED = {"count": "a whole number", "date": "a date such as 2023-10-01", "references": "a list of ids"}
_HOLDERS = (dict, list)
_TOO_DEEP = "nested too deeply; a spec file has tables of two levels"


@dataclass(frozen=True)
class Record:
    """The content of one valid spec file."""

    kind: Kind
    id: str
    file: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    """Texts, dates, counts and references by key."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """Quantities by key."""
    histories: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    """Dated facts by key, oldest first."""
    citations: Mapping[str, Citation] = field(default_factory=dict)
    """Where texts and dates were read, by key."""
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def all_facts(self) -> Iterator[Fact]:
        """Every fact of the file."""
        yield from self.facts.values()
        for history in self.histories.values():
            yield from history

    @property
    def stated(self) -> Iterator[Fact | Citation]:
        """Everything that has a source: quantities, dated prices, cited texts and dates."""
        yield from self.all_facts
        yield from self.citations.values()

    def place(self, key: str) -> str:
        """File and line of a key, for messages."""
        return f"{self.file}:{line_of(self.lines, key)}"


def read_record(kind: Kind, id_: str, file: Path) -> Record:
    """Read one spec file, or raise a SpecError with all its faults."""
    text = read_text(file, LARGEST_FILE, USUAL)
    return _record(kind, id_, file, _toml(file, text), Lines(text))


def read_records(kind_of: Callable[[object], Kind], file: Path) -> list[Record]:
    """Read a file with a table for each record, whose kind follows from it; or raise a SpecError with all faults."""
    text = read_text(file, LARGEST_FILE, USUAL)
    lines = Lines(text)
    found: list[Record] = []
    faults: list[str] = []
    for id_, table in _toml(file, text).items():
        below = LinesBelow(lines, id_)
        try:
            found.append(_record(kind_of(table), id_, file, table, below))
        except SpecError as error:
            faults += error.faults
    if faults:
        raise SpecError(faults)
    return found


def _record(kind: Kind, id_: str, file: Path, content: object, lines: Mapping[str, int]) -> Record:
    if not isinstance(content, dict):
        raise SpecError([f"{file}:{line_of(lines, '')}: {id_}: must be a table that begins with [{id_}]"])
    reader = _Reader(kind, file, lines)
    reader.read(dict(_flatten(content, kind)))
    if reader.faults:
        raise SpecError(_unique(reader.faults))
    histories = {
        key: tuple(sorted(facts, key=lambda f: f.as_of or date.min)) for key, facts in reader.histories.items()
    }
    return Record(kind, id_, file, reader.values, reader.facts, histories, reader.citations, lines)


def read_table(file: Path) -> tuple[dict[str, Any], Mapping[str, int], list[str]]:
    """Return the tables of a TOML file that has no kind, the lines of its keys, and an empty list for faults."""
    text = read_text(file, LARGEST_FILE, USUAL)
    return _toml(file, text), Lines(text), []


class _Reader:
    """Collects what a file says and what is wrong with it."""

    def __init__(self, kind: Kind, file: Path, lines: Mapping[str, int]) -> None:
        self.kind, self.file, self.lines = kind, file, lines
        self.values: dict[str, Any] = {}
        self.facts: dict[str, Fact] = {}
        self.histories: dict[str, list[Fact]] = {}
        self.citations: dict[str, Citation] = {}
        self.faults: list[str] = []
        self.source = ""
        self.fact_reader = FactReader(file, lines, self.fault)

    def fault(self, path: str, message: str) -> None:
        self.faults.append(f"{self.file}:{line_of(self.lines, path)}: {path[:LONGEST_ID]}: {message}")

    def read(self, flat: Mapping[str, Any]) -> None:
        allowed = self.kind.by_key()
        self.source = str(flat.get("source", ""))
        missing = [a for a in self.kind.required if not any(key in flat for key in a.keys)]
        for key, value in flat.items():
            if key in allowed:
                self._value(allowed[key], key, value)
            else:
                missing = self._unknown(key, list(allowed), missing)
        for attribute in missing:
            self.fault(attribute.key, f"is missing: {attribute.description.lower()}{_needed(attribute)}")

    def _unknown(self, key: str, allowed: list[str], missing: list[Attribute]) -> list[Attribute]:
        hint = did_you_mean(key, allowed)
        self.fault(
            key,
            f"is not a key of {self.kind.name} files.{hint}" + ("" if hint else f" Allowed: {', '.join(allowed[:30])}"),
        )
        return [a for a in missing if f'"{a.key}"' not in hint]

    def _value(self, attribute: Attribute, key: str, value: object) -> None:
        try:
            if attribute.type == "quantity":
                self.facts[key] = self.fact_reader.fact(attribute, key, value)
            elif attribute.type == "count" and isinstance(value, dict):
                # An estimate of something that its maker keeps to itself: a fact of its own, with a range.
                self.facts[key] = self.fact_reader.fact(attribute, key, value)
                self.values[key] = round(float(self.facts[key].value.magnitude))
            elif attribute.type == "tables":
                self.values[key] = self._tables(attribute, key, value)
            elif attribute.type == "changes":
                self.values[key] = _changes(value)
            elif attribute.type == "history":
                self.histories[key] = self.fact_reader.history(attribute, key, value)
            else:
                self.values[key] = self._plain(attribute, key, value)
                if attribute.type == "count":
                    self.facts[key] = self.fact_reader.count(attribute, key, self.values[key], self.source)
        except Fault as fault:
            self.fault(fault.path or key, str(fault))

    def _tables(self, attribute: Attribute, key: str, value: object) -> dict[str, dict[str, Any]]:
        """Read tables with names of their own: their facts by whole keys, their texts by table."""
        if not isinstance(value, dict) or not all(isinstance(one, dict) for one in value.values()):
            msg = f"must be tables with names of their own, each beginning with [{key}.some-name]"
            raise Fault(msg)
        return {name: self._named_table(attribute, f"{key}.{name}", table) for name, table in value.items()}

    def _named_table(self, attribute: Attribute, path: str, table: Mapping[str, Any]) -> dict[str, Any]:
        if not _TABLE_NAME.fullmatch(path.rpartition(".")[2]):
            self.fault(path, "a name has lower-case letters, digits and - only, such as [plans.business]")
        rows = {row.key: replace(row, key=f"{path}.{row.key}") for row in attribute.rows}
        for key, value in table.items():
            if key in rows:
                self._value(rows[key], f"{path}.{key}", value)
            else:
                hint = did_you_mean(key, rows)
                self.fault(f"{path}.{key}", f"is not a key of [{path}].{hint} Allowed: {', '.join(rows)}")
        for row in rows.values():
            if row.required and row.key.rpartition(".")[2] not in table:
                self.fault(row.key, f"is missing: {row.description.lower()}{_needed(row)}")
        return {key: self.values.pop(f"{path}.{key}") for key in rows if f"{path}.{key}" in self.values}

    def _plain(self, attribute: Attribute, key: str, value: object) -> Any:
        if not isinstance(value, dict):
            found = _plain(attribute, value)
            if attribute.cited:
                self.fault(key, f'has no source: write {{ value = {_toml_value(value)}, source = "..." }}')
            return found
        if attribute.type in UNCITED:
            msg = f"{_shown(value)} must be {_WANTED.get(attribute.type, 'a text in quotes')}"
            raise Fault(msg)
        self.citations[key] = self.fact_reader.citation(key, value)
        return _plain(attribute, value["value"])


def _plain(attribute: Attribute, value: object) -> Any:
    """Check a value that is no quantity."""
    checks: dict[str, type] = {"count": int, "date": date, "references": list}
    wanted = checks.get(attribute.type, str)
    if not isinstance(value, wanted) or isinstance(value, (bool, datetime)):
        msg = f"{_shown(value)} must be {_WANTED.get(attribute.type, 'a text in quotes')}"
        raise Fault(msg)
    if attribute.choices and value not in attribute.choices:
        hint = did_you_mean(str(value), attribute.choices)
        msg = f"{_shown(value)} must be one of {', '.join(attribute.choices)}.{hint}"
        raise Fault(msg)
    if isinstance(value, list) and not (value and all(isinstance(item, str) for item in value)):
        msg = "must be a list of at least one id in quotes"
        raise Fault(msg)
    if isinstance(value, int) and not 0 < value <= LARGEST_COUNT:
        msg = f"{_shown(value)} must be from 1 to {LARGEST_COUNT}"
        raise Fault(msg)
    if len(str(value)) > LONGEST_VALUE:
        msg = f"{_shown(value)} is {len(str(value))} characters long; at most {LONGEST_VALUE} are allowed"
        raise Fault(msg)
    return value


def _changes(value: object, prefix: str = "") -> dict[str, Any]:
    """Return values by the dotted names of inputs, however deep TOML has nested them."""
    if not isinstance(value, dict) or not value:
        msg = 'must be a table of at least one change, such as { "plan.price" = "20 USD/user/month" }'
        raise Fault(msg)
    found: dict[str, Any] = {}
    for key, one in value.items():
        found |= _changes(one, f"{prefix}{key}.") if isinstance(one, dict) else {f"{prefix}{key}": one}
    return found


def _toml(file: Path, text: str) -> dict[str, Any]:
    for number, line in enumerate(text.split("\n"), 1):  # a parser takes quadratic time over a key of many parts
        if line.count(".") >= DEEPEST and _DEEP_KEY.search(line):
            raise SpecError([f"{file}:{number}: {_TOO_DEEP}"])
    try:
        content = toml.loads(text)
    except ValueError as error:  # a TOMLDecodeError, or Python's own of a number with thousands of digits
        raise SpecError([_not_toml(file, text, str(error))]) from None
    except RecursionError:
        raise SpecError([f"{file}:1: {_TOO_DEEP}"]) from None
    _check_limits(file, content)
    return content


def _check_limits(file: Path, content: dict[str, Any]) -> None:
    """Refuse what Python cannot write into a message: tables in tables in tables, and numbers beyond 64 bits."""
    level: list[Any] = [content]
    for _ in range(DEEPEST):
        inside = [one for table in level for one in (table.values() if type(table) is dict else table)]
        if any(type(one) is int and one.bit_length() > LARGEST_INTEGER for one in inside):
            raise SpecError([f"{file}:1: a whole number has more than {LARGEST_INTEGER} bits"])
        level = [one for one in inside if type(one) in _HOLDERS]
        if not level:
            return
    raise SpecError([f"{file}:1: {_TOO_DEEP}"])


def _not_toml(file: Path, text: str, message: str) -> str:
    """Return the fault with the line it is about, which names the key; tomllib gives the last one no number."""
    lines = text.splitlines() or [""]
    found = re.search(r"at line (\d+)", message)
    line = min(int(found[1]), len(lines)) if found else len(lines) if "end of document" in message else 0
    quoted = f": {_shown(lines[line - 1].strip())}" if line else ""
    hint = " (this looks like YAML: TOML writes key = value)" if _like_yaml(text) else ""
    return f"{file}:{line or 1}: not valid TOML: {message}{quoted}{hint}"


def _like_yaml(text: str) -> bool:
    heads = [line for line in text.splitlines()[:20] if line.strip() and not line.lstrip().startswith("#")]
    return bool(heads) and sum(": " in line or line.endswith(":") for line in heads) > len(heads) / 2


def _flatten(table: Mapping[str, Any], kind: Kind, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted keys; a table that is itself an allowed key, or no table of keys, stays whole."""
    for key, value in table.items():
        path = f"{prefix}{key}"
        if path in kind.tables and path not in kind.by_key() and isinstance(value, dict):
            yield from _flatten(value, kind, f"{path}.")
        else:
            yield path, value


def _needed(attribute: Attribute) -> str:
    if attribute.type == "quantity":
        key = attribute.keys[0] if attribute.key.endswith("*") else attribute.key
        return f' (write {key} = {{ value = "{example(attribute.unit or "1")}", source = "..." }})'
    return f" (allowed: {', '.join(attribute.choices)})" if attribute.choices else ""


def _toml_value(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - as wide as a terminal


def _unique(faults: list[str]) -> list[str]:
    return list(dict.fromkeys(faults))
