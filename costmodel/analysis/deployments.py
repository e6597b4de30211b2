"""The deployments of a model on offers: what each costs per token at full utilisation, and which no other beats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.study import Study
from costmodel.analysis.targets import ANY_SPEED, LATENCIES, Targets, why_not
from costmodel.domain.architecture import Architecture
from costmodel.domain.offers import Offer, unit_of
from costmodel.domain.workload import Deployment, Serving
from costmodel.economics.components import Fleet, monthly_total
from costmodel.errors import CostModelError, Infeasible
from costmodel.performance.formulas import layout
from costmodel.performance.layout.candidates import Asked, at_share, candidates, pareto, replica_size, with_cost
from costmodel.performance.layout.candidates_apart import candidates_apart
from costmodel.performance.layout.layouts import SPLITS, layouts
from costmodel.performance.layout.search import CONCURRENCIES, ways_in
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.memory import check_context
from costmodel.performance.machine.number_types import NO_ARITHMETIC, served_types
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.interval import prediction_interval
from costmodel.performance.service.traffic import Traffic, usual_traffic
from costmodel.units import Quantity, magnitude, quantity

Array = npt.NDArray[np.float64]
ONE = quantity(1.0)
SYSTEM = quantity(1.0, "server")
PER_SYSTEM = 8.0
"""Accelerators of a replica up to which the numbers of requests in flight are tried; larger ones get more in step.

So do several copies of attention.
"""
COST, LOW, HIGH = "usd_per_million_tokens", "usd_per_million_tokens_low", "usd_per_million_tokens_high"
APART = (*(f"reading_{name}" for name in SPLITS), "reading_replicas", "writing_replicas", "reading_load")
UNITS = {
    **dict.fromkeys(SPLITS, ""),
    "draft_tokens": "token",
    "concurrency": "request",
    **dict.fromkeys(APART, ""),
    "time_to_first_token": "s",
    "time_per_output_token": "s",
    "user_rate": "token/s",
    "output_rate": "token/s/accelerator",
    COST: "USD/Mtoken",
    LOW: "USD/Mtoken",
    HIGH: "USD/Mtoken",
}


@dataclass(frozen=True)
class Wanted:
    """What is served, how fast it has to be, and what may be tried."""

    prompt: Quantity
    """Tokens of a prompt, a plain number; as is `output`, those of an answer."""
    output: Quantity
    targets: Targets = ANY_SPEED
    precisions: tuple[str, ...] = ()
    """Number types of the weights; none means all in which the accelerator computes."""
    draft_tokens: tuple[float, ...] = (0.0,)
    disaggregated: bool = False
    transfer_bandwidth: Quantity | None = None
    traffic: Traffic | None = None
    """How lengths differ; as usual if not given."""


def scenario_deployments(study: Study, offer: str) -> pd.DataFrame:
    """Return the deployments of a scenario's queries on one of its offers, in every number type of the accelerator."""
    costs, workload = study.costs[offer], study.scenario.workload
    if not isinstance(workload, Serving):
        msg = f"{study.scenario.id} serves nobody: deployments are searched for serving scenarios"
        raise CostModelError(msg)
    per_query = quantity(1.0, "token/query")
    prompt, output = (workload.prompt_tokens / per_query).to(""), (workload.output_tokens / per_query).to("")
    targets = Targets(workload.time_to_first_token, workload.time_per_output_token)
    base = replace(study.deployments[offer], facts={}, model_error=None)
    own = base.precision
    types = tuple(dict.fromkeys((own, *served_types(costs.offer.system.accelerator))))
    traffic = usual_traffic(study.constants, workload.prompt_spread, workload.output_spread)
    wanted = Wanted(prompt, output, targets, types, traffic=traffic)
    return deployments_on(study.scenario.model, costs.offer, base, costs.fleet, wanted, study.constants)


def deployments_on(
    model: Architecture, offer: Offer, base: Deployment, fleet: Fleet, wanted: Wanted, constants: Constants
) -> pd.DataFrame:
    """Return every deployment that fits and meets the targets, cheapest first, with `on_front` where none beats it.

    The cost per million output tokens is that of one system under the offer, held and busy all the time, with the 80%
    interval of the time model. `attrs["units"]` has the unit of each column.
    """
    check_context(model, wanted.prompt, wanted.output)
    chip = offer.system.accelerator
    asked = Asked(model, chip, base, constants, wanted.prompt, wanted.output, wanted.targets.share, wanted.traffic)
    types = _usable(offer, wanted.precisions)
    held = _held(asked, types, offer, wanted)
    met = held[wanted.targets.met(held)]
    if met.empty:
        raise Infeasible(why_not(f"{model.name} on {offer.system.name} in {' or '.join(types)}", held, wanted.targets))
    return _ranked(_priced(met, offer, fleet, asked), wanted.targets.share).assign(offer=offer.id)


def front_of(found: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """Return the deployments on the front, cheapest first; at most `most` of them, evenly spread in speed."""
    front = found[found["on_front"]].reset_index(drop=True)
    if most is None or len(front) <= most:
        return front
    speeds = front["user_rate"].to_numpy()
    wished = np.linspace(speeds[0], speeds[-1], most)
    return front.iloc[np.unique(np.abs(speeds - wished[:, None]).argmin(axis=1))]


def cheapest_at(found: pd.DataFrame, user_rates: Sequence[float]) -> pd.DataFrame:
    """Return the cheapest deployment of each offer at which a user sees at least each of some speeds.

    Columns as in the search, and `at_least` (token/s); a speed that no deployment of an offer reaches has no row.
    """
    fast = [found[found["user_rate"] >= rate].assign(at_least=float(rate)) for rate in user_rates]
    best = pd.concat(fast).sort_values(["at_least", COST])
    return best.drop_duplicates(["at_least", "offer"]).reset_index(drop=True)


def _held(asked: Asked, types: tuple[str, ...], offer: Offer, wanted: Wanted) -> pd.DataFrame:
    """Return what fits in memory with all its requests, on one system or on the fewest accelerators that hold it."""
    installed = float(offer.system.accelerators.to("accelerator/server").magnitude)
    splits = layouts(asked.model, ways_in(offer.system)[-1])
    counts = _counts(max(installed / PER_SYSTEM, splits["attention_copies"].max()))
    tried = candidates(asked, types, splits, counts, wanted.draft_tokens)
    rows = _compact(tried, installed)
    if not wanted.disaggregated or rows.empty:
        return rows
    small = splits[replica_size(splits) <= max(installed, replica_size(rows).max())]
    apart = candidates_apart(asked, types, small, counts, wanted.draft_tokens, wanted.transfer_bandwidth)
    return pd.concat([rows, apart], ignore_index=True)


def _counts(widest: float) -> list[float]:
    """Return the numbers of requests in flight to try: more on larger systems, and for more copies of attention."""
    more = CONCURRENCIES[-1] * np.geomspace(1, max(widest, 1), 13)
    return np.unique(np.round(np.concatenate((CONCURRENCIES, more)))).tolist()


def _compact(tried: pd.DataFrame, installed: float) -> pd.DataFrame:
    """Return the deployments that fit, with work for every stage, on one system or the fewest accelerators that do.

    Passes of uneven length leave stages waiting, which the time model does not charge, so that wider replicas would
    look too good.
    """
    sizes = replica_size(tried)
    most = CONCURRENCIES[-1] * np.maximum(np.maximum(sizes / PER_SYSTEM, tried["attention_copies"]), 1)
    count = tried["concurrency"]
    rows = tried[(tried["fits"] >= count) & (count >= tried["pipeline_parallel"]) & (count <= most)]
    sizes = sizes[rows.index]
    return rows[sizes <= np.maximum(sizes.groupby(rows["precision"]).transform("min"), installed)]


def _priced(met: pd.DataFrame, offer: Offer, fleet: Fleet, asked: Asked) -> pd.DataFrame:
    """Return the deployments with their cost, and its 80% interval."""
    priced = with_cost(met, _hourly(offer, fleet) / _used(met, offer))
    tried = replace(asked.base, precision=str(met["precision"].iloc[0]))
    low, high = prediction_interval(Setup(asked.model, asked.accelerator, tried, asked.constants))
    return priced.assign(**{LOW: priced[COST] / high, HIGH: priced[COST] / low})


def _usable(offer: Offer, precisions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the number types that the accelerator computes in, or widens as it reads them."""
    chip = offer.system.accelerator
    wanted = precisions or served_types(chip)
    usable = tuple(name for name in wanted if name in chip.peak or name in NO_ARITHMETIC)
    return usable or (chip.best_type(wanted),)


def _hourly(offer: Offer, fleet: Fleet) -> Quantity:
    """Return the cost of one accelerator-hour in one system that is held and busy all the time."""
    one = replace(fleet, servers=SYSTEM, utilization=ONE, rented=None)
    return (monthly_total(offer, one) / (offer.system.accelerators * SYSTEM)).to("USD/hour/accelerator")


def _used(rows: pd.DataFrame, offer: Offer) -> Quantity:
    """Return the share of the accelerators that are paid for which each layout uses, side by side with its likes."""
    used, held = np.zeros(len(rows)), np.zeros(len(rows))
    for size, count in _replicas(rows):
        share = layout.occupied_share(replica=quantity(size, "accelerator"), unit=unit_of(offer))
        used, held = used + count * size, held + count * size / magnitude(share, "1")
    return quantity(used / held)


def _replicas(rows: pd.DataFrame) -> Iterator[tuple[Array, Array]]:
    """Return the accelerators of each kind of replica of a layout, and how many replicas of it there are."""
    for prefix, name, absent in (("", "writing_replicas", 1.0), ("reading_", "reading_replicas", 0.0)):
        if not prefix or name in rows:
            count = rows.get(name, pd.Series(absent, rows.index)).fillna(absent)
            yield np.asarray(replica_size(rows, prefix), dtype=float), np.asarray(count, dtype=float)


def _ranked(frame: pd.DataFrame, share: float | None) -> pd.DataFrame:
    """Return the deployments, cheapest first; of those that are equal, the one on the front comes first."""
    ordered = frame.sort_values([COST, "user_rate"], ascending=[True, False], ignore_index=True)
    best = pareto(ordered.reset_index(names="row"))["row"]
    units = units_at(share)
    ranked = ordered.reindex(columns=["offer", "precision", *units]).assign(on_front=ordered.index.isin(best))
    ranked.attrs["units"] = units
    return ranked


def units_at(share: float | None) -> dict[str, str]:
    """Return the unit of every column of numbers, latencies of a share of requests among them."""
    return UNITS if share is None else UNITS | {at_share(name, share): "s" for name in LATENCIES}
