"""`costmodel fit`."""

from __future__ import annotations

import click

from costmodel.cli.tables import print_table


@click.command("fit")
@click.option("--write", is_flag=True, help="Rewrite the constants and half-widths that the package ships.")
def command(*, write: bool) -> None:
    """Fit the constants of serving on the rows under hardware/measurements/, and show what changes.

    The fit is deterministic and takes about a minute. Constants of kernels are fitted apart, by
    costmodel.calibration.fit.fit_kernels.
    """
    from costmodel.calibration.fit.run import fit  # noqa: PLC0415 - scipy's optimiser is loaded for this verb only
    from costmodel.performance.machine.constants import load_constants  # noqa: PLC0415

    before = {name: value.magnitude for name, value in load_constants().value.items()}
    found = fit(write=write)
    values = found.estimate.values
    rows = [[name, f"{before[name]:.5g}", f"{value:.5g}"] for name, value in values.items()]
    print_table("Constants", ("constant", "shipped", "fitted"), rows, ("shipped", "fitted"))
    for title, figures in (
        ("Half-widths (logarithms) of 80% intervals", found.widths.widths),
        *((f"What is new adds to them: {table}", added) for table, added in found.widths.added.items()),
        ("Scales", found.widths.scales),
    ):
        lines = [[name, f"{value:.3f}"] for name, value in figures.items()]
        print_table(f"\n{title}", ("of", "value"), lines, ("value",))
