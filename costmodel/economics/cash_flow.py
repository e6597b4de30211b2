"""Every way to get compute as cash over months, and the same spread over the months of use.

`cash` is when money is paid (what is bought at the start of its life, rents and running costs month by month);
`amortised` is the same monthly cost as everywhere else in the model. Both are worth the same today: what was paid but
not yet charged at the horizon is a last, negative, flow called "value left".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from costmodel.domain.offers import Offer, Rental
from costmodel.economics.components import Components, Fleet, Life, lives
from costmodel.economics.contract import Contract, contract, in_sequence, renewed
from costmodel.economics.depreciation import METHODS, value_left
from costmodel.economics.formulas import finance
from costmodel.economics.present_value import MONTHS, Array, discount_factors
from costmodel.errors import FormulaError, unknown
from costmodel.units import Quantity, magnitude

MONTHLY = "USD/month"
VALUE_LEFT = "value left"
SOLD = ("servers", "network", "spares")
"""What is bought once and can be sold."""


@dataclass(frozen=True)
class Line:
    """One component over months; entry 0 is the start, costs are positive."""

    component: str
    cash: Array
    amortised: Array

    @property
    def months(self) -> int:
        """How many months follow the start."""
        return len(self.cash) - 1


@dataclass(frozen=True)
class Writing:
    """How what was bought is written off: by name, and with the fall of price for performance where that is it."""

    depreciation: str = "annuity"
    decline: float | None = None

    def __post_init__(self) -> None:
        """Refuse a method that does not exist."""
        if self.depreciation not in METHODS:
            raise unknown("depreciation", self.depreciation, METHODS)


ANNUITY = Writing()


def cash_lines(
    offer: Offer, fleet: Fleet, components: Components, months: int, writing: Writing = ANNUITY
) -> list[Line]:
    """Return every component of a fleet's cost by month, and last what is left at the horizon.

    By annuity the charges include the cost of capital, so that cash and charges are worth the same today; the other
    methods are accounting, without interest, so that cash and charges have the same sum.
    """
    if months < 1:
        msg = f"cash flows over {months} months; the horizon must be at least 1 month"
        raise FormulaError(msg)
    if isinstance(offer, Rental):
        lines = _rented(offer, fleet, months)
    else:
        lines = _owned(offer, fleet, components, months, writing)
    by_annuity = writing.depreciation == "annuity" or isinstance(offer, Rental)
    rate = float(magnitude(fleet.real_discount_rate, "1/year")) if by_annuity else 0.0
    return [*lines, balance(lines, rate)]


def balance(lines: list[Line], real_discount_rate: float) -> Line:
    """Return what was paid but not charged at the horizon, with interest, as a last flow that is got back.

    sum((cash - amortised) x discount) / discount at the horizon

    Special case: nothing where all that was paid is used up, as after whole lives and terms.
    """
    factors = discount_factors(real_discount_rate, lines[0].months)
    left = sum(float((line.cash - line.amortised) @ factors) for line in lines) / factors[-1]
    paid = sum(float(np.abs(line.cash) @ factors) for line in lines) / factors[-1]
    flows = np.zeros(len(factors))
    flows[-1] = -left if abs(left) > 1e-12 * paid else 0.0
    return Line(VALUE_LEFT, flows, np.zeros(len(factors)))


def _owned(offer: Offer, fleet: Fleet, components: Components, months: int, writing: Writing) -> list[Line]:
    once = lives(offer, fleet.site)
    return [
        _bought(name, cost, once[name], fleet, months, writing) if name in once else _monthly(name, cost, months)
        for name, cost in components.items()
    ]


def _monthly(name: str, cost: Quantity, months: int) -> Line:
    flows = np.concatenate([[0.0], np.full(months, float(magnitude(cost, MONTHLY)))])
    return Line(name, flows, flows)


def _bought(name: str, cost: Quantity, life: Life, fleet: Fleet, months: int, writing: Writing) -> Line:
    """Return what is paid for something at the start of each of its lives, at the same real price."""
    price = paid_once(cost, life, fleet.real_discount_rate)
    years, residual = float(magnitude(life.years, "year")), float(magnitude(life.residual_value, "1"))
    method, charged = writing.depreciation, _monthly(name, cost, months).amortised
    if method != "annuity":
        # Only what can be sold loses its worth to newer systems; designs, teams and buildings wear off evenly.
        method = method if name in SOLD else "straight_line"
        worth = partial(value_left, method, lifetime=years, residual_value=residual, decline=writing.decline)
        residual, charged = float(worth(years)), price * _charges(worth, years, months)
    flows = np.zeros(months + 1)
    for number in range(_lives_begun(months, years)):
        flows[round(number * years * MONTHS)] += price
        end = round((number + 1) * years * MONTHS)
        if end <= months:
            flows[end] -= residual * price
    return Line(name, flows, charged)


def _lives_begun(months: int, years: float) -> int:
    return int(np.ceil(months / (years * MONTHS) - 1e-9))


def _charges(worth: Callable[[Array], Array], years: float, months: int) -> Array:
    """Return the share of the price that each month writes off, life after life."""
    lost = np.zeros(months + 1)
    for number in range(_lives_begun(months, years)):
        age = np.clip(np.arange(months + 1) / MONTHS - number * years, 0, years)
        lost[1:] -= np.diff(worth(age))
    return lost


def paid_once(cost: Quantity, life: Life, real_discount_rate: Quantity) -> float:
    """Return what is paid at the start of a life, in USD, for something that costs so much a month over it."""
    rate = finance.annuity(real_discount_rate=real_discount_rate, lifetime=life.years)
    share = finance.residual_share(
        residual_value=life.residual_value, real_discount_rate=real_discount_rate, lifetime=life.years
    )
    return float(magnitude(cost / rate / (1 - share), "USD"))


def delivered(offer: Offer, fleet: Fleet, months: int) -> Array:
    """Return the share of a fleet that is there in each month (entry 0: nothing), which a contract may ramp up."""
    if not isinstance(offer, Rental):
        return np.concatenate([[0.0], np.ones(months)])
    return _delivered(renewed(_contract(offer, fleet, months), months), months)


def _delivered(chain: Sequence[Contract], months: int) -> Array:
    return np.concatenate([[0.0], *(part.delivered() for part in chain)])[: months + 1]


def _contract(offer: Rental, fleet: Fleet, months: int) -> Contract:
    accelerators = float(magnitude(fleet.servers * offer.system.accelerators, "accelerator"))
    return contract(offer, accelerators, months)


def _rented(offer: Rental, fleet: Fleet, months: int) -> list[Line]:
    """Return the flows of a rental and of its renewals, charged by what they are worth over one whole term."""
    used = 1.0 if fleet.rented is None else float(magnitude(fleet.rented, "1"))
    one = _contract(offer, fleet, months)
    chain = renewed(one, months)
    worth = discount_factors(float(magnitude(fleet.real_discount_rate, "1/year")), one.months)
    hours = float(np.concatenate([[0.0], one.delivered()]) @ worth)
    term = one.flows(used)
    return [
        Line(name, cash, float(term[name] @ worth) / hours * _delivered(chain, months))
        for name, cash in in_sequence(chain, months, used).items()
    ]
