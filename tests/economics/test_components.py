"""Monthly costs by component: what belongs to each way of getting systems."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.analysis.study import Study
from costmodel.domain.offers import Program, Purchase, Rental
from costmodel.economics.components import monthly_costs
from costmodel.economics.fleet import Fleet
from costmodel.errors import MissingData
from costmodel.units import Quantity, add, magnitude, quantity

ONE, TEN = quantity(1.0, "server"), quantity(10.0, "server")


def _fleet(study: Study, servers: Quantity = ONE, utilization: float = 0.5) -> Fleet:
    scenario = study.scenario
    return Fleet(servers, quantity(utilization), scenario.site, scenario.finance_real_discount_rate)


def _total(study: Study, offer: object, **fleet: object) -> float:
    return float(magnitude(add(monthly_costs(offer, _fleet(study, **fleet)).values()), "USD/month"))


def _offer(study: Study, kind: type) -> object:
    return next(offer for offer in study.scenario.offers if isinstance(offer, kind))


@pytest.mark.parametrize("kind", [Purchase, Rental, Program])
def test_ten_systems_cost_ten_times_as_much(serving: Study, kind: type) -> None:
    """Costs are in proportion to the number of systems."""
    offer = _offer(serving, kind)
    assert _total(serving, offer, servers=TEN) == pytest.approx(10 * _total(serving, offer), rel=1e-12)


def test_only_owners_pay_for_energy_and_site(serving: Study) -> None:
    """Rent includes what an owner pays for himself."""
    owned = monthly_costs(_offer(serving, Purchase), _fleet(serving))
    rented = monthly_costs(_offer(serving, Rental), _fleet(serving))
    assert {"servers", "maintenance", "facility", "operations", "energy"} <= owned.keys()
    assert not {"servers", "maintenance", "facility", "operations", "energy"} & rented.keys()
    assert "rent" in rented


def test_busy_systems_take_more_energy_and_nothing_else_more(serving: Study) -> None:
    """Utilisation enters the cost of a system once, in its energy."""
    offer = _offer(serving, Purchase)
    idle, busy = (monthly_costs(offer, _fleet(serving, utilization=share)) for share in (0.0, 1.0))
    assert [name for name in idle if idle[name] != busy[name]] == ["energy"]
    assert busy["energy"] > idle["energy"]


def test_rent_does_not_depend_on_use(serving: Study) -> None:
    """Systems held around the clock are paid around the clock."""
    offer = _offer(serving, Rental)
    assert _total(serving, offer, utilization=0.1) == _total(serving, offer, utilization=0.9)


def test_a_site_without_a_facility_price_is_an_error(serving: Study) -> None:
    """No cost of a facility is made up."""
    site = replace(serving.scenario.site, facility_rent=None, facility_cost=None)
    fleet = replace(_fleet(serving), site=site)
    with pytest.raises(MissingData, match="facility"):
        monthly_costs(_offer(serving, Purchase), fleet)


def test_an_unknown_kind_of_offer_is_an_error(serving: Study) -> None:
    """A way to get systems that the model does not know has no cost."""
    with pytest.raises(NotImplementedError):
        monthly_costs(serving.scenario.site, _fleet(serving))  # type: ignore[arg-type]
