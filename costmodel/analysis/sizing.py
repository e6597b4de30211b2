"""A request rate in, a fleet out: on each offer the cheapest layout whose replicas keep the targets at the peak.

Closed forms rank all layouts at every rate; the best are then simulated with requests that come at random, and the rate
of a replica is the highest at which the simulated latencies keep their limits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.layout_names import layout_in_letters
from costmodel.analysis.replica_rate import LAYOUT, RUNS, Limit, Load, highest_predicted, highest_simulated, simulator
from costmodel.analysis.targets import LATENCIES
from costmodel.domain.architecture import Architecture
from costmodel.domain.offers import Offer, unit_of
from costmodel.domain.workload import Deployment
from costmodel.economics.components import Fleet, monthly_total
from costmodel.economics.costs import systems
from costmodel.economics.formulas import demand
from costmodel.errors import Infeasible, MissingData
from costmodel.performance.formulas import layout
from costmodel.performance.layout.candidates import Asked, replica_size
from costmodel.performance.layout.layouts import SPLITS
from costmodel.performance.layout.search import Breadth, search, usable_types
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.memory import check_context
from costmodel.performance.machine.operator import NOTHING
from costmodel.performance.machine.setup import ONE, Setup
from costmodel.performance.service.interval import prediction_interval
from costmodel.units import Quantity, magnitude, quantity

Array = npt.NDArray[np.float64]
SIMULATED = 2
"""Layouts of an offer that are simulated."""
UNITS = {
    **dict.fromkeys(SPLITS, ""),
    "in_flight": "request",
    "replicas": "",
    "accelerators": "accelerator",
    "spare_accelerators": "accelerator",
    "servers": "server",
    "highest_rate": "query/s",
    "headroom": "",
    **dict.fromkeys(LATENCIES, "s"),
    "cost_per_month": "USD/month",
    "cost_per_month_low": "USD/month",
    "cost_per_month_high": "USD/month",
    "usd_per_million_output_tokens": "USD/Mtoken",
    "usd_per_million_tokens": "USD/Mtoken",
}


@dataclass(frozen=True)
class Sizing:
    """What is sized, besides the offer."""

    model: Architecture
    base: Deployment
    load: Load
    fleet: Fleet
    """Where and by which money; its count of systems is not read."""
    constants: Constants
    precisions: tuple[str, ...] = ()
    spare: int = 0
    """Whole systems that stand by."""

    def on(self, offer: Offer) -> dict[str, Any]:
        """Return the fleet on an offer as a row; Infeasible where none keeps the limits."""
        load = self.load
        check_context(self.model, load.prompt, load.output)
        asked = self._asked(offer)
        tried = search(asked, offer.system, Breadth(usable_types(asked.accelerator, self.precisions)))
        held = highest_predicted(tried, load, 1.0)
        if held.empty:
            raise Infeasible(_why_not(self.model, offer, tried, load))
        best: dict[str, Any] | None = None
        for row in self._ordered(held, offer).head(SIMULATED).to_dict("records"):
            if best is None or row["needed"] + self.spare < best["servers"]:
                found = self._fleet(asked, offer, tried, row)
                best = min((one for one in (best, found) if one is not None), key=_by_cost, default=None)
        if best is None:
            raise Infeasible(_why_not(self.model, offer, tried, load))
        return best

    def _asked(self, offer: Offer) -> Asked:
        load, chip = self.load, offer.system.accelerator
        traffic = replace(load.traffic, open=True)
        shares = tuple(sorted({limit.share for limit in load.limits if limit.share is not None}))
        lengths = load.prompt, load.output
        return Asked(self.model, chip, self.base, self.constants, *lengths, traffic=traffic, shares=shares)

    def _ordered(self, held: pd.DataFrame, offer: Offer) -> pd.DataFrame:
        """Return layouts by the systems that they need, those alike by what each yields, simpler ones first."""
        count = self._systems(offer, held["highest"].to_numpy(), replica_size(held).to_numpy())
        yields = held["highest"] / replica_size(held)
        needed = held.assign(needed=np.asarray(magnitude(count, "server")))
        return needed.iloc[np.lexsort((held["pipeline_parallel"], -yields.round(6), needed["needed"]))]

    def _systems(self, offer: Offer, highest: Any, replica: Any) -> Quantity:
        """Return the systems of a fleet whose replicas hold so many queries per second each, without a reserve."""
        size = quantity(replica, "accelerator")
        each = quantity(highest, "query/second") / size
        needed = demand.accelerators_needed(
            peak=self.load.peak,
            query_rate=each,
            replica=size,
            peak_utilization=ONE,
            maintenance=NOTHING,
            spare_replicas=NOTHING,
        )
        share = layout.occupied_share(replica=size, unit=unit_of(offer))
        return systems(offer, demand.accelerators_held(accelerators=needed, occupied=share))

    def _fleet(self, asked: Asked, offer: Offer, tried: pd.DataFrame, row: Mapping[Any, Any]) -> dict[str, Any] | None:
        """Return the fleet of one layout, simulated; None if its replicas miss the limits at every rate tried."""
        simulated = simulator(asked, row)
        highest = highest_simulated(simulated, self.load, float(row["highest"]))
        if highest is None:
            return None
        replica = float(np.prod([row[name] for name in SPLITS[:3]]))
        peak = float(magnitude(self.load.peak, "query/second"))
        servers = self._systems(offer, highest, replica)
        replicas = _replicas_on(offer, servers, replica)
        seen = simulated(peak / replicas, RUNS[0])
        cost, low, high = self._costs(asked, offer, tried, row, highest)
        stay = seen.at(LATENCIES[0], None) + float(magnitude(self.load.output, "1")) * seen.at(LATENCIES[1], None)
        return {
            "offer": offer.id,
            "precision": str(row["precision"]),
            **{name: row[name] for name in SPLITS},
            "layout": layout_in_letters(row),
            "in_flight": peak / replicas * stay,
            "replicas": replicas,
            "accelerators": replicas * replica,
            "spare_accelerators": self.spare * float(magnitude(offer.system.accelerators, "accelerator/server")),
            "servers": float(magnitude(servers, "server")) + self.spare,
            "highest_rate": replicas * highest,
            "headroom": replicas * highest / peak - 1,
            **{limit.column: seen.at(limit.latency, limit.share) for limit in _shown(self.load)},
            "cost_per_month": cost,
            "cost_per_month_low": low,
            "cost_per_month_high": high,
            **self._per_token(cost),
            "why": "",
        }

    def _per_token(self, monthly: float) -> dict[str, float]:
        """Return USD per million tokens that are written, and per million that are read or written."""
        per_query = demand.cost_per_query(fleet_cost=quantity(monthly, "USD/month"), queries=self.load.rate)
        per, first, each = quantity(1.0, "token/query"), self.load.prompt, self.load.output
        tokens = {"usd_per_million_output_tokens": each, "usd_per_million_tokens": first + each}
        return {
            name: float(
                magnitude(demand.cost_per_token(cost_per_query=per_query, output_tokens=count * per), "USD/Mtoken")
            )
            for name, count in tokens.items()
        }

    def _costs(
        self, asked: Asked, offer: Offer, tried: pd.DataFrame, row: Mapping[Any, Any], highest: float
    ) -> tuple[float, float, float]:
        """Return USD per month, and its 80% interval: at times as long and as short as measurements have shown."""
        same = tried[(tried[LAYOUT] == pd.Series({name: row[name] for name in LAYOUT})).all(axis=1)]
        setup = Setup(
            asked.model, asked.accelerator, replace(asked.base, precision=str(row["precision"])), self.constants
        )
        slow, fast = prediction_interval(setup)
        found = []
        for factor in (1.0, fast, slow):
            moved = highest_predicted(same, self.load, 1 / factor)
            share = 0.0 if moved.empty else float(moved["highest"].iloc[0]) / float(row["highest"])
            found.append(self._monthly(offer, highest * share, row) if share else nan)
        return found[0], found[1], found[2]

    def _monthly(self, offer: Offer, highest: float, row: Mapping[Any, Any]) -> float:
        """Return USD per month of a fleet whose replicas hold so many queries per second each, spares included."""
        replica = float(np.prod([row[name] for name in SPLITS[:3]]))
        servers = self._systems(offer, highest, replica) + quantity(float(self.spare), "server")
        used = demand.utilization(
            mean=self.load.rate,
            query_rate=quantity(highest / replica, "query/second/accelerator"),
            servers=servers,
            per_system=offer.system.accelerators,
        )
        rented = demand.share_of_peak(peak_to_mean=self.load.peak_to_mean)
        fleet = replace(self.fleet, servers=servers, utilization=used, rented=rented, varies=True)
        return float(magnitude(monthly_total(offer, fleet), "USD/month"))


def size_on(sizing: Sizing, offers: Sequence[Offer]) -> pd.DataFrame:
    """Return the fleet on each offer as a row, cheapest first; last the offers that cannot, with the reason in `why`.

    `attrs["units"]` has the unit of each column. Columns without a share are means; a cost without an upper end would
    miss its limits where times are as long as one measurement in ten has shown.
    """
    rows = []
    for offer in offers:
        try:
            rows.append(sizing.on(offer))
        except (Infeasible, MissingData) as error:
            rows.append({"offer": offer.id, "why": str(error)})
    found = pd.DataFrame(rows).sort_values(["cost_per_month"] if any("layout" in one for one in rows) else ["offer"])
    found = found.reset_index(drop=True).fillna({"why": ""})
    shares = {limit.column: "s" for limit in _shown(sizing.load)}
    found.attrs = {"units": UNITS | shares, "names": {one.id: one.name for one in offers}, "model": sizing.model.name}
    return found


def _by_cost(found: Mapping[str, Any]) -> tuple[float, float]:
    return found["cost_per_month"], -found["headroom"]


def _replicas_on(offer: Offer, servers: Quantity, replica: float) -> int:
    """Return the whole replicas on so many systems: where systems have room for more than are needed, all work."""
    size = quantity(replica, "accelerator")
    share = layout.occupied_share(replica=size, unit=unit_of(offer))
    return int(magnitude(servers * offer.system.accelerators * share / size, "1") + 1e-6)


def _shown(load: Load) -> list[Limit]:
    """Return the latencies to show: the means, and those that have limits."""
    return list({one.column: one for one in (*(Limit(name, nan) for name in LATENCIES), *load.limits)}.values())


def _why_not(model: Architecture, offer: Offer, tried: pd.DataFrame, load: Load) -> str:
    what = f"{model.name} on {offer.system.name}"
    if tried.empty:
        return f"{what}: no layout fits in memory; use a narrower number type, or an offer with more memory"
    said = [
        f"{limit.column.replace('_', ' ')} is at least {tried[limit.column].min():.3g} s (limit {limit.seconds:.3g} s)"
        for limit in load.limits
    ]
    return f"{what}: no layout keeps all targets at any rate: {', '.join(said)}; relax them or try another offer"
