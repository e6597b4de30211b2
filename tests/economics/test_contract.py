"""Contracts as dated flows: terms, ramps, prepayment, take-or-pay, and the closed forms of the graph against them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.domain.hardware import load_site
from costmodel.domain.offers import Rental, checked, load_offer
from costmodel.economics.cash_flow import cash_lines
from costmodel.economics.components import Fleet, monthly_costs
from costmodel.economics.contract import HOURS, Contract, contract, in_sequence, renewed
from costmodel.economics.lessor import lease_back
from costmodel.economics.present_value import net_present_value
from costmodel.errors import CostModelError, FormulaError, MissingData
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, magnitude, quantity

DAY = date(2026, 11, 1)
SHARES = st.floats(0, 1)
TERMS = st.integers(1, 8)
RATES = st.floats(0, 0.3)
RISES = st.floats(-0.3, 0.3)


def plain(**terms: float) -> Contract:
    """Return a contract for 8 accelerators at 2 USD an hour over 3 years, changed by the given terms."""
    return Contract(**{"name": "test", "accelerators": 8.0, "price": 2.0, "months": 36} | terms)


@pytest.fixture(scope="module")
def rental() -> Rental:
    """Return the five-year contract of the shipped files."""
    found = load_offer(Catalog(), "rental/coreweave-h100-five-year", DAY)
    assert isinstance(found, Rental)
    return found


def fleet(catalog: Catalog, rate: float, rented: Quantity | None = None) -> Fleet:
    """Return a fleet of one system, rented at the site of a scenario."""
    site = load_site(catalog, "us-colocation")
    return Fleet(quantity(1.0, "server"), quantity(1.0), site, quantity(rate, "1/year"), rented=rented)


def test_rent_is_hours_times_price() -> None:
    """A month of one contract costs accelerators x 730.5 hours x price."""
    assert plain().flows()["rent"][1:] == pytest.approx(np.full(36, 8 * 730.5 * 2.0))
    assert HOURS == 730.5


@given(SHARES, SHARES)
def test_take_or_pay_is_paid_even_if_unused(used: float, take_or_pay: float) -> None:
    """What is paid is the larger of use and commitment; a contract never used still costs its commitment."""
    full = plain().rents().sum()
    paid = plain(take_or_pay=take_or_pay).rents(used).sum()
    assert paid == pytest.approx(full * max(used, take_or_pay), abs=1e-6)
    assert plain(take_or_pay=take_or_pay, elastic=True).rents(used).sum() == pytest.approx(full * used, abs=1e-6)


@given(SHARES, RISES, SHARES)
def test_prepayment_changes_when_and_not_how_much(share: float, rise: float, used: float) -> None:
    """The prepayment is taken off the rents in full: over the term it adds nothing."""
    flows = plain(prepayment=share, escalation=rise).flows(used)
    assert sum(f.sum() for f in flows.values()) == pytest.approx(flows["rent"].sum(), rel=1e-9)
    if share:
        assert flows["prepayment"][0] == pytest.approx(share * flows["rent"].sum())


@given(st.floats(0, 36))
def test_a_ramp_leaves_out_half_of_itself(ramp: float) -> None:
    """Delivered in equal steps, the hours missing are those of half the ramp."""
    missing = 36 - plain(ramp=ramp).delivered().sum()
    assert missing == pytest.approx(ramp / 2, abs=0.5)


@given(TERMS, RATES, RISES, st.floats(0.01, 1))
def test_closed_form_equals_the_months(years: int, rate: float, rise: float, prepayment: float) -> None:
    """The levelised monthly cost of the graph is worth what the flows by month are worth, over one term."""
    catalog = Catalog()
    shipped = load_offer(catalog, "rental/coreweave-h100-five-year", DAY)
    assert isinstance(shipped, Rental)
    offer = shipped.with_leaves(
        term=quantity(years, "year"),
        escalation=quantity(rise, "1/year"),
        prepayment=quantity(prepayment),
        shares_received=quantity(1e4, "USD"),
        accelerators=quantity(8.0, "accelerator"),
        credits_share=quantity(0.3),
        credits_cost=quantity(0.6),
        interruptions=quantity(0.01, "1/hour"),
        lost_time=quantity(0.5, "hour"),
    )
    costs = monthly_costs(offer, fleet(catalog, rate))
    flows = contract(offer, 8.0, 12 * years).flows()
    assert costs.keys() == flows.keys()
    for name, cost in costs.items():
        level = np.concatenate([[0.0], np.full(12 * years, magnitude(cost, "USD/month"))])
        scale = net_present_value(rate, flows["rent"])
        assert net_present_value(rate, level) == pytest.approx(
            net_present_value(rate, flows[name]), rel=1e-9, abs=1e-9 * scale
        )


def test_value_and_price_say_the_same(rental: Rental) -> None:
    """A contract given by its value costs that value over its term, whatever ramp and rise."""
    by_value = rental.with_leaves(
        price=None,
        value=quantity(1e6, "USD"),
        accelerators=quantity(8.0, "accelerator"),
        ramp=quantity(0.0, "year"),
        escalation=quantity(0.03, "1/year"),
    )
    assert contract(by_value, 8.0, 60).rents().sum() == pytest.approx(1e6, rel=1e-12)


def test_contracts_follow_each_other() -> None:
    """Contracts in sequence add up month by month; those that overlap are refused by name and month."""
    chain = renewed(plain(months=12), 30)
    assert [one.start for one in chain] == [0, 12, 24]
    flows = in_sequence(chain, 30)["rent"]
    assert np.count_nonzero(flows) == 30
    with pytest.raises(FormulaError, match=r"late begins in month 6, before test ends in month 36"):
        in_sequence([plain(), plain(name="late", start=6)], 60)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"months": 0}, "at least 1 month"),
        ({"escalation": -1.2}, "above -1"),
        ({"take_or_pay": 1.2}, "from 0 to 1"),
        ({"ramp": 40.0}, "within the term"),
        ({"prepayment": -0.1}, "from 0 to 1"),
    ],
)
def test_impossible_terms_are_refused(terms: dict[str, float], message: str) -> None:
    """Each error names the contract, the term of it, the value and what is allowed."""
    with pytest.raises(FormulaError, match=message):
        plain(**terms)
    with pytest.raises(FormulaError, match="from 0 to 1"):
        plain().rents(1.5)


def test_facts_that_belong_together_are_asked_for(rental: Rental) -> None:
    """Credits without their cost, and a rental with neither price nor value, name what is missing."""
    with pytest.raises(MissingData, match="credits cost"):
        checked(rental.with_leaves(credits_share=quantity(0.5)))
    with pytest.raises(MissingData, match="value"):
        checked(rental.with_leaves(price=None))


def test_unused_commitment_costs_in_the_model_too(rental: Rental, catalog: Catalog) -> None:
    """At no use at all a take-or-pay contract costs what it does at full use; on demand costs nothing."""
    idle = fleet(catalog, 0.08, rented=quantity(0.0))
    busy = fleet(catalog, 0.08, rented=quantity(1.0))
    assert monthly_costs(rental, idle)["rent"] == monthly_costs(rental, busy)["rent"]
    loose = rental.with_leaves(commitment="on demand", term=None, prepayment=None)  # type: ignore[arg-type]
    assert magnitude(monthly_costs(loose, idle)["rent"], "USD/month") == 0


@given(st.integers(1, 90), RATES)
def test_any_horizon_reconciles(months: int, rate: float) -> None:
    """Over any horizon, also one that cuts a term, cash and charges of a contract are worth the same."""
    catalog = Catalog()
    offer = load_offer(catalog, "rental/coreweave-h100-five-year", DAY)
    assert isinstance(offer, Rental)
    held = fleet(catalog, rate)
    lines = cash_lines(offer, held, monthly_costs(offer, held), months)
    cash, charged = (
        sum(net_present_value(rate, getattr(line, view)) for line in lines) for view in ("cash", "amortised")
    )
    assert cash == pytest.approx(charged, rel=1e-9)


def test_a_lease_back_only_moves_money() -> None:
    """Vendor, provider and customer add up to zero; the vendor keeps the difference of the rents and the sale."""
    table = lease_back(3e5, plain(price=1.5), plain(price=2.5), 36)
    assert table.sum(axis=1).abs().max() < 1e-6
    assert table["vendor"].sum() == pytest.approx(3e5 + (2.5 - 1.5) * 8 * 730.5 * 36)


def test_errors_have_one_root() -> None:
    """Whatever is wrong with a contract can be caught as one kind of error."""
    with pytest.raises(CostModelError):
        plain(months=-3)
