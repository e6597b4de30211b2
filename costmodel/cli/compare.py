"""`costmodel compare SCENARIO`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import click
import pandas as pd

from costmodel.analysis.remarks import remarks
from costmodel.analysis.sentence import sentence
from costmodel.analysis.statement import components, joined
from costmodel.analysis.study import Study
from costmodel.analysis.training_run import run_of
from costmodel.cli.comparison import counted, numbers_of, print_bases, print_frame, print_rows
from costmodel.cli.opening import open_study
from costmodel.cli.option_types import Finite
from costmodel.cli.payers import payers_as_data, print_payers
from costmodel.cli.run_tables import print_run, print_runs
from costmodel.cli.shared import format_option, note, plain, print_answer, set_option, specs_option, tell
from costmodel.cli.tables import print_table
from costmodel.cli.without_scenario import ask_without
from costmodel.domain.workload import Capacity, TrainingRun
from costmodel.economics.basis import basis_of, money_of
from costmodel.economics.costs import MONTHLY
from costmodel.economics.run_methods import given_of
from costmodel.specs.runs import runs_file


@click.command("compare")
@click.argument("scenario", required=False)
@click.option(
    "--years",
    type=click.IntRange(1, 30),
    metavar="N",
    help="Compare over so many years: what is owned is sold at their end, commitments beyond it are paid.",
)
@click.option("--base", metavar="OFFER", help="Show what each other offer gains against this one, as an investment.")
@click.option("--accelerators", type=Finite(min=0, min_open=True), metavar="N", help="Without a scenario: how many.")
@click.option("--hardware", metavar="ID", help="Without a scenario: which accelerator (h100); all ways to get it.")
@click.option("--site", "sites", multiple=True, metavar="ID", help="Without a scenario: where owned systems stand.")
@format_option()
@set_option
@specs_option
def command(
    scenario: str | None,
    years: int | None,
    base: str | None,
    accelerators: float | None,
    hardware: str | None,
    sites: tuple[str, ...],
    style: str,
    specs: tuple[Path, ...],
    settings: tuple[str, ...],
) -> None:
    """Compare what a scenario costs under each of its offers, per month and per unit.

    A file of training runs, such as frontier-training, is compared with what was published of them; one of its runs is
    a scenario: frontier-training/palm.

    Without a scenario: what --accelerators of a kind of --hardware cost over --years, bought, rented or built, at each
    --site (us-hyperscale, if none is given), with the newest prices.
    """
    if scenario is None:
        ask_without(accelerators, hardware, years, sites, style, specs, settings)
        return
    if accelerators is not None or hardware is not None or sites:
        msg = "--accelerators, --hardware and --site ask without a scenario; in a scenario, use --set site=ID"
        raise click.UsageError(msg)
    if (file := runs_file(scenario)) is not None:
        _refuse_of_runs(years, base)
        print_runs(file, style, specs, settings)
        return
    study = open_study(scenario, specs, settings).over(years)
    over_time = study.ways() if years or isinstance(study.scenario.workload, Capacity) else None
    run = study.run() if isinstance(study.scenario.workload, TrainingRun) else None
    returns = None if base is None else study.returns(base)
    beside = [one for one in (over_time, run, returns) if one is not None]
    print_answer(
        style,
        json=lambda: as_json(study, _table(study, beside)),
        csv=lambda: _csv(study, _table(study, beside)),
        table=lambda: _print(study, over_time, run, base, returns),
    )


def _table(study: Study, beside: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the comparison with what was asked for beside it."""
    return reduce(joined, beside, study.compare())


def _csv(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    texts = {"basis": _bases(study), "reason": study.without}
    return table.assign(**{name: pd.Series(found, dtype=str) for name, found in texts.items()}).reset_index()


def _bases(study: Study) -> dict[str, str]:
    """Return what the figures of each offer count in."""
    return {id_: basis_of(study.scenario, study.scenario.offer(id_)) for id_ in study.costs}


def _refuse_of_runs(years: int | None, base: str | None) -> None:
    if years is not None or base is not None:
        msg = "--years and --base ask of the offers of one scenario; of a file of runs, name one: FILE/RUN"
        raise click.UsageError(msg)


def as_json(study: Study, table: pd.DataFrame) -> dict[str, object]:
    """Return the comparison as plain data; the components of an offer sum to its total without error."""
    return {
        "scenario": study.scenario.id,
        **money_of(study.scenario),
        "winner": study.verdict.winner,
        "sentence": sentence(study.verdict),
        "too_close_to_call": study.verdict.close,
        "remarks": remarks(study),
        "probability_cheapest": study.probabilities(),
        **_given(study),
        "offers": [_offer(study, str(id_), table) for id_ in table.index],
    }


def _given(study: Study) -> dict[str, object]:
    run = run_of(study.scenario)
    return {} if run is None else {"given": list(given_of(run))}


def _offer(study: Study, id_: str, table: pd.DataFrame) -> dict[str, object]:
    if id_ in study.without:
        return {"offer": id_, "reason": study.without[id_]}
    basis = _bases(study)[id_]
    numbers = numbers_of(table.T[id_], table.attrs["units"])
    more = {**_physical(study, id_), **payers_as_data(study, id_)}
    return {"offer": id_, "basis": basis, **numbers, **more, "components": _parts(study, id_)}


def _physical(study: Study, offer: str) -> dict[str, object]:
    found = study.costs[offer].quantities
    names = [name for name in found if name.startswith(("energy_", "carbon_", "water_"))]
    return {name: plain(found[name]) for name in names}


def _parts(study: Study, offer: str) -> list[dict[str, object]]:
    parts = components(study.costs[offer])
    return [{"component": name, "value": cost, "unit": MONTHLY} for name, cost in parts.items()]


def _print(
    study: Study,
    over_time: pd.DataFrame | None,
    run: pd.DataFrame | None,
    base: str | None,
    returns: pd.DataFrame | None,
) -> None:
    tell(sentence(study.verdict) + "\n")
    rows, units = study.headlines()
    every = ((one.id, rows.get(one.id, {})) for one in study.scenario.offers)
    title = f"{study.scenario.question} (80% intervals below each figure; {counted(study)})"
    print_rows(title, every, units, units)
    for offer, reason in study.without.items():
        note(f"{offer} has no answer: {reason}")
    print_payers(study)
    for remark in remarks(study):
        note(remark)
    if over_time is not None:
        print_frame("Over time (costs positive, in real money, year 0 is the signing)", _in_millions(over_time))
        print_bases(_bases(study).items())
    if run is not None:
        print_run(run)
    if not isinstance(study.scenario.workload, Capacity):
        print_table(
            "Layout",
            ["offer", "layout", "systems"],
            [row for id_ in study.deployments for row in _layouts(study, id_)],
            right=["systems"],
        )
    if returns is not None:
        print_frame(f"Against {base}: what each other way gains", returns)


def _in_millions(table: pd.DataFrame) -> pd.DataFrame:
    """Return sums of dollars in millions: all that can be read of those of a contract, and of those of its years."""
    units = {name: f"M{unit}" if unit == "USD" else unit for name, unit in table.attrs["units"].items()}
    shown = table.assign(
        **{str(name): table[name] / 1e6 for name, unit in table.attrs["units"].items() if unit == "USD"}
    )
    shown.attrs["units"] = units
    return shown


def _layouts(study: Study, offer: str) -> list[list[str]]:
    """Return the layout of an offer, and beside that of a run the one which writes its rollouts."""
    servers, found = study.costs[offer]["servers"].to("server").magnitude, study.deployments[offer]
    rollouts = [] if found.rollouts is None else [[f"{offer}, rollouts", found.rollouts.layout, "the same"]]
    return [[offer, found.layout, f"{servers:,.0f}"], *rollouts]
