"""`costmodel compare` without a scenario: what accelerators of a kind cost at each site, and how that is printed."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from costmodel.analysis.capacity_question import SITE, by_site, capacity_studies, left_out
from costmodel.analysis.changes import pairs
from costmodel.analysis.remarks import remarks
from costmodel.analysis.statement import ENDS
from costmodel.analysis.study import Study
from costmodel.cli.comparison import counted, numbers_of, print_bases, print_frame
from costmodel.cli.shared import note, open_catalog, print_answer
from costmodel.economics.basis import basis_of, money_of


def ask_without(
    accelerators: float | None,
    hardware: str | None,
    years: int | None,
    sites: tuple[str, ...],
    style: str,
    specs: tuple[Path, ...],
    settings: tuple[str, ...],
) -> None:
    """Answer what accelerators of a kind cost over some years at each site, bought, rented and built."""
    if accelerators is None or hardware is None:
        msg = "Name a scenario, or ask without one: --accelerators 1024 --hardware h100 --years 3"
        raise click.UsageError(msg)
    named = sites or (SITE,)
    studies = capacity_studies(
        open_catalog(specs), hardware, accelerators, years or 3, sites=named, changes=pairs(settings)
    )
    table = by_site(studies)
    print_answer(
        style,
        json=lambda: _sites_as_json(studies, table),
        csv=lambda: table.assign(basis=_site_bases(studies, table)).reset_index(),
        table=lambda: _print_sites(studies, table),
    )


def _sites_as_json(studies: dict[str, Study], table: pd.DataFrame) -> dict[str, object]:
    first, units = next(iter(studies.values())), table.attrs["units"]
    rows = [
        {"offer": id_, "site": row["site"] or None, "basis": basis, **numbers_of(row, units)}
        for (id_, row), basis in zip(table.iterrows(), _site_bases(studies, table), strict=True)
    ]
    asked = {"question": first.scenario.question, **money_of(first.scenario), "remarks": remarks(first)}
    without = [{"offer": offer, "reason": reason} for offer, reason in left_out(first).items()]
    return {**asked, "offers": [*rows, *without]}


def _print_sites(studies: dict[str, Study], table: pd.DataFrame) -> None:
    first = next(iter(studies.values()))
    shown = ["site", "cost_per_accelerator_hour", "net_present_value", "total_per_month"]
    ends = [f"{name}{end}" for name in shown[1:] for end in ENDS if f"{name}{end}" in table]
    few = table[[*shown, *ends]]
    few.attrs["units"] = {"site": "", **table.attrs["units"]}
    print_frame(f"{first.scenario.question} (80% intervals below each figure; {counted(first)})", few)
    print_bases(zip(map(str, table.index), _site_bases(studies, table), strict=True))
    for offer, reason in left_out(first).items():
        note(f"{offer} has no answer: {reason}")
    for remark in remarks(first):
        note(remark)


def _site_bases(studies: dict[str, Study], table: pd.DataFrame) -> list[str]:
    """Return what each row of several sites counts in; what is rented stands in the first study."""
    of_row = [(studies[row["site"] or next(iter(studies))].scenario, str(id_)) for id_, row in table.iterrows()]
    return [basis_of(scenario, scenario.offer(id_)) for scenario, id_ in of_row]
