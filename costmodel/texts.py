"""Texts on their way out: what would steer a terminal, turn lines round or run in a spreadsheet is shown as a code."""

from __future__ import annotations

from unicodedata import category

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control and format characters (bidirectional marks among them), halves of pairs, separators of lines."""

_RUNS = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet takes for a formula."""


def visible(text: str) -> str:
    r"""Return a text in which every character that cannot be seen is a code, which JSON and TOML read back alike.

    Special case: a new line stays.

    >>> visible("red \x1b[31m, turned round \u202e")
    'red \\u001b[31m, turned round \\u202e'
    """
    lines = text.split("\n")  # a tree has a million characters: only lines with an unusual one are looked through
    return "\n".join(line if line.isprintable() else "".join(map(_seen, line)) for line in lines)


def cell(value: object) -> object:
    """Return a cell of a table for spreadsheets: a text that would run there begins with an apostrophe.

    Special case: numbers, also those written as texts, stay as they are.

    >>> cell("=1+2"), cell("-1.5"), cell(-1.5)
    ("'=1+2", '-1.5', -1.5)
    """
    if not isinstance(value, str):
        return value
    return visible(f"'{value}" if value.startswith(_RUNS) and not _is_number(value) else value)


def _seen(sign: str) -> str:
    if category(sign) not in _UNSEEN:
        return sign
    units = sign.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isprintable()
