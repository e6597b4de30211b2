"""Laws of the whole model, on the shipped scenarios and on changes of them."""

from __future__ import annotations

from dataclasses import replace
from math import fsum
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings

from costmodel.analysis.columns import CHEAPEST
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.domain.offers import Rental, Way
from costmodel.domain.workload import TrainingRun
from costmodel.economics.costs import Costs, exact
from costmodel.economics.unit_costs import work_of_month
from costmodel.units import Quantity, magnitude, quantity
from tests.changes import costs_under, currency_exponent, with_prices_times, with_scenario, with_workload
from tests.draws import Array, random_of
from tests.strategies import monthly_parts, shuffles

SAME = 1e-9
SAVINGS = {"credits", "shares received", "resale", "facility resale"}
"""Components that a contract takes off the rent: a saving is a negative cost."""

ALL_WAYS = ("coreweave-contract", "assistant")
"""Scenarios in which all ways to get compute are."""

ROUNDING = 1e-11
"""Of the total of a month: more than what its components are rounded by, so that they sum to it."""

ROWS = settings().max_examples
"""Draws of each law, which asks the model once for all of them."""


def factors(seed: object, law: str, low: float, high: float) -> Array:
    """Return factors of all orders of magnitude between two."""
    return np.exp(random_of(seed, law).uniform(np.log(low), np.log(high), ROWS))


@given(monthly_parts, shuffles)
def test_rounded_parts_add_up_in_any_order(parts: dict[str, float], random: Random) -> None:
    """Parts sum to the same total, to the last bit, however they are added."""
    rounded = list(exact(parts).values())
    total = sum(rounded)
    random.shuffle(rounded)
    assert sum(rounded) == fsum(rounded) == np.sum(rounded) == total


@given(monthly_parts)
def test_rounding_of_parts_is_far_below_a_cent(parts: dict[str, float]) -> None:
    """Parts are changed by at most 1e-12 of the sum of their sizes."""
    size = sum(abs(part) for part in parts.values())
    assert all(abs(new - parts[name]) <= 1e-12 * size for name, new in exact(parts).items())


def test_components_sum_to_the_total_in_any_order(study: Study) -> None:
    """The lines of the statement sum to total_per_month to the last bit, in any order and by pandas."""
    totals = study.compare()["total_per_month"]
    lines = study.statement()
    for offer, total in totals.items():
        parts = lines.loc[lines["offer"] == offer, "cost"].tolist()
        assert sum(parts) == sum(reversed(parts)) == fsum(parts) == total
    assert lines.groupby("offer")["cost"].sum().to_dict() == totals.to_dict()


def test_what_ranks_offers_times_the_work_of_a_month_is_the_whole_cost(study: Study) -> None:
    """The work that is asked for is the same under every offer; a contract that comes in steps does less of it."""
    workload = study.scenario.workload
    if isinstance(workload, TrainingRun):
        return
    for id_, one in study.costs.items():
        whole = magnitude(one[study.headline] * work_of_month(workload, one.money), "USD/month")
        total = magnitude(one["total_per_month"], "USD/month")
        if isinstance(one.offer, Rental) and one.offer.ramp is not None:
            assert whole > total, id_
        else:
            assert whole == pytest.approx(total, rel=SAME), id_


def test_every_line_is_quantity_times_unit_price(study: Study) -> None:
    """A line of the statement is what its quantity costs at its unit price."""
    lines = study.statement()
    assert lines["cost"].to_numpy() == pytest.approx(lines["quantity"] * lines["unit_price"], rel=1e-12)


def test_all_prices_times_a_factor_make_all_costs_times_it(study: Study, seed: object) -> None:
    """Counting money in other coins scales what is money, and changes nothing else."""
    factor = factors(seed, "coins", 0.05, 20.0)
    before, after = study.costs, costs_under(study, with_prices_times(study.scenario, factor))
    for id_, one in before.items():
        for name, value in {**one.components, **one.quantities}.items():
            same = after[id_].quantities.get(name, after[id_].components.get(name))
            wanted = value * factor ** currency_exponent(value)
            rounding = ROUNDING * factor * one["total_per_month"] if value is one.components.get(name) else 0 * wanted
            assert np.all(abs(same - wanted) <= SAME * abs(wanted) + rounding), f"{id_} {name}"


@pytest.mark.parametrize("name", ALL_WAYS)
def test_no_price_that_rises_makes_anything_cheaper(name: str, seed: object) -> None:
    """Whichever prices rise, each by its own factor, no offer's whole cost falls; shares received are no price."""
    study = load(name)

    def dearer(name: str, value: Quantity, _fact: object) -> Quantity:
        priced = currency_exponent(value) and not name.endswith("shares_received")
        return value * factors(seed, f"dearer {name}", 1.0, 3.0) if priced else value

    after = costs_under(study, study.scenario.change(dearer))
    for id_, one in study.costs.items():
        assert np.all(after[id_]["total_per_month"] >= one["total_per_month"] * (1 - SAME)), id_


@pytest.mark.parametrize("name", ALL_WAYS)
def test_dearer_energy_costs_what_it_is_dearer(name: str, seed: object) -> None:
    """At a price of energy times a factor an offer costs so many times its energy more, and nothing else.

    But for what arrives later, since others serve meanwhile.
    """
    study, factor = load(name), factors(seed, "energy", 0.1, 10.0)
    site = study.scenario.site
    scenario = replace(study.scenario, site=site.with_leaves(electricity_price=site.electricity_price * factor))
    for id_, one in costs_under(study, scenario).items():
        if one.offer.comes_later:
            continue
        before = study.costs[id_]
        energy = magnitude(before.components.get("energy", 0 * before["total_per_month"]), "USD/month")
        total = magnitude(before["total_per_month"], "USD/month")
        rise = np.broadcast_to(magnitude(one["total_per_month"], "USD/month"), factor.shape) - total
        assert rise == pytest.approx((factor - 1) * energy, abs=SAME * (total + energy * factor.max())), id_


def test_no_cost_is_negative(study: Study, seed: object) -> None:
    """Whatever the prices are, each component but a saving is zero or more, and so is their sum."""
    scenario = with_prices_times(study.scenario, factors(seed, "negative", 0.05, 20.0))
    for one in costs_under(study, scenario).values():
        parts = {name: magnitude(cost, "USD/month") for name, cost in one.components.items()}
        assert all(np.all(part >= 0) for name, part in parts.items() if name not in SAVINGS)
        assert np.all(sum(parts.values()) >= 0)


def test_a_more_even_load_never_costs_more(serving: Study, seed: object) -> None:
    """At the same mean load, a smaller peak never costs more per query, but for rounding to systems."""
    one, other = (factors(seed, f"{name} peak", 1.0, 20.0) for name in ("one", "other"))
    even, uneven = (costs_under(serving, _with_peak(serving, peak(one, other))) for peak in (np.minimum, np.maximum))
    for id_ in even:
        rounding = 1 / magnitude(even[id_]["servers"], "server")
        assert np.all(_per_query(even[id_]) <= _per_query(uneven[id_]) * (1 + SAME + rounding))


def test_twice_the_users_never_cost_more_per_query(serving: Study, seed: object) -> None:
    """Fleets of whole systems round up, and twice the users waste no more than twice as much."""
    factor = factors(seed, "twice", 0.01, 100.0)
    once = costs_under(serving, with_workload(serving.scenario, users=factor))
    twice = costs_under(serving, with_workload(serving.scenario, users=2 * factor))
    for id_ in once:
        assert np.all(_per_query(twice[id_]) <= _per_query(once[id_]) * (1 + SAME))


def test_the_fleet_carries_the_peak(serving: Study, seed: object) -> None:
    """The accelerators of a fleet, in whole replicas of a model, answer at least the queries of the peak."""
    scenario = with_workload(serving.scenario, users=factors(seed, "fleet", 0.01, 100.0))
    workload = scenario.workload
    peak = workload.users * workload.queries_per_user * workload.peak_to_mean
    for one in costs_under(serving, scenario).values():
        capacity = one["query_rate"] * one["servers"] * one.offer.system.accelerators
        assert np.all(capacity >= peak * (1 - SAME))
        replicas = magnitude(one["accelerators"], "accelerator") / magnitude(one.deployment.tensor_parallel, "1")
        assert replicas == pytest.approx(np.round(replicas), abs=1e-6)
        used = magnitude(one["utilization"], "dimensionless")
        assert np.all((used > 0) & (used <= 1))


def test_fleets_are_of_whole_systems(study: Study) -> None:
    """Nobody installs a part of a system, nor one more than is needed."""
    for one in (study.costs[id_] for id_ in study.deployments):
        servers = magnitude(one["servers"], "server")
        per_system = magnitude(one.offer.system.accelerators, "accelerator/server")
        accelerators = magnitude(one["accelerators"], "accelerator")
        assert servers == round(servers)
        assert (servers - 1) * per_system < accelerators <= servers * per_system * (1 + SAME)


def test_order_of_offers_changes_nothing(study: Study) -> None:
    """Each offer costs the same wherever it stands in the list."""
    backwards = with_scenario(study, study.scenario.with_offers(*reversed(study.scenario.offers)))
    there, back = study.compare(), backwards.compare()
    assert back.index.tolist() == there.index.tolist()[::-1]
    assert back.sort_index().equals(there.sort_index())


def test_an_offer_costs_the_same_alone(study: Study) -> None:
    """Other offers, but those that may serve until systems arrive, have no influence on costs nor on intervals."""
    for offer in {one.comes_later: one for one in study.scenario.offers}.values():
        alone = with_scenario(study, study.scenario.with_offers(*_meanwhile(study, offer.id), offer))
        mine, theirs = (one.compare().drop(columns=CHEAPEST).loc[offer.id].dropna() for one in (alone, study))
        assert mine.equals(theirs), offer.id


def test_one_name_is_one_leaf(study: Study) -> None:
    """No two different leaves of a scenario share a name, since in a graph the same name is the same input."""
    found: dict[str, object] = {}

    def note(name: str, value: object, _fact: object) -> object:
        assert found.setdefault(name, value) is value, name
        return value

    study.scenario.change(note)


def _meanwhile(study: Study, id_: str) -> list[Way]:
    fleet = study.costs[id_].fleet
    served = {one.offer.id for one in fleet.meanwhile} if fleet is not None else set()
    return [offer for offer in study.scenario.offers if offer.id in served]


def _with_peak(study: Study, peak: Array) -> object:
    workload = study.scenario.workload.with_leaves(peak_to_mean=quantity(peak))
    return replace(study.scenario, workload=workload)


def _per_query(one: Costs) -> Array:
    return np.asarray(magnitude(one["cost_per_query"], "USD/query"))


def test_twice_the_users_never_take_a_smaller_fleet(serving: Study, seed: object) -> None:
    """More users need as many systems or more."""
    factor = factors(seed, "fleet of twice", 0.01, 100.0)
    once, twice = (costs_under(serving, with_workload(serving.scenario, users=one)) for one in (factor, 2 * factor))
    for id_ in once:
        assert np.all(twice[id_]["servers"] >= once[id_]["servers"])


def test_users_of_full_fleets_cost_alike(serving: Study) -> None:
    """Where all replicas and systems are full and none is spare, no user is cheaper for there being more of them.

    But for a program, whose design and team more of them share, and for hours on demand, of which half a step is idle.
    """
    terms = serving.scenario.terms.with_leaves(spare_replicas=quantity(0.0))
    scenario, workload = replace(serving.scenario, terms=terms), serving.scenario.workload
    for id_, one in serving.costs.items():
        if one.offer.comes_later:
            continue
        follows = isinstance(one.offer, Rental) and one.offer.is_elastic
        reserve = quantity(1.0) if follows else terms.peak_utilization * (1 - terms.maintenance)
        systems = quantity(np.array([10.0, 1e3, 1e5]), "server")
        carried = systems * one.offer.system.accelerators * one["query_rate"] * reserve
        users = carried / (workload.queries_per_user * workload.peak_to_mean) * (1 - 1e-12)
        full = with_workload(scenario, users=magnitude(users / workload.users, "1"))
        found = costs_under(serving, full)[id_]
        assert magnitude(found["servers"], "server") == pytest.approx([10.0, 1e3, 1e5])
        few, more, most = _per_query(found)
        assert few >= more >= most if follows else few == pytest.approx(more, rel=1e-9)
        assert more == pytest.approx(most, rel=1e-2 if follows else 1e-9)
