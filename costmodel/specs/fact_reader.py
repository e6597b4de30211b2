"""Reading facts: a quantity with source, range, place, date, confidence and alternatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from costmodel.errors import UnitError, did_you_mean
from costmodel.specs.attribute import Attribute
from costmodel.specs.bounds import day_out_of_bounds, out_of_bounds
from costmodel.specs.currencies import DOLLAR, code_in, in_dollars
from costmodel.specs.fact import ASSUMPTION, CONFIDENCES, Alternative, Citation, Fact
from costmodel.specs.strange import strange
from costmodel.units import Quantity, example, parse_as, quantity

FACT_KEYS = ("value", "range", "source", "at", "as_of", "confidence", "note", "reason", "alternatives")
CITATION_KEYS = ("value", "source", "at", "confidence", "note", "reason")
LONGEST_TEXT = 2_000


class Fault(Exception):
    """Something wrong at a path of the file being read."""

    def __init__(self, message: str, path: str = "") -> None:
        """Keep the path, if it is deeper than the attribute's own."""
        super().__init__(message)
        self.path = path


class FactReader:
    """Reads the facts of one file; faults beside the first of a fact go to `report`."""

    def __init__(self, file: Path, lines: Mapping[str, int], report: Callable[[str, str], None]) -> None:
        """Know the file, its lines and where faults go."""
        self.file, self.lines, self.report = file, lines, report

    def fact(self, attribute: Attribute, path: str, content: object) -> Fact:
        """Return the fact written at a path, or raise a Fault."""
        table = self._table(attribute, path, content)
        day = _day(path, table["as_of"]) if "as_of" in table else None
        value = self._quantity(attribute, f"{path}.value", table.get("value"), day)
        low, high = self._range(attribute, path, value, table["range"], day) if "range" in table else (None, None)
        source, reason = self._source(path, table)
        note = self._text(path, table, "note")
        told = _converted(table["value"], attribute.unit, day)
        return Fact(
            key=path,
            value=value,
            source=source,
            file=self.file,
            where=self.lines,
            low=low,
            high=high,
            at=self._text(path, table, "at"),
            as_of=day,
            confidence=self._confidence(path, source, table),
            note=note if reason else _both(note, told),
            reason=_both(reason, told) if reason else "",
            alternatives=self._alternatives(attribute, path, table["alternatives"], day)
            if "alternatives" in table
            else (),
            attribute=attribute,
        )

    def citation(self, path: str, content: Mapping[str, Any]) -> Citation:
        """Return where a text or date that is written as a table was read, or raise a Fault."""
        for key, message in strange(content, CITATION_KEYS, "a cited text"):
            self.report(f"{path}.{key}", message)
        if "value" not in content:
            msg = "has no value"
            raise Fault(msg)
        source, reason = self._source(path, content)
        return Citation(
            path,
            content["value"],
            source,
            self.file,
            self.lines,
            at=self._text(path, content, "at"),
            confidence=self._confidence(path, source, content),
            note=self._text(path, content, "note"),
            reason=reason,
        )

    def count(self, attribute: Attribute, path: str, number: int, source: str) -> Fact:
        """Return a whole number as a fact that stands on the source of its file."""
        return Fact(path, quantity(number), source, self.file, self.lines, confidence="", attribute=attribute)

    def history(self, attribute: Attribute, path: str, content: object) -> list[Fact]:
        """Return the dated facts of a list of tables, or raise a Fault."""
        if not isinstance(content, list) or not content:
            msg = f"must be a list of tables, each beginning with [[{path}]]"
            raise Fault(msg)
        facts: dict[date | None, Fact] = {}
        for i, one in enumerate(content):
            try:
                fact = self._dated(attribute, f"{path}.{i}", one)
                facts[fact.as_of] = _alone(fact, facts)
            except Fault as fault:
                self.report(fault.path or f"{path}.{i}", str(fault))
        return list(facts.values())

    def _dated(self, attribute: Attribute, path: str, content: object) -> Fact:
        fact = self.fact(attribute, path, content)
        if fact.as_of is None:
            msg = "has no date: add as_of = YYYY-MM-DD, the day the price was seen"
            raise Fault(msg, fact.key)
        return fact

    def _table(self, attribute: Attribute, path: str, content: object) -> Mapping[str, Any]:
        if not isinstance(content, dict):
            text = str(content)[:60]
            self._try(attribute, path, content)
            msg = (
                f'has no source: write {{ value = "{text}", source = "..." }}, or source = "{ASSUMPTION}" with a reason'
            )
            raise Fault(msg)
        for key, message in strange(content, FACT_KEYS, "a fact"):
            self.report(f"{path}.{key}", message)
        if "value" not in content:
            msg = f'has no value: write value = "{example(attribute.unit or "1")}"'
            raise Fault(msg)
        return content

    def _try(self, attribute: Attribute, path: str, content: object) -> None:
        """Report a faulty quantity even where the fact as a whole lacks a source."""
        try:
            self._quantity(attribute, path, content)
        except Fault as fault:
            self.report(path, str(fault))

    def _quantity(self, attribute: Attribute, path: str, content: object, day: date | None = None) -> Quantity:
        unit = attribute.unit or "1"
        if isinstance(content, (int, float)) and not isinstance(content, bool) and unit == "1":
            content = repr(content)
        if not isinstance(content, str):
            msg = f'{str(content)[:60]!r} must be a quantity in quotes with its unit, such as "{example(unit)}"'
            raise Fault(msg, path)
        try:
            value = _read(content, unit, day)
        except UnitError as error:
            raise Fault(str(error), path) from None
        if wrong := out_of_bounds(attribute, content, value):
            raise Fault(wrong, path)
        return value

    def _range(
        self, attribute: Attribute, path: str, value: Quantity, content: object, day: date | None
    ) -> tuple[Quantity | None, Quantity | None]:
        if not isinstance(content, list) or len(content) != 2:  # noqa: PLR2004 - low and high
            msg = 'must be a list of two quantities, such as ["230 kUSD", "300 kUSD"]: the 90% interval'
            raise Fault(msg, f"{path}.range")
        low, high = (self._quantity(attribute, f"{path}.range", one, day) for one in content)
        if not low <= value <= high:
            msg = f"from {low:~P} to {high:~P} is not around the value {value:~P}"
            raise Fault(msg, f"{path}.range")
        return low, high

    def _source(self, path: str, table: Mapping[str, Any]) -> tuple[str, str]:
        source, reason = self._text(path, table, "source"), self._text(path, table, "reason")
        if not source:
            msg = f'has no source: add source = "<id in sources.toml>", or source = "{ASSUMPTION}" with a reason'
            raise Fault(msg)
        if source == ASSUMPTION and not reason:
            msg = 'is an assumption without a reason: add reason = "..." and, where uncertain, a range'
            raise Fault(msg)
        return source, reason

    def _confidence(self, path: str, source: str, table: Mapping[str, Any]) -> str:
        given = self._text(path, table, "confidence")
        if given and given not in CONFIDENCES:
            hint = did_you_mean(given, CONFIDENCES)
            self.report(f"{path}.confidence", f'"{given[:40]}" must be one of {", ".join(CONFIDENCES)}.{hint}')
        return ASSUMPTION if source == ASSUMPTION else given

    def _text(self, path: str, table: Mapping[str, Any], key: str) -> str:
        if key not in table:
            return ""
        value = table[key]
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            self.report(f"{path}.{key}", f"must be a text in quotes of at most {LONGEST_TEXT} characters")
            return ""
        return value

    def _alternatives(
        self, attribute: Attribute, path: str, content: object, day: date | None
    ) -> tuple[Alternative, ...]:
        if not isinstance(content, list):
            msg = "must be a list of tables with value, source and reason"
            raise Fault(msg, f"{path}.alternatives")
        return tuple(self._alternative(attribute, path, one, day) for one in content)

    def _alternative(self, attribute: Attribute, path: str, content: object, day: date | None) -> Alternative:
        if not isinstance(content, dict) or not {"value", "source", "reason"} <= content.keys():
            msg = "each alternative needs value, source and the reason why it was not chosen"
            raise Fault(msg, f"{path}.alternatives")
        value = self._quantity(attribute, f"{path}.alternatives", content["value"], day)
        texts = {key: self._text(f"{path}.alternatives", content, key) for key in ("source", "reason", "at")}
        return Alternative(value, **texts)


def _alone(fact: Fact, others: Mapping[date | None, Fact]) -> Fact:
    """Return a dated fact, or a Fault where another is of the same day: no reader could say which of them holds."""
    if fact.as_of not in others:
        return fact
    msg = (
        f"{fact.value:g~P} is of {fact.as_of}, as {others[fact.as_of].value:g~P} is: keep one of them with a range "
        "around both, and name the other under its alternatives"
    )
    raise Fault(msg, f"{fact.key}.as_of")


def _is_foreign(content: object, unit: str) -> bool:
    return isinstance(content, str) and DOLLAR in unit and DOLLAR not in content and bool(code_in(content))


def _read(content: str, unit: str, day: date | None) -> Quantity:
    """Return a quantity that has the dimension of a unit; one in another currency in dollars of its day."""
    if not _is_foreign(content, unit):
        return parse_as(content, unit)
    found = in_dollars(content, day)
    return parse_as(found.text, unit) * found.factor


def _converted(content: object, unit: str, day: date | None) -> str:
    """Return how a value in another currency was turned into dollars; nothing for others."""
    return in_dollars(str(content), day).said if _is_foreign(content, unit) else ""


def _both(text: str, more: str) -> str:
    return f"{text.rstrip('. ')}; {more}" if text and more else text or more


def _day(path: str, value: object) -> date | None:
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        if wrong := day_out_of_bounds(value):
            raise Fault(wrong, f"{path}.as_of")
        return value
    msg = f"{str(value)[:40]!r} must be a date without quotes, such as 2023-10-01"
    raise Fault(msg, f"{path}.as_of")
