"""The deployments of a model on offers: what each costs per token at full utilisation, and which no other beats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from costmodel.analysis.study import Study
from costmodel.analysis.targets import ANY_SPEED, LATENCIES, Targets, that_meet
from costmodel.domain.architecture import Architecture
from costmodel.domain.offers import Offer, unit_of
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Deployment, Serving
from costmodel.economics.components import monthly_total
from costmodel.economics.fleet import Fleet
from costmodel.errors import CostModelError, Infeasible
from costmodel.performance.layout.candidates import Asked, pareto, with_cost
from costmodel.performance.layout.layouts import SPLITS
from costmodel.performance.layout.search import Breadth, search, usable_types, used_share
from costmodel.performance.layout.table import Table
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.memory import check_context
from costmodel.performance.machine.number_types import served_types
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.interval import prediction_interval
from costmodel.performance.service.latency import at_share
from costmodel.performance.service.traffic import Traffic
from costmodel.units import Quantity, quantity

ONE = quantity(1.0)
SYSTEM = quantity(1.0, "server")
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
    breadth: Breadth = field(default_factory=Breadth)
    traffic: Traffic | None = None
    """How lengths differ; as usual if not given."""


def scenario_deployments(study: Study, offer: str) -> pd.DataFrame:
    """Return the deployments of a scenario's queries on one of its offers, in every number type of the accelerator."""
    layouts, costs, workload = study.layouts, study.costs[offer], study.scenario.workload
    if isinstance(costs.offer, TokenApi):
        msg = f"{offer} sells tokens: its deployments are its provider's own"
        raise Infeasible(msg)
    if not isinstance(workload, Serving):
        msg = f"{study.scenario.id} serves nobody: deployments are searched for serving scenarios"
        raise CostModelError(msg)
    types = dict.fromkeys((*layouts.types(costs.offer), *served_types(costs.offer.system.accelerator)))
    met, asked = layouts.met(workload, costs.offer, tuple(types)), layouts.asked(workload, costs.offer)
    return _ranked(met, costs.offer, costs.held, asked)


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
    types = usable_types(chip, wanted.breadth.precisions)
    what = f"{model.name} on {offer.system.name} in {' or '.join(types)}"
    met = that_meet(wanted.targets, search(asked, offer.system, wanted.breadth), what)
    return _ranked(met, offer, fleet, asked)


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


def _priced(met: Table, offer: Offer, fleet: Fleet, asked: Asked) -> pd.DataFrame:
    """Return the deployments with their cost, and its 80% interval."""
    priced = with_cost(met.frame(), hourly(offer, fleet) / used_share(met, unit_of(offer)))
    tried = replace(asked.base, precision=str(met["precision"][0]))
    low, high = prediction_interval(Setup(asked.model, asked.accelerator, tried, asked.constants))
    return priced.assign(**{LOW: priced[COST] / high, HIGH: priced[COST] / low})


def hourly(offer: Offer, fleet: Fleet) -> Quantity:
    """Return the cost of one accelerator-hour in one system that is held and busy all the time."""
    one = replace(fleet, servers=SYSTEM, utilization=ONE, rented=None, varies=False, ramp=None)
    return (monthly_total(offer, one) / (offer.system.accelerators * SYSTEM)).to("USD/hour/accelerator")


def _ranked(met: Table, offer: Offer, fleet: Fleet, asked: Asked) -> pd.DataFrame:
    """Return the deployments, cheapest first; of those that are equal, the one on the front comes first."""
    ordered = _priced(met, offer, fleet, asked).sort_values(
        [COST, "user_rate"], ascending=[True, False], ignore_index=True
    )
    best = pareto(ordered.reset_index(names="row"))["row"]
    units = units_at(asked.share)
    ranked = ordered.reindex(columns=["offer", "precision", *units])
    ranked = ranked.assign(on_front=ordered.index.isin(best), offer=offer.id)
    ranked.attrs["units"] = units
    return ranked


def units_at(share: float | None) -> dict[str, str]:
    """Return the unit of every column of numbers, latencies of a share of requests among them."""
    return UNITS if share is None else UNITS | {at_share(name, share): "s" for name in LATENCIES}
