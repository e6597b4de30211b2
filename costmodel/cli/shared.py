"""What several verbs share: options, opening a scenario, and writing tables and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from math import inf, isfinite
from pathlib import Path
from typing import Any, TypeVar

import click
import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from costmodel.cli.quantity_type import QuantityType
from costmodel.cli.widths import Cell, narrowed, parted
from costmodel.specs.catalog import Catalog
from costmodel.texts import cell, visible
from costmodel.units import Quantity, quantity
from costmodel.writing import check_place

F = TypeVar("F", bound=Callable[..., Any])

WIDE = 200
"""Columns of a table that is not written to a terminal."""

FORMATS = ("table", "csv", "json")


class Finite(click.FloatRange):
    """A range of numbers without those that are none, or without end."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or say what is wrong with it."""
        number = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


class NewFile(click.Path):
    """A file that an answer is written to; a place where none can be written is refused before there is an answer."""

    def __init__(self) -> None:
        """Take paths, not of folders."""
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        file = Path(str(super().convert(value, param, ctx)))
        check_place(file)
        return file


class NewFolder(click.Path):
    """A folder that files are written into, which is made where it is missing."""

    def __init__(self) -> None:
        """Take paths, not of files."""
        super().__init__(path_type=Path, file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        folder = Path(str(super().convert(value, param, ctx)))
        check_place(folder / "file", folder)
        return folder


def specs_option(function: F) -> F:
    """Add `--specs DIR`: folders with spec files of one's own."""
    return click.option(
        "--specs",
        multiple=True,
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="Folder with spec files of your own, laid out like hardware/; may be given several times.",
    )(function)


def set_option(function: F) -> F:
    """Add `--set NAME=VALUE`: inputs of the scenario set to other values."""
    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        help="Set an input by its name, as files have it: demand.users='3e6 user', us-hyperscale.pue=1.2, volume=1e5, "
        "site=us-colocation; may be given several times. A number alone is in the input's own unit.",
    )(function)


def format_option(*formats: str) -> Callable[[F], F]:
    """Add `--format`."""
    return click.option(
        "--format",
        "style",
        type=click.Choice(formats or FORMATS),
        default=(formats or FORMATS)[0],
        show_default=True,
        help="How to print.",
    )


def discount_rate_option(function: F) -> F:
    """Add `--discount-rate`: the real cost of capital, where no scenario gives it."""
    return click.option(
        "--discount-rate",
        type=QuantityType("percent/year", low=0, high=100),
        default="8",
        show_default=True,
        help="Real, percent per year.",
    )(function)


TOKENS = QuantityType("token", low=1)
BANDWIDTH = QuantityType("GB/s", bare=False, above=0)
SPREAD = Finite(0, 5)
SPREADS = ("prompt_spread", "output_spread", "arrival_spread")


def spread_options(function: F) -> F:
    """Add `--prompt-spread` and `--output-spread`: how lengths differ."""
    words = "Standard deviation over mean of the lengths of %s; 0 if all are alike."
    function = click.option("--output-spread", type=SPREAD, help=words % "answers")(function)
    return click.option("--prompt-spread", type=SPREAD, help=words % "prompts")(function)


def trace_option(function: F) -> F:
    """Add `--trace FILE`."""
    words = (
        "A CSV file of requests in place of lengths and spreads: arrival_s, prompt_tokens, output_tokens and, where "
        "found in the cache, cached_tokens."
    )
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option("--trace", type=kind, metavar="FILE", help=words)(function)


def spreads_of(given: Mapping[str, Any]) -> dict[str, Quantity]:
    """Return the spreads that options give."""
    return {name: quantity(float(given[name])) for name in SPREADS if given.get(name) is not None}


def open_catalog(specs: Sequence[Path]) -> Catalog:
    """Return all specs, and say aloud which shipped ones are overridden."""
    catalog = Catalog(specs)
    for sentence in catalog.overrides:
        note(sentence)
    return catalog


def note(text: str) -> None:
    """Print a remark beside the data, on standard error."""
    say(f"Note: {text}", err=True)


def say(text: object = "", *, err: bool = False, end: bool = True) -> None:
    """Print a text, with codes for what would steer the terminal."""
    click.echo(visible(str(text)), err=err, nl=end)


def print_csv(table: pd.DataFrame) -> None:
    """Print a table as CSV in which no text runs in a spreadsheet; what is not finite is an empty cell, as in JSON."""
    say(table.map(cell).replace([inf, -inf], None).to_csv(index=False), end=False)


def print_answer(
    style: str, *, json: Callable[[], object], csv: Callable[[], pd.DataFrame] | None = None, **ways: Callable[[], None]
) -> None:
    """Print an answer in the style that was asked for; what only the others need is not computed.

    `ways` print by themselves, each under the name of its style: a table, a tree, a file.
    """
    if style == "json":
        print_json(json())
    elif style == "csv" and csv is not None:
        print_csv(csv())
    else:
        ways[style]()


def rows_of(content: Mapping[str, object]) -> pd.DataFrame:
    """Return the numbers of plain data as rows: name, value and unit of each."""
    numbers = {name: one for name, one in content.items() if isinstance(one, dict) and "unit" in one}
    return pd.DataFrame(
        [{"quantity": name, "value": one["value"], "unit": one["unit"]} for name, one in numbers.items()]
    )


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command what to do when nobody reads on."""
        raise  # noqa: PLE0704 - what is being handled


def console() -> Console:
    """Return a console that keeps whole rows when its output goes to a file."""
    out = _Console(highlight=False)
    return out if out.is_terminal else _Console(width=WIDE, highlight=False)


def print_json(content: object) -> None:
    """Print JSON; numbers that are not finite become null."""
    say(json.dumps(_finite(content), indent=2, ensure_ascii=False, allow_nan=False, default=str))


def _finite(content: object) -> object:
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not isfinite(content) else content


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    right: Sequence[str] = (),
    *,
    dense: bool = False,
) -> None:
    """Print a table; columns named in `right` hold numbers. In a dense one, only texts are folded.

    A cell is a text, or several that stand below each other. What a terminal has no room for becomes a further table.
    """
    window = console()
    narrow = window.is_terminal and bool(right)
    for places in parted(columns, rows, right, window.width) if narrow else [range(len(columns))]:
        heads, cells = [columns[one] for one in places], [[row[one] for one in places] for row in rows]
        widths = narrowed(heads, cells, right, window.width) if window.is_terminal else {}
        window.print(_table(title, heads, cells, right, widths, dense=dense))
        title = ""


def _table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    right: Sequence[str],
    widths: Mapping[str, int],
    *,
    dense: bool,
) -> Table:
    """Return a table of columns that a window has room for."""
    table = Table(
        title=Text(visible(title), "table.title") if title else None,
        title_justify="left",
        header_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0) if dense or widths else (0, 1),
    )
    for column in columns:
        number = column in right
        whole = (dense and number) or column == "id"  # an id that is folded cannot be copied
        table.add_column(
            Text(visible(column)),
            justify="right" if number else "left",
            overflow="fold",
            no_wrap=whole,
            width=None if whole else widths.get(column),
        )
    for row in rows:
        table.add_row(*(_shown(one) for one in row))
    return table


def _shown(one: Cell) -> Text:
    """Return a cell as it is written: nothing in it is markup, and lines of one text become one."""
    lines = [" ".join(part.splitlines()) for part in ([one] if isinstance(one, str) else one)]
    return Text("\n".join(map(visible, lines)))


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
