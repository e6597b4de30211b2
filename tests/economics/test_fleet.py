"""A fleet with slack: reserves at the peak, power of work and network, and hours that nobody uses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.economics.formulas import demand
from costmodel.units import Quantity, magnitude, quantity
from tests.changes import with_scenario


def needed(**given: float) -> float:
    """Return the accelerators for a peak of a thousand queries a second, of replicas that answer ten each."""
    terms = {"peak_utilization": 1.0, "maintenance": 0.0, "spare_replicas": 0.0} | given
    found = demand.accelerators_needed(
        peak=quantity(1000.0, "query/second"),
        query_rate=quantity(5.0, "query/second/accelerator"),
        replica=quantity(2.0, "accelerator"),
        **terms,
    )
    return float(magnitude(found, "accelerator"))


def with_terms(study: Study, **values: Quantity) -> Study:
    """Return a study with other terms."""
    scenario = study.scenario
    return with_scenario(study, replace(scenario, terms=replace(scenario.terms, **values)))


def test_reserves_are_whole_replicas_beside_the_peak() -> None:
    """A hundred replicas carry the peak; planned to 90%, with 1% out for work and one spare they are 114."""
    assert needed() == 200
    assert needed(spare_replicas=1.0) == 202
    assert needed(peak_utilization=0.9, maintenance=0.01, spare_replicas=1.0) == 2 * (113 + 1)


def test_owned_fleets_hold_reserves_and_those_that_follow_the_load_do_not(serving: Study) -> None:
    """More systems stand for who owns or is bound than for who rents by the hour, of the same layout."""
    servers = {id_: magnitude(one["servers"], "server") for id_, one in serving.costs.items()}
    assert servers["purchase/hgx-h100"] == servers["rental/coreweave-h100-five-year"]
    assert servers["purchase/hgx-h100"] > 1.1 * servers["rental/coreweave-h100-on-demand"]


def test_on_demand_is_paid_by_the_load_or_held_as_the_offer_says(serving: Study) -> None:
    """Hours that follow a load of a third of its peak cost near a third of those held at the peak."""
    offer = serving.scenario.offer("coreweave-h100-on-demand")
    held = with_scenario(serving, serving.scenario.with_offers(replace(offer, use="held")))
    by_load, by_peak = (magnitude(one.costs[offer.id]["cost_per_query"], "USD/query") for one in (serving, held))
    assert 0.3 < by_load / by_peak < 0.4


def test_owners_of_training_pay_for_the_hours_between_runs() -> None:
    """A run on systems of one's own carries its part of idle hours; one by the hour does not."""
    study = load("gpt3-training")
    always = with_terms(study, training_utilization=quantity(1.0))
    ratio = {
        id_: magnitude(one["cost_per_training_run"] / always.costs[id_]["cost_per_training_run"], "1")
        for id_, one in study.costs.items()
    }
    assert ratio["rental/coreweave-h100-on-demand"] == pytest.approx(1, rel=1e-12)
    assert ratio["rental/coreweave-h100-five-year"] == pytest.approx(1 / 0.85, rel=1e-9)
    assert 1.1 < ratio["purchase/hgx-h100"] < 1 / 0.85


def test_what_owners_pay_besides_has_a_line(serving: Study) -> None:
    """Licences, storage, support, traffic and insurance are components, nothing only where a term says so."""
    found = serving.costs["purchase/hgx-h100"].components
    assert {"insurance", "software", "storage", "support", "egress"} <= found.keys()
    assert magnitude(found["software"], "USD/month") == 0
    licensed = with_terms(serving, software=quantity(4500.0, "USD/accelerator/year"))
    one = licensed.costs["purchase/hgx-h100"]
    accelerators = magnitude(one["servers"], "server") * 8
    assert magnitude(one.components["software"], "USD/month") == pytest.approx(accelerators * 375, rel=1e-9)
