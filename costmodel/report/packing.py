"""Rows and texts written short: what repeats stands once, and `page.js` and `trees.js` write it out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Packed = dict[str, Any] | list[dict[str, Any]]


def packed(rows: Sequence[Mapping[str, Any]]) -> Packed:
    """Return rows of the same keys by column, texts as places in a list of those that differ; others as they are.

    >>> packed([{"offer": "buy", "x": 1}, {"offer": "buy", "x": 2}])
    {'columns': {'offer': [0, 0], 'x': [1, 2]}, 'texts': {'offer': ['buy']}}
    """
    if not rows or any(row.keys() != rows[0].keys() for row in rows):
        return [dict(row) for row in rows]
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    texts = {key: Texts() for key, values in columns.items() if all(isinstance(value, str) for value in values)}
    placed = {key: [texts[key].place(v) for v in values] if key in texts else values for key, values in columns.items()}
    return {"columns": placed, "texts": {key: one.known for key, one in texts.items()}}


class Texts:
    """Different texts, each with its place."""

    def __init__(self) -> None:
        """Start without any."""
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        """Return the place of a text, which is added where it is new."""
        return self._places.setdefault(text, len(self._places))

    @property
    def known(self) -> list[str]:
        """All texts in the order of their places."""
        return list(self._places)
