"""`costmodel lessor RENTAL`."""

from __future__ import annotations

from datetime import date
from math import isnan
from pathlib import Path
from typing import Any

import click
import pandas as pd

from costmodel.analysis.capacity_question import SITE
from costmodel.analysis.lessor_question import UNITS, Debt, LessorAsked, ask_lessor, rented
from costmodel.cli.option_types import DayType, Finite
from costmodel.cli.quantity_type import QuantityType
from costmodel.cli.shared import discount_rate_option, format_option, open_catalog, print_answer, specs_option
from costmodel.cli.tables import figure, known, print_figures, print_table
from costmodel.domain.lessor import load_lessor
from costmodel.economics.accounts import reproduction
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity

PARTIES = ("vendor", "provider", "customer")


@click.command("lessor")
@click.argument("name")
@click.option("--owned", metavar="OFFER", help="How the systems are owned; the only purchase of them, if not given.")
@click.option("--site", default=SITE, show_default=True, help="Where they stand.")
@click.option("--years", type=Finite(1, 30), metavar="N", help="Over how many years; the term, if not given.")
@click.option("--sold", type=Finite(0, 1, min_open=True), default=1.0, show_default=True, help="Share of hours sold.")
@discount_rate_option
@click.option("--on", type=DayType(), help="Day whose prices count; without it, the newest.")
@click.option(
    "--debt-share", type=Finite(0, 1, min_open=True), help="Share of what is paid at the start that is borrowed."
)
@click.option(
    "--debt-rate", type=QuantityType("percent/year", low=0, high=100), help="Real interest of what is borrowed."
)
@click.option("--debt-years", type=click.IntRange(1, 30), help="Years of level payments that repay it.")
@click.option("--rent-on", metavar="RENTAL", help="NAME is a lease-back: who sold the systems rents them on like this.")
@format_option()
@specs_option
def command(
    name: str,
    rent_on: str | None,
    on: date | None,
    debt_share: float | None,
    debt_rate: Quantity | None,
    debt_years: int | None,
    style: str,
    specs: tuple[Path, ...],
    **given: Any,
) -> None:
    """Show what a rental earns its owner: worth, return, payback, the lowest rent and use that pay, falling rents.

    With the three of --debt-, also what is left to equity by year, and its return.

    NAME is a rental, or a published year of a lessor such as coreweave-2024: computed beside reported.
    """
    catalog = open_catalog(specs)
    if name.removeprefix("lessor/") in catalog.ids("lessor"):
        _published(catalog, name.removeprefix("lessor/"), style)
        return
    debt = _debt(debt_share, debt_rate, debt_years)
    asked = ask_lessor(catalog, name, rate=given.pop("discount_rate"), on=on, debt=debt, **given)
    parties = None if rent_on is None else asked.leased_back(rented(catalog, rent_on, on))
    print_answer(
        style,
        json=lambda: as_json(asked, parties),
        csv=(asked.if_rent_falls() if parties is None else parties).reset_index,
        table=lambda: _print(asked, parties),
    )


def _debt(share: float | None, rate: Quantity | None, years: int | None) -> Debt | None:
    """Return the loan that is asked for, whole, or none."""
    if share is None and rate is None and years is None:
        return None
    if share is None or rate is None or years is None:
        msg = "--debt-share, --debt-rate and --debt-years belong together: say how much is lent, at what, for how long."
        raise click.UsageError(msg)
    return Debt(share, rate, years)


def as_json(asked: LessorAsked, parties: pd.DataFrame | None = None) -> dict[str, object]:
    """Return the owner's side as plain data, per system."""
    lessor = asked.lessor
    falls = asked.if_rent_falls().reset_index().to_dict("records")
    found: dict[str, object] = {
        "rental": lessor.rental.id,
        "owned": lessor.owned.id,
        "site": lessor.site.id,
        "years": lessor.months / 12,
        "sold": asked.sold,
        "summary": {key: {"value": value, "unit": UNITS[key]} for key, value in asked.summary().items()},
        "if_rent_falls": falls,
        "cash_by_year": _dollars_by_year(asked.cash_by_year()),
    }
    if asked.debt is not None:
        found["equity_by_year"] = _dollars_by_year(asked.equity_by_year())
        found["return_on_equity"] = {"value": asked.return_on_equity(), "unit": "1/year"}
    if parties is not None:
        found["lease_back"] = parties.reset_index().to_dict("records")
    return found


def _dollars_by_year(cash: list[float]) -> list[dict[str, object]]:
    return [{"year": year, "value": one, "unit": "USD"} for year, one in enumerate(cash)]


def _told(key: str, value: float) -> str:
    """Return a figure; what does not come back within the horizon has no payback, and no rate where nothing comes."""
    return known(value, "never" if key == "payback_years" else "none")


def _print(asked: LessorAsked, parties: pd.DataFrame | None) -> None:
    lessor = asked.lessor
    words = f"{lessor.rental.id}, owned as {lessor.owned.id} at {lessor.site.id}, {lessor.months / 12:g} years"
    heads = ["rent falls a year", *(f"{key.replace('_', ' ')}\n{unit}" for key, unit in UNITS.items())]
    falls = asked.if_rent_falls()
    rows = [
        [f"{float(str(fall)):.0%}", *(_told(key, float(row[key])) for key in UNITS)] for fall, row in falls.iterrows()
    ]
    earns = "what one system earns (at a break-even utilization above 1 no use is enough)"
    print_table(f"{words}, {asked.sold:.0%} of hours sold: {earns}", heads, rows, right=heads)
    _print_cash("Rents less costs by year, USD a system, real", asked.cash_by_year())
    if asked.debt is not None:
        share = f"{asked.debt.share:.0%} of the start" if asked.borrowed() else "nothing paid at the start, so nothing"
        lent = f"{share} borrowed, return on equity {_percent(asked.return_on_equity())}"
        _print_cash(f"Left to equity by year, USD a system, real ({lent})", asked.equity_by_year())
    if parties is not None:
        _print_parties(parties)


def _percent(share: float) -> str:
    """Return a share a year; flows of one sign have none."""
    return "none" if isnan(share) else f"{share:.1%} a year"


def _print_cash(title: str, cash: list[float]) -> None:
    years = [f"year {year}" for year in range(len(cash))]
    print_table(title, years, [[figure(one) for one in cash]], right=years)


def _print_parties(parties: pd.DataFrame) -> None:
    shown = parties[list(PARTIES)]
    title = "Leased back and rented on: income by year, USD a system, without the provider's site and energy"
    print_figures(title, "year", PARTIES, [*shown.iterrows(), ("all", shown.sum())])


def _published(catalog: Catalog, name: str, style: str) -> None:
    table = reproduction(load_lessor(catalog, name))
    print_answer(
        style,
        json=lambda: {"lessor": name, "unit": "USD", "lines": table.reset_index().to_dict("records")},
        csv=table.reset_index,
        table=lambda: _print_published(name, table),
    )


def _print_published(name: str, table: pd.DataFrame) -> None:
    heads = ["line", "computed, MUSD", "reported, MUSD", "deviation"]
    rows = [
        [str(line), figure(row["computed"] / 1e6), figure(row["reported"] / 1e6), f"{row['deviation']:+.1%}"]
        for line, row in table.iterrows()
    ]
    print_table(f"{name}: computed from fleet, rents and debt, beside what was reported", heads, rows, heads[1:])
