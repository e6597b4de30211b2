"""Other values of inputs: the same question under facts that a user sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from costmodel.domain.noun import Noun
from costmodel.errors import UnitError, unknown
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, parse

T = TypeVar("T", bound=Noun)


def changed(noun: T, values: Mapping[str, str | Quantity], others: Iterable[str]) -> T:
    """Return a noun with other values of its leaves, here and below; those of `others` are left to them.

    Raises
    ------
    UnknownName
        With near matches, where no leaf goes by a name.
    UnitError
        Where a value is of another kind than the leaf.
    """
    known = {*noun.leaves(), *others}
    for name in values:
        if name not in known:
            raise unknown("input of this scenario", name, known)

    def put(name: str, value: Quantity, fact: Fact | None) -> Quantity:
        del fact
        return _as(name, values[name], value) if name in values else value

    return noun.change(put)


def _as(name: str, given: str | Quantity, old: Quantity) -> Quantity:
    new = parse(given) if isinstance(given, str) else given
    if not new.is_compatible_with(old.units):
        msg = f'{name} is {new:~P}, which is no amount of "{old.units:~C}": it is {old:~P} in the files'
        raise UnitError(msg)
    return new.to(old.units)
