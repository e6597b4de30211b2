"""Finding the accelerator that a table of measurements means by a name such as h100_sxm."""

from __future__ import annotations

import re

from costmodel.domain.hardware import Accelerator, load_accelerator
from costmodel.errors import unknown
from costmodel.specs.catalog import Catalog

FORM_FACTORS = {"sxm", "oam", "nvl"}
"""Words that tables add and ids may leave out."""

EDITIONS = {"bse", "server", "edition", "superchip", "grace", "gpu", "tensor", "core"}
"""Words for the edition of a card or what it is sold with; they name no other chip."""

MOST_MEMORY = 450.0
"""Gigabytes from which a figure in a name is taken for the memory of the host: tables name few chips with more."""


class Accelerators:
    """The accelerators of a catalog by id, alias, or enough words of an id."""

    def __init__(self, catalog: Catalog) -> None:
        """Read names once; files are read when asked for."""
        self.catalog = catalog
        self.ids = catalog.ids("accelerator")
        self._aliases: dict[str, str] | None = None

    def find(self, name: str) -> Accelerator:
        """Return the accelerator of a name, or an UnknownName error with near matches."""
        id_ = self.exactly(name) or self._by_words(_plain(name))
        if id_ is None:
            raise unknown("accelerator", name, [*self.ids, *self.aliases()])
        return load_accelerator(self.catalog, id_)

    def exactly(self, name: str) -> str | None:
        """Return the id for which a name stands without any guess, if there is one."""
        return self.aliases().get(_plain(name))

    def aliases(self) -> dict[str, str]:
        """Return every exact name, in plain spelling, with the id that it stands for."""
        if self._aliases is None:
            records = self.catalog.all("accelerator")
            named = {_plain(alias): one.id for one in records for alias in one.values.get("aliases", [])}
            ids = {_plain(one.rpartition("/")[2]): one for one in self.ids}
            self._aliases = named | ids | {_plain(one): one for one in self.ids}
        return self._aliases

    def _by_words(self, plain: str) -> str | None:
        """Return the shortest id with all words of a name; form factors count only where an id has them.

        Special cases: words for the edition and the memory of the host do not count; a name that says more than any
        id or alias stands for the one with most of its words; "rtx6000" also finds an id with "rtx" and "6000" apart.
        """
        wanted = {word for word in _words(plain) if not _is_of_host(word)}
        named = {one: _words(_plain(one.rpartition("/")[2])) for one in self.ids}
        for words in (wanted, wanted - FORM_FACTORS, wanted - FORM_FACTORS - EDITIONS):
            if fits := [one for one in self.ids if words and words <= named[one]]:
                return min(fits, key=lambda one: (len(one), one))
        if within := [(len(words), one) for one, words in self._known_words() if words <= wanted]:
            return max(within)[1]
        apart = {one: set(_plain(one.rpartition("/")[2]).split("-")) for one in self.ids}
        split = [one for one in self.ids if _pieces(plain) <= apart[one]]
        return min(split, key=lambda one: (len(one), one), default=None)

    def _known_words(self) -> list[tuple[str, set[str]]]:
        """Return the words of every id and alias, with the id."""
        return [(one, _words(_plain(name.rpartition("/")[2]))) for name, one in self.aliases().items()]


def _is_of_host(word: str) -> bool:
    """Return whether a word is a size of memory that hosts have: 480gb."""
    size = re.fullmatch(r"(\d+)gb", word)
    return size is not None and float(size[1]) >= MOST_MEMORY


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.strip().lower())


def _words(plain: str) -> set[str]:
    """Return the words of a name; digits at the end of a form factor are its version: sxm5 is sxm."""
    return {re.sub(r"^(sxm|oam)\d+$", r"\1", word) for word in plain.split("-")} - {""}


def _pieces(name: str) -> set[str]:
    """Return the runs of letters and of digits in a name."""
    return set(re.findall(r"[a-z]+|[0-9]+", name.lower()))
