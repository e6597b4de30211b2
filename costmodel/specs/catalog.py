"""All spec files that a question can use: shipped ones and a user's own, found by kind and id."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from costmodel.errors import CostModelError, SpecError, UnknownName, unknown
from costmodel.specs.attribute import Kind
from costmodel.specs.fact import ASSUMPTION, Fact, Source
from costmodel.specs.files import refuse_folder
from costmodel.specs.kinds import KINDS, OFFER_KINDS
from costmodel.specs.locate import line_of
from costmodel.specs.record import Record, read_record
from costmodel.specs.scaffold import FILL_IN, unfilled
from costmodel.specs.sparse import own_faults
from costmodel.specs.strange import strange
from costmodel.specs.toml_file import read_table

PACKAGE = Path(__file__).resolve().parents[1]
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
BIBLIOGRAPHY = "sources.toml"
RUN_FILES = ("frontier-training.toml",)
"""Files of several training runs, beside what was published of them."""
NO_SPECS = (BIBLIOGRAPHY, "claims.toml", *RUN_FILES)
"""Files beside specs: the bibliography, claims to check, training runs."""
_SOURCE_KEYS = {"title", "url", "publisher", "date", "accessed", "confidence"}


def data_folder(name: str) -> Path:
    """Return a folder of data files (`hardware`, `reports`), beside the package in a checkout or inside a wheel."""
    beside, inside = PACKAGE.parent / name, PACKAGE / "data" / name
    return inside if inside.is_dir() else beside


def short_path(file: Path) -> str:
    """Return a path as the project names it, without the folders of this machine."""
    resolved = file.resolve()
    for root in (PACKAGE / "data", PACKAGE.parent):
        if resolved.is_relative_to(root):
            return resolved.relative_to(root).as_posix()
    return file.name


_SHIPPED_ELSEWHERE = {"scenario": data_folder("reports"), "architecture": PACKAGE / "architectures"}


class Catalog:
    """Spec files by kind and id; a later folder overrides an earlier one, id by id."""

    def __init__(self, own: Sequence[Path] = ()) -> None:
        """Use the shipped files and those in the given folders, which are laid out like `hardware/`."""
        for folder in own:
            if not folder.is_dir():
                msg = f'"{folder}" is not a folder with spec files'
                raise UnknownName(msg)
        self.folders = (data_folder("hardware"), *own)
        self._read: dict[tuple[str, str], Record] = {}
        self._found: dict[str, dict[str, list[Path]]] = {}

    def files(self, kind: str) -> dict[str, Path]:
        """Return the file of every id of a kind."""
        return {id_: files[-1] for id_, files in self._all_files(KINDS[kind]).items()}

    @cached_property
    def overrides(self) -> tuple[str, ...]:
        """One sentence per shipped file that an own file replaces."""
        found = [(kind, id_, f) for kind in KINDS.values() for id_, f in self._all_files(kind).items() if len(f) > 1]
        return tuple(f"{kind.name} {id_} is read from {files[-1]} instead of {files[0]}" for kind, id_, files in found)

    def ids(self, kind: str) -> list[str]:
        """Return the ids of a kind, sorted; kind "offer" stands for all ways together."""
        if kind == "offer":
            return [f"{one}/{id_}" for one in OFFER_KINDS for id_ in self.ids(one)]
        return sorted(self.files(kind))

    def get(self, kind: str, id_: str) -> Record:
        """Return one spec; the last part of its id is enough where only one ends so."""
        if kind == "offer":
            return self._offer(id_)
        full = self.full_id(kind, id_)
        if (kind, full) not in self._read:
            file = self._all_files(KINDS[kind])[full][-1]
            self._read[kind, full] = self.checked(read_record(KINDS[kind], full, file))
        return self._read[kind, full]

    def full_id(self, kind: str, id_: str) -> str:
        """Return the whole id for an id or its last part."""
        known = self._all_files(KINDS[kind])
        if id_ in known:
            return id_
        ends = [one for one in known if one.endswith(f"/{id_}")]
        if len(ends) != 1:
            raise unknown(kind, id_, ends or [*known, *(one.rpartition("/")[2] for one in known)])
        return ends[0]

    def all(self, kind: str) -> list[Record]:
        """Return every spec of a kind."""
        kinds = OFFER_KINDS if kind == "offer" else (kind,)
        return [self.get(one, id_) for one in kinds for id_ in self.ids(one)]

    def aliases(self, kind: str) -> dict[str, str]:
        """Return every further name of the specs of a kind with its id; files are checked when asked for."""
        tables = {id_: read_table(file)[0].get("aliases") for id_, file in self.files(kind).items()}
        lists = ((id_, names) for id_, names in tables.items() if isinstance(names, list))
        return {name: id_ for id_, names in lists for name in names if isinstance(name, str)}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The bibliography: every `sources.toml`, a later one adding to an earlier."""
        found: dict[str, Source] = {}
        for folder in (*_SHIPPED_ELSEWHERE.values(), *self.folders):
            found |= read_sources(folder / BIBLIOGRAPHY)
        return found

    def source(self, fact: Fact) -> Source:
        """Return the bibliography's entry for a fact."""
        if fact.source == ASSUMPTION:
            return Source(ASSUMPTION, fact.reason, confidence=ASSUMPTION)
        if fact.source not in self.sources:
            raise unknown("source", fact.source, self.sources)
        return self.sources[fact.source]

    def _offer(self, id_: str) -> Record:
        kind, _, rest = id_.partition("/")
        if kind in OFFER_KINDS:
            return self.get(kind, rest)
        fits = [
            one for one in OFFER_KINDS if any(known.split("/")[-1] == id_ or known == id_ for known in self.ids(one))
        ]
        if len(fits) != 1:
            known = self.ids("offer")
            raise unknown("offer", id_, [*known, *(one.rpartition("/")[2] for one in known)])
        return self.get(fits[0], id_)

    def _all_files(self, kind: Kind) -> dict[str, list[Path]]:
        """Return the files of every id of a kind, the shipped one first; folders are walked once."""
        if kind.name not in self._found:
            roots = [_SHIPPED_ELSEWHERE[kind.name]] if kind.name in _SHIPPED_ELSEWHERE else []
            found: dict[str, list[Path]] = {}
            for root in [*roots, *(folder / kind.folder for folder in self.folders)]:
                for id_, path in _spec_files(root):
                    found.setdefault(id_, []).append(path)
            self._found[kind.name] = found
        return self._found[kind.name]

    def checked(self, record: Record) -> Record:
        """Refuse facts whose source is not in the bibliography, and references to specs that do not exist."""
        faults = [*self._unknown_sources(record), *self._dangling(record), *own_faults(record)]
        if faults or FILL_IN in record.values.values():
            raise SpecError([*unfilled(record)] or faults)
        return record

    def _unknown_sources(self, record: Record) -> Iterator[str]:
        if "source" in record.values and record.values["source"] not in self.sources:
            hint = unknown("source", record.values["source"], self.sources)
            yield f"{record.place('source')}: source: {hint} Add it to sources.toml."
        sources, besides = self.sources, (ASSUMPTION, record.values.get("source", ""))
        for fact in record.stated:
            others = fact.alternatives if isinstance(fact, Fact) else ()
            for source in (fact.source, *(one.source for one in others)):
                if source not in sources and source not in besides:
                    yield f"{fact.place}: {fact.key}: {unknown('source', source, self.sources)} Add it to sources.toml."

    def _dangling(self, record: Record) -> Iterator[str]:
        for attribute in record.kind.references:
            named = record.values.get(attribute.key, ())
            for id_ in [named] if isinstance(named, str) else named:
                if id_ in attribute.besides:
                    continue
                try:
                    self._exists(attribute.refers_to, id_)
                except CostModelError as error:
                    yield f"{record.place(attribute.key)}: {attribute.key}: {error}"

    def _exists(self, kind: str, id_: str) -> Any:
        if kind == "offer":
            return self._offer(id_)
        return self.full_id(kind, id_) if kind else None


def _spec_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield id and file of every spec below a folder."""
    for folder, _, names in os.walk(root, onerror=refuse_folder if root.is_dir() else None):
        above = Path(folder).relative_to(root).as_posix()
        for name in names:
            if name.endswith(".toml") and name not in NO_SPECS:
                id_ = name.removesuffix(".toml") if above == "." else f"{above}/{name.removesuffix('.toml')}"
                path = Path(folder, name)
                _check_id(id_, path)
                yield id_, path


def _check_id(id_: str, path: Path) -> None:
    if not _ID.fullmatch(id_):
        raise SpecError(
            [f"{path}:1: the file's name makes the id {id_!r}; an id has lower-case letters, digits, . _ -"]
        )


def read_sources(path: Path) -> dict[str, Source]:
    """Return the entries of a bibliography, none where there is no file, or raise a SpecError with its faults."""
    if not path.is_file():
        return {}
    content, lines, _ = read_table(path)
    faults = [f"{id_}{fault}" for id_, entry in content.items() for fault in _source_faults(entry)]
    if faults:
        raise SpecError([f"{path}:{line_of(lines, one.partition(':')[0])}: {one}" for one in faults])
    return {id_: Source(id_, **{k: str(v) for k, v in entry.items()}) for id_, entry in content.items()}


def _source_faults(entry: object) -> Iterator[str]:
    if not isinstance(entry, dict) or "title" not in entry:
        yield ": a source is a table with at least a title"
        return
    for key, message in strange(entry, sorted(_SOURCE_KEYS), "a source"):
        yield f".{key}: {message}"
    if not str(entry.get("url", "https://")).startswith(("https://", "http://")):
        yield ".url: must begin with https:// or http://"
