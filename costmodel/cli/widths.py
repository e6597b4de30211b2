"""How wide the columns of a table are in a window that is too narrow for it: texts are folded, numbers never."""

from __future__ import annotations

from collections.abc import Sequence

Cell = str | tuple[str, ...]
"""A text, or several that stand below each other."""
NARROWEST, TEXT = 6, 20
"""Letters of a column of numbers, at least, and those left to a text before heads of numbers get more."""
WORD = 12
"""Letters of a word in a head that are not broken."""
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
    widths = {column: _least(column, lines, number=True) for column, lines in numbers.items()}
    texts = sum(min(TEXT, size) for column, size in natural.items() if column not in widths)
    room = window - texts - sum(widths.values()) - (len(columns) - 1)
    for column, width in widths.items():
        more = max(0, min(room, _longest(_words([column])) - width))
        widths[column], room = width + more, room - more
    return widths


def parted(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], right: Sequence[str], window: int
) -> list[list[int]]:
    """Return the places of the columns of each of the tables that a window has room for, each with the first column.

    >>> parted(["offer", "year 0", "year 1"], [["buy", "1,000,000", "2,000,000"]], ["year 0", "year 1"], 16)
    [[0, 1], [0, 2]]
    """
    least = [_least(column, _lines(rows, place), number=column in right) for place, column in enumerate(columns)]
    if sum(least) + len(least) - 1 <= window:
        return [list(range(len(columns)))]
    # Where it takes several tables anyway, heads are not broken either.
    least = [max(width, min(WORD, _longest(_words([column])))) for width, column in zip(least, columns, strict=True)]
    tables: list[list[int]] = [[0]]
    for place, width in enumerate(least[1:], 1):
        taken = sum(least[one] + 1 for one in tables[-1])
        if len(tables[-1]) > 1 and taken + width > window:
            tables.append([0])
        tables[-1].append(place)
    return tables


def _least(column: str, lines: list[str], *, number: bool) -> int:
    """Return how narrow a column may be: as its longest number, or as a text that is folded."""
    return max(NARROWEST, _longest(_words(lines))) if number else min(TEXT, _longest([column, *lines]))


def _lines(rows: Sequence[Sequence[Cell]], place: int) -> list[str]:
    cells = [row[place] for row in rows]
    return [line for cell in cells for line in ([cell] if isinstance(cell, str) else cell)]


def _words(lines: Sequence[str]) -> list[str]:
    return [word for line in lines for word in line.split()]


def _longest(texts: Sequence[str]) -> int:
    return max(map(len, texts), default=0)
