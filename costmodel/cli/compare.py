"""`costmodel compare SCENARIO`."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from costmodel.analysis.statement import ENDS, MONTHLY, components
from costmodel.analysis.study import Study
from costmodel.cli.opening import open_study
from costmodel.cli.shared import figure, format_option, note, print_json, print_table, specs_option
from costmodel.domain.workload import Capacity
from costmodel.economics.basis import basis_of, money_of

CASH = "cash_year_"


@click.command("compare")
@click.argument("scenario")
@click.option(
    "--years",
    type=click.IntRange(1, 30),
    metavar="N",
    help="Compare over so many years: what is owned is sold at their end, commitments beyond it are paid.",
)
@click.option("--base", metavar="OFFER", help="Show what each other offer gains against this one, as an investment.")
@format_option()
@specs_option
def command(scenario: str, years: int | None, base: str | None, style: str, specs: tuple[Path, ...]) -> None:
    """Compare what a scenario costs under each of its offers, per month and per unit."""
    study = open_study(scenario, specs).over(years)
    over_time = study.ways() if years or isinstance(study.scenario.workload, Capacity) else None
    table = study.compare() if over_time is None else _joined(study.compare(), over_time)
    if base is not None:
        table = _joined(table, study.returns(base))
    if style == "json":
        print_json(as_json(study, table))
    elif style == "csv":
        click.echo(table.assign(reason=pd.Series(study.without, dtype=str)).to_csv(), nl=False)
    else:
        _print(study, over_time)
        if base is not None:
            _print_frame(f"Against {base}: what each other way gains", study.returns(base))


def as_json(study: Study, table: pd.DataFrame) -> dict[str, object]:
    """Return the comparison as plain data; the components of an offer sum to its total without error."""
    return {
        "scenario": study.scenario.id,
        **money_of(study.scenario),
        "offers": [_offer(study, str(id_), table) for id_ in table.index],
    }


def _joined(table: pd.DataFrame, over_time: pd.DataFrame) -> pd.DataFrame:
    """Return the comparison with what follows over years beside it."""
    more = over_time[[name for name in over_time.columns if name not in table.columns]]
    found = table.join(more)
    found.attrs = {
        **table.attrs,
        "units": table.attrs["units"] | {n: over_time.attrs["units"][n] for n in more.columns},
    }
    return found


def _offer(study: Study, id_: str, table: pd.DataFrame) -> dict[str, object]:
    if id_ in study.without:
        return {"offer": id_, "reason": study.without[id_]}
    cells = {name: _cell(table, id_, name) for name in table.columns if not name.endswith((*ENDS, *_years(table)))}
    basis = basis_of(study.scenario, study.scenario.offer(id_))
    return {
        "offer": id_,
        "basis": basis,
        **cells,
        **_physical(study, id_),
        **_cash(table, id_),
        "components": _parts(study, id_),
    }


def _years(table: pd.DataFrame) -> tuple[str, ...]:
    return tuple(name for name in table.columns if name.startswith(CASH))


def _physical(study: Study, offer: str) -> dict[str, object]:
    found = study.costs[offer].quantities
    names = [name for name in found if name.startswith(("energy_", "carbon_", "water_"))]
    return {name: {"value": float(found[name].magnitude), "unit": f"{found[name].units:~C}"} for name in names}


def _cash(table: pd.DataFrame, offer: str) -> dict[str, object]:
    units = table.attrs["units"]
    cash = [
        {"year": int(name.removeprefix(CASH)), "value": float(table[name][offer]), "unit": units[name]}
        for name in _years(table)
    ]
    return {"cash_by_year": cash} if cash else {}


def _cell(table: pd.DataFrame, offer: str, name: str) -> dict[str, object]:
    found: dict[str, object] = {"value": float(table[name][offer]), "unit": table.attrs["units"][name]}
    ends = {end.removeprefix("_"): float(table[f"{name}{end}"][offer]) for end in ENDS if f"{name}{end}" in table}
    return found | ends


def _parts(study: Study, offer: str) -> list[dict[str, object]]:
    parts = components(study.costs[offer])
    return [{"component": name, "value": cost, "unit": MONTHLY} for name, cost in parts.items()]


def _print(study: Study, over_time: pd.DataFrame | None) -> None:
    money = money_of(study.scenario)
    over = f"over {money['horizon_years']:g} years, real USD of {money['dollar_year']}, prices of {money['price_date']}"
    _print_frame(f"{study.scenario.question} (80% intervals below each figure; {over})", study.compare())
    for offer, reason in study.without.items():
        note(f"{offer} has no answer: {reason}")
    if over_time is not None:
        _print_frame("Over time (costs positive, in real money, year 0 is the signing)", over_time)
    if not isinstance(study.scenario.workload, Capacity):
        print_table("Layout", ["offer", "layout", "systems"], [_layout(study, id_) for id_ in study.costs])


def _print_frame(title: str, frame: pd.DataFrame) -> None:
    units = frame.attrs["units"]
    shown = [name for name in frame.columns if not str(name).endswith(ENDS)]
    heads = ["offer", *(f"{str(name).replace('_', ' ')}\n{units[name]}" for name in shown)]
    rows: list[list[str | tuple[str, ...]]] = [
        [str(id_), *(_shown(frame.loc[id_], name) for name in shown)] for id_ in frame.index
    ]
    print_table(title, heads, rows, right=heads[1:])


def _shown(row: pd.Series[float], name: str) -> str | tuple[str, ...]:
    """Return a figure, and on a line below it its interval where it has one; a dash where there is no answer."""
    if pd.isna(row[name]):
        return "-"
    ends = [figure(float(row[f"{name}{end}"])) for end in ENDS if f"{name}{end}" in row]
    return (figure(float(row[name])), *([" to ".join(ends)] if ends else []))


def _layout(study: Study, offer: str) -> list[str]:
    servers = study.costs[offer]["servers"].to("server").magnitude
    return [offer, study.deployments[offer].layout, f"{servers:,.0f}"]
