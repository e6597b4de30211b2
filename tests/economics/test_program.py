"""Laws of programs: who pays, when, and what delay, re-spins and failure do to a program that is worth having."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from costmodel.domain.offers import Program
from costmodel.economics.arriving import instead_per_month
from costmodel.economics.components import cost_lines
from costmodel.economics.fleet import Fleet
from costmodel.economics.lines import expand_all, last_month
from costmodel.economics.program import FIXED
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, magnitude, quantity
from tests.economics.programs import fleet, parts, per_month, program, worth

YEARS = 8
RISKS = {
    "time_to_tape_out": quantity(30.0, "month"),
    "time_to_silicon": quantity(8.0, "month"),
    "time_to_volume": quantity(15.0, "month"),
    "ramp": quantity(12.0, "month"),
    "software_time": quantity(24.0, "month"),
    "respin_probability": quantity(0.9),
    "respin_delay": quantity(12.0, "month"),
    "failure_probability": quantity(0.4),
}
"""More of each than usual."""
CATALOG = Catalog()


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """Return the shipped library."""
    return CATALOG


@pytest.fixture(scope="module")
def maia(catalog: Catalog) -> Program:
    """Return a program."""
    return program(catalog)


@pytest.fixture(scope="module")
def large(catalog: Catalog) -> Fleet:
    """Return a fleet so large that its own chips are far cheaper to run than what serves meanwhile."""
    return fleet(catalog, 20_000, 0.4, years=YEARS)


@pytest.mark.parametrize("risk", RISKS)
def test_delay_and_risk_never_make_a_good_program_cheaper(maia: Program, large: Fleet, risk: str) -> None:
    """Its own running cost is below that of what serves meanwhile, so that every month without it costs."""
    assert worth(replace(maia, **{risk: RISKS[risk]}), large) > worth(maia, large)


@given(
    st.sampled_from(sorted(RISKS)),
    st.floats(0, 3),
    st.floats(2_000, 100_000),
    st.integers(4, 12),
    st.floats(0, 1),
    st.floats(0, 0.6),
)
@settings(max_examples=40)
def test_no_risk_makes_a_program_cheaper_that_is_worth_having(
    risk: str, more: float, servers: float, years: int, respin: float, failure: float
) -> None:
    """Where it costs less than what else serves, more delay, re-spins or failure never make it cheaper."""
    maia, asked = program(CATALOG), fleet(CATALOG, servers, 0.4, years=years)
    offer = replace(maia, respin_probability=quantity(respin), failure_probability=quantity(failure))
    rented = magnitude(instead_per_month(asked, cost_lines) * asked.money(offer).level, "MUSD")
    assume(worth(offer, asked) < rented)
    own = getattr(offer, risk)
    worse = own + (quantity(1.0) - own) * min(more, 1) if own.dimensionless else own * (1 + more)
    assert worth(replace(offer, **{risk: worse}), asked) >= worth(offer, asked) * (1 - 1e-12)


def test_a_cost_is_the_mean_of_how_a_program_may_go(maia: Program, large: Fleet) -> None:
    """With or without a re-spin, failed or not, as likely as each is; going wrong in one more way is dearer."""
    happens, not_ = quantity(1e9), quantity(1e-9)
    respin, failure = (float(getattr(maia, f"{one}_probability").magnitude) for one in ("respin", "failure"))
    cases = [
        (odds * other, worth(replace(maia, respin_outcome=first, failure_outcome=second), large))
        for first, odds in ((happens, respin), (not_, 1 - respin))
        for second, other in ((happens, failure), (not_, 1 - failure))
    ]
    assert worth(maia, large) == pytest.approx(sum(weight * cost for weight, cost in cases), rel=1e-12)
    both, late, failed, neither = (cost for _, cost in cases)
    assert both > failed > late > neither


def test_what_is_paid_once_is_the_same_for_every_fleet(maia: Program, large: Fleet) -> None:
    """Design, masks and team do not grow with the fleet; its systems and what serves meanwhile do."""
    half = replace(large, servers=large.servers / 2, whole=large.servers / 2)
    here, there = parts(maia, large), parts(maia, half)
    for name in FIXED:
        assert there[name] == pytest.approx(here[name], rel=1e-12)
    for name in ("servers", "energy"):
        assert there[name] == pytest.approx(here[name] / 2, rel=1e-12)


def test_all_volume_shared_with_others_tends_to_the_marginal_cost(maia: Program, large: Fleet) -> None:
    """Cost falls with every chip that others use, down to that without anything paid once."""
    made = [replace(large, made=quantity(each, "accelerator")) for each in (1e5, 1e6, 1e8, 1e12)]
    costs = [per_month(maia, one) for one in made]
    assert costs == sorted(costs, reverse=True)
    marginal = sum(cost for name, cost in parts(maia, large).items() if name not in FIXED)
    assert costs[-1] == pytest.approx(marginal, rel=1e-6)


def test_present_value_is_that_of_the_months(maia: Program, large: Fleet) -> None:
    """The closed forms of all lines of a program are worth what its months written out are."""
    lines = cost_lines(maia, large)
    months = expand_all(lines, last_month(lines), large.terms)
    assert months.worth(0.08) / 1e6 == pytest.approx(worth(maia, large), rel=1e-9)


def test_a_program_that_always_fails_has_no_systems(maia: Program, large: Fleet) -> None:
    """What is then spent is design and team until volume; what serves instead is rented throughout."""
    found = parts(replace(maia, failure_probability=quantity(1.0)), large)
    assert found["servers"] == found["porting"] == found["meanwhile"] == 0
    assert found["design"] > 0
    assert found["instead if it fails"] > 0


def test_what_is_sunk_is_left_out(maia: Program, large: Fleet) -> None:
    """A shipped program as it is pays for its systems and for the team that is still needed."""
    sunk = parts(maia, replace(large, anew=False))
    assert not {"design", "masks", "re-spins", "meanwhile"} & sunk.keys()
    assert 0 < sunk["team"] < parts(maia, large)["team"]


def test_derivatives_pay_their_part_of_the_blocks_that_they_reuse(maia: Program, large: Fleet) -> None:
    """With one later generation, half of the reused part of the design is its."""
    usual, later = (parts(replace(maia, derivatives=quantity(n)), large)["design"] for n in (0.0, 1.0))
    assert later / usual == pytest.approx(1 - magnitude(maia.reused_design, "1") / 2, rel=1e-12)


def _months(number: float) -> Quantity:
    return quantity(number, "month")


def _dollars(number: float) -> Quantity:
    return quantity(number, "MUSD")


BY_HAND = {
    "time_to_tape_out": _months(24),
    "time_to_silicon": _months(6),
    "time_to_volume": _months(6),
    "ramp": _months(6),
    "respin_delay": _months(12),
    "software_start": quantity(1.0),
    "respin_probability": quantity(0.25),
    "failure_probability": quantity(0.2),
    "respin_share": quantity(0.5),
    "design_cost": _dollars(100),
    "mask_set": _dollars(30),
    "bring_up": _dollars(10),
    "porting": _dollars(5),
    "design_tools": quantity(0.2),
    "licensed_blocks": quantity(0.3),
    "derivatives": quantity(0.0),
    "tape_outs": quantity(2.0),
    "team_cost": quantity(12.0, "MUSD/year"),
    "team_before": quantity(0.5),
    "team_after": quantity(0.25),
    "program_life": _months(36),
    "lifetime": _months(48),
}
ONCE = None
UNTIL_VOLUME = [
    ("design", 50 / 24, 0, 24),
    ("design tools", 20 / 24, 0, 24),
    ("licensed blocks", 30 / 24, 0, 24),
    ("masks", 60, 24, ONCE),
    ("tape-outs", 20, 30, ONCE),
    ("re-spins", 5, 30, ONCE),
    ("team", 0.5, 0, 36),
    ("team", 0.125, 36, 12),
]
WITH_FIRST_SILICON = [("porting", 3, 36, ONCE), ("team", 0.6, 36, 36), ("team", 0.15, 72, 15)]
AFTER_A_RESPIN = [("porting", 1, 48, ONCE), ("team", 0.2, 48, 36), ("team", 0.05, 84, 12)]


def _bills(offer: Program, whole: Fleet) -> list[tuple[object, ...]]:
    """Return what is paid whatever the fleet: MUSD or MUSD a month, from which month, for how many."""
    found = []
    for line in cost_lines(offer, whole):
        if line.name in FIXED:
            unit, months = ("MUSD", ONCE) if line.months is None else ("MUSD/month", magnitude(line.months, "month"))
            bill = (line.name, float(magnitude(line.amount, unit)), float(magnitude(line.start, "month")), months)
            found.append(tuple(one if isinstance(one, str) else pytest.approx(one) for one in bill))
    return found


def test_each_bill_of_a_program_has_its_sum_and_months(catalog: Catalog, large: Fleet) -> None:
    """Chips ship after 36 months or, in a quarter of cases, 48; systems live from 39 to 87, or from 51 to the end.

    Of a hundred millions half is design; four in five do not fail; the team halves before volume and quarters after
    three years of production.
    """
    offer = program(catalog, **BY_HAND)
    assert _bills(offer, large) == [*UNTIL_VOLUME, *WITH_FIRST_SILICON, *AFTER_A_RESPIN]


def test_a_shipped_program_pays_its_team_alone(catalog: Catalog, large: Fleet) -> None:
    """A year after it shipped, two more of production, and a quarter of the team until the horizon."""
    offer = replace(program(catalog, **BY_HAND), age=_months(12))
    assert _bills(offer, replace(large, anew=False)) == [("team", 1, 0, 24), ("team", 0.25, 24, 72)]
