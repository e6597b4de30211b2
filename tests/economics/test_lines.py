"""Dated lines of money: closed forms against their months, and that the horizon bites as it must."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.domain.hardware import load_site
from costmodel.domain.offers import Offer, Purchase, Rental, load_offer
from costmodel.domain.terms import Terms, usual_terms
from costmodel.economics.components import cost_lines, monthly_costs, monthly_total
from costmodel.economics.fleet import Fleet, Tax
from costmodel.economics.lines import (
    Line,
    Money,
    by_name,
    expand,
    expand_all,
    last_month,
    monthly,
    present_value,
    timed,
)
from costmodel.economics.owned import FACILITY_RESALE, RESALE
from costmodel.specs.catalog import Catalog
from costmodel.units import add, magnitude, quantity

DAY = date(2026, 11, 1)
CATALOG = Catalog()
OFFERS = (
    "purchase/hgx-h100",
    "program/maia-100",
    "rental/coreweave-h100-five-year",
    "rental/coreweave-openai-2025",
    "rental/neocloud-h100-three-year",
    "rental/coreweave-h100-on-demand",
)
SITES = ("us-hyperscale", "us-colocation")
MONTHS = st.integers(1, 150)
RATES = st.floats(0, 0.3)
DECLINES = st.floats(0, 0.3)
PERCENT = "percent/year"
PROPERTY = quantity(0.02, "1/year")


def months(number: float) -> object:
    """Return a number of months."""
    return quantity(float(number), "month")


def fleet_at(site: str = "us-colocation", rate: float = 0.08, horizon: int = 60, **terms: float) -> Fleet:
    """Return a hundred systems, busy for two thirds of the time, needed for some months."""
    usual = usual_terms()
    units = {name: PERCENT if getattr(usual, name) is None else f"{getattr(usual, name).units}" for name in terms}
    changed = {name: quantity(value, units[name]) for name, value in terms.items()}
    return Fleet(
        quantity(100.0, "server"),
        quantity(2 / 3),
        load_site(CATALOG, site),
        quantity(rate, "1/year"),
        horizon=quantity(horizon / 12, "year"),
        terms=replace(usual, **changed),
    )


def offer_named(id_: str) -> Offer:
    """Return a shipped offer."""
    return load_offer(CATALOG, id_, DAY)


def worth(lines: tuple[Line, ...], money: Money) -> float:
    """Return the present value of lines by their closed forms."""
    return float(magnitude(add(present_value(line, money) for line in lines), "USD"))


def total(id_: str, **setting: object) -> float:
    """Return the monthly cost of a shipped offer."""
    return float(magnitude(monthly_total(offer_named(id_), fleet_at(**setting)), "USD/month"))  # type: ignore[arg-type]


lines = st.builds(
    Line,
    st.just("line"),
    st.floats(-1e6, 1e6).map(lambda x: quantity(x, "USD/month")),
    start=st.integers(0, 90).map(months),
    months=st.integers(0, 130).map(months),
    ramp=st.none() | st.integers(0, 30).map(months),
    escalation=st.none() | st.floats(-0.3, 0.3).map(lambda x: quantity(x, "1/year")),
    nominal=st.booleans(),
    every=st.integers(0, 40).map(months),
    times=st.integers(0, 5).map(lambda n: quantity(float(n))),
    decline=DECLINES.map(lambda x: quantity(x, "1/year")),
)


@given(lines, RATES, st.floats(-0.02, 0.2), st.floats(0, 6), st.integers(0, 140))
def test_closed_form_is_the_sum_of_the_months(
    line: Line, rate: float, inflation: float, delay: float, skip: int
) -> None:
    """Whatever its start, ramp, rise, renewals and money, a line is worth what its months are worth."""
    terms = replace(usual_terms(), inflation=quantity(inflation, "1/year"), payment_delay=quantity(delay, "month"))
    skipped = min(skip, round(magnitude(line.months, "month")))  # type: ignore[arg-type]
    line = replace(line, skip=months(skipped))
    money = Money(quantity(rate, "1/year"), quantity(60.0, "month"), terms)
    written = expand(line, last_month([line]), terms)
    full = replace(line, amount=quantity(1e6, "USD/month"), skip=None)
    scale = float(magnitude(present_value(full, money), "USD"))
    assert float(magnitude(present_value(line, money), "USD")) == pytest.approx(
        written.worth(rate, delay), rel=1e-9, abs=1e-9 * scale + 1e-9
    )


@given(st.sampled_from(OFFERS), st.sampled_from(SITES), RATES, MONTHS, DECLINES, DECLINES)
def test_every_offer_is_worth_its_months(
    id_: str, site: str, rate: float, horizon: int, hardware: float, rents: float
) -> None:
    """Over any horizon the closed forms of an offer equal the present value of its cash, to 1e-9."""
    fleet = fleet_at(site, rate, horizon, hardware_price_decline=100 * hardware, rent_decline=100 * rents)
    found = cost_lines(offer_named(id_), fleet)
    written = expand_all(found, last_month(found), fleet.terms)
    scale = sum(abs(worth((line,), fleet.money(offer_named(id_)))) for line in found)
    assert worth(found, fleet.money(offer_named(id_))) == pytest.approx(written.worth(rate), abs=1e-9 * scale)


def test_what_is_bought_is_paid_at_the_start() -> None:
    """Month 0 holds the price of all systems, the network's f / (1 - f) of it, and the building."""
    offer, fleet = offer_named("purchase/hgx-h100"), fleet_at("us-hyperscale")
    assert isinstance(offer, Purchase)
    found = {
        name: expand_all(group, 60, fleet.terms).total for name, group in by_name(cost_lines(offer, fleet)).items()
    }
    price = 100 * float(magnitude(offer.price, "USD/server"))
    assert found["servers"][0] == pytest.approx(price, rel=1e-12)
    assert found["network"][0] == pytest.approx(price * 0.19 / 0.81, rel=1e-12)
    sold = price / 0.81 + found["spares"][0]
    assert found[RESALE][60] == pytest.approx(-float(magnitude(offer.residual_value, "1")) * sold, rel=1e-9)  # type: ignore[arg-type]
    watts = 100 * float(magnitude(offer.system.peak_power, "W/server"))
    assert found["facility"][0] == pytest.approx(watts * 11.7 * 1.1, rel=1e-12)
    assert found["energy"][0] == 0


@given(st.integers(1, 180), st.sampled_from([None, 0.08, 0.0]))
def test_resale_and_use_are_the_price_at_no_interest(horizon: int, residual: float | None) -> None:
    """At a rate of zero, what use costs and what resale brings are the prices of all systems bought."""
    offer = offer_named("purchase/hgx-h100")
    offer = offer.with_leaves(residual_value=None if residual is None else quantity(residual))  # type: ignore[arg-type]
    fleet = fleet_at(rate=0.0, horizon=horizon, hardware_price_decline=0.0)
    costs = monthly_costs(offer, fleet)
    bought = sum(float(magnitude(costs[name], "USD/month")) for name in ("servers", "network", "spares"))
    back = float(magnitude(costs[RESALE], "USD/month"))
    lives = -(-horizon // 60)
    age = horizon - (lives - 1) * 60
    worn, end = [10 ** (-0.14 * a / 12) for a in (60, age)], 10 ** (-0.14 * 60 / 12)
    value = [0.75 * by if residual is None else residual + (0.75 - residual) * (by - end) / (1 - end) for by in worn]
    price = bought * horizon / lives
    assert -back * horizon == pytest.approx(price * ((lives - 1) * value[0] + value[1]), rel=1e-9)
    use = price * ((lives - 1) * (1 - value[0]) + 1 - value[1])
    assert (bought + back) * horizon == pytest.approx(use, rel=1e-9)


@given(st.sampled_from(["purchase/hgx-h100", "purchase/hgx-a100-80gb", "program/maia-100"]), RATES, st.integers(1, 59))
def test_owning_costs_more_a_month_the_shorter_the_need(id_: str, rate: float, horizon: int) -> None:
    """What is sold early has lost more of its price for each month of use than what is used up."""
    assert total(id_, rate=rate, horizon=horizon) > total(id_, rate=rate, horizon=horizon + 1)


@given(RATES, st.integers(1, 90), st.integers(1, 90), st.integers(1, 120))
def test_a_longer_commitment_at_one_price_never_costs_less(rate: float, first: int, longer: int, horizon: int) -> None:
    """While market rents do not fall, who binds himself for longer at the same price pays as much or more."""
    rental = offer_named("rental/coreweave-h100-five-year").with_leaves(prepayment=None)  # type: ignore[arg-type]
    fleet = fleet_at(rate=rate, horizon=horizon, inflation=0.0)
    short, long = (
        monthly_total(rental.with_leaves(term=quantity(term / 12, "year")), fleet) for term in (first, first + longer)
    )
    assert magnitude(long, "USD/month") >= magnitude(short, "USD/month") * (1 - 1e-9)


@given(st.integers(1, 59), st.floats(0, 1))
def test_what_is_committed_beyond_the_need_is_paid_or_sublet(horizon: int, sublet: float) -> None:
    """A five-year take-or-pay contract costs five years of rent, less what subletting the rest brings."""
    fleet = fleet_at(rate=0.0, horizon=horizon, inflation=0.0, sublet_share=sublet)
    offer = offer_named("rental/coreweave-h100-five-year").with_leaves(prepayment=None)  # type: ignore[arg-type]
    paid = magnitude(monthly_total(offer, fleet), "USD/month") * horizon
    rent = 800 * 2.6 * 730.5
    assert paid == pytest.approx(rent * (60 - (60 - horizon) * sublet), rel=1e-9)


@given(RATES, st.integers(1, 240))
def test_a_building_costs_the_same_every_month_of_its_life(rate: float, horizon: int) -> None:
    """What a facility is worth to the next system makes its monthly cost independent of the horizon."""
    offer = offer_named("purchase/hgx-h100")
    costs = monthly_costs(offer, fleet_at("us-hyperscale", rate, horizon))
    whole = monthly_costs(offer, fleet_at("us-hyperscale", rate, 180))
    found, wanted = (
        magnitude(one["facility"], "USD/month") + magnitude(one[FACILITY_RESALE], "USD/month") for one in (costs, whole)
    )
    assert found == pytest.approx(wanted, rel=1e-8)


@given(st.floats(0, 60), st.floats(0, 60))
def test_used_systems_lose_value_with_age(first: float, second: float) -> None:
    """By residual value, by trend or by a curve of one's own, an older system never brings more."""
    base = offer_named("purchase/hgx-h100")
    own = {"1": quantity(0.7), "3": quantity(0.4), "5": quantity(0.1)}
    young, old = sorted((round(first), round(second)))
    for offer in (base, base.with_leaves(residual_value=None), replace(base, resale=own)):  # type: ignore[arg-type]
        sums = [
            -expand_all(
                by_name(cost_lines(offer, fleet_at(horizon=max(age, 1))))[RESALE], 60, usual_terms()
            ).total.sum()
            for age in (young, old)
        ]
        assert sums[0] >= sums[1] * (1 - 1e-12)


def test_a_curve_of_ones_own_is_kept() -> None:
    """After one year a system sells for what the offer says, after two for the mean of its neighbours."""
    offer = replace(
        offer_named("purchase/hgx-h100"), resale={"1": quantity(0.7), "3": quantity(0.4)}, failures=None
    ).with_leaves(network_share_of_cluster_cost=None)  # type: ignore[arg-type]
    assert isinstance(offer, Purchase)
    for years, share in ((1, 0.7), (2, 0.55), (3, 0.4), (4, 0.4)):
        group = by_name(cost_lines(offer, fleet_at(horizon=12 * years)))
        sold = expand_all(group[RESALE], 60, usual_terms()).total.sum()
        assert -sold == pytest.approx(share * 100 * magnitude(offer.price, "USD/server"), rel=1e-9)


def test_contract_prices_are_nominal() -> None:
    """A fixed rent loses worth to inflation; what the market sets does not."""
    for id_, deflated in (("rental/coreweave-h100-five-year", True), ("rental/coreweave-h100-on-demand", False)):
        real, nominal = (total(id_, inflation=100 * rate) for rate in (0.0, 0.025))
        assert (nominal < real * (1 - 0.02)) is deflated
        assert nominal <= real


def test_a_delay_of_half_a_year_is_the_year_end() -> None:
    """Payments half a year late are worth what they are at the ends of years, the convention of SAM and PyPSA."""
    money = fleet_at(payment_delay=365.25 / 2).money(offer_named("purchase/hgx-h100"))
    yearly = 12 * sum(1.08**-year for year in range(1, 6))
    assert magnitude(money.level, "month") == pytest.approx(yearly, rel=5e-4)


def test_falling_rents_and_prices_lower_what_follows() -> None:
    """Renewals, refreshes and market rents of later years cost less when prices fall, and the first term the same."""
    for id_, name in (
        ("rental/neocloud-h100-three-year", "rent_decline"),
        ("purchase/hgx-h100", "hardware_price_decline"),
    ):
        for horizon, cheaper in ((36, False), (84, True)):
            fixed, falling = (total(id_, horizon=horizon, **{name: fall}) for fall in (0.0, 20.0))
            assert (falling < fixed * (1 - 1e-9)) is cheaper


def test_what_replaces_a_system_costs_what_as_much_does_by_then() -> None:
    """Bought again after five years at 10^(-0.14 x 5) of the price; upkeep, property tax and resale follow it."""
    id_, life, rate, fall = "purchase/hgx-h100", 60, 0.08, 10 ** (-0.14 * 5)
    fleet = replace(fleet_at("us-hyperscale", rate, 120), tax=Tax(None, quantity(0.0, "1/year"), property=PROPERTY))
    first = by_name(cost_lines(offer_named(id_), replace(fleet, horizon=quantity(5.0, "year"))))
    both = by_name(cost_lines(offer_named(id_), fleet))
    later = fall * (1 + rate) ** -5
    for name in ("servers", "network", "maintenance", "insurance", RESALE):
        once, twice = (worth(tuple(found[name]), fleet.money(offer_named(id_))) for found in (first, both))
        assert twice == pytest.approx(once * (1 + later), rel=1e-12), name
    held = {name: expand_all(lines, 120, fleet.terms).total for name, lines in both.items()}
    taxed = held["property tax"] - magnitude(first["facility"][0].amount * PROPERTY, "USD/month")
    assert taxed[life + 1] / taxed[life] == pytest.approx(fall, rel=1e-9)


def test_income_tax_only_adds_where_depreciation_lags() -> None:
    """Taxed, capital costs more and running costs the same; without a rate there is no such line."""
    offer, fleet = offer_named("purchase/hgx-h100"), fleet_at("us-hyperscale")
    costs = monthly_costs(offer, fleet)
    found = monthly_costs(offer, replace(fleet, tax=Tax(quantity(0.21), quantity(0.025, "1/year"), "macrs")))
    assert set(found) - set(costs) == {"income tax"}
    capital = sum(magnitude(costs[name], "USD/month") for name in ("servers", "network", "spares", "facility"))
    assert 0 < magnitude(found["income tax"], "USD/month") < 0.15 * capital


@given(st.floats(0.05, 1), st.floats(0, 1), st.floats(0, 2))
def test_following_the_load_costs_at_most_holding_it(used: float, headroom: float, hours: float) -> None:
    """Without overhead elastic hours cost their share; with it never more than all; at flat load both are equal."""
    rental = offer_named("rental/coreweave-h100-on-demand")
    assert isinstance(rental, Rental)
    held = total(rental.id)

    def follows(share: float, **terms: float) -> float:
        fleet = replace(fleet_at(**terms), rented=quantity(share), varies=True)  # type: ignore[arg-type]
        return float(magnitude(monthly_total(rental, fleet), "USD/month"))

    assert follows(used, headroom=0.0, start_up=0.0) == pytest.approx(held * used, rel=1e-12)
    assert held * used * (1 - 1e-12) <= follows(used, headroom=headroom, start_up=60 * hours) <= held * (1 + 1e-12)
    assert follows(1.0, headroom=headroom, start_up=60 * hours) == pytest.approx(held, rel=1e-12)


def test_levelised_components_add_up_to_the_present_value() -> None:
    """The monthly cost over the horizon is worth the present value of all lines."""
    for id_ in OFFERS:
        offer, fleet = offer_named(id_), fleet_at()
        money = fleet.money(offer)
        found = cost_lines(offer, fleet)
        level = sum(magnitude(cost, "USD/month") for cost in monthly(found, money).values())
        assert level * magnitude(money.level, "month") == pytest.approx(worth(found, money), rel=1e-12)


def test_terms_say_where_they_come_from() -> None:
    """Every term has a fact with a source, an assumption with its reason; a scenario's own is kept."""
    terms: Terms = usual_terms()
    for name, fact in terms.facts.items():
        assert fact.source, name
        assert fact.reason or fact.note, name
        assert np.isfinite(float(fact.value.magnitude))


@given(RATES, st.integers(1, 8), st.sampled_from([("mid-year", 0.5), ("year-end", 1.0)]))
def test_a_year_counts_in_its_middle_or_at_its_end_where_asked(
    rate: float, years: int, timing: tuple[str, float]
) -> None:
    """Level payments are worth twelve at one place of each year, by hand; the months, so much later, say the same."""
    name, place = timing
    real = quantity(rate, "1/year")
    terms = timed(replace(usual_terms(), timing=name), real)
    money = Money(real, quantity(12.0 * years, "month"), terms)
    by_hand = sum(12 * (1 + rate) ** -(year + place) for year in range(years))
    assert float(magnitude(money.worth(money.horizon), "month")) == pytest.approx(by_hand, rel=1e-9)
    line = Line("rent", quantity(1.0, "USD/month"), months=money.horizon)
    delay = float(magnitude(terms.payment_delay, "month"))
    assert expand(line, 12 * years, terms).worth(rate, delay) == pytest.approx(by_hand, rel=1e-9)
