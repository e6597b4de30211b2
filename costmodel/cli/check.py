"""`costmodel check [PATH...]`."""

from __future__ import annotations

from pathlib import Path

import click

from costmodel.analysis.check import check_all, check_paths
from costmodel.cli.shared import open_catalog, specs_option
from costmodel.errors import SpecError


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@specs_option
def command(paths: tuple[Path, ...], specs: tuple[Path, ...]) -> None:
    """Check spec files and scenarios: all of them, or the given files and folders. Exit code 2 if any is faulty."""
    catalog = open_catalog(specs)
    found = check_paths(catalog, paths) if paths else check_all(catalog)
    if found.faults:
        raise SpecError(found.faults)
    click.echo(f"{found.files} files with {found.facts} facts are in order.")
