"""One spec file read against its kind's table: typed values, facts, and every fault with file, line and key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from costmodel.errors import SpecError
from costmodel.specs.attribute import Kind
from costmodel.specs.fact import Citation, Fact
from costmodel.specs.kinds import KINDS, SCENARIO
from costmodel.specs.locate import LinesBelow, line_of
from costmodel.specs.record_reader import MOST_FAULTS, RecordReader
from costmodel.specs.toml_file import read_table


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
    content, lines, _ = read_table(file)
    return _record(kind, id_, file, content, lines)


def read_records(kind_of: Callable[[object], Kind], file: Path) -> list[Record]:
    """Read a file with a table for each record, whose kind follows from it; or raise a SpecError with all faults."""
    content, lines, _ = read_table(file)
    found: list[Record] = []
    faults: list[str] = []
    for id_, table in content.items():
        below = LinesBelow(lines, id_)
        try:
            found.append(_record(kind_of(table), id_, file, table, below))
        except SpecError as error:
            faults += error.faults
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise SpecError(faults)
    return found


def _record(kind: Kind, id_: str, file: Path, content: object, lines: Mapping[str, int]) -> Record:
    if not isinstance(content, dict):
        raise SpecError([f"{file}:{line_of(lines, '')}: {id_}: must be a table that begins with [{id_}]"])
    reader = RecordReader(kind, file, lines)
    reader.read(dict(_flatten(content, kind)))
    if reader.faults:
        raise SpecError(_misplaced(kind, file, content) or _unique(reader.faults))
    histories = {
        key: tuple(sorted(facts, key=lambda f: f.as_of or date.min)) for key, facts in reader.histories.items()
    }
    return Record(kind, id_, file, reader.values, reader.facts, histories, reader.citations, lines)


def _misplaced(kind: Kind, file: Path, content: Mapping[str, Any]) -> list[str]:
    """Say that a file is of another kind than that of its place, in place of a fault for each of its keys."""
    known = {
        one: len({key for key, _ in _flatten(content, one)} & one.by_key().keys()) for one in [*KINDS.values(), kind]
    }
    likely = max(known, key=lambda one: known[one])
    if known[likely] > 2 * known[kind]:
        told = f"its keys are those of kind {likely.name}, whose files lie below {likely.folder}/"
    elif kind is SCENARIO and not known[kind]:
        needed, folders = (row.key for row in kind.required), (f"{one.folder}/" for one in KINDS.values())
        told = f"it has none of {', '.join(needed)}. Files of other kinds lie below {', '.join(folders)}"
    else:
        return []
    return [f"{file}: is no {kind.name}: {told}, in a folder laid out like hardware/"]


def _flatten(table: Mapping[str, Any], kind: Kind, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted keys; a table that is itself an allowed key, or no table of keys, stays whole."""
    for key, value in table.items():
        path = f"{prefix}{key}"
        if path in kind.tables and path not in kind.by_key() and isinstance(value, dict):
            yield from _flatten(value, kind, f"{path}.")
        else:
            yield path, value


def _unique(faults: list[str]) -> list[str]:
    return list(dict.fromkeys(faults))
