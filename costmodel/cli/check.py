"""`costmodel check [PATH...]`."""

from __future__ import annotations

from pathlib import Path

import click

from costmodel.analysis.check import check_all, check_paths, own_folders
from costmodel.cli.shared import open_catalog, say, specs_option
from costmodel.errors import SpecError
from costmodel.specs.catalog import Catalog
from costmodel.texts import visible


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@specs_option
def command(paths: tuple[Path, ...], specs: tuple[Path, ...], *, strict: bool) -> None:
    """Check spec files and scenarios: all of them, or the given files and folders. Exit code 2 if any is faulty.

    A folder of your own that is laid out like hardware/ is known to its own files, as with --specs.

    Data that a file may leave out is no fault; a warning says what cannot be computed without it.
    """
    catalog = open_catalog(specs)
    catalog = Catalog([*specs, *own]) if (own := own_folders(paths)) else catalog
    found = check_paths(catalog, paths) if paths else check_all(catalog)
    warnings = [str(gap) for gap in found.gaps] if paths else found.gaps_by_key
    if found.faults or (strict and warnings):
        raise SpecError([*found.faults, *(warnings if strict else ())])
    for warning in warnings:
        click.echo(f"{click.style('Warning', fg='yellow')}: {visible(str(warning))}")
    say(f"{found.files} files with {found.facts} facts are in order.")
