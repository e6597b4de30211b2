"""How a table stands in a window: texts are folded between words, figures and their intervals never."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len

Cell = str | tuple[str, ...]
"""A text, or several that stand below each other."""
NARROWEST, TEXT = 6, 26
"""Letters of a column, at least, and those of a text before the columns after it become a further table."""
WORD = 12
"""Letters of a word that is not broken."""
SLASHES = r"[^/]*/|[^/]+"
WHOLE = "id"
"""The head of a column whose texts are to be copied."""


def parted(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], right: Sequence[str], window: int
) -> list[dict[int, int]]:
    """Return the tables that a window has room for: the widths of columns by their places, the first column in each.

    >>> rows = [["buy", ("1,000,000", "900,000 to 1,100,000"), "2"]]
    >>> parted(["offer", "cost per month", "systems"], rows, ["cost per month", "systems"], 30)
    [{0: 5, 1: 20}, {0: 5, 2: 7}]
    """
    natural = {place: _longest([*column.splitlines(), *_lines(rows, place)]) for place, column in enumerate(columns)}
    if sum(natural.values()) + len(columns) - 1 <= window:
        return [natural]
    numbers = {place for place, column in enumerate(columns) if column in right}
    heads = {place: _head(columns[place], number=place in numbers) for place in natural}
    least = {place: _least(columns[place], _lines(rows, place), number=place in numbers) for place in natural}
    least |= {place: max(heads[place], min(least[place], window - least[0] - 1)) for place in numbers - {0}}
    fitting = _fitting(least, window)
    texts = {place: width for place, width in natural.items() if place not in numbers}
    return [_filled({one: least[one] for one in places}, [heads, texts, natural], window) for places in fitting]


def folded(text: str, width: int) -> list[str]:
    """Return the lines of a text: words that are longer than a line are broken after their own signs first.

    >>> folded("rental/coreweave-h100-on-demand for 3 years", 20)
    ['rental/coreweave-', 'h100-on-demand for 3', 'years']
    """
    lines = [""]
    for piece in (piece for word in re.findall(r"\s*\S+", text) for piece in _pieces(word, width)):
        if lines[-1] and cell_len(lines[-1] + piece) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] or len(lines) == 1 else piece.lstrip()
    return lines


def _pieces(word: str, width: int) -> list[str]:
    """Return the parts that a word is broken into: none, those after a slash, after other signs, or any."""
    pieces = [word]
    for sign in (SLASHES, r"[^-_.,+]*[-_.,+]|[^-_.,+]+", rf".{{1,{width}}}"):
        pieces = [
            part for one in pieces for part in (re.findall(sign, one) if cell_len(one.strip()) > width else [one])
        ]
    return pieces


def _fitting(least: Mapping[int, int], window: int) -> list[list[int]]:
    """Return the places of the columns of each table."""
    tables: list[list[int]] = [[0]]
    for place in list(least)[1:]:
        taken = sum(least[one] + 1 for one in tables[-1])
        if len(tables[-1]) > 1 and taken + least[place] > window:
            tables.append([0])
        tables[-1].append(place)
    return tables


def _filled(widths: dict[int, int], stages: Iterable[Mapping[int, int]], window: int) -> dict[int, int]:
    """Return the widths of the columns of one table: what is left goes to heads, then to texts, then to all alike."""
    room = window - (len(widths) - 1)
    widths = _capped(widths, dict.fromkeys(widths, NARROWEST), room)
    for wanted in stages:
        widths = _capped({one: max(width, wanted.get(one, 0)) for one, width in widths.items()}, widths, room)
    return widths


def _capped(wanted: Mapping[int, int], least: Mapping[int, int], room: int) -> dict[int, int]:
    """Return the widths that are wanted, the widest of them less, but none below the least, as far as there is room."""
    for most in range(max(wanted.values()), 0, -1):
        widths = {one: max(min(width, most), min(width, least[one])) for one, width in wanted.items()}
        if sum(widths.values()) <= room:
            return widths
    return {one: min(width, least[one]) for one, width in wanted.items()}


def _least(column: str, lines: list[str], *, number: bool) -> int:
    """Return how narrow a column may be: as its longest figure or interval, or as a text that is folded."""
    if number or column == WHOLE:
        return max(_longest(lines), _head(column, number=number))
    return min(TEXT, _longest(_parts([column, *lines])))


def _head(column: str, *, number: bool) -> int:
    """Return the letters of the longest word of a head that is not broken."""
    return min(WORD, _longest(_parts([column]))) if number else 0


def _parts(lines: Sequence[str]) -> list[str]:
    """Return the words of texts, and of long ones the parts that end with a slash."""
    words = [word for line in lines for word in line.split()]
    return [part for word in words for part in (re.findall(SLASHES, word) if cell_len(word) > WORD else [word])]


def _lines(rows: Sequence[Sequence[Cell]], place: int) -> list[str]:
    cells = [row[place] for row in rows]
    return [line for cell in cells for line in ([cell] if isinstance(cell, str) else cell)]


def _longest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)
