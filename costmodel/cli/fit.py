"""`costmodel fit`."""

from __future__ import annotations

import click

from costmodel.cli.shared import print_table


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
    values = {**found.serving.values, **found.stacks.values}
    rows = [[name, f"{before[name]:.5g}", f"{value:.5g}"] for name, value in values.items()]
    print_table("Constants", ("constant", "shipped", "fitted"), rows, ("shipped", "fitted"))
    widths = [[kind, *(f"{value:.3f}" for value in (one["known"], one["tail"]))] for kind, one in found.widths.items()]
    print_table("\nHalf-widths (logarithms) of 80% intervals", ("rows", "known", "tail"), widths, ("known", "tail"))
