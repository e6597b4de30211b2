"""A year of accounts: a lessor's, from a fleet and a debt that grow by the same factor every month, and a company's."""

from costmodel.economics.formulas.finance import LIFE, SHARE, YEAR
from costmodel.formula import formula
from costmodel.formula.ops import exp, expm1, log, maximum, where
from costmodel.units import quantity

COUNT = (1.0, 1e12)
ONE = quantity(1.0)
NOTHING = quantity(0.0, "USD/month")


@formula(increasing=["start"], bounds={"start": COUNT, "end": COUNT, "lag": (0, 10)})
def mean_fleet(*, start: "accelerator", end: "accelerator", lag: "year") -> "accelerator":
    """Return the mean over a year of a growing fleet, as it was a time earlier.

    (end - start) / ln(end / start) x (start / end)^(lag in years)

    Special case: the fleet itself where it does not grow.
    """
    growth = log(end / start)
    tiny = maximum(growth, -growth) < 1e-12  # noqa: PLR2004 - the quotient of two tiny numbers is noise
    safe = where(tiny, ONE, growth)
    return start * where(tiny, ONE, expm1(safe) / safe) * exp(-growth * lag / YEAR)


@formula(increasing=["start", "end"], bounds={"start": COUNT, "end": COUNT})
def mean_debt(*, start: "USD", end: "USD") -> "USD":
    """Return the mean over a year of a debt that grows evenly in ratio."""
    growth = log(end / start)
    tiny = maximum(growth, -growth) < 1e-12  # noqa: PLR2004 - the quotient of two tiny numbers is noise
    safe = where(tiny, ONE, growth)
    return start * where(tiny, ONE, expm1(safe) / safe)


@formula(increasing=["accelerators", "rent", "sold"], bounds={"sold": SHARE})
def rent_revenue(*, accelerators: "accelerator", rent: "USD/accelerator/hour", sold: "1") -> "USD/year":
    """Return the revenue of a year."""
    return accelerators * rent * sold


@formula(increasing=["accelerators", "installed_cost"], decreasing=["lifetime"], bounds={"lifetime": LIFE})
def fleet_depreciation(
    *, accelerators: "accelerator", installed_cost: "USD/accelerator", lifetime: "year"
) -> "USD/year":
    """Return the straight-line depreciation of a fleet."""
    return accelerators * installed_cost / lifetime


@formula(increasing=["amount"], decreasing=["lifetime"], bounds={"lifetime": (1 / 12, 100)})
def written_off(*, amount: "USD", lifetime: "year") -> "USD/month":
    """Return what is charged of a sum in each month of its life, in equal parts (straight line)."""
    return amount / lifetime


@formula(increasing=["amount", "growth"], bounds={"growth": (-0.99, 100), "years": (0, 40)})
def grown(*, amount: "USD/month", growth: "1/year", years: "year") -> "USD/month":
    """Return an amount after some years of the same growth: amount x (1 + growth)^years."""
    return amount * exp(log(1 + growth * YEAR) * years / YEAR)


@formula()
def first_year(*, result: "USD/month", year: "year", later: "year") -> "year":
    """Return a year if its result is above zero, and a later one if not."""
    return where(result > NOTHING, year, later)
