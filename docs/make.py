"""Writes the pages of docs/reference/ from the code: verbs, formulas, tables of spec files.

python docs/make.py            write them
python docs/make.py --check    fail if one is not in step with the code
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

import costmodel
from costmodel.calibration.accuracy import measure_accuracy
from costmodel.cli.main import VERBS
from costmodel.cli.main import costmodel as root
from costmodel.cli.schema import row as schema_row
from costmodel.formula import REGISTRY, Formula
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.specs.kinds import KINDS
from costmodel.specs.rows import read_rows

REFERENCE = Path(__file__).parent / "reference"
MADE = "<!-- Made by docs/make.py from the code: change the code, then run it. -->\n"


def commands() -> str:
    """Return the page of the command's verbs."""
    parts = ["# The command", MADE, _help(root, "costmodel")]
    for verb in VERBS:
        command = root.get_command(click.Context(root), verb)
        if command is not None:
            parts += [f"## costmodel {verb}", _help(command, f"costmodel {verb}")]
            parts += [_help(one, f"costmodel {verb} {flag}") for flag, one in getattr(command, "also", {}).items()]
    return "\n\n".join(parts) + "\n"


def formulas() -> str:
    """Return the page of all formulas: what each means, its inputs and their units."""
    for module in pkgutil.walk_packages(costmodel.__path__, "costmodel."):
        if ".formulas." in module.name:
            importlib.import_module(module.name)
    homes = sorted({formula.body.__module__ for formula in REGISTRY.values()})
    parts = ["# The formulas", MADE, f"{len(REGISTRY)} formulas; each has one home, given in its heading."]
    for home in homes:
        parts.append(f"## {home}\n\n{(sys.modules[home].__doc__ or '').strip()}")
        parts += [_formula(one) for one in REGISTRY.values() if one.body.__module__ == home]
    return "\n\n".join(parts) + "\n"


def specs() -> str:
    """Return the page of what spec files may say."""
    parts = ["# Spec files", MADE, "What a file of each kind may say. A quantity is a fact: value, unit and source."]
    for kind in KINDS.values():
        rows = ["| key | type | unit | required | default | meaning |", "|---|---|---|---|---|---|"]
        rows += [f"| `{key}` | {' | '.join(cells)} |" for key, *cells in map(schema_row, kind)]
        parts.append(f"## {kind.name} (`{kind.folder}/`)\n\n{kind.description}\n\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def published_costs() -> str:
    """Return the table of published costs beside ours."""
    file = data_folder("hardware") / "measurements" / "published_costs.csv"
    units = read_rows(file)["unit"]
    parts = ["# Published costs beside ours", MADE, PUBLISHED]
    rows = [
        "| row | unit | ours | 80% interval | theirs | ours / theirs | from what, or why not |",
        "|---|---|---|---|---|---|---|",
    ]
    for unit, row in zip(units, measure_accuracy(file).rows_beside(), strict=True):
        ours, low, high, said = (f"{row[name]:,.3g}" for name in ("ours", "low", "high", "theirs"))
        cells = (ours, f"{low} to {high}", said, f"{row['ratio']:.2f}") if ours != "nan" else ("", "", said, "")
        rows.append(f"| {' | '.join((row['row'], unit, *cells, row['reason']))} |")
    return "\n\n".join([*parts, "\n".join(rows)]) + "\n"


PUBLISHED = """Rows of `published_costs.csv` that can be reproduced, each by the method that its source names: hours
x rent, worth lost with energy, or the price of the cluster. Hours are those of the source, unless a scenario
predicts the figure. Rent is the stated one, else the lowest that was asked for three years at the time (the middle
of all, where none was), between the least and the most that was asked; what is bought has the interval of its
facts. `costmodel accuracy FILE.csv --rows` makes the same table of any file with these columns. Epoch AI's figures
are in deflated dollars; sources are in the file."""

PAGES = {"command.md": commands, "formulas.md": formulas, "spec-files.md": specs, "published-costs.md": published_costs}


def _help(command: click.Command, name: str) -> str:
    context = click.Context(command, info_name=name, terminal_width=100, max_content_width=100)
    return f"```text\n{command.get_help(context)}\n```"


def _formula(one: Formula) -> str:
    inputs = ", ".join(f"`{name}` [{unit}]" for name, unit in one.inputs.items())
    lines = [f"### {one.name} [{one.unit}]", one.__doc__, f"Inputs: {inputs}."]
    facts = [f"rises with {', '.join(one.increasing)}"] if one.increasing else []
    facts += [f"falls with {', '.join(one.decreasing)}"] if one.decreasing else []
    lines += [f"It {' and '.join(facts)}."] if facts else []
    return "\n\n".join([*lines, *([_source(one.source)] if one.source else [])])


def _source(id_: str) -> str:
    source = Catalog().sources[id_]
    name = f"[{source.title}]({source.url})" if source.url else source.title
    return f"Source: {name}, {source.publisher}."


def stale() -> Iterator[str]:
    """Yield the pages that differ from what the code says."""
    for name, make in PAGES.items():
        path = REFERENCE / name
        if not path.is_file() or path.read_text(encoding="utf-8") != make():
            yield name


def main(arguments: list[str]) -> int:
    """Write or check the pages."""
    if arguments == ["--check"]:
        found = list(stale())
        sys.stdout.writelines(f"docs/reference/{name} is not in step: run python docs/make.py\n" for name in found)
        return 1 if found else 0
    REFERENCE.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        (REFERENCE / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
