"""Layouts of scenarios: the cheapest that a search finds within the number types that are allowed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.analysis import scenario_layouts
from costmodel.analysis.opening import load
from costmodel.analysis.scenario_layouts import Layouts
from costmodel.analysis.study import Study
from costmodel.domain.hardware import System
from costmodel.domain.workload import Serving
from costmodel.economics.offer_costs import costs
from costmodel.errors import Infeasible
from costmodel.performance.layout.candidates import Asked
from costmodel.performance.layout.chosen import chosen_row
from costmodel.performance.layout.search import Breadth
from costmodel.performance.layout.table import Table
from costmodel.units import magnitude, parse


def serving(study: Study, changes: dict[str, str]) -> Layouts:
    """Return the layouts of a serving scenario whose workload is changed."""
    parsed = {name: parse(text) for name, text in changes.items()}
    return Layouts(replace(study.scenario, workload=replace(study.scenario.workload, **parsed)), study.constants)


def test_what_ranks_offers_needs_no_more_than_the_search() -> None:
    """At the rate of the search an offer costs what it costs when all of its figures are computed."""
    study = load("copilot")
    for id_ in ("purchase/hgx-h100", "rental/coreweave-h100-five-year"):
        quick = study.layouts.of(study.scenario).ranking_costs(study.scenario.offer(id_))
        for name in (study.headline, "total_per_month", "servers"):
            assert magnitude(quick[name] / study.costs[id_][name], "1") == pytest.approx(1, rel=1e-10)


@pytest.mark.parametrize("offer", ["purchase/hgx-a100-80gb", "program/maia-100"])
def test_no_layout_makes_a_large_fleet_cheaper(offer: str) -> None:
    """The costs of a scenario, computed anew for every 40th layout that meets its targets, are no lower."""
    study = load("copilot")
    layouts, workload, one = study.layouts, study.scenario.workload, study.scenario.offer(offer)
    assert isinstance(workload, Serving)
    own = study.costs[offer]["total_per_month"]
    for row in layouts.met(workload, one, layouts.types(one)).frame().iloc[::40].to_dict("records"):
        tried, meanwhile = chosen_row(layouts.on(one), row, "tried"), study.costs[offer].held.meanwhile
        other = costs(study.scenario, one, tried, study.constants, None, meanwhile)
        assert other["total_per_month"] >= own * (1 - 1e-3)  # whole systems


def test_few_users_get_a_replica_no_larger_than_they_need() -> None:
    """Where single accelerators are rented, one user of a small model pays for the fewest that hold it."""
    study = load("copilot")
    small = serving(study, {"users": "10 user"})
    rental = study.scenario.offer("coreweave-h100-on-demand")
    single = replace(rental, smallest=parse("1 accelerator"))
    assert magnitude(small.on(single).tensor_parallel, "1") == 1
    assert magnitude(study.layouts.on(study.scenario.offer("hgx-a100-80gb")).tensor_parallel, "1") > 1


@pytest.mark.usefixtures("opened_anew")
def test_offers_of_one_system_share_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buying and renting the same servers take one search in each number type."""
    study, asked = load("copilot"), list[tuple[str, tuple[str, ...]]]()
    search = scenario_layouts.search

    def noted(question: Asked, system: System, breadth: Breadth) -> Table:
        asked.append((system.id, breadth.precisions))
        return search(question, system, breadth)

    monkeypatch.setattr(scenario_layouts, "search", noted)
    assert len(study.deployments) == len(study.scenario.offers)
    assert asked
    assert sorted(set(asked)) == sorted(asked)


def test_targets_that_nothing_meets_name_the_nearest() -> None:
    """The message says which limits were asked for and what can be reached."""
    tight = serving(load("copilot"), {"time_to_first_token": "1 us"})
    with pytest.raises(Infeasible, match=r"none meets the targets .* The nearest deployment"):
        tight.on(tight.scenario.offers[0])
