"""Contracts as dated lines: terms, ramps, prepayment, take-or-pay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.domain.hardware import load_site
from costmodel.domain.offers import Rental, checked, load_offer
from costmodel.domain.terms import usual_terms
from costmodel.economics.components import cost_lines, monthly_costs
from costmodel.economics.fleet import Fleet
from costmodel.economics.lessor import lease_back
from costmodel.economics.lines import Line, by_name, expand_all, last_month
from costmodel.economics.rented import hourly_price
from costmodel.errors import MissingData
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, magnitude, quantity

DAY = date(2026, 11, 1)
CATALOG = Catalog()
TERMS = replace(usual_terms(), inflation=quantity(0.0, "1/year"))
SHARES = st.floats(0, 1)
RISES = st.floats(-0.3, 0.3)


def rental(**terms: Quantity) -> Rental:
    """Return a contract for 2 USD an hour over 3 years, changed by the given terms."""
    found = load_offer(CATALOG, "rental/coreweave-h100-five-year", DAY)
    assert isinstance(found, Rental)
    plain = {"price": quantity(2.0, "USD/accelerator/hour"), "term": quantity(3.0, "year"), "prepayment": None}
    return found.with_leaves(**{**plain, **terms})  # type: ignore[arg-type]


def fleet(used: float | None = None, months: int = 36) -> Fleet:
    """Return one system of eight, needed for some months."""
    site, share = load_site(CATALOG, "us-colocation"), None if used is None else quantity(used)
    rate, horizon = quantity(0.08, "1/year"), quantity(months / 12, "year")
    return Fleet(quantity(1.0, "server"), quantity(1.0), site, rate, rented=share, horizon=horizon, terms=TERMS)


def paid(offer: Rental, used: float | None = None, months: int = 36) -> dict[str, np.ndarray]:
    """Return what is paid by component and month, without inflation."""
    found = cost_lines(offer, fleet(used, months))
    months = last_month(found)
    return {name: expand_all(group, months, TERMS).total for name, group in by_name(found).items()}


def test_rent_is_hours_times_price() -> None:
    """A month of one contract costs accelerators x 730.5 hours x price."""
    assert paid(rental())["rent"][1:] == pytest.approx(np.full(36, 8 * 730.5 * 2.0))


@given(SHARES, SHARES)
def test_take_or_pay_is_paid_even_if_unused(used: float, take_or_pay: float) -> None:
    """What is paid is the larger of use and commitment; reserved hours without a word on it are paid in full."""
    full = paid(rental())["rent"].sum()
    bound = rental(take_or_pay=quantity(take_or_pay))
    assert paid(bound, used)["rent"].sum() == pytest.approx(full * max(used, take_or_pay), abs=1e-6)
    assert paid(rental(take_or_pay=None), used)["rent"].sum() == pytest.approx(full, rel=1e-12)  # type: ignore[arg-type]


@given(SHARES, RISES, SHARES, st.integers(1, 80))
def test_prepayment_changes_when_and_not_how_much(share: float, rise: float, used: float, months: int) -> None:
    """The prepayment is taken off the rents in full: over all terms it adds nothing."""
    offer = rental(prepayment=quantity(share), escalation=quantity(rise, "1/year"))
    flows = paid(offer, used, months)
    rents = flows["rent"].sum() + flows["unused commitment"].sum()
    assert flows["prepayment"].sum() == pytest.approx(0, abs=1e-9 * rents)
    first = sum(flows[name][:37].sum() for name in ("rent", "unused commitment"))
    assert flows["prepayment"][0] == pytest.approx(share * first, rel=1e-9, abs=1e-9)


@given(st.integers(0, 36))
def test_a_ramp_leaves_out_half_of_itself(ramp: int) -> None:
    """Delivered in equal steps, the rents missing are those of half the ramp."""
    rents = paid(rental(ramp=quantity(ramp / 12, "year")))["rent"].sum() / (8 * 730.5 * 2.0)
    assert rents == pytest.approx(36 - ramp / 2, rel=1e-12)


@given(st.integers(0, 40), RISES)
def test_value_and_price_say_the_same(ramp: int, rise: float) -> None:
    """A contract given by its value costs that value over its term, whatever ramp and rise."""
    by_value = rental(
        price=None,  # type: ignore[arg-type]
        term=quantity(5.0, "year"),
        value=quantity(1e6, "USD"),
        accelerators=quantity(8.0, "accelerator"),
        ramp=quantity(ramp / 12, "year"),
        escalation=quantity(rise, "1/year"),
    )
    assert paid(by_value, months=60)["rent"].sum() == pytest.approx(1e6, rel=1e-9)


def test_renewals_follow_each_other_to_the_end_of_the_need() -> None:
    """A one-year term is renewed until the horizon, the last time for what is left of the need."""
    rents = paid(rental(term=quantity(1.0, "year")), months=30)["rent"]
    assert rents[1:] == pytest.approx(np.full(30, 8 * 730.5 * 2.0))


def test_shares_come_once_and_in_proportion() -> None:
    """Half the accelerators of a contract bring half of its shares, at its start and not at renewals."""
    offer = rental(shares_received=quantity(1e6, "USD"), accelerators=quantity(16.0, "accelerator"))
    shares = paid(offer, months=80)["shares received"]
    assert shares[0] == shares.sum() == pytest.approx(-5e5)


def test_credits_and_interruptions_are_shares_of_the_rent() -> None:
    """Credits at 60 cents for 30% of the rent save 12% of it; 0.01 interruptions an hour of half an hour cost 0.5%."""
    offer = rental(
        credits_share=quantity(0.3),
        credits_cost=quantity(0.6),
        interruptions=quantity(0.01, "1/hour"),
        lost_time=quantity(0.5, "hour"),
    )
    flows = paid(offer)
    assert flows["credits"] == pytest.approx(-0.12 * flows["rent"], rel=1e-12)
    assert flows["interruptions"] == pytest.approx(0.005 * flows["rent"], rel=1e-12)


def test_facts_that_belong_together_are_asked_for() -> None:
    """Credits without their cost, and a rental with neither price nor value, name what is missing."""
    with pytest.raises(MissingData, match="credits cost"):
        checked(rental(credits_share=quantity(0.5)))
    with pytest.raises(MissingData, match="value"):
        checked(rental(price=None))  # type: ignore[arg-type]
    with pytest.raises(MissingData, match="term"):
        paid(rental(prepayment=quantity(0.2), term=None))  # type: ignore[arg-type]


def test_unused_commitment_costs_in_the_model_too() -> None:
    """At no use at all a take-or-pay contract costs what it does at full use; on demand costs nothing."""
    bound = rental()
    idle, busy = (monthly_costs(bound, fleet(share))["rent"] for share in (0.0, 1.0))
    assert idle == busy
    loose = rental(commitment="on demand", term=None)  # type: ignore[arg-type]
    free = replace(fleet(0.0), terms=replace(TERMS, start_up=quantity(0.0, "hour")))
    assert magnitude(monthly_costs(loose, free)["rent"], "USD/month") == 0


def test_an_offer_says_whether_it_is_held() -> None:
    """On demand follows the load unless the file says that it is held; a reservation the other way round."""
    loose = rental(commitment="on demand", term=None)  # type: ignore[arg-type]
    assert loose.is_elastic
    assert not replace(loose, use="held").is_elastic
    assert not replace(loose, commitment="reserved").is_elastic
    assert replace(loose, commitment="reserved", use="follows load").is_elastic
    held, followed = (monthly_costs(one, fleet(0.4))["rent"] for one in (replace(loose, use="held"), loose))
    assert magnitude(followed / held, "1") == pytest.approx(0.4 + 0.6 / 6 / 24, rel=1e-12)


def test_a_lease_back_only_moves_money() -> None:
    """Vendor, provider and customer add up to zero; the vendor keeps the difference of the rents and the sale."""
    rents = [
        Line("rent", quantity(8 * 730.5 * price, "USD/month"), months=quantity(36.0, "month")) for price in (1.5, 2.5)
    ]
    table = lease_back(3e5, rents[:1], rents[1:], 36)
    assert table.sum(axis=1).abs().max() < 1e-6
    assert table["vendor"].sum() == pytest.approx(3e5 + (2.5 - 1.5) * 8 * 730.5 * 36)


def test_the_price_of_a_value_is_that_of_the_hours_delivered() -> None:
    """11.9 billion over 110,000 accelerators and five years less half a ramp of nine months."""
    offer = load_offer(CATALOG, "rental/coreweave-openai-2025", DAY)
    assert isinstance(offer, Rental)
    wanted = 11.9e9 / (110e3 * 730.5 * (60 - 4.5))
    assert magnitude(hourly_price(offer), "USD/accelerator/hour") == pytest.approx(wanted, rel=1e-12)
    written = expand_all(cost_lines(offer, fleet(months=60)), 60, TERMS).total.sum()
    assert written == pytest.approx((11.9e9 - 0.35e9) / 110e3 * 8, rel=1e-9)
