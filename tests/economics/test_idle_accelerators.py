"""Accelerators that no replica can use: paid for with whole systems, not where single ones are rented."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costmodel.analysis.deployments import COST
from costmodel.analysis.searching import search_deployments
from costmodel.analysis.study import Study
from costmodel.domain.offers import Offer, Rental, load_offer, unit_of
from costmodel.economics.held import systems
from costmodel.economics.offer_costs import costs
from costmodel.performance.formulas import layout
from costmodel.performance.layout.search import used_share
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, magnitude, parse, quantity

HELD = {1: 1, 2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 8: 8, 9: 16, 12: 16, 16: 16, 17: 24}
"""Accelerators of a replica -> those of systems of eight that it takes, alone or in equal parts with others."""


def _units(replica: object, unit: float) -> Quantity:
    size, one = quantity(replica, "accelerator"), quantity(unit, "accelerator")
    return size / one / layout.occupied_share(replica=size, unit=one)


@pytest.mark.parametrize("replica", HELD)
def test_a_replica_pays_for_what_it_leaves_over(replica: int) -> None:
    """Six of eight accelerators cost as much as eight; three replicas of two leave two for a fourth."""
    exact = {3: 8 / 2, 5: 8, 6: 8, 7: 8}.get(replica, HELD[replica])
    assert magnitude(_units(float(replica), 8.0), "1") * 8 == pytest.approx(exact)


@pytest.mark.parametrize("unit", [1, 2, 8, 12, 72])
def test_packing_agrees_with_filling_systems_one_by_one(unit: int) -> None:
    """The formula gives what placing a thousand replicas one after the other gives."""
    for replica in range(1, 20):
        systems_used, free = 0, 0
        for _ in range(1000):
            if replica > unit:
                systems_used += -(-replica // unit)
            elif free < replica:
                systems_used, free = systems_used + 1, unit - replica
            else:
                free -= replica
        found = magnitude(_units(float(replica), float(unit)), "1") * 1000
        assert np.ceil(found - 1e-6) == systems_used


def test_single_accelerators_leave_nothing_over() -> None:
    """Where accelerators are rented one by one, a replica of six pays for six."""
    assert magnitude(_units(6.0, 1.0), "1") == 6


def test_offers_say_how_many_they_rent_at_least(catalog: Catalog) -> None:
    """A pod is one accelerator, an AWS instance a whole server, and so is what is bought."""
    names = ("rental/runpod-h100-secure", "rental/aws-p5-h100-on-demand", "purchase/hgx-h100")
    assert [magnitude(unit_of(load_offer(catalog, name, None)), "accelerator") for name in names] == [1, 8, 8]


def _with_replica(study: Study, offer: Offer, ways: float) -> Quantity:
    deployment = study.deployments[offer.id].with_leaves(tensor_parallel=quantity(ways))
    found = costs(study.scenario, offer, deployment, study.constants)
    return found["servers"] * offer.system.accelerators


def test_fleets_hold_what_replicas_leave_over(serving: Study) -> None:
    """With replicas of six on systems of eight, a quarter is idle, unless single accelerators are rented."""
    rental = next(one for one in serving.scenario.offers if isinstance(one, Rental))
    single = replace(rental, smallest=parse("1 accelerator"))
    whole, few = (magnitude(_with_replica(serving, one, 6.0), "accelerator") for one in (rental, single))
    assert few % 6 == pytest.approx(0, abs=1e-6)
    assert whole == pytest.approx(few / 6 * 8)


def test_stages_count_as_accelerators_of_a_replica(serving: Study) -> None:
    """Two stages of four accelerators are a replica of eight."""
    offer = serving.scenario.offers[0]
    deployment = serving.deployments[offer.id].with_leaves(
        tensor_parallel=quantity(4.0), pipeline_parallel=quantity(2.0)
    )
    found = costs(serving.scenario, offer, deployment, serving.constants)
    assert magnitude(found["accelerators"], "accelerator") % 8 == 0


def test_a_search_charges_what_layouts_leave_over(catalog: Catalog) -> None:
    """Of a rack of 72, replicas of 16 use 64: their tokens cost 72/64 of what the rate alone says."""
    offer = load_offer(catalog, "purchase/gb200-nvl72", None)
    found = search_deployments(
        catalog, "llama-3.1-70b", offer.id, 1000, 500, real_discount_rate=parse("8 percent/year"), precisions=("fp8",)
    )
    price = found[COST] * found["output_rate"]
    sizes = found["tensor_parallel"] * found["pipeline_parallel"]
    assert price[sizes == 16].mean() / price[sizes == 8].mean() == pytest.approx(72 / 64)
    assert magnitude(used_share(found[sizes == 8], unit_of(offer)), "1") == pytest.approx(1)


def test_rounding_rents_no_further_system(catalog: Catalog) -> None:
    """Thirds of a system sum to whole ones in spite of rounding."""
    offer = load_offer(catalog, "purchase/hgx-h100", None)
    many = quantity(8 * (1 + 1e-12), "accelerator")
    assert magnitude(systems(offer, many), "server") == 1
