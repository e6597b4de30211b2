"""Lines charged to the months of use, as accounts do it: level with interest, level without, or by loss of value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from costmodel.economics.lines import Line, Money, expand_all, last_month, monthly
from costmodel.economics.owned import RESALE
from costmodel.economics.present_value import MONTHS, Array
from costmodel.errors import unknown
from costmodel.units import magnitude

Depreciation = Literal["annuity", "straight_line", "price_performance"]
METHODS: tuple[str, ...] = get_args(Depreciation)
SOLD = ("servers", "network", "spares", RESALE)
"""What loses its worth to newer systems; designs, teams and buildings wear off evenly."""


@dataclass(frozen=True)
class Writing:
    """How what was bought is written off: by name, and with the fall of price for performance in powers of ten."""

    depreciation: str = "annuity"
    decline: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a method that does not exist."""
        if self.depreciation not in METHODS:
            raise unknown("depreciation", self.depreciation, METHODS)


ANNUITY = Writing()


def written_off(name: str, lines: Iterable[Line], horizon: int, money: Money, writing: Writing = ANNUITY) -> Array:
    """Return what each month of the horizon is charged for the lines of a component (entry 0: nothing).

    By annuity the charges include the cost of capital, so that they are worth what the cash is; the other methods are
    accounting, without interest, so that they have its sum.
    """
    group = list(lines)
    months = np.arange(1, horizon + 1)
    if writing.depreciation == "annuity":
        level = sum(float(magnitude(cost, "USD/month")) for cost in monthly(group, money).values())
        return np.concatenate([[0.0], np.full(horizon, level)])
    paid = float(expand_all(group, last_month(group), money.terms).total.sum())
    falls = writing.depreciation == "price_performance" and name in SOLD
    weights = 10.0 ** (-writing.decline * months / MONTHS) if falls else np.ones(horizon)
    return np.concatenate([[0.0], paid * weights / weights.sum()])
