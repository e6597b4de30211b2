"""Opening a published configuration file: small, regular, JSON."""

from __future__ import annotations

import json
from pathlib import Path

from costmodel.errors import SpecError
from costmodel.specs.published.shape import Published, published

LARGEST_FILE = 5_000_000


def read_published(file: Path, family: str = "") -> Published:
    """Return what a published `config.json` says of a model, or a SpecError with its file and key.

    `family` is a model type whose files are read alike, for a file whose own type is not known.
    """
    content = _content(file)
    try:
        return published(content, family)
    except SpecError as error:
        raise SpecError([f"{file}: {fault}" for fault in error.faults]) from None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise SpecError([f"{file}: a value is not of the form that published configs have: {error!r:.200}"]) from None


def _content(file: Path) -> dict[str, object]:
    if not file.is_file():
        raise SpecError([f"{file}: is no regular file that can be read"])
    try:
        with file.open("rb") as opened:
            text = opened.read(LARGEST_FILE + 1)
        if len(text) > LARGEST_FILE:
            raise SpecError([f"{file}: is larger than {LARGEST_FILE:,} bytes; a config.json has some kilobytes"])
        content = json.loads(text.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise SpecError([f"{file}: no readable JSON: {str(error)[:200]}"]) from None
    if not isinstance(content, dict):
        raise SpecError([f"{file}: a config.json holds an object, not {type(content).__name__}"])
    return content
