"""Saying what was read where a user names a published configuration file as the model."""

from __future__ import annotations

from pathlib import Path

from costmodel.analysis.checked import find_model
from costmodel.cli.shared import note
from costmodel.specs.catalog import Catalog


def tell_what_was_read(catalog: Catalog, model: str) -> None:
    """Print what was taken for granted in a file, as `import architecture` does; nothing for a model by name."""
    if not model.endswith(".json"):
        return
    for remark in filter(None, find_model(catalog, model).note.split("; ")):
        note(f"{Path(model).name}: {remark}")
