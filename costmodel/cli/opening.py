"""Opening a scenario, or a model, for a verb; apart from what all verbs share, since it imports the whole model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

from costmodel.analysis.changes import pairs
from costmodel.analysis.checked import find_model
from costmodel.analysis.draws import SEED
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.cli.shared import F, format_option, note, set_option, specs_option
from costmodel.specs.catalog import Catalog


def open_study(name: str, specs: Sequence[Path], settings: Sequence[str] = ()) -> Study:
    """Return the study of a scenario with inputs set as options say; tell which shipped specs are overridden."""
    study = load(name, specs=specs, changes=pairs(settings))
    for sentence in study.catalog.overrides:
        note(sentence)
    return study


def tell_what_was_read(catalog: Catalog, model: str) -> None:
    """Print what was taken for granted in a file, as `import architecture` does; nothing for a model by name."""
    if not model.endswith(".json"):
        return
    for remark in filter(None, find_model(catalog, model).note.split("; ")):
        note(f"{Path(model).name}: {remark}")


def study_options(*formats: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add `--format`, `--set` and `--specs` to a verb that asks of a scenario; it gets the study and the style."""

    def added(verb: Callable[..., None]) -> Callable[..., None]:
        @wraps(verb)
        def asked(scenario: str, specs: Sequence[Path], settings: Sequence[str], **given: Any) -> None:
            verb(open_study(scenario, specs, settings), **given)

        return format_option(*formats)(set_option(specs_option(asked)))

    return added


def seed_option(function: F) -> F:
    """Add `--seed`."""
    return click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Seed of the draws.")(
        function
    )
