"""Files of training runs: a table for each, which with `[shared]` is a scenario, and what was published of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from costmodel.errors import SpecError, unknown
from costmodel.specs.catalog import RUN_FILES, Catalog, data_folder
from costmodel.specs.fact import Fact
from costmodel.specs.kinds import SCENARIO
from costmodel.specs.record import Record, read_records
from costmodel.specs.tables.runs import PUBLISHED, RUN
from costmodel.specs.toml_file import read_table

SHARED = "shared"
_PUBLISHED = "published."
_FIGURES = {one.key: one.key.removeprefix(_PUBLISHED) for one in PUBLISHED}


@dataclass(frozen=True)
class RunRecord:
    """One run of a file: its scenario, and the published figures by the names of those of the model."""

    name: str
    scenario: Record
    published: Mapping[str, Fact]


def runs_file(name: str) -> Path | None:
    """Return the file of runs of a name: a shipped one, or a path of one; None for a scenario.

    A file of runs has tables only, of which one says something of a run.
    """
    if f"{name}.toml" in RUN_FILES:
        return data_folder("reports") / f"{name}.toml"
    path = Path(name)
    if path.suffix != ".toml" or not path.is_file():
        return None
    tables = list(read_table(path)[0].values())
    of_runs = all(isinstance(one, dict) for one in tables) and any(
        {"training", "published"} & set(one) for one in tables
    )
    return path if of_runs else None


def run_named(catalog: Catalog, name: str) -> Record | None:
    """Return the scenario of one run, named like `frontier-training/palm`; None where no file of runs is named."""
    before, _, last = name.rpartition("/")
    file = runs_file(before) if before else None
    if file is None:
        return None
    runs = {one.name: one.scenario for one in read_runs(catalog, file)}
    if last not in runs:
        raise unknown("training run", last, runs)
    return runs[last]


def read_runs(catalog: Catalog, file: Path) -> list[RunRecord]:
    """Return the runs of a file, or raise a SpecError with all its faults."""
    records = {one.id: catalog.checked(one) for one in read_records(lambda _: RUN, file)}
    shared = records.pop(SHARED, Record(RUN, SHARED, file))
    if faults := [*_no_runs(records, file), *(fault for one in records.values() for fault in _missing(one, shared))]:
        raise SpecError(faults)
    return [_run(one, shared) for one in records.values()]


def _run(one: Record, shared: Record) -> RunRecord:
    both: dict[str, Fact] = {**shared.facts, **one.facts}
    published = {figure: both[key] for key, figure in _FIGURES.items() if key in both}
    values: dict[str, Any] = {**shared.values, **one.values}
    facts = {key: fact for key, fact in both.items() if key not in _FIGURES}
    id_ = f"{one.file.stem}/{one.id}"
    return RunRecord(one.id, replace(one, kind=SCENARIO, id=id_, values=values, facts=facts), published)


def _no_runs(records: Mapping[str, Record], file: Path) -> Iterator[str]:
    if not records:
        yield f"{file}: has no training runs: write a table for each, which begins with its name: [my-run]"


def _missing(one: Record, shared: Record) -> Iterator[str]:
    """Yield what neither the run nor what all runs share says."""
    said = {**shared.values, **shared.facts, **one.values, **one.facts}
    if said.get("workload", "training") != "training":
        yield f"{one.place('workload')}: {one.id}: workload: must be training, in a file of training runs"
    for attribute in SCENARIO.required:
        if attribute.key not in said:
            words = attribute.description.lower()
            yield f"{one.place(attribute.key)}: {one.id}: {attribute.key}: is missing, here and in [{SHARED}]: {words}"
