"""`costmodel report [SCENARIO...]`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.progress import Progress, SpinnerColumn, TextColumn

from costmodel.cli.opening import open_study
from costmodel.cli.shared import console, open_catalog, say, set_option, specs_option
from costmodel.report.claims_page import claims_page
from costmodel.report.scenario_page import page_of
from costmodel.report.write import write_pages
from costmodel.texts import visible

OUT = Path("reports/out")


@click.command("report")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=OUT,
    show_default=True,
    help="Folder of the pages.",
)
@click.option("--open", "opens", is_flag=True, help="Open the page, or the index of several, in the browser.")
@set_option
@specs_option
def command(
    scenarios: tuple[str, ...], out: Path, opens: bool, specs: tuple[Path, ...], settings: tuple[str, ...]
) -> None:
    """Build the pages of scenarios: one HTML file each, and an index.

    If none is named, those of all shipped ones, and that of the public claims.
    """
    catalog = open_catalog(specs)
    named = scenarios or tuple(catalog.ids("scenario"))
    pages = []
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}", markup=False), console=console(), transient=True
    ) as progress:
        task = progress.add_task("")
        for name in named:
            progress.update(task, description=visible(f"Computing {name}"))
            pages.append(page_of(open_study(name, specs, settings)))
        if not scenarios:
            progress.update(task, description="Checking claims")
            pages.append(claims_page(catalog))
        progress.update(task, description="Writing pages")
        written = write_pages(pages, out)
    for file in written:
        say(file)
    if opens:
        click.launch(str(written[0] if len(pages) == 1 else written[-1]))
