"""The lessor's side of a rental: what one system earns its owner, from the same offers that its user compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from costmodel.domain.hardware import Site
from costmodel.domain.offers import Program, Purchase, Rental
from costmodel.economics.cash_flow import cash_lines
from costmodel.economics.components import Fleet, monthly_costs
from costmodel.economics.contract import Contract, contract, in_sequence, renewed
from costmodel.economics.present_value import (
    Array,
    Loan,
    by_year,
    internal_rate_of_return,
    net_present_value,
    payback,
)
from costmodel.errors import Infeasible
from costmodel.units import Quantity, magnitude, quantity

ONE = quantity(1.0, "server")
FALLS = (0.0, 0.05, 0.1, 0.2, 0.3)


@dataclass(frozen=True)
class Lessor:
    """One system that is owned and rented out: `rental` is its price list, `owned` and `site` its cost."""

    rental: Rental
    owned: Purchase | Program
    site: Site
    real_discount_rate: Quantity
    months: int

    def costs(self, sold: float = 1.0) -> Array:
        """Return what the system costs by month, when a share of its hours is sold (and uses full power)."""
        fleet = Fleet(ONE, quantity(sold), self.site, self.real_discount_rate)
        lines = cash_lines(self.owned, fleet, monthly_costs(self.owned, fleet), self.months)
        total: Array = np.sum([line.cash for line in lines], axis=0)
        return total

    def rents(self, sold: float = 1.0, fall: float = 0.0) -> Array:
        """Return what the system earns by month; `fall` is the yearly fall of the rent during the contract."""
        one = replace(self._contract(), take_or_pay=0.0)
        one = replace(one, escalation=(1 + one.escalation) * (1 - fall) - 1)
        flows = in_sequence(renewed(one, self.months), self.months, sold)
        total: Array = np.sum(list(flows.values()), axis=0)
        return total

    def flows(self, sold: float = 1.0, fall: float = 0.0) -> Array:
        """Return rents less costs by month."""
        return self.rents(sold, fall) - self.costs(sold)

    def summary(self, sold: float = 1.0, fall: float = 0.0) -> dict[str, float]:
        """Return net present value, internal rate of return, payback, margin, rent floor and break-even utilisation.

        The margin is one less the present value of costs over that of rents; the rent floor is the price per
        accelerator-hour at which the system earns the cost of capital and no more.
        """
        rate = self._rate
        flows, rents, costs = self.flows(sold, fall), self.rents(sold, fall), self.costs(sold)
        earned, spent = net_present_value(rate, rents), net_present_value(rate, costs)
        return {
            "net_present_value": net_present_value(rate, flows),
            "internal_rate_of_return": internal_rate_of_return(by_year(flows)),
            "payback_years": payback(by_year(flows)),
            "margin": 1 - spent / earned,
            "rent_floor": self._contract().price * spent / earned,
            "break_even_utilization": self.break_even_utilization(fall),
        }

    def break_even_utilization(self, fall: float = 0.0) -> float:
        """Return the share of hours that must be sold for the costs to be earned; above 1 it cannot be.

        Rents and costs are both linear in the share: fixed costs / (rents of all hours - what using them costs more)
        """
        rate = self._rate
        idle, busy = net_present_value(rate, self.costs(0.0)), net_present_value(rate, self.costs(1.0))
        earned = net_present_value(rate, self.rents(1.0, fall))
        if earned <= busy - idle:
            msg = (
                f"{self.rental.id}: the rent does not even pay for the energy of use, so that no utilisation pays back"
            )
            raise Infeasible(msg)
        return idle / (earned - (busy - idle))

    def if_rent_falls(self, falls: Sequence[float] = FALLS, sold: float = 1.0) -> pd.DataFrame:
        """Return the summary for yearly falls of the rent: one row per fall."""
        rows = {fall: self.summary(sold, fall) for fall in falls}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("fall_per_year")

    def levered(self, debt_share: float, real_debt_rate: float, years: int, sold: float = 1.0) -> Array:
        """Return the flows by year to the owner's equity when a share of what is paid at the start is borrowed."""
        yearly = by_year(self.flows(sold))
        loan = Loan(debt_share * max(-yearly[0], 0.0), real_debt_rate, years)
        flows = loan.flows(len(yearly) - 1)[: len(yearly)]
        total: Array = yearly + flows
        return total

    @property
    def _rate(self) -> float:
        return float(magnitude(self.real_discount_rate, "1/year"))

    def _contract(self) -> Contract:
        accelerators = float(magnitude(ONE * self.owned.system.accelerators, "accelerator"))
        return contract(self.rental, accelerators, self.months)


def lease_back(sale: float, rent_back: Contract, rent_on: Contract, months: int) -> pd.DataFrame:
    """Return the flows by month, as income, of a vendor that sells systems, rents them back and rents them on.

    The provider buys for `sale` and earns what the vendor pays to rent back; the vendor earns the sale and what its own
    customers pay on; the customer pays `rent_on`. The three add up to zero: money only changes hands.
    """
    back, on = (np.sum(list(in_sequence([one], months).values()), axis=0) for one in (rent_back, rent_on))
    sold = np.zeros(months + 1)
    sold[0] = sale
    return pd.DataFrame({"vendor": sold - back + on, "provider": back - sold, "customer": -on}).rename_axis("month")
