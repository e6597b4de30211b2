"""The cheapest mix for a load that changes: a base that is paid all hours, and a peak that is paid when used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from costmodel.economics.present_value import Array
from costmodel.errors import FormulaError

HOURS_OF_DAY = 24


@dataclass(frozen=True)
class LoadMix:
    """A mix and its mean cost per hour of the load curve, beside the costs of base or peak alone."""

    base: float
    """Capacity that is owned or reserved."""
    base_utilization: float
    peak_share: float
    """Share of the work that the base cannot carry and the peak does."""
    cost: float
    cost_all_base: float
    cost_all_peak: float


def cheapest_mix(load: npt.ArrayLike, base_price: float, peak_price: float) -> LoadMix:
    """Return the cheapest base for a load curve, when one unit of base costs all hours and peak only those of use.

    Newsvendor: a unit of base pays if the load is above it for more than base price / peak price of the hours, so the
    best base is the quantile of the load at 1 - base price / peak price.

    Special cases: all peak if the base is dearer even at full use; all base if it is free.
    """
    curve = _checked(load, base_price, peak_price)
    ordered = np.sort(curve)
    if base_price >= peak_price:
        base = 0.0
    else:
        rank = int(np.ceil((1 - base_price / peak_price) * len(ordered) - 1e-12))
        base = float(ordered[max(rank, 1) - 1]) if rank else 0.0
    over = np.maximum(curve - base, 0)
    return LoadMix(
        base=base,
        base_utilization=float(np.minimum(curve, base).mean() / base) if base else 0.0,
        peak_share=float(over.sum() / curve.sum()) if curve.sum() else 0.0,
        cost=base * base_price + float(over.mean()) * peak_price,
        cost_all_base=float(curve.max()) * base_price,
        cost_all_peak=float(curve.mean()) * peak_price,
    )


def daily_curve(mean: float, peak_to_mean: float, hours: int = HOURS_OF_DAY) -> Array:
    """Return a load by hour of the day with a given mean and peak: a bell around noon, sharper for a higher peak.

    mean x ((1 + cos) / 2)^k / mean of it, with k such that the highest hour is peak to mean times the mean
    """
    if not 1 <= peak_to_mean < hours:
        msg = f"peak_to_mean is {peak_to_mean:g}; over {hours} hours it must be from 1 to below {hours}"
        raise FormulaError(msg)
    # Never quite zero at midnight, so that the flattest bell is a flat line.
    bell = (1 + (1 - 1e-9) * np.cos(2 * np.pi * (np.arange(hours) - hours // 2) / hours)) / 2
    low, high = 0.0, 1e6
    for _ in range(200):  # bisection: the mean falls as the bell gets sharper
        k = (low + high) / 2
        low, high = (k, high) if (bell.max() ** k) / (bell**k).mean() < peak_to_mean else (low, k)
    shape: Array = bell**low
    return mean * shape / shape.mean()


def _checked(load: npt.ArrayLike, base_price: float, peak_price: float) -> Array:
    curve = np.asarray(load, dtype=float)
    if curve.ndim != 1 or not len(curve) or not np.all(np.isfinite(curve) & (curve >= 0)):
        msg = "a load curve is a list of one or more loads, none of them negative"
        raise FormulaError(msg)
    if base_price < 0 or peak_price <= 0:
        msg = f"prices are {base_price:g} for the base and {peak_price:g} for the peak; they cannot be negative"
        raise FormulaError(msg)
    return curve
