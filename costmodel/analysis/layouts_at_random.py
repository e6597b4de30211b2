"""The cheapest layout whose replicas keep limits of latency with requests that come at random, and its highest rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from costmodel.analysis.replica_rate import (
    LAYOUT,
    Limit,
    Load,
    Simulation,
    highest_predicted,
    highest_simulated,
    simulator,
)
from costmodel.analysis.targets import LATENCIES
from costmodel.domain.offers import Offer, unit_of
from costmodel.domain.workload import Serving
from costmodel.economics.formulas import demand
from costmodel.economics.held import systems
from costmodel.economics.usage import mean_rate, peak_to_mean_of
from costmodel.errors import Infeasible, MissingData
from costmodel.performance.formulas import layout
from costmodel.performance.formulas.serving import per_query
from costmodel.performance.layout.candidates import Asked, replica_size
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.operator import NOTHING
from costmodel.performance.machine.setup import ONE
from costmodel.performance.service.latency import shares_of
from costmodel.performance.service.serving import traffic_of
from costmodel.performance.service.trace import Trace
from costmodel.units import Quantity, magnitude, quantity

SIMULATED = 2
"""Layouts of an offer that are simulated."""


@dataclass(frozen=True)
class Held:
    """A layout, and the highest rate at which requests at random keep the limits on one replica of it."""

    row: Mapping[Any, Any]
    """As the closed form has it, at its own highest rate in `highest`, in queries per second."""
    highest: float
    simulated: Simulation
    alike: pd.DataFrame
    """The layout with every number of requests in flight."""

    @property
    def share(self) -> float:
        """The simulated rate over that of the closed form."""
        return self.highest / float(self.row["highest"])


def load_of(
    constants: Constants, workload: Serving, limits: tuple[Limit, ...] = (), trace: Trace | None = None
) -> Load:
    """Return the requests of a workload, with the limits given or its own."""
    prompt, output = (per_query(tokens=one) for one in (workload.prompt_tokens, workload.output_tokens))
    own = tuple(
        Limit(name, float(magnitude(getattr(workload, name), "second")), share)
        for name, share in shares_of(workload).items()
        if getattr(workload, name) is not None
    )
    traffic = traffic_of(constants, workload)
    kept = _that_count(limits or own, output)
    return Load(mean_rate(workload), peak_to_mean_of(workload), prompt, output, traffic, kept, trace)


def _that_count(limits: tuple[Limit, ...], output: Quantity) -> tuple[Limit, ...]:
    """Return limits, or a MissingData error where none says up to which rate answers of one token are fast enough."""
    if magnitude(output, "1") > 1 or any(one.latency == LATENCIES[0] for one in limits):
        return limits
    msg = "answers of one token have no time per output token: give a limit of the time to first token (ttft)"
    raise MissingData(msg)


def asked_at_random(asked: Asked, load: Load) -> Asked:
    """Return the question of a search that has the latencies of the limits."""
    shares = {limit.share for limit in load.limits if limit.share is not None}
    return replace(asked, shares=tuple(sorted(shares)), traffic=load.traffic)


def held_at_random(asked: Asked, offer: Offer, tried: pd.DataFrame, load: Load) -> Held:
    """Return the layout of those tried with the fewest systems at the peak; Infeasible where none keeps the limits."""
    kept = tried if tried.empty else highest_predicted(tried, load, 1.0)
    best: Held | None = None
    for row in [] if kept.empty else _ordered(kept, offer, load).head(SIMULATED).to_dict("records"):
        if best is None or row["needed"] < _order(best, offer, load)[0]:
            found = _simulated(asked, tried, load, row)
            both = [one for one in (best, found) if one is not None]
            best = min(both, key=lambda one: _order(one, offer, load), default=None)
    if best is None:
        raise Infeasible(_why_not(asked, offer, tried, load))
    return best


def _ordered(kept: pd.DataFrame, offer: Offer, load: Load) -> pd.DataFrame:
    """Return layouts by the systems that they need, those alike by what each yields, simpler ones first."""
    sizes = replica_size(kept)
    needed = _systems(offer, load, kept["highest"].to_numpy(), sizes)
    order = np.lexsort((kept["pipeline_parallel"], -(kept["highest"] / sizes).round(6), needed))
    return kept.assign(needed=needed).iloc[order]


def _order(held: Held, offer: Offer, load: Load) -> tuple[float, float]:
    size = float(replica_size(held.alike)[0])
    return float(_systems(offer, load, held.highest, size)), -held.highest / size


def _systems(offer: Offer, load: Load, highest: Any, replica: Any) -> Any:
    """Return the systems whose replicas hold so many queries per second each, without a reserve."""
    size = quantity(replica, "accelerator")
    needed = demand.accelerators_needed(
        peak=load.peak,
        query_rate=quantity(highest, "query/second") / size,
        replica=size,
        peak_utilization=ONE,
        maintenance=NOTHING,
        spare_replicas=NOTHING,
    )
    share = layout.occupied_share(replica=size, unit=unit_of(offer))
    count: Quantity = systems(offer, demand.accelerators_held(accelerators=needed, occupied=share))
    return magnitude(count, "server")


def _simulated(asked: Asked, tried: pd.DataFrame, load: Load, row: Mapping[Any, Any]) -> Held | None:
    """Return a layout at its highest simulated rate; None if it misses the limits at every rate tried."""
    simulated = simulator(asked, row, load.trace)
    highest = highest_simulated(simulated, load, float(row["highest"]))
    if highest is None:
        return None
    alike = tried[(tried[LAYOUT] == pd.Series({name: row[name] for name in LAYOUT})).all(axis=1)]
    return Held(row, highest, simulated, alike)


def _why_not(asked: Asked, offer: Offer, tried: pd.DataFrame, load: Load) -> str:
    what = f"{asked.model.name} on {offer.system.name}"
    if tried.empty:
        return f"{what}: no layout fits in memory; use a narrower number type, or an offer with more memory"
    said = [
        f"{limit.column.replace('_', ' ')} is at least {tried[limit.column].min():.3g} s (limit {limit.seconds:.3g} s)"
        for limit in load.limits
    ]
    return f"{what}: no layout keeps all targets at any rate: {', '.join(said)}; relax them or try another offer"
