"""Finance against the tools it follows, and the laws that hold at any rate and life."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from costmodel.domain.hardware import load_system
from costmodel.domain.terms import usual_terms
from costmodel.economics.formulas import finance, owning
from costmodel.economics.lines import Line, Money, monthly
from costmodel.economics.present_value import (
    Loan,
    by_year,
    discount,
    internal_rate_of_return,
    payback,
)
from costmodel.errors import CostModelError, FormulaError
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity

GOLDEN: dict[str, Any] = tomllib.loads((Path(__file__).parents[1] / "golden" / "finance.toml").read_text())
RATES = st.floats(-0.5, 1.0).map(lambda r: round(r, 6))
YEARS = st.integers(1, 40)
LIVES = st.floats(0.5, 60.0)
FLOWS = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=80)


def annuity(rate: float, years: float) -> float:
    """Return the annuity as a plain number a year."""
    found = finance.annuity(real_discount_rate=quantity(rate, "1/year"), lifetime=quantity(years, "year"))
    return float(magnitude(found, "1/year"))


@pytest.mark.parametrize("case", GOLDEN["levelised_cost"], ids=lambda case: case["name"])
def test_levelised_cost_is_sams(case: dict[str, Any]) -> None:
    """Lines over 25 years, at the rate whose yearly charge is SAM's fixed one, cost a unit what SAM says."""
    given_ = case["inputs"]

    def money(rate: float) -> Money:
        return Money(quantity(rate, "1/year"), quantity(300.0, "month"), usual_terms())

    charge = given_["fixed_charge_rate"] / 12
    rate = brentq(lambda one: 1 / magnitude(money(one).level, "month") - charge, 0.001, 0.5, xtol=1e-15, rtol=1e-14)
    used = given_["fixed_cost"] + given_["variable_cost"] * given_["output"]
    paid = (
        Line("capital", quantity(given_["capital"], "USD")),
        Line("use", quantity(used / 12, "USD/month"), months=quantity(300.0, "month")),
    )
    yearly = sum(float(magnitude(one, "USD/year")) for one in monthly(paid, money(float(rate))).values())
    assert yearly / given_["output"] == pytest.approx(case["output"], rel=1e-12)


@pytest.mark.parametrize("case", GOLDEN["annuity"], ids=lambda case: f"{case['rate']}, {case['years']}")
def test_annuity_is_pypsas(case: dict[str, Any]) -> None:
    """The annuities that PyPSA documents come out to all printed digits."""
    assert annuity(case["rate"], case["years"]) == pytest.approx(case["output"], abs=5e-8)


def test_annuity_special_cases_are_pypsas() -> None:
    """Zero rate, endless life, both, a negative rate and a mixture of them behave as in PyPSA."""
    assert annuity(0.0, 8.0) == 1 / 8
    assert annuity(0.07, math.inf) == pytest.approx(0.07, rel=1e-15)
    assert annuity(0.0, math.inf) == 0
    assert annuity(-0.03, math.inf) == pytest.approx(0, abs=1e-300)
    assert annuity(-0.03, 10.0) == pytest.approx(-0.03 / (1 - 0.97**-10), rel=1e-12)
    mixture = finance.annuity(
        real_discount_rate=quantity(np.array([0.0, 0.07, -0.03]), "1/year"), lifetime=quantity(20.0, "year")
    )
    assert magnitude(mixture, "1/year") == pytest.approx([annuity(r, 20.0) for r in (0.0, 0.07, -0.03)], rel=1e-15)


@pytest.mark.parametrize(("rate", "years"), [(0.08, 0.05), (0.08, -1.0), (-1.0, 5.0), (-1.5, 5.0)])
def test_annuity_refuses_short_lives_and_rates_of_total_loss(rate: float, years: float) -> None:
    """A life below a month and a rate at or below -100% are errors that name the value and the bounds."""
    with pytest.raises(FormulaError, match="it must be from"):
        annuity(rate, years)


@given(RATES, LIVES)
def test_annuity_repays_what_it_spreads(rate: float, years: float) -> None:
    """It is the payment of numpy-financial for a loan of one, at any life."""
    expected = float(-npf.pmt(rate, years, 1.0)) if abs(rate) > 1e-9 else 1 / years
    assert annuity(rate, years) == pytest.approx(expected, rel=1e-6 if abs(rate) < 1e-4 else 1e-9)


@given(YEARS, st.floats(-9, -1))
def test_annuity_is_continuous_at_zero(years: int, exponent: float) -> None:
    """As the rate goes to zero the annuity goes to straight line, from both sides, at first order n + 1 over 2."""
    rate = 10**exponent
    straight = float(magnitude(finance.straight_line(lifetime=quantity(years, "year")), "1/year"))
    for signed in (rate, -rate):
        assert annuity(signed, years) / straight == pytest.approx(
            1 + signed * (years + 1) / 2, abs=(years * rate) ** 2 + 1e-14
        )
    assert annuity(0.0, years) == straight


@given(RATES, YEARS)
def test_payments_of_an_annuity_are_worth_the_price(rate: float, years: int) -> None:
    """The present value of a life of yearly payments is one, to 1e-10."""
    payments = [0.0, *[annuity(rate, years)] * years]
    assert float(npf.npv(rate, payments)) == pytest.approx(1.0, rel=1e-10)


@given(FLOWS, st.floats(-0.3, 1.0))
def test_present_value_is_numpy_financials_half_a_month_earlier(flows: list[float], rate: float) -> None:
    """Monthly flows count in the middle of their months: numpy-financial at the monthly rate, but for half a month."""
    monthly = (1 + rate) ** (1 / 12) - 1
    later = float(npf.npv(monthly, [0.0, *flows[1:]])) * (1 + rate) ** (1 / 24)
    scale = max(float(np.abs(flows) @ discount(rate, len(flows) - 1)), 1e-9)
    assert flows @ discount(rate, len(flows) - 1) == pytest.approx(flows[0] + later, abs=1e-9 * scale)
    assert by_year(flows).sum() == pytest.approx(sum(flows), abs=1e-6)


@given(FLOWS, st.floats(-0.05, 0.3), st.floats(-0.02, 0.2))
def test_real_and_nominal_views_have_one_present_value(flows: list[float], rate: float, inflation: float) -> None:
    """Nominal flows at the nominal rate are worth what real flows are at the real rate (Fisher)."""
    rates = {"real_discount_rate": quantity(rate, "1/year"), "inflation": quantity(inflation, "1/year")}
    nominal = finance.nominal_discount_rate(**rates)
    months = len(flows) - 1
    found = (flows / discount(inflation, months)) @ discount(float(magnitude(nominal, "1/year")), months)
    assert found == pytest.approx(flows @ discount(rate, months), rel=1e-9, abs=1e-6)
    back = finance.real_discount_rate(nominal_discount_rate=nominal, inflation=rates["inflation"])
    assert magnitude(back, "1/year") == pytest.approx(rate, abs=1e-12)


def test_internal_rate_of_return_makes_the_value_zero() -> None:
    """The rate of a project with one change of sign brings its present value to nothing; one sign has no rate."""
    flows = [-1000.0, 300.0, 420.0, 680.0]
    assert float(npf.npv(internal_rate_of_return(flows), flows)) == pytest.approx(0, abs=1e-9)
    assert internal_rate_of_return(flows) == pytest.approx(0.163405600688989, rel=1e-9)
    assert math.isnan(internal_rate_of_return([1.0, 2.0]))
    assert internal_rate_of_return([-100.0, 50.0, 50.0]) == pytest.approx(0, abs=1e-13), "a rate of its own: nothing"
    twice = [-20.0, 83.0, -88.0, 9.0]
    assert [bool(npf.npv(rate, twice) > 0) for rate in (-0.9, 0.5, 1.0, 1.5)] == [True, False, True, False]
    assert math.isnan(internal_rate_of_return(twice)), "rates of -89%, 65% and 138%"


def test_payback_interpolates_inside_the_period() -> None:
    """Simple and discounted payback, never, and at once."""
    assert payback([-100.0, 40.0, 40.0, 40.0]) == 2.5
    assert payback([-100.0, 60.0, 60.0], rate=0.1) == pytest.approx(1 + (100 - 60 / 1.1) / (60 / 1.21), rel=1e-12)
    assert math.isnan(payback([-100.0, 10.0]))
    assert payback([1.0, -5.0]) == 0


def test_a_loan_pays_numpy_financials_payment() -> None:
    """The payment is the golden one, and its flows are worth nothing at its rate."""
    case = GOLDEN["payment"]
    loan = Loan(case["principal"], case["rate"], case["periods"])
    assert loan.payment == pytest.approx(case["output"], abs=5e-7)
    flows = loan.flows(60)
    assert float(npf.npv(case["rate"], flows)) == pytest.approx(0, abs=1e-8)


def test_macrs_is_the_published_table() -> None:
    """At no interest the shield is the whole; at any rate it is the published shares, each at the end of its year."""
    shares = np.array(GOLDEN["macrs"]["5"]) / 100
    for rate in (0.0, 0.08, 0.4):
        shield = finance.macrs_tax_shield(nominal_discount_rate=quantity(rate, "1/year"))
        assert magnitude(shield, "1") == pytest.approx(float(shares @ (1 + rate) ** -np.arange(1.0, 7.0)), rel=1e-12)


@given(st.floats(0, 0.5))
def test_straight_line_shield_is_a_sum_of_discounted_depreciation(rate: float) -> None:
    """The closed form equals the sum over years."""
    worth = (1 + rate) ** -np.arange(1, 7)
    level = finance.straight_line_tax_shield(
        nominal_discount_rate=quantity(rate, "1/year"), lifetime=quantity(6.0, "year")
    )
    assert magnitude(level, "1") == pytest.approx(float(worth.sum() / 6), rel=1e-9)


def test_cost_of_capital_follows_sam() -> None:
    """Weighted, after tax and real, as in SAM's fixed-charge-rate module, for its documented order of steps."""
    equity, debt, share, tax, inflation = 0.11, 0.07, 0.6, 0.25, 0.025
    real_equity, real_debt = (1 + equity) / (1 + inflation) - 1, (1 + debt) / (1 + inflation) - 1
    expected = (
        1
        + (1 - share) * ((1 + real_equity) * (1 + inflation) - 1)
        + share * ((1 + real_debt) * (1 + inflation) - 1) * (1 - tax)
    ) / (1 + inflation) - 1
    found = finance.weighted_cost_of_capital(
        nominal_return_on_equity=quantity(equity, "1/year"),
        nominal_debt_rate=quantity(debt, "1/year"),
        debt_share=quantity(share),
        tax_rate=quantity(tax),
        inflation=quantity(inflation, "1/year"),
    )
    assert magnitude(found, "1/year") == pytest.approx(expected, rel=1e-12)


def test_epochs_identities() -> None:
    """Per chip-hour share of the price, equivalent life, f / (1 - f), and server power over chip power."""
    epoch = GOLDEN["epoch"]
    share = finance.price_performance(decline=quantity(epoch["decline"], "1/year"))
    assert magnitude(share, "1/year") == pytest.approx(epoch["yearly_share"], abs=5e-6)
    assert 1 / magnitude(share, "1/year") == pytest.approx(epoch["equivalent_life"], abs=5e-3)
    assert magnitude(share, "1/hour") == pytest.approx(epoch["yearly_share"] / 8766, rel=2e-5)
    network = owning.network_price(
        systems=quantity(1.0, "USD"), share_of_cluster_cost=quantity(epoch["share_of_cluster_cost"])
    )
    assert magnitude(network, "USD") == pytest.approx(epoch["interconnect_over_hardware"], rel=1e-12)


@pytest.mark.parametrize("name", ["hgx-h100", "hgx-a100-80gb"])
def test_server_power_over_chip_power_is_epochs(catalog: Catalog, name: str) -> None:
    """The spec files give Epoch's ratios of the power of a server to that of its chips."""
    system = load_system(catalog, f"nvidia/{name}")
    ratio = system.peak_power / (system.accelerators * system.accelerator.power)
    expected = GOLDEN["epoch"][f"{name.split('-')[1]}_server_over_chip_power"]
    assert magnitude(ratio, "1") == pytest.approx(expected, abs=5e-4)


def test_wrong_input_is_refused_in_words() -> None:
    """Each error names what was given and what is allowed."""
    with pytest.raises(FormulaError, match=r"above -1 \(-100%\)"):
        discount(-1.5, 2)
    with pytest.raises(CostModelError, match="at least 1"):
        Loan(100.0, 0.08, 0)
