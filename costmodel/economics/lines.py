"""Lines of money: what is paid when, for what; every cost, present value and cash table is a reading of them.

The present value of a line is a traced closed form; `expand` writes the same line out month by month.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from costmodel.domain.terms import Terms
from costmodel.economics.formulas import finance, flows
from costmodel.economics.present_value import MIDDLE, MONTHS, Array, dated, discount, internal_rate_of_return
from costmodel.specs.tables.finance import MONTHLY, TIMINGS
from costmodel.units import Quantity, add, magnitude, quantity

START = quantity(0.0, "month")
ONCE = quantity(1.0)
NO_RISE = quantity(0.0, "1/year")


@dataclass(frozen=True)
class Line:
    """One line: a sum that is paid once, or month by month for `months`; costs are positive, what is got negative.

    It begins at `start` and may come again `times` times, `every` so many months, each time at a price above inflation
    that declines by a share a year. Its end is what happens then: nothing, resale, or renewal.
    """

    name: str
    amount: Quantity
    """USD, or USD/month where it has months."""
    start: Quantity = START
    months: Quantity | None = None
    skip: Quantity | None = None
    """Months at its beginning that are in another line."""
    ramp: Quantity | None = None
    escalation: Quantity | None = None
    """Rise after each whole year, in the money that the line is fixed in."""
    nominal: bool = False
    """Whether its payments are fixed in money of their day, so that inflation takes from them."""
    every: Quantity = START
    times: Quantity = ONCE
    decline: Quantity = NO_RISE
    end: str = "nothing"


Lines = tuple[Line, ...]


@dataclass(frozen=True)
class Money:
    """The rate, the horizon in whole months and the terms by which lines are read."""

    real_discount_rate: Quantity
    horizon: Quantity
    terms: Terms

    @cached_property
    def nominal_discount_rate(self) -> Quantity:
        """The rate in money of the day."""
        return finance.nominal_discount_rate(real_discount_rate=self.real_discount_rate, inflation=self.terms.inflation)

    @cached_property
    def level(self) -> Quantity:
        """How many payments of today one a month over the horizon is worth."""
        return self.worth(self.horizon)

    def worth(self, months: Quantity) -> Quantity:
        """Return how many payments of today one a month, in real money, is worth."""
        return flows.monthly_worth(rate=self.real_discount_rate, months=months, delay=self.terms.payment_delay)

    def levelised(self, present_value: Quantity) -> Quantity:
        """Return the level monthly payment over the horizon that is worth a present value."""
        return flows.levelised(present_value=present_value, level=self.level)


def timed(terms: Terms, real_discount_rate: Quantity) -> Terms:
    """Return terms whose delay of payments counts those of a year in its middle or at its end, where they say so."""
    place = TIMINGS[terms.timing]
    if place is None:
        return terms
    late = flows.delay_to(rate=real_discount_rate, delay=terms.payment_delay, place=quantity(place, "month"))
    return replace(terms, timing=MONTHLY, payment_delay=late)


def present_value(line: Line, money: Money) -> Quantity:
    """Return what a line is worth today."""
    repeated = ONCE if line.start is START and line.times is ONCE else _repeated(line, money)
    if line.months is None:
        return flows.sum_present_value(amount=line.amount, repeated=repeated)
    worth = _worth(line, line.months, money)
    worth = worth if line.skip is None else worth - _worth(line, line.skip, money)
    return flows.flow_present_value(amount=line.amount, worth=worth, repeated=repeated)


def by_name(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Return the lines of each name, in order."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.name, []).append(line)
    return found


def monthly(lines: Iterable[Line], money: Money) -> dict[str, Quantity]:
    """Return the levelised monthly cost by name: over the horizon it is worth what the dated lines are."""
    return levelised(((line.name, present_value(line, money)) for line in lines), money)


def levelised(worths: Iterable[tuple[str, Quantity]], money: Money) -> dict[str, Quantity]:
    """Return the levelised monthly cost by name, of what lines are worth today by their names."""
    groups: dict[str, list[Quantity]] = {}
    for name, worth in worths:
        groups.setdefault(name, []).append(worth)
    return {name: money.levelised(add(group)) for name, group in groups.items()}


def in_effect(lines: Lines) -> Lines:
    """Return plain lines without those of nothing that stand beside others of their name: ways that were not chosen."""
    names = {line.name for line in lines if line.amount.magnitude}
    return tuple(line for line in lines if line.amount.magnitude or line.name not in names)


def scaled(line: Line, factor: Quantity, name: str | None = None) -> Line:
    """Return a line with its amount multiplied, under another name if one is given."""
    return replace(line, amount=line.amount * factor, name=name or line.name)


def _repeated(line: Line, money: Money) -> Quantity:
    return flows.repeated_worth(
        real_discount_rate=money.real_discount_rate,
        decline=line.decline,
        start=line.start,
        every=line.every,
        times=line.times,
    )


def _worth(line: Line, months: Quantity, money: Money) -> Quantity:
    rate = money.nominal_discount_rate if line.nominal else money.real_discount_rate
    given = {"rate": rate, "months": months, "delay": money.terms.payment_delay}
    if line.ramp is not None:
        rise = NO_RISE if line.escalation is None else line.escalation
        return flows.ramped_worth(**given, escalation=rise, ramp=line.ramp)
    if line.escalation is not None:
        return flows.escalated_worth(**given, escalation=line.escalation)
    return flows.monthly_worth(**given)


@dataclass(frozen=True)
class Flows:
    """A line written out in real money of the start: entry 0 is the start, entry m month m."""

    once: Array
    """What is paid on the day that ends each month."""
    monthly: Array
    """What is paid in the middle of each month, or later by the delay."""

    @property
    def total(self) -> Array:
        """All payments by month."""
        total: Array = self.once + self.monthly
        return total

    def worths(self, real_discount_rate: float, delay: float = 0.0) -> Array:
        """Return what the payments of each month are worth today; the delay is in months."""
        last = len(self.once) - 1
        found: Array = self.once * dated(real_discount_rate, last)
        return found + self.monthly * discount(real_discount_rate, last, delay)

    def worth(self, real_discount_rate: float, delay: float = 0.0) -> float:
        """Return what all payments are worth today."""
        return float(self.worths(real_discount_rate, delay).sum())

    def rate_of_return(self, delay: float = 0.0) -> float:
        """Return the yearly rate at which the payments are worth nothing today, each counted when `worth` does."""
        month = np.arange(len(self.once), dtype=float)
        late = np.where(month > 0, month - MIDDLE + delay, 0.0)
        return internal_rate_of_return(
            np.concatenate([self.once, self.monthly]), np.concatenate([month, late]) / MONTHS
        )

    def less(self, other: Flows) -> Flows:
        """Return what is left after other flows of as many months."""
        return Flows(self.once - other.once, self.monthly - other.monthly)


def last_month(lines: Iterable[Line]) -> int:
    """Return the last month in which any line is paid."""
    return max((_end(line) for line in lines), default=0)


def expand(line: Line, months: int, terms: Terms) -> Flows:
    """Return a line month by month up to a last month; what lies beyond it is left out.

    Its quantities may be columns with a row for each draw: so have the flows then.

    Special case: amounts of lines that are traced cannot be written out; evaluate them first.
    """
    month, times = np.arange(months + 1.0), np.rint(_plain(line.times, "1"))
    once, flow = np.zeros(months + 1), np.zeros(months + 1)
    for number in range(int(np.max(times))):
        start = np.rint(_plain(line.start, "month") + number * _plain(line.every, "month"))
        price = (number < times) * (1 - _plain(line.decline, "1/year")) ** (start / MONTHS)
        if line.months is None:
            once = once + np.where(month == start, _plain(line.amount, "USD") * price, 0.0)
        else:
            flow = flow + price * _payments(line, terms, month - start)
    return Flows(once, flow)


def expand_all(lines: Iterable[Line], months: int, terms: Terms) -> Flows:
    """Return the sum of lines month by month."""
    written, nothing = [expand(line, months, terms) for line in lines], np.zeros(months + 1)
    return Flows(sum((one.once for one in written), nothing), sum((one.monthly for one in written), nothing))


def _payments(line: Line, terms: Terms, month: Array) -> Array:
    """Return the payments of one run of a monthly line in months since it began, in real money of its start."""
    first = 0.0 if line.skip is None else np.rint(_plain(line.skip, "month"))
    paid = (month >= 1) & (month > first) & (month <= np.rint(_plain(line.months, "month")))
    found = np.where(paid, _plain(line.amount, "USD/month"), 0.0)
    if line.ramp is not None:
        ramp = np.asarray(_plain(line.ramp, "month"))
        found = found * np.where(ramp >= 1, np.minimum((month - 0.5) / np.maximum(ramp, 1.0), 1.0), 1.0)
    if line.escalation is not None:
        found = found * (1 + _plain(line.escalation, "1/year")) ** ((month - 1) // MONTHS)
    if line.nominal:
        late = month - 0.5 + _plain(terms.payment_delay, "month")
        found = found * (1 + _plain(terms.inflation, "1/year")) ** (-late / MONTHS)
    return found


def _end(line: Line) -> int:
    runs = round(_plain(line.times, "1"))
    if not runs:
        return 0
    length = 0.0 if line.months is None else _plain(line.months, "month")
    skipped = line.skip is not None and line.months is not None and _plain(line.skip, "month") >= length
    start = _plain(line.start, "month") + (runs - 1) * _plain(line.every, "month")
    return 0 if skipped else round(start + length)


def _plain(value: Quantity | None, unit: str) -> Any:
    """Return the number, or the column of numbers, of a quantity in a unit."""
    return 0.0 if value is None else magnitude(value, unit)
