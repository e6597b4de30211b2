"""How many rows the busiest rank of an expert layer gets, how many of its experts they touch, and in how many tiles.

Popularity of experts follows a bounded power law on [1, span]. The closed forms stand for a simulation that rounds to
whole tokens: what rounding to none loses goes to experts without any, and none is chosen by more than all tokens. Two
coefficients were fitted to that simulation, none to measurements.
"""

from costmodel.calibration.kernels.formulas.shared import COUNT, whole
from costmodel.formula import formula
from costmodel.formula.ops import expm1, log, maximum, minimum, power, sqrt, where
from costmodel.units import quantity

EXPONENT = (1.001, 1.9)
SPAN = (1.01, 1e9)


@formula(increasing=["skew"])
def popularity_exponent(*, skew: "1") -> "1":
    """Return the exponent of the power law, kept where its moments have closed forms."""
    return minimum(maximum(skew, EXPONENT[0]), EXPONENT[1])


@formula(bounds={"tokens": COUNT, "assignments": COUNT, "experts": COUNT})
def popularity_span(*, tokens: "1", assignments: "1", experts: "1") -> "1":
    """Return how much more popular the most popular expert can be than the least: up to 0.8 of all tokens choose it."""
    return where(experts < assignments, maximum(0.8 * tokens, 1.2), quantity(200.0))


@formula(increasing=["assignments"], decreasing=["experts", "mean"], bounds={"experts": COUNT, "mean": COUNT})
def least_rows(*, assignments: "1", experts: "1", mean: "1") -> "1":
    """Return the rows of the least popular expert, which popularity counts in.

    assignments / experts / mean
    """
    return assignments / experts / mean


@formula(increasing=["rows", "span"], decreasing=["least"], bounds={"least": (1e-9, 1e15), "span": SPAN})
def popularity_from(*, rows: "1", least: "1", span: "1") -> "1":
    """Return how popular an expert is that gets so many rows, kept on the power law.

    min(max(rows / least, 1), span)
    """
    return minimum(maximum(rows / least, 1.0), span)


@formula(bounds={"exponent": EXPONENT, "span": SPAN, "start": (1, 1e9)})
def popular_share(*, exponent: "1", span: "1", start: "1") -> "1":
    """Return the share of experts that are so popular or more.

    ((span / start) ^ (exponent - 1) - 1) / (span ^ (exponent - 1) - 1)
    """
    return expm1((exponent - 1) * log(maximum(span / start, 1.0))) / expm1((exponent - 1) * log(span))


@formula(bounds={"exponent": EXPONENT, "span": SPAN, "start": (1, 1e9), "order": (1, 2)})
def popularity_moment(*, exponent: "1", span: "1", start: "1", order: "1") -> "1":
    """Return a moment of the bounded power law from a start on: order 1 is popularity, order 2 its square.

    (exponent - 1) / (1 - span ^ (1 - exponent)) x (span ^ rest - start ^ rest) / rest, rest = order + 1 - exponent
    """
    rest = order + 1 - exponent
    part = expm1(rest * log(maximum(span / start, 1.0))) / expm1((1 - exponent) * log(span))
    return (1 - exponent) / rest * power(start, rest) * part


@formula(increasing=["from_start"], bounds={"most": (1, 1e9), "order": (1, 2)})
def capped_moment(*, from_start: "1", from_most: "1", beyond: "1", most: "1", order: "1") -> "1":
    """Return a moment where no expert counts as more popular than the most, which a share of them is beyond.

    from_start - from_most + beyond x most ^ order
    """
    return from_start - from_most + beyond * power(most, order)


@formula(increasing=["popularity"], decreasing=["share"])
def rows_beyond(*, popularity: "1", share: "1", least: "1", rows: "1") -> "1":
    """Return the rows that experts with more than so many have beyond these, for each expert of the layer.

    least x popularity - rows x share
    """
    return maximum(least * popularity - rows * share, 0.0)


@formula(decreasing=["beyond"], bounds={"experts": COUNT, "chosen": (0, 1)})
def touched_share(*, chosen: "1", beyond: "1", assignments: "1", experts: "1") -> "1":
    """Return the share of experts that get any row: those popular enough, and one for each row that rounding loses.

    min(chosen + max(assignments / experts - chosen - beyond, 0), 1)
    """
    return minimum(chosen + maximum(assignments / experts - chosen - beyond, 0.0), 1.0)


@formula(
    increasing=["square"],
    decreasing=["counted", "mean", "held"],
    bounds={"square": (0, 1e18), "counted": (0, 1e9), "mean": COUNT, "held": COUNT},
)
def rank_variation(*, square: "1", counted: "1", mean: "1", held: "1") -> "1":
    """Return the squared spread of the load of ranks, relative to their mean, from uneven popularity.

    max(square - counted ^ 2, 0) / mean ^ 2 / experts held by a rank
    """
    return maximum(square - counted * counted, 0.0) / (mean * mean) / held


@formula(
    increasing=["variation", "ranks", "group_spread", "group_skew"],
    bounds={"variation": (0, 1e6), "ranks": (1, 1e6), "group_spread": (0, 100), "group_skew": (0, 100)},
)
def busiest_excess(*, variation: "1", ranks: "1", group_spread: "1", group_skew: "1") -> "1":
    """Return how much more than the mean the busiest rank gets: the largest of several uneven draws.

    1 + group_spread x sqrt(2 ln ranks) x (sqrt(variation) + group_skew x variation)
    """
    return 1 + group_spread * sqrt(2 * log(ranks)) * (sqrt(variation) + group_skew * variation)


@formula(increasing=["assignments", "held", "tokens", "excess"], bounds={"ranks": (1, 1e6), "excess": (1, 1e6)})
def busiest_rows(*, assignments: "1", ranks: "1", held: "1", tokens: "1", excess: "1") -> "1":
    """Return the rows of the busiest rank: at most all assignments, and each token once for every expert held.

    min(assignments, held x tokens, max(assignments / ranks x excess, ceil(assignments / ranks)))
    """
    even = assignments / ranks
    return maximum(minimum(minimum(assignments, held * tokens), maximum(even * excess, whole(even))), 1.0)


@formula(increasing=["busiest", "held"], bounds={"share": (0, 1), "even": COUNT})
def touched_experts(*, busiest: "1", even: "1", held: "1", share: "1") -> "1":
    """Return the experts of the busiest rank that get any row, no more than it holds or has rows.

    held x share x (1 + (busiest / even - 1) x (1 - share)): rows beyond the mean touch what has none yet
    """
    more = held * share * (1 + maximum(busiest / even - 1, 0.0) * (1 - share))
    return maximum(minimum(minimum(held, busiest), more), 1.0)


@formula(increasing=["touched", "beyond", "held"], bounds={"tile": (1, 1e6), "full": (0, 1)})
def uneven_row_tiles(*, busiest: "1", touched: "1", held: "1", beyond: "1", full: "1", tile: "1") -> "1":
    """Return the tiles of rows of all experts touched: one for each, and more for those with more rows than a tile.

    touched + held x (beyond / tile + full / 2), between busiest / tile and touched + (busiest - touched) / tile
    """
    most = touched + maximum(busiest - touched, 0.0) / tile
    return minimum(maximum(touched + held * (beyond / tile + full / 2), busiest / tile), most)


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
