"""`costmodel compare SCENARIO`."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from costmodel.analysis.statement import MONTHLY, components, value
from costmodel.analysis.study import Study
from costmodel.cli.opening import open_study
from costmodel.cli.shared import figure, format_option, print_json, print_table, specs_option
from costmodel.domain.workload import Capacity


@click.command("compare")
@click.argument("scenario")
@click.option(
    "--years",
    type=click.IntRange(1, 30),
    metavar="N",
    help="Compare over so many years: what is owned is sold at their end, commitments beyond it are paid.",
)
@format_option()
@specs_option
def command(scenario: str, years: int | None, style: str, specs: tuple[Path, ...]) -> None:
    """Compare what a scenario costs under each of its offers, per month and per unit."""
    study = open_study(scenario, specs).over(years)
    over_time = study.ways() if years or isinstance(study.scenario.workload, Capacity) else None
    if style == "json":
        print_json(as_json(study, over_time))
    elif style == "csv":
        click.echo(study.statement().to_csv(index=False), nl=False)
    else:
        _print(study, over_time)


def as_json(study: Study, over_time: pd.DataFrame | None = None) -> dict[str, object]:
    """Return the comparison as plain data; the components of an offer sum to its total without error."""
    return {
        "scenario": study.scenario.id,
        "offers": [
            {
                "offer": id_,
                **{name: _cell(study, id_, name) for name in (*study.columns, *_physical(study, id_))},
                **({} if over_time is None else _row(over_time, id_)),
                "components": _parts(study, id_),
            }
            for id_ in study.costs
        ],
    }


def _physical(study: Study, offer: str) -> list[str]:
    return [name for name in study.costs[offer].quantities if name.startswith(("energy_", "carbon_", "water_"))]


def _row(over_time: pd.DataFrame, offer: str) -> dict[str, object]:
    """Return the present value of one offer and its cash by year."""
    row = {str(name): float(over_time[name][offer]) for name in over_time.columns}
    units = over_time.attrs["units"]
    years = [name for name in row if name.startswith("cash_year_")]
    cash = [{"year": int(name.rpartition("_")[2]), "value": row[name], "unit": units[name]} for name in years]
    present = {"value": row["net_present_value"], "unit": units["net_present_value"]}
    return {"net_present_value": present, "cash_by_year": cash}


def _cell(study: Study, offer: str, name: str) -> dict[str, object]:
    number, unit = value(study.costs[offer], name)
    return {"value": number, "unit": unit}


def _parts(study: Study, offer: str) -> list[dict[str, object]]:
    parts = components(study.costs[offer])
    return [{"component": name, "value": cost, "unit": MONTHLY} for name, cost in parts.items()]


def _print(study: Study, over_time: pd.DataFrame | None) -> None:
    _print_frame(study.scenario.question, study.compare())
    if over_time is not None:
        _print_frame("Over time (costs positive, in real money, year 0 is the signing)", over_time)
    if not isinstance(study.scenario.workload, Capacity):
        print_table("Layout", ["offer", "layout", "systems"], [_layout(study, id_) for id_ in study.costs])


def _print_frame(title: str, frame: pd.DataFrame) -> None:
    units = frame.attrs["units"]
    heads = ["offer", *(f"{str(name).replace('_', ' ')}\n{units[name]}" for name in frame.columns)]
    rows = [
        [str(id_), *(figure(number) for number in row)] for id_, row in zip(frame.index, frame.to_numpy(), strict=True)
    ]
    print_table(title, heads, rows, right=heads[1:])


def _layout(study: Study, offer: str) -> list[str]:
    servers = study.costs[offer]["servers"].to("server").magnitude
    return [offer, study.deployments[offer].layout, f"{servers:,.0f}"]
