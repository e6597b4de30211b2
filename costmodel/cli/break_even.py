"""`costmodel break-even SCENARIO`."""

from __future__ import annotations

from pathlib import Path

import click

from costmodel.analysis.break_even import BreakEven
from costmodel.cli.opening import open_study
from costmodel.cli.shared import figure, format_option, print_json, print_table, specs_option


@click.command("break-even")
@click.argument("scenario")
@format_option()
@specs_option
def command(scenario: str, style: str, specs: tuple[Path, ...]) -> None:
    """Show from which volume a program, and from which utilisation a purchase, beats its rivals."""
    found = open_study(scenario, specs).break_even()
    if style == "json":
        print_json({"scenario": scenario, "break_even": [_as_json(one) for one in found]})
    elif style == "csv":
        heads = "input,challenger,rival,status,value,unit"
        click.echo("\n".join([heads, *(",".join(_row(one, "{:.10g}".format)) for one in found)]))
    else:
        rows = [[*_row(one, figure), one.meaning] for one in found]
        columns = ["input", "challenger", "rival", "status", "from", "unit", "the challenger is"]
        print_table("Where the challenger costs as much as its rival", columns, rows, right=["from"])


def _as_json(one: BreakEven) -> dict[str, object]:
    return {
        "input": one.input,
        "challenger": one.challenger,
        "rival": one.rival,
        "status": one.status,
        "crossings": [{"value": x, "unit": one.unit} for x in one.crossings],
        "residual": one.residual,
    }


def _row(one: BreakEven, number: object) -> list[str]:
    shown = number(one.value) if one.crossings and callable(number) else ""
    return [one.input, one.challenger, one.rival, one.status, shown, one.unit]
