"""Rents per month, and what the terms of a contract add to them or take off."""

from costmodel.economics.formulas.finance import SHARE
from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum
from costmodel.units import quantity

DAY = quantity(1.0, "day")
ONE = quantity(1.0)


@formula(increasing=["price", "per_system", "servers"])
def rent_cost(*, price: "USD/accelerator/hour", per_system: "accelerator/server", servers: "server") -> "USD/month":
    """Return the rent of systems that are held around the clock."""
    return price * per_system * servers


@formula(increasing=["price"], decreasing=["discount"], bounds={"discount": SHARE})
def discounted_price(*, price: "USD/accelerator/hour", discount: "1") -> "USD/accelerator/hour":
    """Return the price after the discount for a commitment."""
    return price * (1 - discount)


@formula(
    increasing=["value"],
    decreasing=["accelerators", "months"],
    bounds={"accelerators": (1e-9, 1e12), "months": (1e-3, 1e4)},
)
def contract_price(*, value: "USD", accelerators: "accelerator", months: "month") -> "USD/accelerator/hour":
    """Return the price per accelerator-hour, in the first year, that a contract of a given value implies.

    value / (accelerators x months), where months that the ramp cuts short or a rise lifts count as they are paid
    """
    return value / (accelerators * months)


@formula(
    increasing=["used", "headroom", "start_up", "minimum_time", "step"],
    bounds={"used": SHARE, "headroom": (0, 10), "start_up": (0, 24), "minimum_time": (0, 24), "step": SHARE},
)
def followed_share(*, used: "1", headroom: "1", start_up: "hour", minimum_time: "hour", step: "1") -> "1":
    """Return the share of the hours of the peak's fleet that is paid when rented hours follow the load.

    used x (1 + headroom) + step / 2 + (1 - used) x (start up + minimum time / 2) / day, at least a step, at most 1

    Each hour off ends in a start, one a day: its time is paid and not used, and so is half of the shortest time billed.
    A step is the share of the fleet that comes and goes at once: half of one is idle on average, and the last one stays
    on, for whoever asks next.

    Special case: all hours where the load never falls, or one step is the whole fleet.
    """
    started = (1 - used) * (start_up + minimum_time / 2) / DAY
    return minimum(maximum(used * (1 + headroom) + step / 2 + started, step), ONE)


@formula(increasing=["utilization", "take_or_pay"], bounds={"utilization": SHARE, "take_or_pay": SHARE})
def paid_share(*, utilization: "1", take_or_pay: "1") -> "1":
    """Return the share of the hours that is paid: those in use, but never less than was committed."""
    return maximum(utilization, take_or_pay)


@formula(increasing=["rent", "share"], bounds={"share": SHARE})
def paid_rent(*, rent: "USD/month", share: "1") -> "USD/month":
    """Return the rent of the hours that are paid."""
    return rent * share


@formula(increasing=["rent", "prepayment", "months"], bounds={"prepayment": SHARE})
def prepaid_sum(*, rent: "USD/month", prepayment: "1", months: "month") -> "USD":
    """Return the share of a term's rents that is paid at its start."""
    return rent * prepayment * months


@formula(bounds={"prepayment": SHARE})
def prepaid_rent(*, rent: "USD/month", prepayment: "1") -> "USD/month":
    """Return what a prepayment takes off each rent, as a negative cost: over the term as much as was prepaid."""
    return -rent * prepayment


@formula(increasing=["take_or_pay"], decreasing=["sublet"], bounds={"take_or_pay": SHARE, "sublet": SHARE})
def unused_rent(*, rent: "USD/month", take_or_pay: "1", sublet: "1") -> "USD/month":
    """Return the rent of committed systems that nobody needs any more, less what subletting them brings."""
    return rent * take_or_pay * (1 - sublet)


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
def shares_value(
    *, shares_received: "USD", accelerators: "accelerator", per_system: "accelerator/server", servers: "server"
) -> "USD":
    """Return the worth, as a negative cost, of the provider's shares that come with a contract."""
    return -shares_received / accelerators * per_system * servers
