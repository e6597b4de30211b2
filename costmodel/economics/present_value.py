"""Sums over time: present value, internal rate of return, payback, loans.

Flows are arrays over years or over months: entry 0 is the start, entry t is year or month t. What is paid month by
month counts in the middle of its month (docs/decisions/0016). Whether money is paid or received is the caller's choice
of sign; costs are positive in all tables of costs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import numpy_financial as npf

from costmodel.errors import FormulaError

Array = npt.NDArray[np.float64]

MONTHS = 12
MIDDLE = 0.5
LOG_RATES = np.linspace(-5.0, 5.0, 1001)
"""Where a rate of return is looked for, as ln(1 + rate): from -99.3% to 14,700% a year."""
NO_WIDTH = 1e-14
NO_LOWER = -1.0
"""A rate of -100% leaves nothing; no rate may be at or below it."""


def checked_rate(rate: float, name: str) -> float:
    """Return a yearly rate, or a FormulaError if it is not a number above -100%."""
    if not (np.isfinite(rate) and rate > NO_LOWER):
        msg = f"{name} is {rate:g} a year; it must be a number above -1 (-100%): write 0.08 for 8%"
        raise FormulaError(msg)
    return float(rate)


def by_year(monthly: npt.ArrayLike) -> Array:
    """Return flows by month as flows by year: entry 0 stays, each twelve months become a year, the last may be short.

    >>> by_year([100.0, *[1.0] * 18])
    array([100.,  12.,   6.])
    """
    flows = np.asarray(monthly, dtype=float)
    starts = np.arange(1, len(flows), MONTHS)
    return np.concatenate([flows[:1], np.add.reduceat(flows[1:], starts - 1) if len(starts) else []])


def dated(real_discount_rate: float, months: int) -> Array:
    """Return the value today of a dollar at the start and on the day that ends each month.

    (1 + r)^-(month / 12)
    """
    rate = checked_rate(real_discount_rate, "real_discount_rate")
    factors: Array = (1 + rate) ** (-np.arange(months + 1) / MONTHS)
    return factors


def discount(real_discount_rate: float, months: int, delay: float = 0.0) -> Array:
    """Return the value today of a dollar at the start and in the middle of each month, or later by a delay in months.

    (1 + r)^-((month - 1/2 + delay) / 12)
    """
    rate = checked_rate(real_discount_rate, "real_discount_rate")
    later = np.arange(months + 1) - MIDDLE + delay
    later[0] = 0.0
    factors: Array = (1 + rate) ** (-later / MONTHS)
    return factors


def internal_rate_of_return(flows: npt.ArrayLike, years: npt.ArrayLike | None = None) -> float:
    """Return the yearly rate at which flows are worth nothing today; not a number where there is none.

    `years` says when each is paid; without it they are a year apart, from the start on.

    Special cases: flows of one sign have no such rate, and those that change it several times may have several, of
    which none is told. Test a target by the present value at that rate instead.

    >>> round(internal_rate_of_return([-100.0, 60.0, 60.0]), 6)
    0.130662
    """
    paid = np.asarray(flows, dtype=float)
    when = np.arange(len(paid), dtype=float) if years is None else np.asarray(years, dtype=float)

    def earns(log_rates: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        return np.exp(-np.multiply.outer(log_rates, when)) @ paid >= 0

    changes = np.flatnonzero(np.diff(earns(LOG_RATES)))
    if len(changes) != 1:
        return float("nan")
    low, high = LOG_RATES[changes[0]], LOG_RATES[changes[0] + 1]
    return float(np.expm1(_change(earns, low, high)))


def _change(holds: Callable[[float], Any], low: float, high: float) -> float:
    """Return where between two numbers something begins or ceases to hold, by halves."""
    at_low = holds(low)
    while high - low > NO_WIDTH and low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if holds(middle) == at_low else (low, middle)
    return high


def payback(flows: npt.ArrayLike, *, rate: float = 0.0) -> float:
    """Return after how many periods flows have paid back, with a rate per period for the discounted payback.

    t - cumulative(t) / flow(t) at the first t with a positive sum: linear inside the period.

    Special cases: not a number if they never do; 0 if they begin above zero.

    >>> payback([-100.0, 40.0, 40.0, 40.0])
    2.5
    """
    given = np.asarray(flows, dtype=float)
    worth = given * (1 + checked_rate(rate, "rate")) ** -np.arange(len(given), dtype=float)
    sums = np.cumsum(worth)
    above = np.flatnonzero(sums >= 0)
    if not len(above):
        return float("nan")
    first = int(above[0])
    return float(first - sums[first] / worth[first]) if first else 0.0


@dataclass(frozen=True)
class Loan:
    """Debt that is repaid in level payments at the end of each year."""

    principal: float
    rate: float
    years: int

    def __post_init__(self) -> None:
        """Refuse a rate at or below -100% and a term below a year."""
        checked_rate(self.rate, "the rate of a loan")
        if self.years < 1:
            msg = f"a loan runs for {self.years} years; it must run for at least 1"
            raise FormulaError(msg)

    @property
    def payment(self) -> float:
        """What is paid each year."""
        return float(-npf.pmt(self.rate, self.years, self.principal))

    def flows(self, years: int) -> Array:
        """Return what the borrower gets (start) and pays (negative) over a number of years: what is owed then, too."""
        found = np.zeros(years + 1)
        found[0], found[1 : self.years + 1] = self.principal, -self.payment
        found[-1] -= self.owed_after(years)
        return found

    def owed_after(self, years: int) -> float:
        """Return what is still owed after the payments of a number of years."""
        return 0.0 if years >= self.years else float(npf.fv(self.rate, years, self.payment, -self.principal))
