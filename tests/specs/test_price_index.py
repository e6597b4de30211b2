"""Costs of wages, buildings and energy stand in dollars of the question's year, list prices as listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.analysis.opening import load
from costmodel.analysis.remarks import remarks
from costmodel.domain.terms import assumed
from costmodel.errors import MissingData
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import Fact
from costmodel.specs.price_index import in_dollars_of, price_index
from costmodel.units import magnitude, quantity

WAGES = Attribute("operations", "Staff", unit="USD/kW/month", indexed=True)
YEARS = st.dates(date(2000, 1, 1), date(2035, 12, 31))


def cost(day: date | None, attribute: Attribute = WAGES) -> Fact:
    """Return 40 dollars a kilowatt and month, of a day."""
    value, low, high = (quantity(one, "USD/kW/month") for one in (40.0, 30.0, 60.0))
    return Fact("operations", value, "s", Path("f.toml"), low=low, high=high, as_of=day, attribute=attribute)


def test_a_cost_of_2018_follows_consumer_prices_to_2023() -> None:
    """40 x 304.702 / 251.107, the annual means of CPI-U (BLS); what was listed is said."""
    found = in_dollars_of(cost(date(2018, 10, 1)), date(2023, 1, 1))
    assert magnitude(found.value, "USD/kW/month") == pytest.approx(48.5374, abs=1e-4)
    assert found.moved == found.note
    assert "40 USD/kW/month in 2018, x 1.213 by consumer prices: USD of 2023" in found.note


@given(YEARS, YEARS)
def test_there_and_back_gives_what_was_listed(listed: date, asked: date) -> None:
    """The index of two years is one ratio; the range never narrows."""
    there = in_dollars_of(cost(listed), asked)
    back = in_dollars_of(replace(there, as_of=asked), listed)
    assert magnitude(back.value, "USD/kW/month") == pytest.approx(40, rel=1e-12)
    assert there.low is not None
    assert there.high is not None
    assert there.low <= there.value * 0.75 * (1 + 1e-12)
    assert there.high >= there.value * 1.5 * (1 - 1e-12)


@pytest.mark.parametrize("fact", [cost(None), cost(date(2018, 1, 1), replace(WAGES, indexed=False))])
def test_what_is_listed_or_has_no_date_is_not_moved(fact: Fact) -> None:
    """Who buys on a day pays what is listed; a cost without a date is one of the question's year."""
    assert in_dollars_of(fact, date(2026, 1, 1)) is fact


def test_after_the_last_year_prices_rise_as_inflation_is_assumed_to() -> None:
    """One assumption in two files: the rise after the last known index, and `finance.inflation`."""
    later, inflation = price_index().later_rise, assumed()["finance.inflation"]
    assert (later.value, later.low, later.high) == (inflation.value, inflation.low, inflation.high)
    assert price_index().level(2028) == pytest.approx(330.079 * 1.025**2)


def test_a_year_before_all_known_ones_is_refused() -> None:
    """No index, no silent factor of one."""
    with pytest.raises(MissingData, match="no consumer prices of 1999"):
        in_dollars_of(cost(date(1999, 1, 1)), date(2026, 1, 1))


def test_a_scenario_of_2023_pays_the_energy_of_2025_in_its_own_dollars() -> None:
    """Electricity and operations move, the listed price of a server does not; the comparison says so."""
    study = load("copilot-2023")
    leaves = study.scenario.leaves()
    assert magnitude(leaves["us-hyperscale.electricity_price"][0], "USD/kWh") == pytest.approx(
        0.0826 * 304.702 / 321.943
    )
    (said,) = [one for one in remarks(study) if "consumer prices" in one]
    assert "us-hyperscale.electricity_price (0.0826 USD/kWh in 2025, x 0.9464)" in said
    assert "hgx-a100" not in said
    later = load("copilot-2023", changes={"us-hyperscale.electricity_price": "0.09 USD/kWh"}).scenario.leaves()
    assert magnitude(later["us-hyperscale.electricity_price"][0], "USD/kWh") == pytest.approx(0.09)
