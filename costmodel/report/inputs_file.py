"""The inputs of a page as a scenario file: that of the question, with what was changed in its table [set]."""

from __future__ import annotations

from typing import Any

import tomli_w

from costmodel.analysis.study import Study
from costmodel.specs.fact import Fact
from costmodel.specs.files import read_text
from costmodel.specs.toml_file import LARGEST_FILE, USUAL, read_table
from costmodel.units import registry

SET = "set"


def inputs_file(study: Study) -> dict[str, Any]:
    """Return name, text and changes of a scenario's file; nothing where a scenario has no file of its own.

    Special case: comments of a file with changes of its own are left out, since its table is written anew.
    """
    record = study.record
    if record is None or record.file.stem != record.id or not record.file.is_file():
        return {}
    text, (content, *_) = read_text(record.file, LARGEST_FILE, USUAL), read_table(record.file)
    if content.pop(SET, None):
        text = tomli_w.dumps(content)
    changes = {name: _text(value) for name, value in study.changes.items()}
    return {"name": f"{record.id}-changed.toml", "text": text.rstrip(), "set": changes}


def _text(value: object) -> str:
    """Return a value as a file has it."""
    found = value.value if isinstance(value, Fact) else value
    if isinstance(found, registry.Quantity):
        return f"{float(found.magnitude)!r} {found.units:~C}".strip()
    return ", ".join(map(str, found)) if isinstance(found, list) else str(found)
