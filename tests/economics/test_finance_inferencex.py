"""InferenceX's published total cost per GPU-hour, from our own objects: within 10%, or with the reason.

Both classes use a life of 4 years (InferenceX's definition) and full power. Hyperscalers: own building, 8% nominal cost
of capital, the low ends of our ranges for maintenance (2% a year) and network (10% of the cluster: own Ethernet).
Neoclouds: hyperscale colocation, 12% nominal, our central values. Inflation 2.5%.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from costmodel.domain.hardware import load_site
from costmodel.domain.offers import Purchase, load_offer
from costmodel.economics.components import monthly_costs
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas.finance import real_discount_rate
from costmodel.economics.power import held_power
from costmodel.specs.catalog import Catalog
from costmodel.units import add, magnitude, quantity

FILE = Path(__file__).parents[1] / "golden" / "finance_inferencex.csv"
ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
SITES = {"hyperscaler": "us-hyperscale", "neocloud": "us-colocation-hyperscale"}
RATES = {"hyperscaler": 0.08, "neocloud": 0.12}
INFLATION = 0.025


def cost_per_hour(catalog: Catalog, row: dict[str, str]) -> float:
    """Return our cost of one accelerator-hour for a published one."""
    offer = load_offer(catalog, row["offer"], date(2026, 4, 3))
    assert isinstance(offer, Purchase)
    per_system = offer.system.accelerators
    price = quantity(float(row["price_per_accelerator"]), "USD/accelerator") * per_system
    offer = offer.with_leaves(lifetime=quantity(4.0, "year"), price=price)
    if row["class"] == "hyperscaler":
        offer = offer.with_leaves(maintenance=quantity(0.02, "1/year"), network_share_of_cluster_cost=quantity(0.1))
    rate = real_discount_rate(
        nominal_discount_rate=quantity(RATES[row["class"]], "1/year"), inflation=quantity(INFLATION, "1/year")
    )
    fleet = Fleet(quantity(1.0, "server"), quantity(1.0), load_site(catalog, SITES[row["class"]]), rate)
    total = add(monthly_costs(offer, fleet).values()) / (per_system * fleet.servers)
    return float(magnitude(total, "USD/hour/accelerator"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['chip']} {row['class']}")
def test_published_cost_per_hour(catalog: Catalog, row: dict[str, str]) -> None:
    """Within 10%, or within what the row allows for the reason it gives."""
    deviation = cost_per_hour(catalog, row) / float(row["published"]) - 1
    assert abs(deviation) <= float(row["at_most"]), f"{deviation:+.1%}"
    assert row["reason"] or float(row["at_most"]) <= 0.10


ALL_IN = {"H100": 1.73, "H200": 1.73, "B200": 2.17, "GB200": 2.1, "MI300X": 1.79, "MI355X": 2.65}
"""Kilowatts an accelerator with everything, as InferenceX has them (constants.ts of 2026-04-03)."""


@pytest.mark.parametrize("chip", ALL_IN)
def test_published_power(catalog: Catalog, chip: str) -> None:
    """System, network and storage at the meter are within 10% of the all-in power, at the mean of both sites."""
    found = []
    for row in (one for one in ROWS if one["chip"] == chip):
        site, offer = load_site(catalog, SITES[row["class"]]), load_offer(catalog, row["offer"], date(2026, 4, 3))
        fleet = Fleet(quantity(1.0, "server"), quantity(1.0), site, quantity(0.08, "1/year"))
        at_meter = held_power(offer, fleet) * site.pue / offer.system.accelerators
        found.append(float(magnitude(at_meter, "kW/accelerator")))
    assert sum(found) / len(found) == pytest.approx(ALL_IN[chip], rel=0.10)


def test_all_rows_are_within_a_tenth(catalog: Catalog) -> None:
    """None needs a reason, and on average we are not off by 3%."""
    deviations = [cost_per_hour(catalog, row) / float(row["published"]) - 1 for row in ROWS]
    assert max(map(abs, deviations)) <= 0.10
    assert not any(row["reason"] for row in ROWS)
    assert abs(sum(deviations) / len(deviations)) < 0.03
