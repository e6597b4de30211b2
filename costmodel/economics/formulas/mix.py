"""The cheapest mix for a load that changes: a base that is paid all hours, and a peak that is paid when used.

The hours of a day, from the quietest to the busiest, ask for x^(p - 1) of the fleet of the peak, with x from 0 to 1 and
p the peak over the mean: the one such curve that has the mean 1 / p, flat where p is 1.
"""

from typing import Any

from costmodel.economics.formulas.finance import SHARE
from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum, power, where
from costmodel.units import Quantity, quantity

ONE = quantity(1.0)
FLAT = 1e-9
LEAST_COST = quantity(1e-9, "USD/month")
"""Stands for hours that cost nothing, of which all follow the load."""


@formula(bounds={"base_cost": (0, 1e18), "peak_cost": (0, 1e18), "used": (1e-3, 1)})
def cheapest_base(*, base_cost: "USD/month", peak_cost: "USD/month", used: "1") -> "1":
    """Return the share of the peak's fleet to hold, of which the rest follows the load (newsvendor).

    (1 - base cost / peak cost)^(p - 1), both for the whole fleet in all hours, with p = 1 / used

    Special cases: nothing if the base is dearer even at full use; all at a flat load.
    """
    rest = maximum(1 - base_cost / maximum(peak_cost, LEAST_COST), 0 * ONE)
    return where(rest > 0, power(maximum(rest, 1e-12), 1 / used - 1), 0 * ONE)


@formula(bounds={"base": SHARE, "used": (1e-3, 1)})
def load_above(*, base: "1", used: "1") -> "1":
    """Return the work above a base, over what the fleet of the peak can do.

    (1 - y^p) / p - base x (1 - y), with y the hour in which the load passes the base: base^(1 / (p - 1))
    """
    more = 1 / used - 1
    hour = where(more < FLAT, ONE, power(maximum(base, 1e-300), 1 / maximum(more, FLAT)))
    above = (1 - power(hour, 1 / used)) * used - base * (1 - hour)
    return where(base >= 1, 0 * ONE, where(more < FLAT, 1 - base, _clipped(above)))


@formula(bounds={"work": SHARE, "share": SHARE})
def share_used(*, work: "1", share: "1") -> "1":
    """Return the share of its hours in which a part of the fleet works; none for no part."""
    return where(share < FLAT, 0 * ONE, minimum(work / maximum(share, FLAT), ONE))


def _clipped(value: Any) -> Quantity:
    return minimum(maximum(value, 0 * ONE), ONE)
