"""Whether spec files and scenarios are in order: all faults of all files at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from costmodel.analysis.changes import set_in
from costmodel.analysis.study import study_of
from costmodel.domain.architecture import load_architecture
from costmodel.domain.hardware import load_accelerator, load_site, load_system
from costmodel.domain.offers import load_way
from costmodel.domain.scenario_file import load_scenario
from costmodel.errors import CostModelError, SpecError, UnknownName, did_you_mean
from costmodel.specs.attribute import Attribute
from costmodel.specs.catalog import BIBLIOGRAPHY, RUN_FILES, Catalog, data_folder, read_sources
from costmodel.specs.claims import claims_file, read_claims
from costmodel.specs.files import refuse_folder
from costmodel.specs.kinds import KINDS, OFFER_KINDS
from costmodel.specs.record import Record, read_record
from costmodel.specs.runs import read_runs, runs_file
from costmodel.specs.sparse import family_faults

MOST_BELOW = 200_000
"""Files of any kind below a folder that is checked; one with more is a disk, or another project."""

SHOWN = 4
"""Ids that a summary names."""


@dataclass(frozen=True)
class Gap:
    """Something that a file leaves out, and what cannot be computed without it."""

    record: Record
    attribute: Attribute

    def __str__(self) -> str:
        """Say it for this one file."""
        keys = " or ".join((self.attribute.key, *self.attribute.or_else))
        return f"{self.record.file}: no {keys}: {self.attribute.needed_for} cannot be computed"


@dataclass
class Check:
    """What a check found."""

    files: int = 0
    facts: int = 0
    faults: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    @property
    def gaps_by_key(self) -> list[str]:
        """One sentence for each key that files leave out, with the ids of these files."""
        groups: dict[tuple[str, Attribute], list[str]] = {}
        for gap in self.gaps:
            groups.setdefault((gap.record.kind.name, gap.attribute), []).append(gap.record.id)
        return [_summary(kind, attribute, ids) for (kind, attribute), ids in groups.items()]


def gaps(record: Record) -> list[Gap]:
    """Return what a file leaves out that a question may need."""
    given = {*record.values, *record.facts, *record.histories}
    return [
        Gap(record, attribute)
        for attribute in record.kind
        if attribute.needed_for and not given & {*attribute.keys, *attribute.or_else}
    ]


def _summary(kind: str, attribute: Attribute, ids: list[str]) -> str:
    keys = " or ".join((attribute.key, *attribute.or_else))
    shown = ", ".join(ids[:SHOWN]) + (f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else "")
    return f"{kind}: no {keys} in {len(ids)}: {attribute.needed_for} cannot be computed for {shown}"


def check_all(catalog: Catalog) -> Check:
    """Check every spec of a catalog, and that scenarios and offers can be put together."""
    found = Check()
    if faults := _of_sources(catalog):
        found.faults += faults
        return found
    for kind in KINDS:
        for id_ in catalog.ids(kind):
            _note(found, catalog, kind, id_)
    _check_claims(found, catalog, claims_file())
    for name in RUN_FILES:
        _check_runs(found, catalog, data_folder("reports") / name)
    return found


def _of_sources(catalog: Catalog) -> list[str]:
    """Return the faults of the bibliography, without which no fact can be checked."""
    try:
        return [] if catalog.sources else ["no source is described in any sources.toml"]
    except CostModelError as error:
        return str(error).splitlines()


def check_paths(catalog: Catalog, paths: Iterable[Path]) -> Check:
    """Check files, and all files below folders; the kind of a file follows from the folder it lies in."""
    found = Check()
    for file in _files(paths):
        _check_file(found, catalog, file)
    return found


def own_folders(paths: Iterable[Path]) -> list[Path]:
    """Return the folders among some that are laid out like `hardware/`: what stands in them is known to their files."""
    inside = (BIBLIOGRAPHY, *(kind.folder for kind in KINDS.values()))
    shipped = data_folder("hardware").resolve()
    return [
        path
        for path in paths
        if path.is_dir() and path.resolve() != shipped and any((path / one).exists() for one in inside)
    ]


def kind_of(file: Path) -> str:
    """Return the kind of a spec file by the folders above it; one in no such folder is taken for a scenario."""
    parts = file.resolve().parent.as_posix() + "/"
    fits = [name for name, kind in KINDS.items() if f"/{kind.folder}/" in parts]
    return fits[-1] if fits else "scenario"


def _check_file(found: Check, catalog: Catalog, file: Path) -> None:
    try:
        if file.name == BIBLIOGRAPHY:
            found.files += bool(read_sources(file))
        elif file.name == claims_file().name:
            _check_claims(found, catalog, file)
        elif file.name in RUN_FILES or runs_file(str(file)) is not None:
            _check_runs(found, catalog, file)
        else:
            _check_spec(found, catalog, file)
    except CostModelError as error:
        _tell(found, error)


def _check_spec(found: Check, catalog: Catalog, file: Path) -> None:
    kind = KINDS[kind_of(file)]
    record = catalog.checked(read_record(kind, file.stem.lower(), file))
    if kind.name == "scenario":
        _build_scenario(catalog, record)
    found.faults += _family(catalog, record)
    _count(found, record)


def _check_claims(found: Check, catalog: Catalog, file: Path) -> None:
    """Check a file of claims, whose records are counted as one file."""
    try:
        records = read_claims(catalog, file)
    except CostModelError as error:
        _tell(found, error)
        return
    found.files += 1
    found.facts += sum(len(record.facts) for record in records)


def _check_runs(found: Check, catalog: Catalog, file: Path) -> None:
    """Check a file of training runs, each of which is a scenario; they are counted as one file."""
    try:
        runs = read_runs(catalog, file)
        for one in runs:
            load_scenario(catalog, one.scenario)
    except CostModelError as error:
        _tell(found, error)
        return
    found.files += 1
    found.facts += sum(len({*one.scenario.facts.values(), *one.published.values()}) for one in runs)


def _note(found: Check, catalog: Catalog, kind: str, id_: str) -> None:
    try:
        record = catalog.get(kind, id_)
        _build(catalog, kind, id_)
        found.faults += _family(catalog, record)
        _count(found, record)
    except CostModelError as error:
        _tell(found, error)


def _tell(found: Check, error: CostModelError) -> None:
    """Add the faults that were not found already, and that do not follow from one in a file that names the other."""
    for line in str(error).splitlines():
        if not any(line == one or line.endswith(f": {one}") for one in found.faults):
            found.faults.append(line)


def _count(found: Check, record: Record) -> None:
    found.files += 1
    found.facts += len(list(record.all_facts)) + len(record.citations)
    found.gaps += gaps(record)


def _family(catalog: Catalog, record: Record) -> list[str]:
    """Return what only shows beside other accelerators of the family: a sparse peak for a dense one."""
    if record.kind.name != "accelerator":
        return []
    others = [one for one in _readable(catalog, "accelerator") if one.file.resolve() != record.file.resolve()]
    return list(family_faults(record, others))


def _readable(catalog: Catalog, kind: str) -> Iterator[Record]:
    """Yield the specs of a kind that are in order; the others are reported where they stand."""
    for id_ in catalog.ids(kind):
        try:
            yield catalog.get(kind, id_)
        except CostModelError:
            continue


def _build(catalog: Catalog, kind: str, id_: str) -> None:
    """Make the object of a spec, so that what only shows when specs meet is found too."""
    builders = {
        "accelerator": load_accelerator,
        "system": load_system,
        "site": load_site,
        "architecture": load_architecture,
    }
    if kind in builders:
        builders[kind](catalog, id_)
    elif kind == "scenario":
        _build_scenario(catalog, catalog.get(kind, id_))
    elif kind in OFFER_KINDS:
        load_way(catalog, f"{kind}/{id_}", None)


def _build_scenario(catalog: Catalog, record: Record) -> None:
    """Read a scenario; what its file sets may be an input of a rival, which is only known once that is looked for."""
    if set_in(record):
        study_of(catalog, record)
    else:
        load_scenario(catalog, record)


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            if path.is_symlink():
                raise SpecError([f"{path}: is a link to nothing"])
            beside = [str(p) for p in path.parent.glob("*")] if path.parent.is_dir() else []
            msg = f'No file or folder "{path}".{did_you_mean(str(path), beside)}'
            raise UnknownName(msg)
        files += sorted(_below(path)) if path.is_dir() else [path]
    return files


def _below(folder: Path) -> Iterator[Path]:
    """Yield the spec files below a folder; a folder that cannot be read is named, and a whole disk is not searched."""
    seen = 0
    for where, folders, names in os.walk(folder, onerror=refuse_folder):
        seen += len(folders) + len(names)
        if seen > MOST_BELOW:
            raise SpecError([f"{folder}: has more than {MOST_BELOW:,} files: name the folder of your spec files"])
        yield from (Path(where, name) for name in names if name.endswith(".toml"))
