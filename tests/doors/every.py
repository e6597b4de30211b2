"""Every door, by name: what is tried at it."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from tests.doors.commands import Command
from tests.doors.folders import files, folders
from tests.doors.library import library
from tests.doors.mutations import configs, options, scenarios, specs, tables
from tests.doors.settings import settings

DOORS: dict[str, Callable[[], st.SearchStrategy[Command]]] = {
    "specs": specs,
    "scenarios": scenarios,
    "configs": configs,
    "tables": tables,
    "options": options,
    "files": files,
    "folders": folders,
    "settings": settings,
    "library": library,
}
