"""A request rate in, a fleet out: on each offer the cheapest layout whose replicas keep the targets at the peak.

The question is a scenario with a rate, so that fleet and cost are those of such a scenario in a file. Closed forms rank
all layouts at every rate; the best are then simulated with requests that come at random.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import Any

import pandas as pd

from costmodel.analysis.layout_names import layout_in_letters
from costmodel.analysis.layouts_at_random import Held
from costmodel.analysis.replica_rate import RUNS, Limit, Load, highest_predicted
from costmodel.analysis.scenario_layouts import Layouts
from costmodel.analysis.targets import LATENCIES
from costmodel.domain.offers import Offer
from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Serving
from costmodel.economics.costs import Costs
from costmodel.economics.formulas import demand
from costmodel.economics.offer_costs import costs
from costmodel.economics.serving_fleet import Reserve, reserve_of
from costmodel.errors import Infeasible, MissingData
from costmodel.performance.formulas.serving import residence_time
from costmodel.performance.layout.chosen import rate_share, with_fact
from costmodel.performance.layout.layouts import SPLITS
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.interval import prediction_interval
from costmodel.units import Quantity, magnitude, quantity

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


ONE_ACCELERATOR = quantity(1.0, "accelerator")


@dataclass(frozen=True)
class Sizing:
    """A scenario with a rate of queries, and the search for layouts that keep the limits."""

    scenario: Scenario
    workload: Serving
    layouts: Layouts

    @cached_property
    def load(self) -> Load:
        """The requests, and their limits of latency."""
        return self.layouts.load(self.workload)

    @property
    def shown(self) -> list[Limit]:
        """The latencies to show: the means, and those that have limits."""
        means = (Limit(name, nan) for name in LATENCIES)
        return list({one.column: one for one in (*means, *self.load.limits)}.values())

    def on(self, offer: Offer) -> dict[str, Any]:
        """Return the fleet on an offer as a row; Infeasible where none keeps the limits."""
        held, found = self.layouts.at_random(self.workload, offer), self._costs(offer)
        replicas = self._replicas(offer, found, held)
        peak = float(magnitude(self.load.peak, "query/second"))
        seen = held.simulated(peak / replicas["replicas"], RUNS[0])
        first, each = (quantity(seen.at(name, None), "second") for name in LATENCIES)
        stay = magnitude(residence_time(first=first, per_token=each, output=self.load.output), "second")
        return {
            "offer": offer.id,
            "precision": self.layouts.on(offer).precision,
            **{name: held.row[name] for name in SPLITS},
            "layout": layout_in_letters(held.row),
            "in_flight": peak / replicas["replicas"] * float(stay),
            **replicas,
            "headroom": replicas["highest_rate"] / peak - 1,
            **{limit.column: seen.at(limit.latency, limit.share) for limit in self.shown},
            **self._prices(offer, found, held),
            "why": "",
        }

    def _replicas(self, offer: Offer, found: Costs, held: Held) -> dict[str, float]:
        """Return what works, what stands by, and the rate that what works holds with the planned work on it."""
        reserve, each = reserve_of(self.scenario, self.workload, offer), self._setup(offer).replica
        systems = found["servers"] - reserve.spare_systems
        room = systems * offer.system.accelerators * found["occupied_share"] / (each * ONE_ACCELERATOR)
        spares, size = float(magnitude(reserve.spare_replicas, "1")), float(magnitude(each, "1"))
        working = int(magnitude(room, "1") + 1e-6) - spares
        return {
            "replicas": working,
            "accelerators": working * size,
            "spare_accelerators": spares * size + _accelerators(offer, reserve),
            "servers": float(magnitude(found["servers"], "server")),
            "highest_rate": working * held.highest * (1 - float(magnitude(reserve.maintenance, "1"))),
        }

    def _prices(self, offer: Offer, found: Costs, held: Held) -> dict[str, float]:
        """Return USD per month with the 80% interval of the time model, and per million tokens.

        The ends are at times as long and as short as measurements have shown.
        """
        slow, fast = prediction_interval(self._setup(offer))
        total = found["total_per_month"]
        return {
            "cost_per_month": float(magnitude(total, "USD/month")),
            "cost_per_month_low": self._monthly(offer, held, fast),
            "cost_per_month_high": self._monthly(offer, held, slow),
            **self._per_token(total),
        }

    def _monthly(self, offer: Offer, held: Held, speed: float) -> float:
        """Return USD per month where all runs so many times as fast; no number where no rate keeps the limits then."""
        moved = highest_predicted(held.alike, self.load, 1 / speed)
        if moved.empty:
            return nan
        share = float(moved["highest"].iloc[0]) / float(held.row["highest"])
        return float(magnitude(self._costs(offer, share)["total_per_month"], "USD/month"))

    def _costs(self, offer: Offer, share: float = 1.0) -> Costs:
        """Return the costs on an offer where replicas hold a share of their rate."""
        deployment = self.layouts.on(offer)
        held = float(magnitude(deployment.need("rate_share"), "1"))
        moved = with_fact(deployment, "rate_share", rate_share(held * share))
        return costs(self.scenario, offer, moved, self.layouts.constants)

    def _setup(self, offer: Offer) -> Setup:
        return Setup(self.scenario.model, offer.system.accelerator, self.layouts.on(offer), self.layouts.constants)

    def _per_token(self, monthly: Quantity) -> dict[str, float]:
        """Return USD per million tokens that are written, and per million that are read or written."""
        per_query = demand.cost_per_query(fleet_cost=monthly, queries=self.load.rate)
        written, read = self.workload.output_tokens, self.workload.prompt_tokens
        tokens = {"usd_per_million_output_tokens": written, "usd_per_million_tokens": read + written}
        return {
            name: float(magnitude(demand.cost_per_token(cost_per_query=per_query, output_tokens=count), "USD/Mtoken"))
            for name, count in tokens.items()
        }


def size_on(sizing: Sizing) -> pd.DataFrame:
    """Return the fleet on each offer as a row, cheapest first; last the offers that cannot, with the reason in `why`.

    `attrs["units"]` has the unit of each column. Columns without a share are means; a cost without an upper end would
    miss its limits where times are as long as one measurement in ten has shown.
    """
    rows, offers = [], sizing.scenario.offers
    for offer in offers:
        if isinstance(offer, TokenApi):
            rows.append({"offer": offer.id, "why": "sells tokens: it has no fleet of one's own to size"})
            continue
        try:
            rows.append(sizing.on(offer))
        except (Infeasible, MissingData) as error:
            rows.append({"offer": offer.id, "why": str(error)})
    found = pd.DataFrame(rows).sort_values(["cost_per_month"] if any("layout" in one for one in rows) else ["offer"])
    found = found.reset_index(drop=True).fillna({"why": ""})
    shares = {limit.column: "s" for limit in sizing.shown}
    names, rate = {one.id: one.name for one in offers}, float(magnitude(sizing.load.rate, "query/s"))
    found.attrs = {"units": UNITS | shares, "names": names, "model": sizing.scenario.model.name, "rate": rate}
    return found


def _accelerators(offer: Offer, reserve: Reserve) -> float:
    return float(magnitude(reserve.spare_systems * offer.system.accelerators, "accelerator"))
