"""`costmodel report [SCENARIO...]`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click
from rich.progress import Progress, SpinnerColumn, TextColumn

from costmodel.analysis.opening import find
from costmodel.cli.option_types import NewFolder
from costmodel.cli.shared import note, open_catalog, say, set_option, specs_option
from costmodel.cli.tables import console
from costmodel.cli.watching import changes
from costmodel.errors import CostModelError, SpecError
from costmodel.report.building import Made, Order, build
from costmodel.report.paper import PAPERS, chromium
from costmodel.report.pictures import KINDS
from costmodel.report.write import HTML, PDF, STYLES, Sheet, Style, sheet_of, write_sheets
from costmodel.specs.catalog import RUN_FILES, Catalog, data_folder
from costmodel.specs.runs import runs_file
from costmodel.texts import visible

OUT = Path("reports/out")
COVERAGE, ACCURACY = "coverage", "accuracy"
FORMATS = "Pages to play with; PDFs, printed by a Chromium of this machine; or Markdown, words and tables alone."


@click.command("report")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@click.option(
    "--out",
    type=NewFolder(),
    default=OUT,
    show_default=True,
    help="Folder of the pages.",
)
@click.option("--format", "style", type=click.Choice(STYLES), default=HTML, show_default=True, help=FORMATS)
@click.option("--paper", type=click.Choice(PAPERS), default=PAPERS[0], show_default=True, help="Paper of a PDF.")
@click.option("--open", "opens", is_flag=True, help="Open the page, or the index of several, in the browser.")
@click.option("--charts", type=click.Choice(KINDS), help="Write each chart as a picture too, beside its page.")
@click.option("--watch", "watches", is_flag=True, help="Build again whenever a scenario or spec file changes.")
@set_option
@specs_option
def command(
    scenarios: tuple[str, ...],
    out: Path,
    style: str,
    paper: str,
    opens: bool,
    charts: str | None,
    watches: bool,
    specs: tuple[Path, ...],
    settings: tuple[str, ...],
) -> None:
    """Build the pages of scenarios: one file each, and an index.

    If none is named, those of all shipped ones, of published training runs, of the public claims, of what is known
    about hardware, and of how accurate the time model is. With --watch, until Ctrl-C.
    """
    catalog = open_catalog(specs)
    named = scenarios or (*catalog.ids("scenario"), *(Path(one).stem for one in RUN_FILES))
    _check_names(catalog, scenarios)
    order = Order(named, specs, settings, claims=not scenarios, style=Style(style, paper, charts or ""))
    if style == PDF:
        chromium()  # or it says what is missing, before anything is computed
    if not watches:
        _write(order, out, opens=opens)
        return
    paths = [Path(name) for name in named if name.endswith(".toml")]
    for changed in changes([*paths, *specs, data_folder("reports"), data_folder("hardware")]):
        for file in changed:
            note(f"{file} changed")
        try:
            _write(order, out, opens=opens and not changed)
        except CostModelError as error:
            note(str(error))


def _check_names(catalog: Catalog, names: tuple[str, ...]) -> None:
    """Refuse what is no scenario before the first page is made; what is wrong with one is no matter of the others."""
    for name in names:
        with suppress(SpecError):
            if runs_file(name) is None:
                find(catalog, name)


def _write(order: Order, out: Path, *, opens: bool) -> None:
    found = _built(order)
    sheets = [one.sheet for one in found if one.sheet]
    if order.claims:
        sheets += _of_library(order)
    written = write_sheets(sheets, out, order.style) if sheets else []
    for file in written:
        say(file)
    if opens and written:
        click.launch(str(written[0] if len(sheets) == 1 else written[-1]))
    faults = [f"{one.name}: {one.fault}" if len(found) > 1 else one.fault for one in found if one.fault]
    if faults:
        raise CostModelError("\n".join(faults))


def _of_library(order: Order) -> list[Sheet]:
    """Return the pages of no scenario: what is known about hardware, and how accurate the time model is."""
    from costmodel.report.accuracy_page import accuracy_page  # noqa: PLC0415 - with all tables of measurements
    from costmodel.report.coverage_page import coverage_page  # noqa: PLC0415

    catalog = Catalog(order.specs)
    pages = {COVERAGE: coverage_page(catalog), ACCURACY: accuracy_page(catalog)}
    return [sheet_of(page, order.style, stem=stem) for stem, page in pages.items()]


def _built(order: Order) -> list[Made]:
    """Return the pages, with a line on how many are there while they are made."""
    columns = (SpinnerColumn(), TextColumn("{task.completed} of {task.total} pages {task.description}", markup=False))
    with Progress(*columns, console=console(), transient=True) as progress:
        task = progress.add_task("", total=len(order.names) + order.claims)
        return build(order, done=lambda one: progress.update(task, advance=1, description=visible(one.name)))
