"""Rows and texts written short: what repeats stands once, and `page.js` and `trees.js` write it out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FEW = 3
"""How often a number must come, on the mean, to stand once."""

Packed = dict[str, Any] | list[dict[str, Any]]


def packed(rows: Sequence[Mapping[str, Any]]) -> Packed:
    """Return rows of the same keys by column, what repeats as places in a list of what differs; others as they are.

    >>> packed([{"offer": "buy", "x": 1}, {"offer": "buy", "x": 2}])
    {'columns': {'offer': [0, 0], 'x': [1, 2]}, 'texts': {'offer': ['buy']}}
    """
    if not rows or any(row.keys() != rows[0].keys() for row in rows):
        return [dict(row) for row in rows]
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    texts = {key: Texts() for key, values in columns.items() if _are_texts(values) or _repeat(values)}
    placed = {key: [texts[key].place(v) for v in values] if key in texts else values for key, values in columns.items()}
    return {"columns": placed, "texts": {key: one.known for key, one in texts.items()}}


def _are_texts(values: Sequence[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _repeat(values: Sequence[object]) -> bool:
    """Say whether plain numbers come so often that their places take less room."""
    plain = all(isinstance(value, float) for value in values)
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
