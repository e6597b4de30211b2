"""What a system is worth as it ages, by the names of the methods: annuity, straight_line, price_performance, MACRS."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from costmodel.economics.formulas import finance
from costmodel.errors import FormulaError, unknown
from costmodel.units import magnitude, quantity

Depreciation = Literal["annuity", "straight_line", "price_performance"]
METHODS: tuple[str, ...] = get_args(Depreciation)
Array = npt.NDArray[np.float64]


def value_left(
    method: str,
    age: npt.ArrayLike,
    *,
    lifetime: float,
    residual_value: float = 0.0,
    real_discount_rate: float = 0.0,
    decline: float | None = None,
) -> Array:
    """Return the share of its price that a system is still worth at ages from 0 to its lifetime, all in years.

    annuity: what the remaining payments and the residual value are worth; straight_line: equal parts a year;
    price_performance: exp(-decline x ln(10) x age), which has a residual value of its own and ignores the given one.
    `decline` is the fall of price for performance in powers of ten a year, which only the last method needs.
    """
    years = np.asarray(age, dtype=float)
    _check(method, years, lifetime)
    if method == "straight_line":
        return 1 - (1 - residual_value) * years / lifetime
    if method == "price_performance":
        return np.exp(-_decline(decline) * years)
    return _annuity_value(years, lifetime, residual_value, real_discount_rate)


def macrs(years: int) -> Array:
    """Return the yearly shares of MACRS depreciation: double declining balance, half-year convention.

    >>> [round(100 * share, 2) for share in macrs(5).tolist()]
    [20.0, 32.0, 19.2, 11.52, 11.52, 5.76]
    """
    if years < 1:
        msg = f"MACRS runs over {years} years; it must be at least 1"
        raise FormulaError(msg)
    left, shares = 1.0, []
    for year in range(years + 1):
        part = 0.5 if year in (0, years) else 1.0
        # Once equal parts over what remains write off more than the declining balance, they take over.
        equal = left / (years + 0.5 - year) if year else 0.0
        shares.append(left if year == years else part * max(left * 2 / years, equal))
        left -= shares[-1]
    return np.array(shares)


def _annuity_value(years: Array, lifetime: float, residual_value: float, rate: float) -> Array:
    share = residual_value * (1 + rate) ** -lifetime
    payment = (1 - share) * _annuity(rate, lifetime)
    remaining = np.array([0.0 if left <= 0 else payment / _annuity(rate, left) for left in lifetime - years.ravel()])
    worth: Array = remaining.reshape(years.shape) + residual_value * (1 + rate) ** (years - lifetime)
    return worth


def _annuity(rate: float, years: float) -> float:
    # The bound on lifetimes is for what is bought; what is left of a life may be shorter than a month.
    bounded = max(years, 1 / 12)
    found = finance.annuity(real_discount_rate=quantity(rate, "1/year"), lifetime=quantity(bounded, "year"))
    return float(magnitude(found, "1/year")) * bounded / years if years < bounded else float(magnitude(found, "1/year"))


def _decline(decline: float | None) -> float:
    if decline is None or not np.isfinite(decline):
        msg = "price_performance needs decline, the fall of price for performance in powers of ten a year"
        raise FormulaError(msg)
    return float(magnitude(finance.price_performance(decline=quantity(decline, "1/year")), "1/year"))


def _check(method: str, years: Array, lifetime: float) -> None:
    if method not in METHODS:
        raise unknown("depreciation", method, METHODS)
    if not np.all((years >= 0) & (years <= lifetime * (1 + 1e-12))):
        msg = f"an age of {years.max():g} years is outside the lifetime of {lifetime:g} years"
        raise FormulaError(msg)
