"""What serves until systems arrive: the cheapest over that time, whatever is cheapest over the whole horizon."""

from __future__ import annotations

import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.units import magnitude

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
