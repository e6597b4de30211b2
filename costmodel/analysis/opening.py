"""Open a scenario: a shipped one by its id, a file by its path, or one run of a file of several."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from costmodel.analysis.arguments import folders, named, whole
from costmodel.analysis.changes import NONE, Changes
from costmodel.analysis.study import Study, study_of
from costmodel.errors import UnknownName, unknown
from costmodel.specs.catalog import Catalog
from costmodel.specs.files import refuse_special
from costmodel.specs.kinds import SCENARIO
from costmodel.specs.record import Record, read_record
from costmodel.specs.runs import read_runs, run_named, runs_file

MOST_FRONTS = 1_000
"""Layouts of an offer that are kept; searches find some hundreds that nothing beats."""


def load(name: str | Path, *, specs: Sequence[str | Path] = (), fronts: int = 1, changes: Changes = NONE) -> Study:
    """Return the study of a scenario: the id of a shipped one, the path of a file, or one run of a file of several.

    `specs` are folders with spec files of one's own, laid out like `hardware/`. `fronts` is the number of layouts of
    each offer among which the cheapest that meets its targets is chosen again wherever inputs move. `changes` sets
    inputs by their names: `{"demand.users": "3e6 user", "site": "us-colocation"}`.
    """
    changes, catalog = named("changes", changes), Catalog(folders(specs))
    return study_of(catalog, find(catalog, name), changes, fronts=whole("fronts", fronts, 1, MOST_FRONTS))


def find(catalog: Catalog, name: str | Path) -> Record:
    """Return what the file of a scenario says; UnknownName where there is none, or one of several runs."""
    if not isinstance(name, (str, Path)):
        how = "give its id, or the path of its file"  # type: ignore[unreachable] # of notebooks
        msg = f"{name!r:.60} is no name of a scenario: {how}"
        raise UnknownName(msg)
    path = Path(name)
    if path.suffix != ".toml" and str(name) in catalog.ids("scenario"):  # a path is read whatever lies beside it
        return catalog.get("scenario", str(name))
    if (file := runs_file(str(name))) is not None:
        runs = ", ".join(f"{file.stem}/{one.name}" for one in read_runs(catalog, file))
        msg = f"{file.stem} holds several training runs: compare answers for all; elsewhere name one: {runs}"
        raise UnknownName(msg)
    if (run := run_named(catalog, str(name))) is not None:
        return run
    if path.suffix != ".toml" and str(name) and path.exists():
        what = "is a folder" if path.is_dir() else "exists, but is no .toml file"
        msg = f"{path}: {what}: a scenario is the path of a .toml file, or the id of a shipped one"
        raise UnknownName(msg)
    if path.suffix == ".toml":
        refuse_special(path)
        if not path.is_file():
            raise unknown("scenario file", str(path), catalog.ids("scenario"))
        return catalog.checked(read_record(SCENARIO, path.stem, path))
    return catalog.get("scenario", str(name))
