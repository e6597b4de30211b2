"""How usage differs between users: relative to its mean, so that one is the user of mean usage.

Of each distribution: the share of users below a usage, the usage below which a share of users lies, and the mean usage
if what lies above a cap is cut off.
"""

from costmodel.formula import formula
from costmodel.formula.gamma import density_over_shape, gamma_share_below, gamma_value_at
from costmodel.formula.normal import score_of, share_below
from costmodel.formula.ops import exp, log, log1p, maximum, minimum, sqrt, where
from costmodel.units import quantity

SPREADS = (0.2, 5.0)
TAILS = (1.05, 20.0)
USAGES = (1e-9, 1e9)
SHARES = (1e-4, 0.9999)
NONE = quantity(0.0)


@formula(increasing=["usage"], bounds={"usage": USAGES, "spread": SPREADS})
def lognormal_share_below(*, usage: "1", spread: "1") -> "1":
    """Return the share of users below a usage: the normal share of (ln usage + s^2 / 2) / s, s^2 = ln(1 + spread^2)."""
    variance = log1p(spread * spread)
    return share_below((log(usage) + variance / 2) / sqrt(variance))


@formula(increasing=["share"], bounds={"share": SHARES, "spread": SPREADS})
def lognormal_usage_at(*, share: "1", spread: "1") -> "1":
    """Return the usage below which a share of users lies: exp(s x score - s^2 / 2), s^2 = ln(1 + spread^2)."""
    variance = log1p(spread * spread)
    return exp(sqrt(variance) * score_of(share) - variance / 2)


@formula(increasing=["cap"], decreasing=["spread"], bounds={"cap": USAGES, "spread": SPREADS})
def lognormal_mean_up_to(*, cap: "1", spread: "1") -> "1":
    """Return the mean usage with what lies above a cap cut off.

    normal((ln cap - s^2 / 2) / s) + cap x normal(-(ln cap + s^2 / 2) / s), s^2 = ln(1 + spread^2)
    """
    variance = log1p(spread * spread)
    deviation = sqrt(variance)
    below = share_below((log(cap) - variance / 2) / deviation)
    return below + cap * share_below((log(cap) + variance / 2) / deviation * (-1))


@formula(increasing=["usage"], bounds={"usage": USAGES, "spread": SPREADS})
def gamma_share_below_usage(*, usage: "1", spread: "1") -> "1":
    """Return the share of users below a usage that is gamma distributed with shape 1 / spread^2."""
    shape = 1 / (spread * spread)
    return gamma_share_below(shape, usage * shape)


@formula(increasing=["share"], bounds={"share": SHARES, "spread": SPREADS})
def gamma_usage_at(*, share: "1", spread: "1") -> "1":
    """Return the usage below which a share of users lies, gamma distributed with shape 1 / spread^2."""
    shape = 1 / (spread * spread)
    return gamma_value_at(shape, share) / shape


@formula(increasing=["cap"], decreasing=["spread"], bounds={"cap": USAGES, "spread": SPREADS})
def gamma_mean_up_to(*, cap: "1", spread: "1") -> "1":
    """Return the mean usage with what lies above a cap cut off: P(shape + 1, x) + cap x (1 - P(shape, x)).

    x = cap x shape, shape = 1 / spread^2, P(shape + 1, x) = P(shape, x) - x^shape e^-x / gamma(shape + 1)
    """
    shape = 1 / (spread * spread)
    below = gamma_share_below(shape, cap * shape)
    return below - density_over_shape(shape, cap * shape) + cap * (1 - below)


@formula(increasing=["usage"], bounds={"usage": USAGES, "tail": TAILS})
def pareto_share_below(*, usage: "1", tail: "1") -> "1":
    """Return the share of users below a usage: 1 - (least / usage)^tail, with least = (tail - 1) / tail."""
    return 1 - exp(tail * log(minimum((tail - 1) / tail / usage, 1)))


@formula(increasing=["share"], bounds={"share": SHARES, "tail": TAILS})
def pareto_usage_at(*, share: "1", tail: "1") -> "1":
    """Return the usage below which a share of users lies: least / (1 - share)^(1 / tail)."""
    return (tail - 1) / tail * exp(-log1p(-share) / tail)


@formula(increasing=["cap", "tail"], bounds={"cap": USAGES, "tail": TAILS})
def pareto_mean_up_to(*, cap: "1", tail: "1") -> "1":
    """Return the mean usage with what lies above a cap cut off: 1 - (least / cap)^(tail - 1) / tail, or the cap."""
    least = (tail - 1) / tail
    return where(cap <= least, cap, 1 - exp((tail - 1) * log(minimum(least / cap, 1))) / tail)


@formula(increasing=["limit", "share"], decreasing=["usage"], bounds={"share": (0, 1)})
def class_share_below(*, usage: "1", limit: "1", share: "1") -> "1":
    """Return the share of all users that a class of equal users has below a limit: all of its own, or none."""
    return where(usage <= limit, share, NONE)


@formula(increasing=["usage", "cap", "share"], bounds={"share": (0, 1)})
def class_mean_up_to(*, usage: "1", cap: "1", share: "1") -> "1":
    """Return what a class of equal users adds to the mean usage, with what lies above a cap cut off."""
    return minimum(usage, cap) * share


@formula(increasing=["limit"], decreasing=["queries_per_user"], bounds={"queries_per_user": (1e-30, 1e9)})
def relative_usage(*, limit: "query/user/day", queries_per_user: "query/user/day") -> "1":
    """Return a number of queries over those of the mean user, within a factor of a billion."""
    return minimum(maximum(limit / queries_per_user, quantity(1e-9)), quantity(1e9))


@formula(increasing=["queries_per_user", "mean_up_to"], bounds={"mean_up_to": (0, 1)})
def answered_up_to(*, queries_per_user: "query/user/day", mean_up_to: "1") -> "query/user/day":
    """Return the queries of the mean user with what lies above a cap cut off for each."""
    return queries_per_user * mean_up_to


@formula(increasing=["queries_per_user", "usage"])
def queries_at(*, queries_per_user: "query/user/day", usage: "1") -> "query/user/day":
    """Return the queries of a user of some usage."""
    return queries_per_user * usage


@formula(increasing=["queries", "cap"])
def capped_queries(*, queries: "query/user/day", cap: "query/user/day") -> "query/user/day":
    """Return the queries of a user that are answered under a cap."""
    return minimum(queries, cap)
