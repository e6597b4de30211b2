"""Monthly cost of rented hours, and what the terms of a contract add to it or take off.

Rents are levelised: the same sum every month, worth as much today as what the contract asks for over its term. The
value today of a cost that is the same every month for n years is 12 x cost / annuity(r, n).
"""

from costmodel.economics.formulas.finance import SHARE, YEAR, annuity
from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum
from costmodel.units import quantity

NO_RATE = quantity(0.0, "1/year")
CONTRACT_RATE = (-0.5, 2.0)
ESCALATION = (-0.5, 0.5)
CONTRACT_TERM = (1 / 12, 200.0)


@formula(increasing=["price", "per_system", "servers"])
def rent_cost(*, price: "USD/accelerator/hour", per_system: "accelerator/server", servers: "server") -> "USD/month":
    """Return the rent of systems that are held around the clock."""
    return price * per_system * servers


@formula(increasing=["price"], decreasing=["discount"], bounds={"discount": SHARE})
def discounted_price(*, price: "USD/accelerator/hour", discount: "1") -> "USD/accelerator/hour":
    """Return the price after the discount for a commitment."""
    return price * (1 - discount)


@formula(
    increasing=["value", "ramp"],
    decreasing=["accelerators", "term", "mean_rise"],
    bounds={"accelerators": (1e-9, 1e12), "mean_rise": (1e-9, 1e9)},
)
def contract_price(
    *, value: "USD", accelerators: "accelerator", term: "year", ramp: "year", mean_rise: "1"
) -> "USD/accelerator/hour":
    """Return the price per accelerator-hour, in the first year, that a contract of a given value implies.

    value / (accelerators x (term - ramp / 2) x mean rise), where the accelerators come in equal steps over the ramp
    and the mean rise is the mean rent over the first year's
    """
    return value / (accelerators * (term - minimum(ramp, term) / 2) * mean_rise)


@formula(increasing=["utilization", "take_or_pay"], bounds={"utilization": SHARE, "take_or_pay": SHARE})
def paid_share(*, utilization: "1", take_or_pay: "1") -> "1":
    """Return the share of the hours that is paid: those in use, but never less than was committed."""
    return maximum(utilization, take_or_pay)


@formula(increasing=["rent", "share"], bounds={"share": SHARE})
def paid_rent(*, rent: "USD/month", share: "1") -> "USD/month":
    """Return the rent of the hours that are paid."""
    return rent * share


@formula(
    increasing=["escalation"],
    bounds={"real_discount_rate": CONTRACT_RATE, "escalation": ESCALATION, "term": CONTRACT_TERM},
)
def escalation_factor(*, real_discount_rate: "1/year", escalation: "1/year", term: "year") -> "1":
    """Return how far a rent that rises each year is above its first year, levelised over the term.

    annuity(r, n) / ((1 + e) x annuity((1 + r) / (1 + e) - 1, n))

    Special cases: 1 without a rise, at any rate; 1 for a term below a year, in which nothing rises.
    """
    years = maximum(term, YEAR)
    net = ((1 + real_discount_rate * YEAR) / (1 + escalation * YEAR) - 1) / YEAR
    level = annuity(real_discount_rate=real_discount_rate, lifetime=years)
    return level / ((1 + escalation * YEAR) * annuity(real_discount_rate=net, lifetime=years))


@formula(increasing=["rent", "factor"])
def escalated_rent(*, rent: "USD/month", factor: "1") -> "USD/month":
    """Return the levelised rent of a contract whose rent rises."""
    return rent * factor


@formula(
    bounds={"prepayment": SHARE, "real_discount_rate": CONTRACT_RATE, "escalation": ESCALATION, "term": CONTRACT_TERM},
)
def prepayment_cost(
    *,
    first_rent: "USD/month",
    prepayment: "1",
    real_discount_rate: "1/year",
    escalation: "1/year",
    term: "year",
) -> "USD/month":
    """Return what it costs to pay a share of the contract's value at its start instead of with each rent.

    share x first rent x (n x factor(0) x annuity(r, n) - factor(r)), where factor is the escalation factor

    Special case: nothing at r = 0; at a negative rate paying early is a gain.
    """
    level = annuity(real_discount_rate=real_discount_rate, lifetime=term)
    early = escalation_factor(real_discount_rate=NO_RATE, escalation=escalation, term=term) * term * level
    late = escalation_factor(real_discount_rate=real_discount_rate, escalation=escalation, term=term)
    return first_rent * prepayment * (early - late)


@formula(increasing=["cost"], bounds={"share": SHARE})
def credits_cost(*, rent: "USD/month", share: "1", cost: "1") -> "USD/month":
    """Return the change of cost when a share of the rent is paid with cloud credits; a saving is negative.

    rent x share x (cost - 1), where cost is what a dollar of credit costs who pays with it
    """
    return rent * share * (cost - 1)


@formula(increasing=["rent", "interruptions", "lost_time"])
def interruption_cost(*, rent: "USD/month", interruptions: "1/hour", lost_time: "hour") -> "USD/month":
    """Return the rent of the hours that repeat the work lost at interruptions."""
    return rent * interruptions * lost_time


@formula(decreasing=["shares_received", "per_system", "servers"], bounds={"accelerators": (1e-9, 1e12)})
def shares_cost(
    *,
    shares_received: "USD",
    accelerators: "accelerator",
    per_system: "accelerator/server",
    servers: "server",
    annuity: "1/year",
) -> "USD/month":
    """Return the levelised worth, as a negative cost, of the provider's shares that come with a contract."""
    return -shares_received / accelerators * per_system * servers * annuity
