"""What a study asks of its inputs, at the ends of its arguments, on one run that is quickly computed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.analysis.study import Study
from costmodel.analysis.study_moves import Moves
from costmodel.analysis.study_tables import Tables
from costmodel.domain.workload import Serving
from costmodel.errors import CostModelError, MissingData, UnknownName
from costmodel.units import magnitude
from tests.figures import made

V100, OTHER = "rental/lambda-v100-three-year", "purchase/dgx-1-v100-32gb"
THIRD = "rental/azure-nd-v100-on-demand"


def test_a_map_has_two_to_two_hundred_values_a_side_and_512_draws(run: Study) -> None:
    """Both ends are named."""
    for points in (1, 201):
        with pytest.raises(CostModelError, match=r"points is a .*number from 2 to 200"):
            run.map("us-hyperscale.pue", "finance.inflation", points=points)
    found = run.map("us-hyperscale.pue", "training.tokens", points=2)
    assert (found.draws, len(found.cells), found.offers) == (512, 4, run.choices)


def test_a_sensitivity_has_from_a_block_to_a_chunk_of_draws(run: Study) -> None:
    """256 to 8,192 in each of its two sets; of the cheapest offer where none is named."""
    for base in (255, 8_193):
        with pytest.raises(CostModelError, match=r"base is a .*number from 256 to 8192"):
            run.sensitivity(base=base)
    found = run.sensitivity(base=256, draws=256)
    costs = {id_: one[run.headline].magnitude for id_, one in run.costs.items()}
    assert found.offer == min(costs, key=lambda id_: float(costs[id_]))
    assert found.cost == pytest.approx(min(costs.values()), rel=1e-9)
    assert found.money == "USD"


def test_money_is_that_of_a_run_or_of_a_month(run: Study, contract: Study) -> None:
    """A run costs what it costs; an hour of a capacity, as many of them as a month pays for."""
    assert run._money == (1.0, "USD")
    factor, unit = contract._money
    first = next(iter(contract.costs.values()))
    hour, month = (float(first[name].magnitude) for name in (contract.headline, "total_per_month"))
    assert (factor * hour, unit) == (pytest.approx(month), "USD/month")


def test_two_ways_are_named(run: Study) -> None:
    """In full or in short; no more, no fewer, no others."""
    assert run._pair(("lambda-v100-three-year", OTHER)) == (V100, OTHER)
    for wrong in ((V100,), (V100, V100), (V100, "lambda-v100-three-year"), (V100, OTHER, THIRD)):
        with pytest.raises(CostModelError, match="name two different ways, not"):
            run._pair(wrong)  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="lambda-v100-three-year"):
        run._pair(("lambda-v100-three-yaer", OTHER))


def test_loads_and_volumes_move_costs_of_their_own() -> None:
    """Not both at once; a load only where it is none of the inputs; any volume of a program."""
    model = SimpleNamespace(at_load={"a": 1}, at_volume={"b": 2}, find=lambda _: ("x",))
    study: Any = SimpleNamespace(model=model, ranked={"c": 3})
    assert Moves._ranked_over(study, "utilization") == {"a": 1}
    assert Moves._ranked_over(study, "chip.volume", "demand.users") == {"b": 2}
    assert Moves._ranked_over(study, "volume") == {"b": 2}
    assert Moves._ranked_over(study, "demand.users") == {"c": 3}
    for both in (("utilization", "volume"), ("chip.volume", "utilization")):
        with pytest.raises(CostModelError, match="do not move together"):
            Moves._ranked_over(study, *both)
    model.at_load = {}
    assert Moves._ranked_over(study, "utilization") == {"c": 3}


def test_a_break_even_over_nothing_named_is_over_all_that_has_a_short_name(contract: Study) -> None:
    """Here the load of the capacity; without draws no crossing has an interval."""
    found = contract.break_even()
    assert {one.variable for one in found} == {"utilization"}
    assert all(one.spread is None for one in found)
    with pytest.raises(CostModelError, match=r"draws is a .*number from 0"):
        contract.break_even("utilization", draws=-1)


def test_each_reading_is_told_of_the_programs_that_have_it() -> None:
    """By offer."""
    costs = {"chip": SimpleNamespace(otherwise={"own": 1}), "rent": SimpleNamespace(otherwise={})}
    assert Moves.otherwise(SimpleNamespace(costs=costs), "own") == {"chip": 1}  # type: ignore[arg-type]


def test_tables_of_users_and_months_are_of_scenarios_that_serve(run: Study) -> None:
    """Nobody is served by a run; months to come are 1 to 240."""
    for question in (run.users, run.months_ahead, run.income, run.accounts, run.levers, run.years_ahead):
        with pytest.raises(MissingData):
            question()  # type: ignore[operator]
    serving: Any = SimpleNamespace(scenario=SimpleNamespace(workload=made(Serving)), model=None)
    for months in (0, 241):
        with pytest.raises(CostModelError, match=r"months is a .*number from 1 to 240"):
            Tables.months_ahead(serving, months)


def test_a_study_is_asked_again_from_its_file(run: Study) -> None:
    """With what is set already; what is set anew goes before it."""
    first = run.again({"training.tokens": "1e12 token", "site": "us-colocation"})
    again = first.again({"training.tokens": "2e12 token"})
    assert magnitude(again.inputs()["training.tokens"].value, "token") == 2e12
    assert again.scenario.site.id == "us-colocation"
    with pytest.raises(MissingData, match="made without a file"):
        Study(run.scenario, run.catalog).again({})
    trees = run.trees()
    assert set(trees) == {
        (id_, name) for id_, one in run.costs.items() for name in (*run.columns, *run.further) if name in one.quantities
    }
    assert trees[V100, run.headline].value.magnitude == pytest.approx(float(run.costs[V100][run.headline].magnitude))
