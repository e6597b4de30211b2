"""From users, or a rate of queries, to the size of a fleet, and from its cost back to a query, a token and a user."""

from costmodel.formula import formula
from costmodel.formula.ops import ceil, maximum, minimum, sqrt
from costmodel.units import quantity

NO_END = quantity(1e30, "accelerator")
LEAST_EACH = quantity(1e-30, "USD/accelerator")
"""Stands for an accelerator that costs nothing."""


@formula(increasing=["users", "queries_per_user"])
def mean_query_rate(*, users: "user", queries_per_user: "query/user/day") -> "query/second":
    """Return the mean load of all users."""
    return users * queries_per_user


@formula(increasing=["mean", "peak_to_mean"], bounds={"peak_to_mean": (1, 1e3)})
def peak_query_rate(*, mean: "query/second", peak_to_mean: "1") -> "query/second":
    """Return the load that the fleet is built for."""
    return mean * peak_to_mean


@formula(bounds={"share": (0, 1), "turned": (-1, 1)})
def swing_of_region(*, share: "1", turned: "1") -> "1":
    """Return what a region adds to the swing of all: its share, times cosine or sine of how far its day is turned."""
    return share * turned


@formula(decreasing=["shares"], bounds={"cosines": (-1, 1), "sines": (-1, 1), "shares": (1e-6, 100)})
def swing_together(*, cosines: "1", sines: "1", shares: "1") -> "1":
    """Return how much of the swing of one region is left over all: that of a sum of cosines, at most all of it."""
    return minimum(sqrt(cosines * cosines + sines * sines) / shares, 1)


@formula(increasing=["day", "week", "together"], bounds={"day": (1, 2), "week": (1, 7), "together": (0, 1)})
def peak_of_week(*, day: "1", week: "1", together: "1") -> "1":
    """Return the highest load over the mean load: week x (1 + (day - 1) x together)."""
    return week * (1 + (day - 1) * together)


@formula(decreasing=["peak_to_mean"], bounds={"peak_to_mean": (1, 1e3)})
def share_of_peak(*, peak_to_mean: "1") -> "1":
    """Return the share of its hours for which the fleet of the peak is needed, when hours are rented by the load."""
    return 1 / peak_to_mean


@formula(
    increasing=["peak", "maintenance", "spare_replicas"],
    decreasing=["query_rate", "peak_utilization"],
    bounds={"peak_utilization": (1e-3, 1), "maintenance": (0, 0.9)},
)
def accelerators_needed(
    *,
    peak: "query/second",
    query_rate: "query/second/accelerator",
    replica: "accelerator",
    peak_utilization: "1",
    maintenance: "1",
    spare_replicas: "1",
) -> "accelerator":
    """Return the accelerators of the whole replicas that carry the peak load, with those in reserve.

    (ceil(peak / (query rate x replica x peak utilisation x (1 - maintenance))) + spares) x replica
    """
    carried = query_rate * replica * peak_utilization * (1 - maintenance)
    return (ceil(peak / carried) + spare_replicas) * replica


@formula(increasing=["accelerators"], decreasing=["occupied"], bounds={"occupied": (1e-6, 1)})
def accelerators_held(*, accelerators: "accelerator", occupied: "1") -> "accelerator":
    """Return the accelerators that are paid for so that replicas have those they need: those beside them too."""
    return accelerators / occupied


@formula(increasing=["systems", "spare"])
def systems_held(*, systems: "server", spare: "server") -> "server":
    """Return the systems that are paid for: those that work, and whole ones that stand by."""
    return systems + spare


@formula(increasing=["peak"], decreasing=["query_rate", "occupied"], bounds={"occupied": (1e-6, 1)})
def accelerators_paid(
    *,
    peak: "query/second",
    query_rate: "query/second/accelerator",
    occupied: "1",
    replica: "accelerator",
    unit: "accelerator",
) -> "accelerator":
    """Return the accelerators to pay for by which layouts are ranked: at full use, but at least those of one replica.

    max(peak / (query_rate x occupied), unit x ceil(replica / unit)): beyond the first replica the count is not rounded,
    so that the order of layouts in a large fleet is that of their cost per token
    """
    return maximum(peak / query_rate / occupied, ceil(replica / unit) * unit)


@formula(decreasing=["servers"], bounds={"servers": (1e-9, 1e12)})
def utilization(
    *,
    mean: "query/second",
    query_rate: "query/second/accelerator",
    servers: "server",
    per_system: "accelerator/server",
) -> "1":
    """Return the share of the fleet's capacity that the mean load uses."""
    return minimum(mean / (query_rate * servers * per_system), 1)


@formula(
    increasing=["fleet_cost"], decreasing=["queries"], source="finops-unit-cost", bounds={"queries": (1e-30, 1e30)}
)
def cost_per_query(*, fleet_cost: "USD/month", queries: "query/second") -> "USD/query":
    """Return what one query costs when the cost of the fleet is spread over the queries it answers."""
    return fleet_cost / queries


@formula(increasing=["cost_per_query"], decreasing=["output_tokens"], source="finops-unit-cost")
def cost_per_token(*, cost_per_query: "USD/query", output_tokens: "token/query") -> "USD/Mtoken":
    """Return what a million written tokens cost; reading the prompt is in it."""
    return cost_per_query / output_tokens


@formula(increasing=["cost_per_query"], decreasing=["prompt_tokens", "output_tokens"], source="finops-unit-cost")
def cost_per_token_processed(
    *, cost_per_query: "USD/query", prompt_tokens: "token/query", output_tokens: "token/query"
) -> "USD/Mtoken":
    """Return what a million tokens cost, read or written: the blended figure."""
    return cost_per_query / (prompt_tokens + output_tokens)


@formula(increasing=["cost_per_query", "queries_per_user"], source="finops-unit-cost")
def cost_per_user_month(*, cost_per_query: "USD/query", queries_per_user: "query/user/day") -> "USD/user/month":
    """Return what one user costs per month."""
    return cost_per_query * queries_per_user


@formula(increasing=["price"], decreasing=["cost"])
def margin_per_user_month(*, price: "USD/user/month", cost: "USD/user/month") -> "USD/user/month":
    """Return what is left of a user's price after the cost of compute; a loss is negative."""
    return price - cost


@formula(increasing=["fleet_cost", "duration"], decreasing=["utilization"], bounds={"utilization": (1e-3, 1)})
def cost_per_training_run(*, fleet_cost: "USD/month", duration: "day", utilization: "1") -> "USD":
    """Return what one training run costs: the fleet for its time, with its part of the hours in which none runs."""
    return fleet_cost * duration / utilization


@formula(increasing=["cost_per_run", "runs_per_year", "failed_share"], bounds={"failed_share": (0, 0.95)})
def retraining_per_month(*, cost_per_run: "USD", runs_per_year: "1/year", failed_share: "1") -> "USD/month":
    """Return what it costs a month to train a model again and again, with the runs that come to nothing."""
    return cost_per_run * runs_per_year / (1 - failed_share)


@formula(increasing=["fleet_cost"], decreasing=["tokens"])
def cost_per_token_trained(*, fleet_cost: "USD/month", tokens: "token/second") -> "USD/Mtoken":
    """Return what training on a million tokens costs when the cost of systems is spread over those they get through."""
    return fleet_cost / tokens


@formula(increasing=["accelerators", "reference_peak"], decreasing=["peak"])
def equivalent_accelerators(*, accelerators: "accelerator", reference_peak: "FLOP/s", peak: "FLOP/s") -> "accelerator":
    """Return how many accelerators have the dense peak of a number of reference accelerators."""
    return accelerators * reference_peak / peak


@formula(increasing=["fleet_cost"], decreasing=["accelerators", "utilization"], bounds={"utilization": (1e-9, 1)})
def cost_per_accelerator_hour(
    *, fleet_cost: "USD/month", accelerators: "accelerator", utilization: "1"
) -> "USD/accelerator/hour":
    """Return what one hour of a reference accelerator costs, over the hours in which it is used."""
    return fleet_cost / (accelerators * utilization)


@formula(
    increasing=["budget"],
    decreasing=["cost_per_accelerator_hour", "duration", "utilization"],
    bounds={"utilization": (1e-9, 1)},
)
def accelerators_for_budget(
    *, budget: "USD", cost_per_accelerator_hour: "USD/accelerator/hour", duration: "year", utilization: "1"
) -> "accelerator":
    """Return how many accelerators a sum pays for over some years, if it is spent in equal parts.

    Special case: 1e30, which stands for no end, where their hours cost nothing.
    """
    each = cost_per_accelerator_hour * utilization * duration
    return minimum(budget / maximum(each, LEAST_EACH), NO_END)
