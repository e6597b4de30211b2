"""How the usage of users differs: a distribution, or a sample of users from a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from math import fsum, inf, nan
from pathlib import Path

from costmodel.domain.part import ROUNDING, Part, part_of
from costmodel.errors import MissingData, SpecError
from costmodel.specs.files import LARGEST_TABLE, check_file
from costmodel.specs.record import Record
from costmodel.units import Quantity

COLUMNS = ("share", "usage")
LARGEST_SAMPLE = 1_000_000
"""Rows of a sample that are read: as many users tell what a distribution is."""

_FINE = (*(i / 20 for i in range(18)), *(0.9 + i / 100 for i in range(9)), *(0.99 + i / 1000 for i in range(10)), 1.0)
"""Shares of users at which a long sample is cut into classes: twentieths, then hundredths, then thousandths."""


@dataclass(frozen=True, kw_only=True)
class Usage(Part):
    """How usage differs between users, relative to its mean."""

    distribution: str
    spread: Quantity | None = None
    tail: Quantity | None = None
    classes: tuple[tuple[float, float], ...] = ()
    """Of a sample, least usage first: the share of users, and their usage over the mean."""


def usage_from(record: Record) -> Usage | None:
    """Return how the usage of a scenario's users differs; None where they are alike."""
    kind = record.values.get("usage.distribution")
    given = [key for key in (*record.facts, *record.values) if key.startswith("usage.")]
    if kind is None:
        if given:
            msg = f"{record.place(given[0])}: {given[0]}: means nothing without usage.distribution"
            raise MissingData(msg)
        return None
    needed = {"lognormal": "usage.spread", "gamma": "usage.spread", "pareto": "usage.tail", "sample": "usage.sample"}
    if needed[kind] not in given:
        where = record.place("usage.distribution")
        msg = f"{where}: usage.distribution: a {kind} distribution needs {needed[kind]}"
        raise MissingData(msg)
    spare = [key for key in given if key not in ("usage.distribution", needed[kind])]
    if spare:
        raise SpecError([f"{record.place(spare[0])}: {spare[0]}: means nothing for a {kind} distribution"])
    classes = sample_classes(record.file.parent / record.values["usage.sample"]) if kind == "sample" else ()
    return part_of(Usage, record, "usage", "usage", distribution=kind, classes=classes)


def sample_classes(file: Path) -> tuple[tuple[float, float], ...]:
    """Return the classes of a sample of users, least usage first: share of users, and usage over the mean.

    A long sample is cut at fixed shares of its users; each class has the mean usage of its own.

    Raises
    ------
    SpecError
        With file and line: a usage that is no number or negative, shares that do not sum to one.
    """
    rows = sorted(_sample_rows(file), key=lambda row: row[1])
    mean = fsum(share * usage for share, usage in rows)
    if not mean > 0:
        raise SpecError([f"{file}:1: usage: nobody uses anything: at least one usage must be above 0"])
    relative = [(share, usage / mean) for share, usage in rows]
    return tuple(relative if len(relative) < len(_FINE) else _cut(relative))


def _sample_rows(file: Path) -> list[tuple[float, float]]:
    """Return the share and the usage of each row, in the order of the file."""
    check_file(file, LARGEST_TABLE, "a sample of the users is enough")
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            table = csv.reader(opened)
            heads = next(table, [])
            _check_heads(file, heads)
            share, usage = heads.index("share") if "share" in heads else None, heads.index("usage")
            found = islice(table, LARGEST_SAMPLE + 1)
            rows = [_row(file, table.line_num, share, usage, cells) for cells in found if cells]
            last = table.line_num
    except (OSError, ValueError, csv.Error) as error:
        raise SpecError([f"{file}: cannot be read: {error}"]) from None
    if not rows or len(rows) > LARGEST_SAMPLE:
        raise SpecError([f"{file}:1: has {'no' if not rows else 'too many'} rows; 1 to {LARGEST_SAMPLE} are read"])
    if share is None:
        return [(1 / len(rows), one) for _, one in rows]
    if abs((total := fsum(one for one, _ in rows)) - 1) > ROUNDING:
        raise SpecError([f"{file}:{last}: share: the shares add up to {total:g}; they must add up to 1"])
    return rows


def _row(file: Path, line: int, share_at: int | None, usage_at: int, cells: Sequence[str]) -> tuple[float, float]:
    """Return the share and the usage of a row; without shares, all count alike."""
    try:
        share, usage = 1.0 if share_at is None else float(cells[share_at]), float(cells[usage_at])
    except (ValueError, IndexError):
        share = usage = nan
    if 0 <= share < inf and 0 <= usage < inf:
        return share, usage
    read = [(name, at) for name, at in zip(COLUMNS, (share_at, usage_at), strict=True) if at is not None]
    raise SpecError([fault for name, at in read for fault in _faults(f"{file}:{line}: {name}", cells, at)][:1])


def _check_heads(file: Path, heads: Sequence[str]) -> None:
    """Refuse a table without `usage`, one that names a column twice, and a name that is nearly that of the other."""
    if "usage" not in heads:
        raise SpecError([f"{file}:1: has no column usage; it has: {', '.join(heads)[:200] or 'none'}"])
    if twice := [one for one in heads if one in COLUMNS and heads.count(one) > 1]:
        raise SpecError([f"{file}:1: has the column {twice[0]} twice"])
    others = [one.strip().lower() for one in heads if one not in COLUMNS]
    for near in get_close_matches("share", others, n=1) if "share" not in heads else ():
        raise SpecError([f'{file}:1: has a column "{near}"; the share of users is called share'])


def _faults(where: str, cells: Sequence[str], at: int) -> Iterator[str]:
    """Yield what is wrong with a cell of numbers."""
    text = cells[at] if at < len(cells) else ""
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not 0 <= number < inf:
        yield f"{where}: {text[:40]!r} {'is negative' if number < 0 else 'is no number'}; it must be 0 or more"


def _cut(rows: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield the classes of sorted rows between fixed shares of users; a row across an edge is split."""
    edges = iter(_FINE[1:])
    edge, done, share, used = next(edges), 0.0, 0.0, 0.0
    for part, usage in rows:
        rest = part
        while done + rest > edge + ROUNDING**2 and edge < 1:
            take = max(edge - done, 0.0)
            if share + take > 0:
                yield share + take, (used + take * usage) / (share + take)
            done, rest, share, used, edge = done + take, rest - take, 0.0, 0.0, next(edges)
        done, share, used = done + rest, share + rest, used + rest * usage
    if share > 0:
        yield share, used / share
