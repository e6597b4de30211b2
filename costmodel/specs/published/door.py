"""Opening a published configuration file: small, regular, JSON."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from costmodel.errors import SpecError
from costmodel.specs.files import read_text
from costmodel.specs.published.shape import Published, published

LARGEST_FILE, USUAL = 5_000_000, "a config.json has some kilobytes"
LONGEST_KEY = 80


def read_published(file: Path, family: str = "") -> Published:
    """Return what a published `config.json` says of a model, or a SpecError with its file, line and key.

    `family` is a model type whose files are read alike, for a file whose own type is not known.
    """
    text = read_text(file, LARGEST_FILE, USUAL)
    content = _content(file, text)
    try:
        return published(content, family)
    except SpecError as error:
        raise SpecError([f"{file}:{_line(text, fault)} {fault}" for fault in error.faults]) from None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise SpecError([f"{file}: a value is not of the form that published configs have: {error!r:.200}"]) from None


def _line(text: str, fault: str) -> str:
    """Return the line of the key that a fault begins with, where the text has one, and a colon."""
    before, found, _ = text.partition(f'"{fault.partition(":")[0].rpartition(".")[2]}"')
    return f"{before.count(chr(10)) + 1}:" if found else ""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a table, or a ValueError for a key that is given twice: a parser would take the last in silence."""
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        msg = f'"{twice[:LONGEST_KEY]}" is given twice'
        raise ValueError(msg)
    return found


def _content(file: Path, text: str) -> dict[str, object]:
    if not text.strip():
        raise SpecError([f"{file}: is empty: a config.json holds an object"])
    try:
        content = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise SpecError([f"{file}:{getattr(error, 'lineno', 1)}: no readable JSON: {str(error)[:200]}"]) from None
    if not isinstance(content, dict):
        raise SpecError([f"{file}: a config.json holds an object, not {type(content).__name__}"])
    return content
