"""The tables of a TOML file and the lines of its keys; what is not TOML, or beyond any use, is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from costmodel.errors import SpecError
from costmodel.specs.files import read_text
from costmodel.specs.locate import Lines

try:  # tomli is tomllib with compiled wheels: the same parser, twice as fast
    import tomli as toml
except ModuleNotFoundError:  # pragma: no cover - where it has not been installed
    import tomllib as toml  # type: ignore[no-redef]

LARGEST_FILE, USUAL = 1_000_000, "a spec file is a few kilobytes"
LARGEST_INTEGER = 64
DEEPEST = 30
_DEEP_KEY = re.compile(rf"(?:\.[ \t]*[\w\"'-]+[ \t]*){{{DEEPEST}}}")
_HOLDERS = (dict, list)
_TOO_DEEP = "nested too deeply; a spec file has tables of two levels"


def read_table(file: Path) -> tuple[dict[str, Any], Mapping[str, int], list[str]]:
    """Return the tables of a TOML file that has no kind, the lines of its keys, and an empty list for faults."""
    text = read_text(file, LARGEST_FILE, USUAL)
    return _toml(file, text), Lines(text), []


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
    quoted = f": {shown(lines[line - 1].strip())}" if line else ""
    hint = " (this looks like YAML: TOML writes key = value)" if _like_yaml(text) else ""
    return f"{file}:{line or 1}: not valid TOML: {message}{quoted}{hint}"


def _like_yaml(text: str) -> bool:
    heads = [line for line in text.splitlines()[:20] if line.strip() and not line.lstrip().startswith("#")]
    return bool(heads) and sum(": " in line or line.endswith(":") for line in heads) > len(heads) / 2


def shown(value: object) -> str:
    """Return a value as messages quote it, no longer than a line."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - as wide as a terminal
