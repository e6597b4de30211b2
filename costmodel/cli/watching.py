"""Waiting until a file changes: a look at dates and sizes once a second."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

PAUSE = 1.0
"""Seconds between two looks."""

State = dict[Path, tuple[int, int]]


def changes(places: Iterable[Path], pause: float = PAUSE) -> Iterator[list[Path]]:
    """Yield at once, with nothing, and then whenever files at places, or below them, have changed: which ones."""
    watched = list(places)
    before = state(watched)
    yield []
    while True:
        now = state(watched)
        changed = sorted(file for file in {*before, *now} if before.get(file) != now.get(file))
        before = now
        if changed:
            yield changed
        else:
            time.sleep(pause)


def state(places: Iterable[Path]) -> State:
    """Return date and size of each TOML file at or below the places; what is not there has none."""
    found: State = {}
    for place in places:
        for file in [place] if place.suffix == ".toml" else place.rglob("*.toml"):
            try:
                known = file.stat()
            except OSError:
                continue
            found[file] = known.st_mtime_ns, known.st_size
    return found
