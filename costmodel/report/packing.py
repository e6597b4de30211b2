"""Rows and texts written short: what repeats stands once, and `page.js` and `trees.js` write it out again."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import groupby
from typing import Any

FEW = 3
"""How often a number must come, on the mean, to stand once."""

Packed = dict[str, Any] | list[dict[str, Any]]


def packed(rows: Sequence[Mapping[str, Any]]) -> Packed:
    """Return rows of the same keys by column, what repeats as places in a list of what differs; others as they are.

    A column of the same places as one before it is the name of that one; places that only count up are left out, and
    those that come many times in a row stand once, each with its count.

    >>> packed([{"offer": "buy", "x": 1}, {"offer": "buy", "x": 2}])
    {'columns': {'offer': [0, 0], 'x': [1, 2]}, 'texts': {'offer': ['buy']}}
    """
    if not rows or any(row.keys() != rows[0].keys() for row in rows):
        return [dict(row) for row in rows]
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    texts = {key: Texts() for key, values in columns.items() if _are_texts(values) or _repeat(values)}
    placed = {key: [texts[key].place(v) for v in values] if key in texts else values for key, values in columns.items()}
    return {"columns": _shared(placed, texts), "texts": {key: one.known for key, one in texts.items()}}


def _shared(placed: Mapping[str, list[Any]], texts: Container[str]) -> dict[str, Any]:
    """Return columns, where the same places stand once, and places that come many times in a row with their counts."""
    found: dict[str, Any] = {}
    for key, places in placed.items():
        same = next((one for one in found if one in texts and placed[one] == places), None)
        counted = None if places == list(range(len(places))) else _in_runs(places)
        found[key] = places if key not in texts else counted if same is None else same
    return found


def _in_runs(places: list[int]) -> list[int] | dict[str, list[int]]:
    """Return each place with how often it comes in a row, where that is shorter.

    >>> _in_runs([0] * 5 + [1] * 4), _in_runs([0, 1, 0])
    ({'runs': [0, 5, 1, 4]}, [0, 1, 0])
    """
    runs = [number for place, some in groupby(places) for number in (place, len(list(some)))]
    return {"runs": runs} if FEW * len(runs) < 2 * len(places) else places


def _are_texts(values: Sequence[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _repeat(values: Sequence[object]) -> bool:
    """Say whether plain numbers come so often that their places take less room."""
    plain = any(all(isinstance(value, kind) for value in values) for kind in (bool, float))
    return plain and len(values) >= FEW * len(set(values))


class Texts:
    """Different texts, each with its place."""

    def __init__(self) -> None:
        """Start without any."""
        self._places: dict[Any, int] = {}

    def place(self, text: Any) -> int:
        """Return the place of a text, which is added where it is new."""
        return self._places.setdefault(text, len(self._places))

    @property
    def known(self) -> list[Any]:
        """All texts in the order of their places."""
        return list(self._places)
