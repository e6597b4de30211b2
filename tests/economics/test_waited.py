"""What serves until systems arrive: the cheapest over that time, whatever is cheapest over the whole horizon."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.domain.offers import Rental, load_offer
from costmodel.economics.arriving import MEANWHILE
from costmodel.economics.fleet import Meanwhile
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity
from tests.economics.programs import DAY, fleet, parts, program

PEAKED = {"demand.peak_to_mean": "8"}
RENTED, BOUGHT = "rental/coreweave-h100-on-demand", "purchase/gb200-nvl72"


@pytest.fixture(scope="module")
def peaked() -> Study:
    """Return a question whose load peaks so high that hours on demand are cheapest for three years, racks for eight."""
    return load("copilot", changes=PEAKED)


def test_the_cheapest_over_the_wait_serves_until_chips_arrive(peaked: Study) -> None:
    """Racks that are bought cost less over the whole horizon, and hours on demand over the wait."""
    cost = {id_: magnitude(one["cost_per_user_month"], "USD/user/month") for id_, one in peaked.costs.items()}
    assert cost[BOUGHT] < cost[RENTED]
    for one in peaked.costs.values():
        if one.offer.comes_later:
            assert (one.held.served_by.id, one.held.served_instead.id) == (RENTED, BOUGHT)


@pytest.mark.parametrize("named", [RENTED, BOUGHT, "purchase/hgx-h100"])
def test_no_other_would_serve_for_less(peaked: Study, named: str) -> None:
    """Where one names what serves meanwhile and instead, waiting costs as much as with what is chosen, or more."""
    told = load("copilot", changes={**PEAKED, "program.meanwhile": named})
    for id_, one in peaked.costs.items():
        if one.offer.comes_later:
            least, other = (magnitude(each["total_per_month"], "USD/month") for each in (one, told.costs[id_]))
            assert least <= other * (1 + 1e-12)


def test_a_contract_in_steps_serves_no_cheaper_until_chips_arrive(catalog: Catalog) -> None:
    """What it lacks in its ramp costs as much again: a ramp is no discount for who waits on it, either."""
    whole = load_offer(catalog, "rental/coreweave-h100-five-year", DAY)
    assert isinstance(whole, Rental)
    held = fleet(catalog, 100, 0.7, {"finance.sublet_share": "1"})
    later = program(catalog, time_to_tape_out=quantity(2.0, "year"))
    costs = []
    for one in (whole, replace(whole, ramp=quantity(1.0, "year"))):
        waiting = replace(held, meanwhile=(Meanwhile(one, replace(held, meanwhile=())),))
        costs.append(parts(later, waiting)[MEANWHILE])
    assert costs[1] == pytest.approx(costs[0], rel=0.01)
