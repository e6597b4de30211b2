"""How a table is printed: as wide as the window, texts folded, numbers to the right, each with its interval."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from math import inf, isnan

from rich.console import Console
from rich.table import Table
from rich.text import Text

from costmodel.cli.widths import Cell, folded, parted
from costmodel.texts import visible

WIDE = 200
"""Columns of a table that is not written to a terminal."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command what to do when nobody reads on."""
        raise  # noqa: PLE0704 - what is being handled


def console() -> Console:
    """Return a console that keeps whole rows when its output goes to a file."""
    out = _Console(highlight=False)
    return out if out.is_terminal else _Console(width=WIDE, highlight=False)


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    right: Sequence[str] = (),
    *,
    dense: bool = False,
) -> None:
    """Print a table; columns named in `right` hold numbers. A dense one is as narrow as it can be.

    A cell is a text, or several that stand below each other. What a window has no room for becomes a further table.
    """
    window, shown = console(), [[_lines(one) for one in row] for row in rows]
    for part, widths in enumerate(parted(columns, shown, right, window.width)):
        wide = not dense and sum(widths.values()) + 2 * (len(widths) - 1) <= window.width
        numbers = {place for place in widths if columns[place] in right}
        if part:
            window.print()
        window.print(_table("" if part else title, columns, shown, numbers, widths, 2 if wide else 1))


def print_dense(title: str, rows: Sequence[Mapping[str, Cell]], left: Sequence[str]) -> None:
    """Print a dense table of rows that name their columns; all but those in `left` hold numbers."""
    heads = list(rows[0])
    right = [head for head in heads if head not in left]
    print_table(title, heads, [list(row.values()) for row in rows], right, dense=True)


def print_figures(
    title: str, head: str, columns: Sequence[str], rows: Iterable[tuple[object, Iterable[float]]]
) -> None:
    """Print rows of numbers, each behind its name."""
    cells = [[str(name), *map(figure, map(float, values))] for name, values in rows]
    print_table(title, [head, *columns], cells, right=columns)


def _table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[tuple[str, ...]]],
    numbers: Container[int],
    widths: Mapping[int, int],
    between: int,
) -> Table:
    """Return a table of columns that a window has room for."""
    table = Table(
        title=Text(visible(title), "table.title") if title else None,
        title_justify="left",
        header_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, between, 0, 0),
    )
    for place, width in widths.items():
        head = _folded(columns[place].splitlines(), width)
        table.add_column(head, justify="right" if place in numbers else "left", overflow="fold", width=width)
    for row in rows:
        table.add_row(*(_folded(row[place], width) for place, width in widths.items()))
    return table


def _folded(lines: Iterable[str], width: int) -> Text:
    """Return the lines of a cell as they are written; nothing in them is markup."""
    return Text("\n".join(part for line in lines for part in folded(visible(line), width)))


def _lines(one: Cell) -> tuple[str, ...]:
    """Return the lines of a cell; those of one text become one."""
    return tuple(visible(" ".join(part.splitlines())) for part in ([one] if isinstance(one, str) else one))


MOST_DIGITS = 1e15
"""From here on a number has no digits that say anything."""


def figure(value: float, digits: int = 4) -> str:
    """Return a number as people read it: significant digits, thousands apart, and no zero below zero.

    >>> figure(1234567.8), figure(0.00012345), figure(-0.0), figure(inf)
    ('1,234,568', '0.0001234', '0', 'no end')
    """
    if value == inf:
        return "no end"
    return f"{value:,.0f}" if 10 ** (digits - 1) <= abs(value) < MOST_DIGITS else f"{value or 0.0:.{digits}g}"


def known(value: float | None, nothing: str = "-") -> str:
    """Return a number as people read it, or what stands where there is none."""
    return nothing if value is None or isnan(value) else figure(value)


def share(value: float | None, digits: int = 0) -> str:
    """Return a share in percent; a dash where there is none."""
    return "-" if value is None or isnan(value) else f"{value:.{digits}%}"


def between(low: float, high: float) -> str:
    """Return the ends of an interval as people read them."""
    return f"{figure(low)} to {figure(high)}"
