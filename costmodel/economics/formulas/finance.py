"""Spreading a sum over years at a rate."""

from costmodel.formula import formula
from costmodel.formula.ops import expm1, log1p, maximum, power, where
from costmodel.units import quantity

YEAR = quantity(1.0, "year")
RATE = (-0.99, 10.0)
LIFE = (1 / 12, 200.0)


@formula(
    source="pypsa-annuity",
    increasing=["real_discount_rate"],
    decreasing=["lifetime"],
    bounds={"real_discount_rate": RATE, "lifetime": LIFE},
)
def annuity(*, real_discount_rate: "1/year", lifetime: "year") -> "1/year":
    """Return the yearly payment per unit of money that repays it, with interest, at the end of each year of its life.

    r / (1 - (1 + r)^-n)

    Special cases: at r = 0 straight line, 1 / n; continuous there; negative real rates are allowed above -99%.
    """
    rate, years = real_discount_rate * YEAR, lifetime / YEAR
    tiny = maximum(rate, -rate) < 1e-9  # noqa: PLR2004 - below it the quotient of two tiny numbers is noise
    safe = where(tiny, quantity(1.0), rate)
    return where(tiny, 1 / years, safe / -expm1(-years * log1p(safe))) / YEAR


@formula(
    increasing=["residual_value"],
    decreasing=["real_discount_rate"],
    bounds={"real_discount_rate": RATE, "lifetime": LIFE},
)
def residual_share(*, residual_value: "1", real_discount_rate: "1/year", lifetime: "year") -> "1":
    """Return the share of the price got back at the end of life, in money of its start."""
    return residual_value * power(1 + real_discount_rate * YEAR, -lifetime / YEAR)
