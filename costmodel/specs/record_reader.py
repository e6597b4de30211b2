"""Reads the content of one spec file against its kind's table, and collects every fault with file, line and key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from costmodel.errors import SpecError, did_you_mean
from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.bounds import LARGEST_COUNT, day_out_of_bounds
from costmodel.specs.fact import Citation, Fact
from costmodel.specs.fact_reader import FactReader, Fault
from costmodel.specs.locate import line_of
from costmodel.specs.strange import strange
from costmodel.specs.toml_file import shown
from costmodel.units import example

LONGEST_VALUE = 2_000
LONGEST_ID = 120
MOST_FAULTS = 200
"""Faults of one file that are told: in a file with more each is looked at, compared and listed for minutes."""
_TABLE_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
UNCITED = ("count", "references", "source")
"""Types whose values stand alone: lists of ids, and numbers that take the source of their whole file."""
_WANTED = {"count": "a whole number", "date": "a date such as 2023-10-01", "references": "a list of ids"}


class RecordReader:
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
        """Note a fault at a key; after many, raise a SpecError with those that were found."""
        self.faults.append(f"{self.file}:{line_of(self.lines, path)}: {path[:LONGEST_ID]}: {message}")
        if len(self.faults) == MOST_FAULTS:
            raise SpecError([*self.faults, f"{self.file}: what comes after these faults is not read: mend them first"])

    def read(self, flat: Mapping[str, Any]) -> None:
        """Read values by their dotted keys."""
        allowed = self.kind.by_key()
        self.source = str(flat.get("source", ""))
        missing = [a for a in self.kind.required if not any(key in flat for key in a.keys)]
        said = dict(strange(flat, allowed, f"{self.kind.name} files"))
        for key, value in flat.items():
            if key in allowed:
                self._value(allowed[key], key, value)
            elif key in said:
                self.fault(key, said[key])
                missing = [a for a in missing if f'"{a.key}"' not in said[key]]
        for attribute in missing:
            self.fault(attribute.key, f"is missing: {attribute.description.lower()}{_needed(attribute)}")

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
        for key, message in strange(table, rows, f"[{path}]"):
            self.fault(f"{path}.{key}", message)
        for key in [key for key in table if key in rows]:
            self._value(rows[key], f"{path}.{key}", table[key])
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
            msg = f"{shown(value)} must be {_WANTED.get(attribute.type, 'a text in quotes')}"
            raise Fault(msg)
        self.citations[key] = self.fact_reader.citation(key, value)
        return _plain(attribute, value["value"])


def _plain(attribute: Attribute, value: object) -> Any:
    """Check a value that is no quantity."""
    checks: dict[str, type] = {"count": int, "date": date, "references": list}
    wanted = checks.get(attribute.type, str)
    if not isinstance(value, wanted) or isinstance(value, (bool, datetime)):
        msg = f"{shown(value)} must be {_WANTED.get(attribute.type, 'a text in quotes')}"
        raise Fault(msg)
    if attribute.choices and value not in attribute.choices:
        hint = did_you_mean(str(value), attribute.choices)
        msg = f"{shown(value)} must be one of {', '.join(attribute.choices)}.{hint}"
        raise Fault(msg)
    if isinstance(value, list) and not (value and all(isinstance(item, str) for item in value)):
        msg = "must be a list of at least one id in quotes"
        raise Fault(msg)
    if isinstance(value, date) and (wrong := day_out_of_bounds(value)):
        raise Fault(wrong)
    if isinstance(value, int) and not 0 < value <= LARGEST_COUNT:
        msg = f"{shown(value)} must be from 1 to {LARGEST_COUNT}"
        raise Fault(msg)
    if len(str(value)) > LONGEST_VALUE:
        msg = f"{shown(value)} is {len(str(value))} characters long; at most {LONGEST_VALUE} are allowed"
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


def _needed(attribute: Attribute) -> str:
    if attribute.type == "quantity":
        key = attribute.keys[0] if attribute.key.endswith("*") else attribute.key
        return f' (write {key} = {{ value = "{example(attribute.unit or "1")}", source = "..." }})'
    return f" (allowed: {', '.join(attribute.choices)})" if attribute.choices else ""


def _toml_value(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
