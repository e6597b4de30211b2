"""A kind's table as JSON Schema, with which editors complete and check TOML files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.fact import CONFIDENCES
from costmodel.units import example

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string", "minLength": 1}
_SOURCE = {"type": "string", "minLength": 1, "description": "An id in sources.toml, or assumption with a reason"}
_REMARKS = {
    "at": {"type": "string", "description": "Page or table of the source"},
    "confidence": {"enum": list(CONFIDENCES), "description": "How far it can be trusted, if not as the source"},
    "note": {"type": "string", "description": "Remark for readers"},
    "reason": {"type": "string", "description": "Why it is assumed"},
}

Schema = dict[str, Any]


def json_schema(kind: Kind) -> Schema:
    """Return the JSON Schema of a kind's files; what it cannot say, such as dimensions, `costmodel check` says."""
    schema = _table((attribute, key.split("."), attribute.required) for attribute in kind for key in attribute.keys)
    return {"$schema": DRAFT, "title": f"costmodel {kind.name}", "description": kind.description, **schema}


def _table(rows: Iterable[tuple[Attribute, list[str], bool]]) -> Schema:
    """Return the schema of a table: keys of one part are its own, longer ones lie in tables below."""
    own: Schema = {}
    below: dict[str, list[tuple[Attribute, list[str], bool]]] = {}
    needed = []
    for attribute, (head, *rest), required in rows:
        needed += [head] if required and head not in needed else []
        if rest:
            below.setdefault(head, []).append((attribute, rest, required and not attribute.key.endswith("*")))
        else:
            own[head] = _value(attribute)
    own |= {head: _table(inner) for head, inner in below.items()}
    return {
        "type": "object",
        "properties": own,
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
    }


def _value(attribute: Attribute) -> Schema:
    if attribute.type == "quantity":
        return _described(attribute, _fact(attribute))
    if attribute.type == "history":
        dated = _fact(attribute)
        dated["required"] = [*dated["required"], "as_of"]
        return _described(attribute, {"type": "array", "items": dated, "minItems": 1})
    if attribute.type in ("tables", "changes"):
        return _described(attribute, _tables(attribute))
    plain = _plain(attribute)
    if attribute.type == "count":
        return _described(attribute, {"anyOf": [plain, _fact(attribute)]})
    if attribute.cited:
        return _described(attribute, _cited(plain))
    single = attribute.type in ("text", "choice", "reference", "date")
    return _described(attribute, {"anyOf": [plain, _cited(plain)]} if single else plain)


def _tables(attribute: Attribute) -> Schema:
    """Return the schema of tables with names of their own, or of values by the names of inputs."""
    if attribute.type == "changes":
        return {"type": "object", "minProperties": 1}
    rows = _table((row, row.key.split("."), row.required) for row in attribute.rows)
    return {"type": "object", "additionalProperties": rows}


def _described(attribute: Attribute, schema: Schema) -> Schema:
    default = f" Without it: {attribute.default}." if attribute.default else ""
    unit = f" [{attribute.unit}]" if attribute.unit else ""
    return {"description": f"{attribute.description}{unit}.{default}", **schema}


def _fact(attribute: Attribute) -> Schema:
    amount = _amount(attribute)
    other = {"type": "object", "properties": {"value": amount, "source": _TEXT, "reason": _TEXT, "at": _TEXT}}
    return {
        "type": "object",
        "properties": {
            "value": amount,
            "range": {"type": "array", "items": amount, "minItems": 2, "maxItems": 2, "description": "90% interval"},
            "source": _SOURCE,
            "as_of": _day("Day to which it belongs"),
            **_REMARKS,
            "alternatives": {"type": "array", "items": {**other, "required": ["value", "source", "reason"]}},
        },
        "required": ["value", "source"],
        "additionalProperties": False,
    }


def _amount(attribute: Attribute) -> Schema:
    unit = attribute.unit or "1"
    text = {"type": "string", "pattern": r"^\s*[+-]?[0-9]", "examples": [example(unit)]}
    return {"anyOf": [text, {"type": "number"}]} if unit == "1" else text


def _cited(plain: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {"value": plain, "source": _SOURCE, **_REMARKS},
        "required": ["value", "source"],
        "additionalProperties": False,
    }


def _plain(attribute: Attribute) -> Schema:
    if attribute.type == "count":
        return {"type": "integer", "minimum": 1}
    if attribute.type == "date":
        return _day("A date without quotes, such as 2023-10-01")
    if attribute.type == "references":
        return {"type": "array", "items": _TEXT, "minItems": 1}
    return {"enum": list(attribute.choices)} if attribute.choices else _TEXT


def _day(description: str) -> Schema:
    """Return the schema of a date of TOML, which editors hand to the schema as a text."""
    return {"type": "string", "format": "date", "description": description}
