"""Finding the accelerator that a table of measurements means by a name such as h100_sxm."""

from __future__ import annotations

import re
from functools import cached_property

from costmodel.domain.hardware import Accelerator, load_accelerator
from costmodel.errors import unknown
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude

FORM_FACTORS = {"sxm", "oam", "nvl"}
"""Words that tables add and ids may leave out."""

EDITIONS = {"bse", "server", "edition", "superchip", "grace", "gpu", "tensor", "core"}
"""Words for the edition of a card or what it is sold with; they name no other chip."""

MAKERS = {"instinct", "geforce", "habana", "amazon", "cloud", "r"}
"""Words that makers put before the names of chips, beside their own names; (R) is one."""

SHAPES = {"sxm", "nvl", "pcie"}
"""Form factors of one chip's name that differ in power, memory or links."""

OTHERS = {"workstation", "ws", "bwe", "max", "laptop", "mobile", "ada", "d", "ti", "super"}
"""Words for editions whose power, clock or memory is another chip's."""

VERSION = r"v\d+[a-z]?|\d[a-wyz]?"
"""Words for a version: v2, 3, 3e; not 8x."""

MOST_MEMORY = 450.0
"""Gigabytes from which a figure in a name is taken for the memory of the host: tables name few chips with more."""

USABLE = 0.9
"""Share of a chip's memory that a name may state, since some state what programs find: 180 of 192 GB."""


class Accelerators:
    """The accelerators of a catalog by id, alias, or enough words of an id."""

    def __init__(self, catalog: Catalog) -> None:
        """Read names once; files are read when asked for."""
        self.catalog = catalog
        self.ids = catalog.ids("accelerator")
        self._aliases: dict[str, str] | None = None

    def find(self, name: str) -> Accelerator:
        """Return the accelerator of a name, or an UnknownName error with near matches."""
        id_ = name if name in self.ids else self.exactly(name) or self._by_words(_plain(name))
        if id_ is None or (name not in self.ids and self._of_another_maker(_plain(name), id_)):
            raise unknown("accelerator", name, [*self.ids, *self.aliases()])
        return load_accelerator(self.catalog, id_)

    def exactly(self, name: str) -> str | None:
        """Return the id for which a name stands without any guess, if there is one."""
        return self.aliases().get(_plain(name))

    def aliases(self) -> dict[str, str]:
        """Return every exact name, in plain spelling, with the id that it stands for."""
        if self._aliases is None:
            named = {_plain(alias): one for alias, one in self.catalog.aliases("accelerator").items()}
            ids = {_plain(one.rpartition("/")[2]): one for one in self.ids}
            self._aliases = named | ids | {_plain(one): one for one in self.ids}
        return self._aliases

    def _by_words(self, plain: str) -> str | None:
        """Return the shortest id with all words of a name; form factors count only where an id has them.

        Special cases: words for the maker, the edition, the memory of the host and how many there are do not count; a
        name that says more than any id or alias stands for the one with most of its words, unless it says another
        version, form or memory; "trainium-2" also finds "trainium2", and "rtx6000" an id with "rtx" and "6000" apart.
        """
        said = self._said(plain)
        counted = said[:-1] if len(said) > 1 and _is_count(said[-1]) else said
        wanted = _words(counted)
        if found := self._squeezed.get("".join(said)) or self._squeezed.get("".join(counted)) or self._holding(counted):
            return found
        named = {one: _words(_plain(one.rpartition("/")[2]).split("-")) for one in self.ids}
        formed = [one for one in self.ids if _same_form(wanted, named[one]) and named[one] & OTHERS <= wanted]
        for words in (wanted, wanted - FORM_FACTORS, wanted - FORM_FACTORS - EDITIONS):
            if fits := [one for one in formed if words and words <= named[one]]:
                return min(fits, key=lambda one: ("pcie" in named[one], len(one), one))
        if found := self._saying_most_of(wanted):
            return found
        apart = {one: set(_plain(one.rpartition("/")[2]).split("-")) for one in self.ids}
        split = [one for one in self.ids if wanted and _pieces(plain) <= apart[one]]
        return min(split, key=lambda one: (len(one), one), default=None)

    def _holding(self, said: list[str]) -> str | None:
        """Return the id of a name that only adds the chip's own memory: A100 80GB."""
        found = self._squeezed.get("".join(word for word in said if not _gigabytes(word)))
        return found if found and self._may_be(found, set(filter(_gigabytes, said))) else None

    def _saying_most_of(self, wanted: set[str]) -> str | None:
        """Return the id with most words of a name, of those which nothing that is left contradicts."""
        known = [(one, _words(self._said(name))) for name, one in self.aliases().items()]
        within = [(len(words), one, words) for one, words in known if words and words <= wanted]
        within = [one for one in within if self._may_be(one[1], wanted - one[2])]
        return max(within, key=lambda one: one[:2])[1] if within else None

    def _may_be(self, id_: str, left: set[str]) -> bool:
        """Return whether words beside its name leave a chip what it is: no other version, form factor or memory."""
        if left & OTHERS or any(re.fullmatch(VERSION, word) for word in left):
            return False
        if not _same_form(left, _words(self._said(_plain(id_)))):
            return False
        sizes = [size for word in left if (size := _gigabytes(word))]
        held = magnitude(load_accelerator(self.catalog, id_).memory_capacity, "GB") if sizes else 0.0
        return all(USABLE <= size / held <= 1 / USABLE for size in sizes)

    def _of_another_maker(self, plain: str, id_: str) -> bool:
        """Return whether a name says numbers and another maker alone: Groq 3 is no Gaudi 3."""
        said = set(plain.split("-")) & {one.partition("/")[0] for one in self.ids}
        only_numbers = not any(word[0].isalpha() for word in self._said(plain))
        return bool(said) and only_numbers and id_.partition("/")[0] not in said

    @cached_property
    def _makers(self) -> set[str]:
        return MAKERS | {one.partition("/")[0] for one in self.ids}

    @cached_property
    def _squeezed(self) -> dict[str, str]:
        """Exact names without makers and without what stands between their words, with the id."""
        return {"".join(self._said(name)): one for name, one in self.aliases().items()}

    def _said(self, plain: str) -> list[str]:
        """Return the words of a name that tell chips apart."""
        words = [_short(word) for word in plain.split("-")]
        return [word for word in words if word and word not in self._makers and not _is_of_host(word)]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.strip().lower())


def _short(word: str) -> str:
    """Return a word of a name without a count (8xh100, h200x8); a memory is in gb."""
    word = re.sub(r"^\d+x(?=[a-z])|(?<=\d)x\d+$", "", word)
    return f"{size:.0f}gb" if (size := _gigabytes(word)) else word


def _same_form(words: set[str], others: set[str]) -> bool:
    """Return whether two names do not state different form factors."""
    one, other = words & SHAPES, others & SHAPES
    return not (one and other) or bool(one & other)


def _words(said: list[str]) -> set[str]:
    """Return the words of a name; digits at the end of a form factor are its version: sxm5 is sxm."""
    return {re.sub(r"^(sxm|oam)\d+$", r"\1", word) for word in said}


def _gigabytes(word: str) -> float:
    """Return the memory that a word says: 144 for 144gb and 144g; else none."""
    size = re.fullmatch(r"(\d+)g(?:i?b)?", word)
    return float(size[1]) if size else 0.0


def _is_of_host(word: str) -> bool:
    """Return whether a word is a size of memory that hosts have: 480gb."""
    return _gigabytes(word) >= MOST_MEMORY


def _is_count(word: str) -> bool:
    """Return whether a word at the end of a name says of how many chips a slice is: 8 of v5e-8."""
    return word.isdigit() and int(word).bit_count() == 1


def _pieces(name: str) -> set[str]:
    """Return the runs of letters and of digits in a name."""
    return set(re.findall(r"[a-z]+|[0-9]+", name.lower()))
