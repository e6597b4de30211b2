"""What several processes of a test run need is made by the first of them that asks, and read by the others."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

T = TypeVar("T")


@dataclass(frozen=True)
class Once:
    """A folder that all processes of a test run share."""

    folder: Path

    def make(self, name: str, made: Callable[[], T]) -> T:
        """Return what is known by a name, making it where nobody has; others who ask for it meanwhile wait."""
        file = self.folder / f"{name}.pickle"
        with FileLock(f"{file}.lock"):
            if not file.exists():
                file.write_bytes(pickle.dumps(made()))
        return pickle.loads(file.read_bytes())  # noqa: S301 - our own
