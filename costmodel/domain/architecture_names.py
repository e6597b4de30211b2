"""Finding the shape of a model by its name: a shipped one, or a published config file in a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from costmodel.domain.architecture import Architecture, architecture_of, load_architecture
from costmodel.errors import unknown
from costmodel.specs.catalog import Catalog
from costmodel.specs.published import read_published

FOLDER = "architectures"
SUFFIX = "_config.json"
_SAME_SHAPE = r"^meta-|-(instruct|chat|it|hf|base|fp8|fp4|nvfp4|mxfp4|bf16|dynamic|kv|[0-9]{4}|v0\.[0-9])$"


class Architectures:
    """Shapes by name, from the catalog and from folders with published config files."""

    def __init__(self, catalog: Catalog, folders: Iterable[Path] = ()) -> None:
        """Know where to look; files are read when asked for."""
        self.catalog = catalog
        self.files = {plain(_named(file)): file for folder in folders for file in sorted(folder.glob("*.json"))}
        for name in list(self.files):
            self.files.setdefault(name.rpartition("/")[2], self.files[name])
        records = catalog.all("architecture")
        self.ids = {plain(name): one.id for one in records for name in (one.id, *one.values.get("aliases", []))}

    def find(self, name: str) -> Architecture:
        """Return the shape of a model, shipped ones first, or an UnknownName error with near matches."""
        for one in _spellings(name):
            if one in self.ids:
                return load_architecture(self.catalog, self.ids[one])
            if one in self.files:
                published = read_published(self.files[one])
                return architecture_of(one, name, published.shape, published.note)
        raise unknown("model", name, [*self.ids, *self.files])

    def knows(self, name: str) -> bool:
        """Return whether a name is exactly that of a shape."""
        return plain(name) in {**self.ids, **self.files}


def folders_near(file: Path) -> list[Path]:
    """Return folders named architectures beside a file or above it."""
    return [parent / FOLDER for parent in list(file.resolve().parents)[:3] if (parent / FOLDER).is_dir()]


def _named(file: Path) -> str:
    name = file.name.removesuffix(SUFFIX).removesuffix(".json")
    return name.replace("--", "/")


def _spellings(name: str) -> list[str]:
    """Return a name, its last part, and that without words that keep the shape: tuning, number type, version."""
    last = plain(name.rpartition("/")[2])
    found = [plain(name), last]
    while (shorter := re.sub(_SAME_SHAPE, "", last)) != last:
        found.append(last := shorter)
    return found


def plain(name: str) -> str:
    """Return a name in the spelling by which it is looked up."""
    return re.sub(r"[^a-z0-9./]+", "-", name.strip().lower())
