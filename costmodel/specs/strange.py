"""Keys that a table does not know: each told with the nearest one that it does, but no flood of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from costmodel.errors import did_you_mean

MOST = 20
"""Strange keys of one table that are told one by one: a table of thousands is of another kind."""
LISTED = 30
"""Allowed keys that are listed, and only where no near one is known or all of them are."""


def strange(keys: Iterable[str], allowed: Iterable[str], what: str) -> Iterator[tuple[str, str]]:
    """Yield each key that is not allowed, and what is wrong with it; the last one speaks for all that are left out.

    >>> dict(strange(["values", "unit"], ["value", "unit"], "a fact"))
    {'values': 'is not a key of a fact. Did you mean "value"? Allowed: value, unit'}
    """
    names = list(allowed)
    found = [key for key in keys if key not in names]
    for key in found[:MOST]:
        hint = did_you_mean(key, names)
        listed = f" Allowed: {', '.join(names[:LISTED])}" if not hint or len(names) <= LISTED else ""
        yield key, f"is not a key of {what}.{hint}{listed}"
    for key in found[MOST : MOST + 1]:
        yield key, f"and {len(found) - MOST:,} keys after it are not keys of {what}"
