"""How many rows the busiest rank of an expert layer gets, and how many of its experts they touch.

Popularity of experts follows a bounded power law on [1, span]. The closed forms stand for a simulation that rounds to
whole tokens; their four coefficients were fitted to that simulation, not to measurements.
"""

from costmodel.calibration.kernels.formulas.shared import COUNT
from costmodel.formula import formula
from costmodel.formula.ops import expm1, log, maximum, minimum, sqrt, where
from costmodel.units import quantity

EXPONENT = (1.001, 1.9)
SPAN = (1.01, 1e9)
RARE = 0.09
"""Assignments per expert below which rounding to whole tokens hides the power law."""


@formula(increasing=["skew"])
def popularity_exponent(*, skew: "1") -> "1":
    """Return the exponent of the power law, kept where its moments have closed forms."""
    return minimum(maximum(skew, EXPONENT[0]), EXPONENT[1])


@formula(bounds={"tokens": COUNT, "assignments": COUNT, "experts": COUNT})
def popularity_span(*, tokens: "1", assignments: "1", experts: "1") -> "1":
    """Return how much more popular the most popular expert can be than the least: up to 0.8 of all tokens choose it."""
    return where(experts < assignments, maximum(0.8 * tokens, 1.2), quantity(200.0))


@formula(increasing=["span"], bounds={"exponent": EXPONENT, "span": SPAN, "order": (1, 2)})
def popularity_moment(*, exponent: "1", span: "1", order: "1") -> "1":
    """Return a moment of the bounded power law: order 1 is the mean popularity, order 2 the mean square.

    (exponent - 1) / (1 - span ^ (1 - exponent)) x (span ^ (order + 1 - exponent) - 1) / (order + 1 - exponent)
    """
    wide, rest = log(span), order + 1 - exponent
    norm = (1 - exponent) / expm1((1 - exponent) * wide)
    return norm * expm1(rest * wide) / rest


@formula(
    increasing=["square"],
    decreasing=["mean", "held"],
    bounds={"square": (0, 1e18), "mean": COUNT, "held": COUNT, "assignments": COUNT, "experts": COUNT},
)
def rank_variation(*, square: "1", mean: "1", held: "1", assignments: "1", experts: "1") -> "1":
    """Return the squared spread of the load of ranks, relative to their mean, from uneven popularity.

    (square / mean^2 - 1) / experts held by a rank, and none where assignments are very few
    """
    spread = maximum(square / (mean * mean) - 1, 0.0) / held
    return where(RARE * experts < assignments, spread, quantity(0.0))


@formula(
    increasing=["variation", "group_spread", "group_skew", "whole_tokens"],
    bounds={
        "variation": (0, 1e6),
        "ranks": (1, 1e6),
        "assignments": COUNT,
        "group_spread": (0, 100),
        "group_skew": (0, 100),
        "whole_tokens": (0, 100),
    },
)
def busiest_excess(
    *, variation: "1", ranks: "1", assignments: "1", group_spread: "1", group_skew: "1", whole_tokens: "1"
) -> "1":
    """Return how much more than the mean the busiest rank gets: the largest of several uneven draws.

    1 + group_spread x sqrt(2 ln ranks) x spread, with spread =
    sqrt(variation + whole_tokens x ranks / assignments) + group_skew x variation
    """
    spread = sqrt(variation + whole_tokens * ranks / assignments) + group_skew * variation
    return 1 + group_spread * sqrt(2 * log(ranks)) * spread


@formula(
    increasing=["assignments", "held", "tokens", "excess"],
    bounds={"ranks": (1, 1e6), "excess": (1, 1e6)},
)
def busiest_rows(*, assignments: "1", ranks: "1", held: "1", tokens: "1", excess: "1") -> "1":
    """Return the rows of the busiest rank: at most all assignments, and each token once for every expert held."""
    most = minimum(assignments, held * tokens)
    return maximum(minimum(most, assignments / ranks * excess), 1.0)


@formula(bounds={"experts": COUNT, "mean": COUNT, "assignments": COUNT, "span": SPAN, "exponent": EXPONENT})
def chosen_share(*, experts: "1", mean: "1", assignments: "1", span: "1", exponent: "1") -> "1":
    """Return the share of experts popular enough for at least half a token: the tail of the power law.

    ((span / cut) ^ (exponent - 1) - 1) / (span ^ (exponent - 1) - 1)
    """
    cut = minimum(maximum(0.5 * experts * mean / assignments, 1.0), span)
    return expm1((exponent - 1) * log(span / cut)) / expm1((exponent - 1) * log(span))


@formula(
    increasing=["held", "share"],
    decreasing=["repeat"],
    bounds={"share": (0, 1), "assignments": COUNT, "experts": COUNT, "repeat": (0, 100)},
)
def touched_experts(*, busiest: "1", held: "1", share: "1", assignments: "1", experts: "1", repeat: "1") -> "1":
    """Return the experts of the busiest rank that get any row, no more than it holds or has rows."""
    again = 1 + repeat * maximum(assignments / experts - RARE, 0.0)
    few = where(experts < assignments, quantity(0.0), busiest / again)
    return maximum(minimum(minimum(held, busiest), maximum(held * share, few)), 1.0)


@formula(increasing=["assignments"], decreasing=["ranks"], bounds={"ranks": (1, 1e6)})
def even_rows(*, assignments: "1", ranks: "1") -> "1":
    """Return the rows of every rank when tokens choose experts evenly; at least one."""
    return maximum(assignments / ranks, 1.0)


@formula(increasing=["held", "rows"])
def evenly_touched(*, held: "1", rows: "1") -> "1":
    """Return the experts that even choices touch: all that a rank holds, or one for each row."""
    return minimum(held, rows)


@formula(increasing=["uneven", "even"], bounds={"skew": (0, 10)})
def by_skew(*, skew: "1", uneven: "1", even: "1") -> "1":
    """Return a number for a power law where there is a skew, and for even choices where it is zero."""
    return where(skew > 0.0, uneven, even)
