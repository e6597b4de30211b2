"""Shipped scenarios, opened once for all tests of a process: each opening searches layouts and draws anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from costmodel.analysis import opening
from costmodel.analysis.changes import NONE, Changes
from costmodel.analysis.study import Study, study_of
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.specs.record import Record

REPORTS = data_folder("reports")
_OPENED: dict[tuple[object, ...], Study] = {}


def _opened_once(catalog: Catalog, record: Record, changes: Changes = NONE, *, fronts: int = 1) -> Study:
    """Return the study of a record: the one that there is, if its file is shipped and nobody's own files are read."""
    if record.file.parent != REPORTS or catalog.folders != Catalog().folders:
        return study_of(catalog, record, changes, fronts=fronts)
    key = record.file, record.id, fronts, *sorted((name, repr(value)) for name, value in changes.items())
    if key not in _OPENED:
        _OPENED[key] = study_of(catalog, record, changes, fronts=fronts)
    return _OPENED[key]


@contextmanager
def once() -> Iterator[None]:
    """Let the library and the command open each shipped scenario once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "study_of", _opened_once)
        yield


@contextmanager
def anew() -> Iterator[None]:
    """Let them open scenarios each time anew, as processes of their own do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "study_of", study_of)
        yield
