"""Opening a scenario for a verb; apart from what all verbs share, since it imports the whole model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from costmodel.analysis.changes import pairs
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.cli.shared import note


def open_study(name: str, specs: Sequence[Path], settings: Sequence[str] = ()) -> Study:
    """Return the study of a scenario with inputs set as options say; tell which shipped specs are overridden."""
    study = load(name, specs=specs, changes=pairs(settings))
    for sentence in study.catalog.overrides:
        note(sentence)
    return study
