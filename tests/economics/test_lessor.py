"""The lessor's side: rent floor, break-even utilisation, a falling rent, debt, and CoreWeave's year 2024."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from inspect import signature

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.analysis.lessor_question import LessorAsked, ask_lessor
from costmodel.domain.hardware import load_site
from costmodel.domain.lessor import load_lessor
from costmodel.domain.offers import Program, Purchase, Rental, load_offer
from costmodel.economics.accounts import income_statement, reproduction
from costmodel.economics.lessor import Lessor, lease_back
from costmodel.economics.lines import Flows, Line
from costmodel.economics.present_value import by_year
from costmodel.errors import Infeasible
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity

DAY = date(2026, 11, 1)
CATALOG = Catalog()
SOLD = st.floats(0.05, 1)


def lessor(rate: float = 0.12, price: float | None = None) -> Lessor:
    """Return an HGX H100 in colocation under CoreWeave's five-year price, or another price."""
    rental, owned = (load_offer(CATALOG, id_, DAY) for id_ in ("rental/coreweave-h100-five-year", "purchase/hgx-h100"))
    assert isinstance(rental, Rental)
    assert isinstance(owned, Purchase)
    if price is not None:
        rental = rental.with_leaves(price=quantity(price, "USD/accelerator/hour"))
    return Lessor(rental, owned, load_site(CATALOG, "us-colocation"), quantity(rate, "1/year"), 60)


def worth(rate: float, flows: Flows) -> float:
    """Return what dated flows are worth today."""
    return flows.worth(rate)


@given(st.floats(0, 0.3), SOLD)
def test_at_the_rent_floor_nothing_is_earned(rate: float, sold: float) -> None:
    """At the floor the present value is zero; above it is gain and below it loss."""
    floor = lessor(rate).summary(sold)["rent_floor"]
    at = lessor(rate, floor)
    scale = worth(rate, at.costs(sold))
    assert worth(rate, at.flows(sold)) == pytest.approx(0, abs=1e-9 * scale)
    assert at.summary(sold)["margin"] == pytest.approx(0, abs=1e-9)
    assert worth(rate, lessor(rate, 1.01 * floor).flows(sold)) > 0
    assert worth(rate, lessor(rate, 0.99 * floor).flows(sold)) < 0


@given(st.floats(0, 0.3))
def test_at_break_even_utilization_nothing_is_earned(rate: float) -> None:
    """Selling the break-even share of the hours earns the cost of capital and no more; the order flips around it."""
    one = lessor(rate)
    share = one.break_even_utilization()
    assert 0 < share < 1
    scale = worth(rate, one.costs(share))
    assert worth(rate, one.flows(share)) == pytest.approx(0, abs=1e-9 * scale)
    assert worth(rate, one.flows(min(1.0, share + 0.05))) > 0 > worth(rate, one.flows(share - 0.05))


@given(st.floats(0, 0.3), SOLD, st.floats(0, 0.3))
def test_a_gain_is_a_return_above_the_rate(rate: float, sold: float, fall: float) -> None:
    """Present value and rate of return count payments alike: what is worth more than nothing earns more than its rate.

    The rate was once that of the cash by year, at its end: 7.8% beside a gain at 8%.
    """
    found = lessor(rate).summary(sold, fall)
    gained, earned = found["net_present_value"], found["internal_rate_of_return"] - rate
    assert abs(gained) < 1e-3 or (gained > 0) == (earned > 0)


def test_a_falling_rent_only_hurts() -> None:
    """Present value and margin fall, floor and break-even rise, the faster the rent falls."""
    table = lessor().if_rent_falls()
    for name, sign in (("net_present_value", -1), ("margin", -1), ("rent_floor", 1), ("break_even_utilization", 1)):
        assert np.all(sign * np.diff(table[name]) > 0)


def test_user_and_lessor_see_one_contract() -> None:
    """What the user pays for a system by the model of rentals is what the lessor earns."""
    one = lessor()
    real = one.rents()
    nominal = by_year(real.once + real.monthly * 1.025 ** ((np.arange(61) - 0.5) / 12))
    assert nominal[0] == pytest.approx(0.2 * 8 * 2.6 * 8766 * 5)
    assert nominal[1:] == pytest.approx(np.full(5, 0.8 * 8 * 2.6 * 8766))


def test_debt_below_the_return_lifts_the_return_on_equity() -> None:
    """Borrowing at less than the project earns leaves more to each dollar of equity."""
    one = replace(lessor(), rental=lessor().rental.with_leaves(prepayment=quantity(0.0)))
    own, half = (by_year(one.levered(share, 0.07, 5).total) for share in (0.0, 0.5))
    assert own == pytest.approx(by_year(one.flows().total))
    assert half[0] == pytest.approx(own[0] / 2)
    assert float(-half[1:].sum() / half[0]) > float(-own[1:].sum() / own[0])


def test_a_loan_is_repaid_in_level_payments() -> None:
    """Half of the price comes in at the start, P r / (1 - (1 + r)^-n) goes out each year, then what is owed."""
    one = replace(lessor(), rental=lessor().rental.with_leaves(prepayment=quantity(1.0)))
    assert one.levered(0.5, 0.07, 5).total == pytest.approx(one.flows().total), "all is prepaid: nothing is lent"
    one = replace(one, rental=one.rental.with_leaves(prepayment=quantity(0.0)))
    own = by_year(one.flows().total)
    for years in (3, 5, 10):
        lent = -own[0] / 2
        paid = lent * 0.07 / (1 - 1.07**-years)
        flows = np.array([lent, *(-paid if year <= years else 0.0 for year in range(1, len(own)))])
        flows[-1] -= paid * sum(1.07**-year for year in range(1, years - 4))
        assert by_year(one.levered(0.5, 0.07, years).total) == pytest.approx(own + flows)
        assert float(npf.npv(0.07, flows)) == pytest.approx(0, abs=1e-6 * lent), "a loan is worth nothing at its rate"


def test_rents_of_the_market_fall_too() -> None:
    """What binds for no term has the rent of each year: 20% less in the second, and so on."""
    loose = replace(lessor().rental, prepayment=None, term=None, escalation=None)
    one = replace(lessor(), rental=loose)
    years = by_year(one.rents(1.0, 0.2).total)[1:]
    assert years[1:] / years[:-1] == pytest.approx(np.full(4, 0.8))


def test_a_rise_of_the_contract_and_a_fall_of_rents_cancel() -> None:
    """With 10% a year on top and one eleventh off, each month has the rent of the first."""
    one = replace(lessor(), rental=lessor().rental.with_leaves(prepayment=quantity(0.0)))
    rising = replace(one, rental=one.rental.with_leaves(escalation=quantity(0.1, "1/year")))
    assert rising.rents(0.8, 1 / 11).total == pytest.approx(one.rents(0.8).total)
    assert rising.rents(0.8).total[-1] == pytest.approx(1.1**4 * one.rents(0.8).total[-1])


def test_a_lease_back_by_hand() -> None:
    """Sold for 100, rented back for 10 a month over three months, rented on for 12 over two."""
    back, on = (
        Line("rent", quantity(rent, "USD/month"), months=quantity(n, "month")) for rent, n in ((10, 3), (12, 2))
    )
    table = lease_back(100.0, [back], [on], 4)
    assert table["vendor"].tolist() == [100, 2, 2, -10, 0]
    assert table["provider"].tolist() == [-100, 10, 10, 10, 0]
    assert table["customer"].tolist() == [0, -12, -12, 0, 0]


def test_a_lease_back_is_told_by_years() -> None:
    """The sale and the prepayment stand at the start, then come twelve months a year."""
    one = lessor()
    table = LessorAsked(one).leased_back(one.rental)
    assert isinstance(one.owned, Purchase)
    price = float(magnitude(one.owned.price, "USD/server"))
    prepaid = float(one.rents().total[0])
    assert list(table.index) == [0, 1, 2, 3, 4, 5]
    assert table.loc[0, "provider"] == pytest.approx(prepaid - price)
    assert table.loc[1, "provider"] == pytest.approx(float(one.rents().total[1:13].sum()))
    assert table["vendor"].tolist() == pytest.approx([price, 0, 0, 0, 0, 0], abs=1e-6)


def test_a_rent_below_energy_never_pays() -> None:
    """Where an hour earns less than it burns, there is no utilisation to break even at, and the error says so."""
    with pytest.raises(Infeasible, match="energy"):
        lessor(price=0.001).break_even_utilization()


def test_coreweaves_2024_is_reproduced() -> None:
    """Revenue of 1.9 billion and the loss of 863 million come out within 10%; operating income is less sure."""
    year = load_lessor(CATALOG, "coreweave-2024")
    table = reproduction(year)
    assert abs(table.loc["revenue", "deviation"]) < 0.1
    assert abs(table.loc["net income", "deviation"]) < 0.1
    assert abs(table.loc["operating income", "deviation"]) < 0.3
    lines = income_statement(year)
    assert sum(float(magnitude(v, "USD")) for v in lines.values()) == pytest.approx(table.loc["net income", "computed"])


def test_an_own_chip_that_is_rented_out_costs_dollars_of_the_day() -> None:
    """Its team, dated 2026, costs what it did in 2024 by consumer prices, as the site's wages do."""
    then = ask_lessor(
        CATALOG,
        "google-tpu-v5e-three-year",
        owned="program/tpu-v5e",
        site="us-hyperscale",
        rate=quantity(0.08, "1/year"),
        on=date(2024, 12, 1),
    ).lessor
    assert isinstance(then.owned, Program)
    listed = load_offer(CATALOG, "program/tpu-v5e", date(2024, 12, 1))
    assert isinstance(listed, Program)
    factor = float((then.owned.team_cost / listed.team_cost).to("").magnitude)
    assert 0.9 < factor < 0.98
    assert "in 2026" in then.owned.facts["team_cost"].moved


def test_all_hours_are_sold_at_a_rent_that_stays_where_nothing_is_said() -> None:
    """In every question that may leave them out."""
    for question in (Lessor.rents, Lessor.flows, Lessor.summary):
        given = {name: one.default for name, one in signature(question).parameters.items()}
        assert {name: given[name] for name in ("sold", "fall") if name in given}.items() <= {
            "sold": 1.0,
            "fall": 0.0,
        }.items()
