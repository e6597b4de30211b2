"""What several verbs share: options, opening specs, and answers as JSON and CSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from math import inf, isfinite
from pathlib import Path
from typing import Any, TypeVar

import click
import pandas as pd
from rich.console import Console

from costmodel.cli.option_types import Finite
from costmodel.cli.quantity_type import QuantityType
from costmodel.cli.widths import folded
from costmodel.specs.catalog import Catalog
from costmodel.texts import cell, visible
from costmodel.units import Quantity, quantity

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("table", "csv", "json")


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


def model_option(function: F) -> F:
    """Add `--model M`."""
    words = "Id or name of a model, or the path of a config.json."
    return click.option("--model", required=True, metavar="M", help=words)(function)


def offers_option(function: F) -> F:
    """Add `--offer OFFER`, several of which stand side by side."""
    return click.option(
        "--offer",
        "offers",
        required=True,
        multiple=True,
        metavar="OFFER",
        help="Id of an offer, such as purchase/hgx-h100; several are compared side by side.",
    )(function)


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
    tell(f"Note: {text}", err=True)


def tell(text: str, *, err: bool = False) -> None:
    """Print sentences; a window breaks their lines between words."""
    window = Console(stderr=err)
    lines = [part for line in visible(text).split("\n") for part in folded(line, window.width)]
    say("\n".join(lines) if window.is_terminal else text, err=err)


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


def plain(value: Quantity) -> dict[str, object]:
    """Return a quantity as plain data."""
    return {"value": float(value.magnitude), "unit": f"{value.units:~C}"}


def rows_of(content: Mapping[str, object]) -> pd.DataFrame:
    """Return the numbers of plain data as rows: name, value and unit of each."""
    numbers = {name: one for name, one in content.items() if isinstance(one, dict) and "unit" in one}
    return pd.DataFrame(
        [{"quantity": name, "value": one["value"], "unit": one["unit"]} for name, one in numbers.items()]
    )


def print_json(content: object) -> None:
    """Print JSON; numbers that are not finite become null."""
    say(json.dumps(_finite(content), indent=2, ensure_ascii=False, allow_nan=False, default=str))


def _finite(content: object) -> object:
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not isfinite(content) else content
