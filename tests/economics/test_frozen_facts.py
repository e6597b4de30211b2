"""Commitments that do not bend and fleets with slack, on the facts of 2026-11-25, against values from plain floats.

The values were computed with payments at year ends in real money, nameplate power and no insurance: what terms can say.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.units import magnitude

FACTS = Path(__file__).parents[1] / "golden" / "facts_2026_11_25"
PLAIN = {
    "finance.payment_delay": "0.5 year",
    "finance.inflation": "0",
    "finance.cost_index": "as listed",
    "fleet.insurance": "0",
    "fleet.busy_power": "1",
    "fleet.network_power": "0",
}
"""The conventions of the plain floats."""

BOUGHT, FIVE_YEARS = "purchase/hgx-h100", "rental/coreweave-h100-five-year"
OPENAI = "rental/coreweave-openai-2025"
THREE_YEARS, ON_DEMAND = "rental/google-a3-h100-three-year", "rental/lambda-h100-on-demand"


def case(**changes: str) -> Study:
    """Return the question of a finance department for 1,024 H100, with other inputs."""
    named = {name.replace("__", "."): value for name, value in changes.items()}
    return load(FACTS / "cfo.toml", specs=[FACTS], changes=named)


def per_hour(study: Study, offer: str) -> float:
    """Return USD per used accelerator-hour."""
    return float(magnitude(study.costs[offer]["cost_per_accelerator_hour"], "USD/accelerator/hour"))


def worth(study: Study, offer: str) -> float:
    """Return the present value of an offer in USD."""
    return float(magnitude(study.costs[offer]["net_present_value"], "USD"))


@pytest.mark.parametrize(("used", "bought", "bound"), [("0.1", 13.98, 27.31), ("0.9", 1.64, 3.03)])
def test_costs_of_both_fixed_ways_are_those_of_plain_floats(used: str, bought: float, bound: float) -> None:
    """On a site of one's own, at 10% and at 90% of the hours; at 70% in colocation 2.291, as buying always was."""
    found = load(FACTS / "cfo.toml", specs=[FACTS], changes={**PLAIN, "utilization": used, "site": "us-hyperscale"})
    assert per_hour(found, BOUGHT) == pytest.approx(bought, abs=0.005)
    assert per_hour(found, FIVE_YEARS) == pytest.approx(bound, abs=0.005)
    assert per_hour(load(FACTS / "cfo.toml", specs=[FACTS], changes=PLAIN), BOUGHT) == pytest.approx(2.291, abs=0.001)


@pytest.mark.parametrize("bound", [FIVE_YEARS, THREE_YEARS, OPENAI])
def test_no_utilisation_turns_a_fixed_cost_into_another(bound: str) -> None:
    """Where 52.6%, 58.3% and 32.2% were printed, buying is cheaper throughout: both ways are paid for all hours."""
    (found,) = case().break_even("utilization", (BOUGHT, bound))
    assert found.status == "always"
    assert not found.crossings
    (by_use,) = case().break_even("utilization", (BOUGHT, ON_DEMAND))
    assert by_use.status == "crosses"


def test_three_months_of_three_years_reserved_are_paid_as_three_years() -> None:
    """A horizon bites: a reservation beyond the need is paid, what is owned is sold at what a market gives."""
    found = {years: case().over(years) for years in (0.25, 1, 3, 5)}
    hours = [per_hour(one, BOUGHT) for one in found.values()]
    assert hours == sorted(hours, reverse=True)
    assert worth(found[0.25], THREE_YEARS) == pytest.approx(worth(found[3], THREE_YEARS), rel=1e-9)
    lost = worth(found[0.25], BOUGHT) / 36.4e6
    assert 0.25 < lost < 0.5, "of 36.4 million USD paid, 35.7 came back after three months"


def test_what_comes_back_has_a_line_and_can_be_set() -> None:
    """After three years "resale" brings more than the 8% of the fifth year and less than the 38% of the trend."""
    table = case().over(3).cash().query("offer == @BOUGHT and view == 'cash'")
    paid = table.query("period == 0")["cost"].sum()
    sold = -table.query("component == 'resale'")["cost"].sum()
    assert 0.08 < sold / paid < 10 ** (-0.14 * 3)
    assert set(table.query("cost < 0")["component"]) == {"resale"}
    dearer = load(FACTS / "cfo.toml", specs=[FACTS], changes={f"{BOUGHT}.residual_value": "0.3"})
    assert worth(dearer.over(3), BOUGHT) < worth(case().over(3), BOUGHT)


def test_fixed_nominal_rents_were_too_dear() -> None:
    """At 2.5% of inflation a contract of five years, a fifth of it prepaid, is 4.6% dearer if rents count as real."""
    real, nominal = case(finance__inflation="0"), case(finance__inflation="0.025")
    assert per_hour(real, FIVE_YEARS) / per_hour(nominal, FIVE_YEARS) - 1 == pytest.approx(0.046, abs=0.003)
    assert per_hour(real, ON_DEMAND) == per_hour(nominal, ON_DEMAND)


def test_rents_at_year_ends_were_too_cheap_against_what_is_bought() -> None:
    """Half a year of delay is the year end: about 3.6% off the worth of rents, nothing off the price."""
    early, late = case(), case(finance__payment_delay="0.5 year")
    assert 1 - worth(late, ON_DEMAND) / worth(early, ON_DEMAND) == pytest.approx(0.036, abs=0.003)


def test_years_count_where_they_are_asked_to() -> None:
    """At year ends, rents are worth their cash by year, each discounted by whole years; in the middle, by half less."""
    for timing, place in (("year-end", 0.0), ("mid-year", 0.5)):
        study = case(finance__timing=timing)
        row = study.ways().loc[ON_DEMAND]
        yearly = [row[f"cash_year_{year}"] for year in range(sum(name.startswith("cash_year_") for name in row.index))]
        by_hand = sum(cash * 1.08 ** -(year - place) for year, cash in enumerate(yearly))
        assert worth(study, ON_DEMAND) == pytest.approx(by_hand, rel=1e-9)


def test_a_busy_server_draws_three_quarters_of_its_rating_and_a_network() -> None:
    """Nameplate was 1,275 W an accelerator; work at 70% of the hours, idling else, with a tenth for the network."""
    listed = {"finance__cost_index": "as listed", "utilization": "1"}
    plain = case(**listed, fleet__busy_power="1", fleet__network_power="0")
    energy = [magnitude(one.costs[BOUGHT].components["energy"], "USD/month") for one in (plain, case(**listed))]
    assert energy[0] == pytest.approx(1024 * 1.275 * 1.25 * 730.5 * 0.0826, rel=1e-9)
    assert energy[1] / energy[0] == pytest.approx(0.75 * 1.1, rel=1e-9)
