"""What a rental earns who rents out: one system of it, owned, at a site, over years; and a lease-back of systems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import nan

import numpy as np
import pandas as pd

from costmodel.domain.hardware import load_site
from costmodel.domain.noun import in_dollars
from costmodel.domain.offers import Program, Purchase, Rental, load_offer
from costmodel.economics.components import cost_lines, system_price
from costmodel.economics.fleet import Fleet
from costmodel.economics.lessor import ONE, Lessor, lease_back
from costmodel.economics.lines import Flows
from costmodel.economics.present_value import MONTHS, by_year
from costmodel.errors import CostModelError, MissingData, UnknownName
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, magnitude, quantity
from costmodel.writing import today

BARE = "-baseboard"
ALL_HOURS = 1.0
UNITS = {
    "net_present_value": "USD/server",
    "internal_rate_of_return": "1/year",
    "payback_years": "year",
    "margin": "",
    "rent_floor": "USD/accelerator/hour",
    "break_even_utilization": "",
}
"""What a summary gives, per system, and in which unit."""


@dataclass(frozen=True)
class Debt:
    """What is borrowed: a share of what the owner pays at the start, at a real rate, repaid level by year."""

    share: float
    real_rate: Quantity
    years: int


@dataclass(frozen=True)
class LessorAsked:
    """A rental seen from its owner's side, the share of its hours that is sold, and what the owner borrows."""

    lessor: Lessor
    sold: float = ALL_HOURS
    debt: Debt | None = None

    def summary(self) -> dict[str, float]:
        """Return what one system earns its owner; `UNITS` has the unit of each figure."""
        return self.lessor.summary(self.sold)

    def if_rent_falls(self) -> pd.DataFrame:
        """Return the summary for yearly falls of the rent, one row per fall."""
        found = self.lessor.if_rent_falls(sold=self.sold)
        found.attrs["units"] = dict(UNITS)
        return found

    def cash_by_year(self) -> list[float]:
        """Return rents less costs of one system by year, 0 being the start, in USD."""
        return [float(one) for one in by_year(self.lessor.flows(self.sold).total)]

    def equity_by_year(self) -> list[float]:
        """Return what is left of the cash by year after what is borrowed and repaid, in USD."""
        return [float(one) for one in by_year(self._equity().total)]

    def return_on_equity(self) -> float:
        """Return the internal rate of return of the cash after debt, a share a year; none of nothing that is put in."""
        found = self._equity()
        return self.lessor.rate_of_return(found) if found.total[0] < 0 else nan

    def borrowed(self) -> float:
        """Return what is borrowed for one system, in USD: nothing where its customer prepays as much as it costs."""
        return self.equity_by_year()[0] - self.cash_by_year()[0]

    def _equity(self) -> Flows:
        if self.debt is None:
            return self.lessor.flows(self.sold)
        rate = float(magnitude(self.debt.real_rate, "1/year"))
        return self.lessor.levered(self.debt.share, rate, self.debt.years, self.sold)

    def leased_back(self, rent_on: Rental) -> pd.DataFrame:
        """Return the cash by year of vendor, provider and customer, USD per system.

        The vendor sells systems, rents them back under this rental, and rents them on under another. The provider's
        site, energy and staff are not in it: the three add up to zero.
        """
        one = self.lessor
        share = quantity(self.sold)
        horizon = quantity(one.months / MONTHS, "year")
        fleet = Fleet(ONE, share, one.site, one.real_discount_rate, rented=share, horizon=horizon, terms=one.terms)
        back, on = (cost_lines(rental, fleet) for rental in (one.rental, rent_on))
        sale = float(magnitude(system_price(one.owned, one.terms) * ONE, "USD"))
        months = lease_back(sale, back, on, one.months, one.terms)
        years = np.ceil(months.index.to_numpy() / MONTHS).astype(int)
        return months.groupby(years).sum().rename_axis("year")


def ask_lessor(
    catalog: Catalog,
    rental: str,
    *,
    owned: str | None = None,
    site: str,
    rate: Quantity,
    years: float | None = None,
    sold: float = ALL_HOURS,
    on: date | None = None,
    debt: Debt | None = None,
) -> LessorAsked:
    """Return the owner's side of a rental: of its system, bought at the newest price up to a day, at a site.

    Wages, buildings and energy, and the design and team of a program, are in dollars of the day's year (today's).
    Without years, its term. Without an offer that owns the system, the only one there is.
    """
    let = rented(catalog, rental, on)
    term = let.term if years is None else quantity(float(years), "year")
    if term is None:
        msg = f"{let.id} binds for no term: say over how many years its owner is asked, such as --years 4"
        raise MissingData(msg)
    day = on or today()
    bought = in_dollars(load_offer(catalog, owned or _owner(catalog, let), on), day)
    if not isinstance(bought, (Purchase, Program)) or bought.system.id != let.system.id:
        msg = f"{bought.id} does not own {let.system.id}, which {let.id} rents out: name a purchase or program of it"
        raise CostModelError(msg)
    months = round(float(magnitude(term, "month")))
    return LessorAsked(Lessor(let, bought, load_site(catalog, site, day), rate, months), sold, debt)


def rented(catalog: Catalog, id_: str, on: date | None) -> Rental:
    """Return a rental, or an error for an offer of another kind."""
    found = load_offer(catalog, id_, on)
    if not isinstance(found, Rental):
        msg = f"{found.id} is no rental: see `costmodel list rentals`"
        raise CostModelError(msg)
    return found


def _owner(catalog: Catalog, let: Rental) -> str:
    """Return the only purchase or program of a rental's system."""
    owners = [
        f"{kind}/{record.id}"
        for kind in ("purchase", "program")
        for record in catalog.all(kind)
        if catalog.full_id("system", record.values["system"]) == let.system.id and not record.id.endswith(BARE)
    ]
    if len(owners) != 1:
        ways = f"one of {', '.join(owners)}" if owners else "an offer of your own (costmodel init purchase ...)"
        msg = f"{let.id} rents out {let.system.id}: say with --owned who owns it, {ways}"
        raise UnknownName(msg)
    return owners[0]
