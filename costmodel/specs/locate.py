"""Where a key stands in a TOML file, since tomllib gives no positions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_INLINE = re.compile(r"""[{,]\s*([\w-]+)\s*=""")


class Lines(Mapping[str, int]):
    """The lines of a file's keys, looked for when the first one is asked for: most files have no fault to place."""

    def __init__(self, text: str) -> None:
        """Keep the text as it was read."""
        self.text = text

    @cached_property
    def found(self) -> dict[str, int]:
        """The line of every key, by dotted path."""
        return lines_of_keys(self.text)

    def __getitem__(self, path: str) -> int:
        return self.found[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


class LinesBelow(Mapping[str, int]):
    """The lines of the keys below one table of a file; the empty path is the table itself."""

    def __init__(self, lines: Mapping[str, int], table: str) -> None:
        """Keep the lines of the file and the table."""
        self.lines, self.table = lines, table

    def __getitem__(self, path: str) -> int:
        return self.lines[f"{self.table}.{path}" if path else self.table]

    def __iter__(self) -> Iterator[str]:
        head = f"{self.table}."
        return (path.removeprefix(head) for path in self.lines if path.startswith(head))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def lines_of_keys(text: str) -> dict[str, int]:
    r"""Return the line (from 1) of every table, key and key of an inline table, by dotted path.

    The second table of an array is `price.1`, and so on.

    >>> lines_of_keys('[memory]\ncapacity = { value = "80 GB" }')
    {'memory': 1, 'memory.capacity': 2, 'memory.capacity.value': 2}
    """
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table, open_string = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        if open_string:
            open_string = "" if open_string in line else open_string
        elif header := _HEADER.match(line):
            table = _table(header[2], counts, repeated=header[1] == "[[")
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            path = f"{table}.{_bare(key[1])}".lstrip(".")
            found.setdefault(path, number)
            _inline(line[key.end() :], path, number, found)
            open_string = next((q for q in ('"""', "'''") if line.count(q) == 1), "")
    return found


def line_of(lines: Mapping[str, int], path: str) -> int:
    """Return the line of a path, or of the nearest table above it."""
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return lines.get(path, 1)


def _table(name: str, counts: dict[str, int], *, repeated: bool) -> str:
    bare = _bare(name)
    if not repeated:
        return bare
    counts[bare] = counts.get(bare, -1) + 1
    return f"{bare}.{counts[bare]}"


def _bare(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))


def _inline(rest: str, path: str, number: int, found: dict[str, int]) -> None:
    plain = re.sub(r'"[^"]*"', '""', rest)
    for match in _INLINE.finditer(plain):
        found.setdefault(f"{path}.{match[1]}", number)
