"""Spreading a sum over years at a rate, and rates real and nominal.

Conventions: what is bought is paid at the start of year 1, everything else at the end of the year it
falls in; rates are real unless their name says nominal.
"""

from costmodel.formula import formula
from costmodel.formula.ops import expm1, log1p, maximum, minimum, where
from costmodel.units import quantity

YEAR = quantity(1.0, "year")
RATE = (-0.99, 10.0)
LIFE = (1 / 12, float("inf"))
SHARE = (0.0, 1.0)
LOG_OF_TEN = 2.302585092994046
LARGEST_EXPONENT = 700.0
"""e to it is near the largest number; a life so long at a falling rate costs nothing a year."""


@formula(
    source="pypsa-annuity",
    increasing=["real_discount_rate"],
    decreasing=["lifetime"],
    bounds={"real_discount_rate": RATE, "lifetime": LIFE},
)
def annuity(*, real_discount_rate: "1/year", lifetime: "year") -> "1/year":
    """Return the yearly payment per unit of money that repays it, with interest, at the end of each year of its life.

    r / (1 - (1 + r)^-n)

    Special cases: at r = 0 straight line, 1 / n; an endless life gives max(r, 0); negative real rates are allowed
    above -99%.
    """
    rate, years = real_discount_rate * YEAR, lifetime / YEAR
    tiny = maximum(rate, -rate) < 1e-15  # noqa: PLR2004 - closer to zero than a sum of 1 and a rate can tell
    safe = where(tiny, quantity(1.0), rate)
    return where(tiny, 1 / years, safe / -expm1(minimum(-years * log1p(safe), LARGEST_EXPONENT))) / YEAR


@formula(decreasing=["lifetime"], bounds={"lifetime": LIFE})
def straight_line(*, lifetime: "year") -> "1/year":
    """Return the share of a price that is written off each year, in equal parts."""
    return 1 / lifetime


@formula(source="epoch-training-cost-code", increasing=["decline"])
def price_performance(*, decline: "1/year") -> "1/year":
    """Return the share of its value that a system loses a year as newer ones do more for the same money.

    decline x ln(10), where decline is in powers of ten a year
    """
    return decline * LOG_OF_TEN


@formula(source="epoch-training-cost-code", increasing=["decline"], bounds={"decline": (0, 2)})
def yearly_fall(*, decline: "1/year") -> "1/year":
    """Return the share by which a price falls from year to year, for a decline in powers of ten a year.

    1 - 10^-decline
    """
    return -expm1(-LOG_OF_TEN * decline * YEAR) / YEAR


@formula(
    source="sam-lcoefcr",
    increasing=["real_discount_rate", "inflation"],
    bounds={"real_discount_rate": RATE, "inflation": RATE},
)
def nominal_discount_rate(*, real_discount_rate: "1/year", inflation: "1/year") -> "1/year":
    """Return the rate in money of the day for a rate above inflation (Fisher).

    (1 + real) x (1 + inflation) - 1
    """
    return ((1 + real_discount_rate * YEAR) * (1 + inflation * YEAR) - 1) / YEAR


@formula(
    source="sam-lcoefcr",
    increasing=["nominal_discount_rate"],
    decreasing=["inflation"],
    bounds={"nominal_discount_rate": RATE, "inflation": RATE},
)
def real_discount_rate(*, nominal_discount_rate: "1/year", inflation: "1/year") -> "1/year":
    """Return the rate above inflation for a rate in money of the day (Fisher).

    (1 + nominal) / (1 + inflation) - 1
    """
    return ((1 + nominal_discount_rate * YEAR) / (1 + inflation * YEAR) - 1) / YEAR


@formula(
    source="sam-lcoefcr",
    increasing=["nominal_return_on_equity", "nominal_debt_rate"],
    decreasing=["tax_rate", "inflation"],
    bounds={"debt_share": SHARE, "tax_rate": SHARE, "inflation": RATE, "nominal_debt_rate": (0, 10)},
)
def weighted_cost_of_capital(
    *,
    nominal_return_on_equity: "1/year",
    nominal_debt_rate: "1/year",
    debt_share: "1",
    tax_rate: "1",
    inflation: "1/year",
) -> "1/year":
    """Return the real cost of capital after tax, financed by debt and equity.

    (1 + (1 - d) x equity + d x debt x (1 - tax)) / (1 + inflation) - 1
    """
    equity, debt = (1 - debt_share) * nominal_return_on_equity, debt_share * nominal_debt_rate * (1 - tax_rate)
    return ((1 + (equity + debt) * YEAR) / (1 + inflation * YEAR) - 1) / YEAR


@formula(
    source="sam-lcoefcr",
    decreasing=["tax_shield"],
    bounds={"tax_rate": (0, 0.95), "tax_shield": (0, 1e3)},
)
def project_financing_factor(*, tax_rate: "1", tax_shield: "1") -> "1":
    """Return by how much income tax raises the yearly cost of capital, after depreciation has lowered the tax.

    (1 - tax x shield) / (1 - tax), where the shield is the present value of depreciation per unit of its base
    """
    return (1 - tax_rate * tax_shield) / (1 - tax_rate)


@formula(decreasing=["nominal_discount_rate"], bounds={"nominal_discount_rate": RATE})
def bonus_tax_shield(*, nominal_discount_rate: "1/year") -> "1":
    """Return the present value of a deduction of the whole price in the first year, at its end."""
    return 1 / (1 + nominal_discount_rate * YEAR)


@formula(
    source="irs-macrs",
    decreasing=["nominal_discount_rate"],
    bounds={"nominal_discount_rate": RATE},
)
def macrs_tax_shield(*, nominal_discount_rate: "1/year") -> "1":
    """Return the present value of five-year MACRS depreciation: 20, 32, 19.2, 11.52, 11.52 and 5.76%."""
    v = 1 / (1 + nominal_discount_rate * YEAR)
    return v * (0.2 + v * (0.32 + v * (0.192 + v * (0.1152 + v * (0.1152 + v * 0.0576)))))


@formula(
    decreasing=["nominal_discount_rate"],
    bounds={"nominal_discount_rate": (-0.5, 10.0), "lifetime": (1 / 12, 200.0)},
)
def straight_line_tax_shield(*, nominal_discount_rate: "1/year", lifetime: "year") -> "1":
    """Return the present value of depreciation in equal yearly parts over a life.

    (1 / n) / annuity
    """
    return straight_line(lifetime=lifetime) / annuity(real_discount_rate=nominal_discount_rate, lifetime=lifetime)
