"""Finding the shape of a model by its name: a shipped one, or a published config file in a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from costmodel.domain.architecture import Architecture, architecture_of, load_architecture
from costmodel.errors import unknown
from costmodel.specs.catalog import Catalog

FOLDER = "architectures"
SUFFIX = "_config.json"
TUNED = r"^meta-|-(instruct|chat|it|hf|base|thinking|preview|interactive|99(\.9)?)(?=-|$)"
"""Words in names for how a model was tuned, or how exactly a benchmark asks it to answer, which keeps its shape."""

DATED = r"-([0-9]{4}|v0\.[0-9])(?=-|$)"
"""Days and versions of checkpoints."""

TYPED = (
    r"-w-\w+-a-\w+|-(fp8|fp4|nvfp4|mxfp4|bf16|awq|gptq|int4|int8|w4a16|w8a16|w8a8|quantized)"
    r"([.-](v[0-9]|w4a16|w8a16|w8a8|dynamic|kv|block))*(?=-|$)"
)
"""Number types of checkpoints, and how these were made."""


class Architectures:
    """Shapes by name, from the catalog and from folders with published config files."""

    def __init__(self, catalog: Catalog, folders: Iterable[Path] = ()) -> None:
        """Know where to look; files are read when asked for."""
        self.catalog = catalog
        self.files = {plain(_named(file)): file for folder in folders for file in sorted(folder.glob("*.json"))}
        for name in list(self.files):
            self.files.setdefault(name.rpartition("/")[2], self.files[name])
        self.own = {plain(one): one for one in catalog.ids("architecture")}

    @cached_property
    def ids(self) -> dict[str, str]:
        """Ids by every name of a model, in plain spelling."""
        named = {plain(name): one for name, one in self.catalog.aliases("architecture").items()}
        last = {name.rpartition("/")[2]: one for name, one in named.items()}
        return last | named | self.own

    @cached_property
    def squeezed(self) -> dict[str, str]:
        """The same without what stands between the words of names, with and without points: llama3_1-8b has none."""
        pointed = {_squeezed(name): one for name, one in self.ids.items()}
        return {name.replace(".", ""): one for name, one in pointed.items()} | pointed

    def find(self, name: str) -> Architecture:
        """Return the shape of a model, shipped ones first, or an UnknownName error with near matches."""
        if id_ := self.own.get(plain(name)):
            return load_architecture(self.catalog, id_)
        for one in _spellings(name):
            if id_ := self.ids.get(one) or self.squeezed.get(_squeezed(one)):
                return load_architecture(self.catalog, id_)
            if one in self.files:
                return published(self.files[one], one, name)
        raise unknown("model", name, [*self.ids, *self.files])


def published(file: Path, id_: str, name: str) -> Architecture:
    """Return the shape of a model from its published config file."""
    from costmodel.specs.published import read_published  # noqa: PLC0415 - a dozen modules for files of others

    found = read_published(file)
    return architecture_of(id_, name, found.shape, found.note)


def folders_near(file: Path) -> list[Path]:
    """Return folders named architectures beside a file or above it."""
    return [parent / FOLDER for parent in list(file.resolve().parents)[:3] if (parent / FOLDER).is_dir()]


def _named(file: Path) -> str:
    name = file.name.removesuffix(SUFFIX).removesuffix(".json")
    return name.replace("--", "/")


def _spellings(name: str) -> list[str]:
    """Return a name, its last part, and that without words that keep the shape: tuning, version, and number type last.

    A checkpoint in 8 bits may have a file of its own, so that its type counts as long as it can.
    """
    last = plain(name.rpartition("/")[2])
    untyped = re.sub(TYPED, "", last)
    found = [plain(name), last]
    for one in (last, untyped):
        tuned = re.sub(TUNED, "", one)
        found += [one, tuned, re.sub(DATED, "", tuned)]
    return found


def _squeezed(name: str) -> str:
    """Return a name without what stands between its words, but for points in numbers: 1.3b is not 13b."""
    return re.sub(r"-|(?<!\d)\.|\.(?!\d)", "", name)


def plain(name: str) -> str:
    """Return a name in the spelling by which it is looked up."""
    return re.sub(r"[^a-z0-9./]+", "-", name.strip().lower().replace("+", "-plus"))
