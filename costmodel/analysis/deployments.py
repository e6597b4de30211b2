"""The deployments of a model on an offer: what each costs per token at full utilisation, and which no other beats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from costmodel.analysis.predict import find_model
from costmodel.analysis.study import Study
from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import Accelerator, load_site
from costmodel.domain.offers import Offer, load_offer
from costmodel.domain.workload import Deployment, Serving
from costmodel.economics.components import Fleet, monthly_total
from costmodel.errors import CostModelError, Infeasible, unknown
from costmodel.performance.candidates import candidates, pareto, with_cost
from costmodel.performance.constants import Constants, load_constants
from costmodel.performance.number_types import NO_ARITHMETIC, STORED
from costmodel.performance.search import CONCURRENCIES, ways_in
from costmodel.performance.traffic import Traffic, usual_traffic
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, quantity

SITE = "us-hyperscale"
PRECISIONS = ("fp8", "bf16")
STAGES = (1.0, 2.0, 4.0, 8.0)
ONE = quantity(1.0)
SYSTEM = quantity(1.0, "server")
COST = "usd_per_million_tokens"
UNITS = {
    "tensor_parallel": "",
    "pipeline_parallel": "",
    "concurrency": "request",
    "time_to_first_token": "s",
    "time_per_output_token": "s",
    "user_rate": "token/s",
    "output_rate": "token/s/accelerator",
    COST: "USD/Mtoken",
}


@dataclass(frozen=True)
class Wanted:
    """What is served, and how fast it has to be."""

    prompt: Quantity
    """Tokens of a prompt, a plain number; as is `output`, those of an answer."""
    output: Quantity
    precisions: tuple[str, ...] = PRECISIONS
    time_to_first_token: Quantity | None = None
    time_per_output_token: Quantity | None = None
    traffic: Traffic | None = None
    """How lengths differ; as usual if not given."""


def search_deployments(
    catalog: Catalog,
    model: str,
    offer: str,
    prompt: float,
    output: float,
    *,
    real_discount_rate: Quantity,
    precisions: Sequence[str] = PRECISIONS,
    time_to_first_token: Quantity | None = None,
    time_per_output_token: Quantity | None = None,
    site: str = SITE,
    on: date | None = None,
) -> pd.DataFrame:
    """Return every deployment that fits and meets the targets, cheapest first; see `deployments_on`.

    `model` is an id, an alias or the path of a published config.json; prices are the newest up to the day `on`.
    """
    if wrong := [name for name in precisions if name not in STORED]:
        raise unknown("number type", wrong[0], STORED)
    limits = time_to_first_token, time_per_output_token
    wanted = Wanted(_tokens(prompt), _tokens(output), tuple(dict.fromkeys(precisions)), *limits)
    fleet = Fleet(SYSTEM, ONE, load_site(catalog, site), real_discount_rate)
    base = Deployment(id="deployment", name="deployment", precision="", tensor_parallel=ONE, kv_cache_precision="")
    found = load_offer(catalog, offer, on)
    return deployments_on(find_model(catalog, model), found, base, fleet, wanted, load_constants())


def scenario_deployments(study: Study, offer: str) -> pd.DataFrame:
    """Return the deployments of a scenario's queries on one of its offers, in the number type that the study chose."""
    costs, workload = study.costs[offer], study.scenario.workload
    if not isinstance(workload, Serving):
        msg = f"{study.scenario.id} serves nobody: deployments are searched for serving scenarios"
        raise CostModelError(msg)
    per_query = quantity(1.0, "token/query")
    prompt, output = (workload.prompt_tokens / per_query).to(""), (workload.output_tokens / per_query).to("")
    limits = workload.time_to_first_token, workload.time_per_output_token
    base = replace(study.deployments[offer], facts={}, model_error=None)
    traffic = usual_traffic(study.constants, workload.prompt_spread, workload.output_spread)
    wanted = Wanted(prompt, output, (base.precision,), *limits, traffic)
    return deployments_on(study.scenario.model, costs.offer, base, costs.fleet, wanted, study.constants)


def deployments_on(
    model: Architecture, offer: Offer, base: Deployment, fleet: Fleet, wanted: Wanted, constants: Constants
) -> pd.DataFrame:
    """Return every deployment that fits and meets the targets, cheapest first, with `on_front` where none beats it.

    The cost per million output tokens is that of one system under the offer, held and busy all the time.
    `attrs["units"]` has the unit of each column.
    """
    tried = candidates(
        model,
        offer.system.accelerator,
        base,
        constants,
        prompt=wanted.prompt,
        output=wanted.output,
        precisions=_usable(offer.system.accelerator, wanted.precisions),
        tensor_parallel=ways_in(offer.system).tolist(),
        pipeline_parallel=[stages for stages in STAGES if stages <= float(model.layers.magnitude)],
        concurrency=CONCURRENCIES.tolist(),
        traffic=wanted.traffic,
    )
    held = _compact(tried[tried["fits"] >= tried["concurrency"]], offer)
    met = held[_meets(held, "time_to_first_token", wanted) & _meets(held, "time_per_output_token", wanted)]
    if met.empty:
        raise Infeasible(_why_not(f"{model.name} on {offer.system.name}", held, wanted))
    return _ranked(with_cost(met, _hourly(offer, fleet)))


def front_of(found: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """Return the deployments on the front, cheapest first; at most `most` of them, evenly spread in speed."""
    front = found[found["on_front"]].reset_index(drop=True)
    if most is None or len(front) <= most:
        return front
    speeds = front["user_rate"].to_numpy()
    wished = np.linspace(speeds[0], speeds[-1], most)
    return front.iloc[np.unique(np.abs(speeds - wished[:, None]).argmin(axis=1))]


def _tokens(count: float) -> Quantity:
    if not 1 <= count < np.inf:
        msg = f"A prompt and an answer have at least one token each, not {count:g}"
        raise CostModelError(msg)
    return quantity(float(count))


def _usable(accelerator: Accelerator, precisions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the number types that the accelerator computes in, or widens as it reads them."""
    usable = tuple(name for name in precisions if name in accelerator.peak or name in NO_ARITHMETIC)
    return usable or (accelerator.best_type(precisions),)


def _compact(frame: pd.DataFrame, offer: Offer) -> pd.DataFrame:
    """Return the deployments with work for every stage, on one system, or on the fewest accelerators that hold them.

    The time model charges nothing for the network between systems, so that wider replicas would look too good.
    """
    busy = frame[frame["concurrency"] >= frame["pipeline_parallel"]]
    sizes = busy["tensor_parallel"] * busy["pipeline_parallel"]
    least = sizes.groupby(busy["precision"]).transform("min")
    most = np.maximum(least, float(offer.system.accelerators.to("accelerator/server").magnitude))
    return busy[sizes <= most]


def _hourly(offer: Offer, fleet: Fleet) -> Quantity:
    """Return the cost of one accelerator-hour in one system that is held and busy all the time."""
    one = replace(fleet, servers=SYSTEM, utilization=ONE, rented=None)
    return (monthly_total(offer, one) / (offer.system.accelerators * SYSTEM)).to("USD/hour/accelerator")


def _meets(frame: pd.DataFrame, name: str, wanted: Wanted) -> pd.Series[bool]:
    limit: Quantity | None = getattr(wanted, name)
    return frame[name] <= (np.inf if limit is None else float(limit.to("second").magnitude))


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the deployments, cheapest first; of those that are equal, the one on the front comes first."""
    ordered = frame.sort_values([COST, "user_rate"], ascending=[True, False], ignore_index=True)
    best = pareto(ordered.reset_index(names="row"))["row"]
    ranked = ordered[["precision", *UNITS]].assign(on_front=ordered.index.isin(best))
    ranked.attrs["units"] = UNITS
    return ranked


def _why_not(what: str, held: pd.DataFrame, wanted: Wanted) -> str:
    in_types = f"{what} in {' or '.join(wanted.precisions)}"
    if held.empty:
        return f"{in_types}: no layout fits in memory; use a narrower number type, or systems with more memory"
    first, each = held["time_to_first_token"].min(), held["time_per_output_token"].min()
    return (
        f"{in_types}: some layouts fit in memory, but none meets the latency targets; the shortest time to first token "
        f"is {first:.3g} s and the shortest time per output token {each:.3g} s, not always in the same layout"
    )
