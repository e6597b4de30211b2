"""`costmodel coverage`."""

from __future__ import annotations

from pathlib import Path

import click

from costmodel.cli.option_types import NewFolder
from costmodel.cli.report import OUT
from costmodel.cli.shared import open_catalog, say, specs_option
from costmodel.report.coverage_page import coverage_page
from costmodel.report.page import page_html
from costmodel.writing import write_file


@click.command("coverage")
@click.option(
    "--out",
    type=NewFolder(),
    default=OUT,
    show_default=True,
    help="Folder of the page.",
)
@specs_option
def command(out: Path, specs: tuple[Path, ...]) -> None:
    """Build coverage.html: what is known about hardware, as of when, how surely, and how prices fall."""
    text = page_html(coverage_page(open_catalog(specs)))
    say(write_file(out / "coverage.html", text))
