"""How wide the columns of a table are in a window that is too narrow for it: texts are folded, numbers never."""

from __future__ import annotations

from collections.abc import Sequence

Cell = str | tuple[str, ...]
"""A text, or several that stand below each other."""
NARROWEST, TEXT = 6, 20
"""Letters of a column of numbers, at least, and those left to a text before heads of numbers get more."""
BETWEEN = 2
"""Spaces between columns, where there is room."""


def narrowed(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], right: Sequence[str], window: int
) -> dict[str, int]:
    """Return the widths of columns of numbers, or nothing where all cells fit the window in one line each.

    >>> narrowed(["offer", "cost per month"], [["buy", ("1,000,000", "900,000 to 1,100,000")]], ["cost per month"], 16)
    {'cost per month': 9}
    """
    natural = {column: _longest([column, *_lines(rows, place)]) for place, column in enumerate(columns)}
    if sum(natural.values()) + BETWEEN * (len(columns) - 1) <= window:
        return {}
    numbers = {column: _lines(rows, place) for place, column in enumerate(columns) if column in right}
    widths = {column: max(NARROWEST, _longest(_words(lines))) for column, lines in numbers.items()}
    texts = sum(min(TEXT, size) for column, size in natural.items() if column not in widths)
    room = window - texts - sum(widths.values()) - (len(columns) - 1)
    for column, width in widths.items():
        more = max(0, min(room, _longest(_words([column])) - width))
        widths[column], room = width + more, room - more
    return widths


def _lines(rows: Sequence[Sequence[Cell]], place: int) -> list[str]:
    cells = [row[place] for row in rows]
    return [line for cell in cells for line in ([cell] if isinstance(cell, str) else cell)]


def _words(lines: Sequence[str]) -> list[str]:
    return [word for line in lines for word in line.split()]


def _longest(texts: Sequence[str]) -> int:
    return max(map(len, texts), default=0)
