"""How sure a comparison is: medians, bands, who is cheaper than whom, what being wrong costs, and their errors."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.decide import regrets
from costmodel.analysis.draws import BLOCK, is_uncertain
from costmodel.analysis.model import leaves_of
from costmodel.analysis.sweeping import Drawn, Sampler
from costmodel.errors import CostModelError
from costmodel.specs.fact import Fact

BANDS = (50, 80, 90)
"""Per cent of the draws inside the bands that are shown."""

COVERED = 0.95
"""How often a stated error holds the figure of endless draws, over repeated runs."""

MANY = 1 << 16
"""Draws behind an answer about probabilities: their error is then at most 0.4 points."""

FEWEST = 4 * BLOCK
"""Draws below which no error can be stated: blocks are too few to scatter."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Uncertainty:
    """How sure the costs of all offers are, and their order."""

    offers: pd.DataFrame
    """One row per offer: its own value, median, the ends of its bands, how likely it is the cheapest, expected regret.

    Columns that end in `_error` say how far the one before may be from that of endless draws, in 95% of runs.
    """
    cheaper: pd.DataFrame
    """How likely the offer of a row is cheaper than that of a column."""
    convergence: pd.DataFrame
    """The figures and their errors by offer and number of draws: as many, half, a quarter and so on."""
    exact: tuple[str, ...]
    """The inputs whose facts have no range, those in money first: they count as exact."""
    draws: int
    unit: str
    money: str


def uncertainty(
    sampler: Sampler, factor: float, money: str, *, draws: int, seed: int, choices: Container[str] | None = None
) -> Uncertainty:
    """Return how sure costs are over joint draws; `factor` turns a cost into an amount of money.

    How likely the cheapest, and what is regretted, is among the choices of today alone, if not all offers are.

    Raises
    ------
    CostModelError
        For so few draws that no error can be stated.
    """
    if draws < FEWEST:
        msg = f"{draws} draws are too few to say how far they are off: ask for at least {FEWEST:,}"
        raise CostModelError(msg)
    drawn = sampler.draw(draws, seed, keep=False)
    chosen = [choices is None or id_ in choices for id_ in drawn.offers]
    own = {id_: float(value) for id_, value in _own(sampler).items()}
    return Uncertainty(
        summary(drawn, own, factor, chosen),
        pd.DataFrame(_cheaper(drawn.costs), index=list(drawn.offers), columns=list(drawn.offers)),
        convergence(drawn, factor, chosen),
        tuple(_exact(sampler)),
        draws,
        f"{next(iter(sampler.outputs.values())).units:~C}",
        money,
    )


def summary(drawn: Drawn, own: dict[str, float], factor: float, chosen: Sequence[bool] | None = None) -> pd.DataFrame:
    """Return one row per offer: value, median and its error, bands, probability and regret with their errors."""
    costs = drawn.costs
    levels = {f"{side}_{band}": _level(band, side) for band in BANDS for side in ("low", "high")}
    ends = np.stack([_quantiles(column, list(levels.values())) for column in costs.T], axis=1)
    figures = figures_of(costs, factor, chosen)
    table = pd.DataFrame({"value": pd.Series(own), "median": figures.pop("median")}, index=list(drawn.offers))
    table["median_error"] = figures.pop("median_error")
    table = table.assign(**dict(zip(levels, ends, strict=True)), **figures)
    return table.assign(unanswered=np.isnan(costs).mean(axis=0)).rename_axis("offer")


def convergence(drawn: Drawn, factor: float, chosen: Sequence[bool] | None = None) -> pd.DataFrame:
    """Return the median, the probability and the regret of each offer with their errors by number of draws."""
    sizes = [len(drawn.costs) >> power for power in range(64) if len(drawn.costs) >> power >= FEWEST]
    parts = [
        pd.DataFrame({"draws": size, "offer": drawn.offers, **figures_of(drawn.costs[:size], factor, chosen)})
        for size in reversed(sizes)
    ]
    return pd.concat(parts, ignore_index=True)


def figures_of(costs: Array, factor: float, chosen: Sequence[bool] | None = None) -> dict[str, Array]:
    """Return medians, probabilities of being the cheapest and expected regrets by offer, each followed by its error."""
    among = [True] * costs.shape[1] if chosen is None else list(chosen)
    kinds: dict[str, Callable[[Array], Array]] = {
        "median": _median,
        "probability_cheapest": lambda part: _among(among, _mean(_firsts(part[..., among]))),
        "expected_regret": lambda part: _among(among, _mean(_regrets(part[..., among])) * factor),
    }
    found: dict[str, Array] = {}
    for name, figure in kinds.items():
        found[name] = figure(costs)
        found[f"{name}_error"] = error_of(costs, figure)
    return found


def _among(chosen: Sequence[bool], figures: Array) -> Array:
    """Return figures of the choices in the places of all offers; not a number in those of the others."""
    found = np.full((*figures.shape[:-1], len(chosen)), np.nan)
    found[..., list(chosen)] = figures
    return found


def error_of(costs: Array, figure: Callable[[Array], Array]) -> Array:
    """Return how far a figure of all draws may be off: from the scatter of the same figure over independent blocks.

    Student's t at 97.5% x standard deviation over blocks / sqrt(blocks)
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - a tenth of a second, for what few verbs ask

    count = len(costs) // BLOCK
    blocks = figure(costs[: count * BLOCK].reshape(count, BLOCK, -1))
    wide: Array = stdtrit(count - 1, (1 + COVERED) / 2) * blocks.std(axis=0, ddof=1) / np.sqrt(count)
    return wide


def _own(sampler: Sampler) -> dict[str, Array]:
    return dict(sampler.kernel(**{leaf.name: leaf.value.magnitude for leaf in sampler.leaves}))


def _quantiles(column: Array, levels: list[float]) -> Array:
    known = column[~np.isnan(column)]
    return np.asarray(np.quantile(known, levels)) if known.size else np.full(len(levels), np.nan)


def _level(band: int, side: str) -> float:
    return 0.5 + band / 200 * (1 if side == "high" else -1)


def _median(costs: Array) -> Array:
    """Return the median of the draws with an answer, by offer."""
    if not np.isnan(costs).any():
        return np.asarray(np.median(costs, axis=-2))
    with catch_warnings():
        simplefilter("ignore", RuntimeWarning)  # an offer without any answer has no median
        return np.asarray(np.nanmedian(costs, axis=-2))


def _mean(values: Array) -> Array:
    """Return the mean of the draws with an answer, by offer; none where there is no answer."""
    known = ~np.isnan(values)
    count = known.sum(axis=-2)
    return np.asarray(np.where(known, values, 0.0).sum(axis=-2) / np.where(count, count, np.nan))


def _firsts(costs: Array) -> Array:
    """Return 1 where an offer is the cheapest of its draw, 0 where not; no number where no offer has an answer."""
    filled = np.where(np.isnan(costs), np.inf, costs)
    first = np.arange(costs.shape[-1]) == filled.argmin(axis=-1)[..., None]
    return np.where(np.isinf(filled).all(axis=-1, keepdims=True), np.nan, first)


def _regrets(costs: Array) -> Array:
    return regrets(costs.reshape(-1, costs.shape[-1])).reshape(costs.shape)


def _cheaper(costs: Array) -> Array:
    """Return the share of the draws answered by both in which the offer of a row is cheaper than that of a column."""

    def share(one: Array, other: Array) -> float:
        known = ~np.isnan(one + other)
        return float((one < other)[known].mean()) if known.any() else np.nan

    return np.array([[share(one, other) for other in costs.T] for one in costs.T])


def _exact(sampler: Sampler) -> list[str]:
    known = leaves_of(sampler.outputs.values())
    exact = [name for name, leaf in known.items() if isinstance(leaf.origin, Fact) and not is_uncertain(leaf)]
    return sorted(exact, key=lambda name: (not known[name].value.dimensionality.get("[currency]"), name))
