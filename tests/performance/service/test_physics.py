"""Lasting truths of the time and memory of language models, whatever the constants are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.domain.offers import Program
from costmodel.domain.scenario_file import load_scenario
from costmodel.domain.workload import Serving, TrainingRun
from costmodel.economics.costs import Costs
from costmodel.performance.machine import shape
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, magnitude, quantity
from tests.changes import costs_under, with_workload
from tests.shipped import SCENARIOS

CATALOG = Catalog()
WORKLOADS = {name: load_scenario(CATALOG, CATALOG.get("scenario", name)).workload for name in SCENARIOS}
SERVING = [name for name, workload in WORKLOADS.items() if isinstance(workload, Serving)]
TRAINING = [name for name, workload in WORKLOADS.items() if isinstance(workload, TrainingRun)]
each_serving = pytest.mark.parametrize("name", SERVING)
each_training = pytest.mark.parametrize("name", TRAINING)
SLACK = 1 + 1e-9


def _number(one: Costs, name: str, unit: str) -> float:
    return float(magnitude(one[name], unit))


def on_systems(study: Study) -> dict[str, Costs]:
    """Return the costs under the offers whose systems are known; nobody knows those of an API."""
    return {id_: study.costs[id_] for id_ in study.deployments}


def _with_accelerators(study: Study, leaf: str, factor: float) -> dict[str, Costs]:
    """Return the costs with a quantity of every accelerator multiplied."""

    def change(name: str, value: Quantity, _fact: object) -> Quantity:
        inside = name.partition(".")[2]
        return value * factor if inside == leaf or inside.startswith(f"{leaf}.") else value

    return costs_under(study, study.scenario.change(change))


@each_training
def test_no_training_runs_above_its_peak(name: str) -> None:
    """The share of the peak that is used lies between none and all."""
    for one in load(name).costs.values():
        assert 0 < _number(one, "model_flops_utilization", "1") < 1


@each_training
def test_training_takes_at_least_its_operations(name: str) -> None:
    """Six operations per active weight and token cannot be done faster than all accelerators at their peak."""
    study = load(name)
    workload, weights = study.scenario.workload, shape.active_parameters(study.scenario.model)
    operations = 6 * quantity(1.0, "FLOP/token") * weights * workload.tokens
    for one in study.costs.values():
        peak = max(magnitude(rate, "FLOP/s") for rate in one.offer.system.accelerator.peak.values())
        fastest = magnitude(operations, "FLOP") / (peak * magnitude(workload.accelerators, "accelerator"))
        assert _number(one, "duration", "s") > fastest


@each_training
def test_twice_the_tokens_take_twice_as_long(name: str) -> None:
    """A run's duration and cost are in proportion to its tokens; what a program costs once does not grow with them."""
    study = load(name)
    double = costs_under(study, with_workload(study.scenario, tokens=2.0))
    for id_, one in study.costs.items():
        assert _number(double[id_], "duration", "day") == pytest.approx(2 * _number(one, "duration", "day"), rel=1e-9)
        once, twice = (_number(run, "cost_per_training_run", "USD") for run in (one, double[id_]))
        if isinstance(one.offer, Program):
            assert once < twice < 2 * once
        else:
            assert twice == pytest.approx(2 * once, rel=1e-9)


@each_serving
@pytest.mark.parametrize("leaf", ["memory_bandwidth", "peak"])
def test_a_faster_accelerator_never_answers_fewer_queries(name: str, leaf: str) -> None:
    """More bandwidth or a higher peak, all else equal, serves at least as much."""
    study = load(name)
    faster = _with_accelerators(study, leaf, 1.5)
    for id_, one in on_systems(study).items():
        assert _number(faster[id_], "query_rate", "query/s/accelerator") * SLACK >= _number(
            one, "query_rate", "query/s/accelerator"
        )


@each_serving
@pytest.mark.parametrize("leaf", ["prompt_tokens", "output_tokens"])
def test_longer_queries_never_cost_less(name: str, leaf: str) -> None:
    """More tokens read or written make a query at least as dear."""
    study = load(name)
    longer = costs_under(study, with_workload(study.scenario, **{leaf: 1.3}))
    for id_, one in study.costs.items():
        assert _number(longer[id_], "cost_per_query", "USD/query") * SLACK >= _number(
            one, "cost_per_query", "USD/query"
        )


@each_serving
def test_targets_are_met(name: str) -> None:
    """The deployments that a search chooses keep the limits of the scenario."""
    study = load(name)
    workload = study.scenario.workload
    for one in on_systems(study).values():
        for target in ("time_to_first_token", "time_per_output_token"):
            limit = getattr(workload, target)
            assert limit is None or one[target] <= limit * SLACK


@each_serving
def test_looser_targets_never_cost_more(name: str) -> None:
    """With more time allowed, every deployment that was possible still is."""
    study = load(name)
    loose = with_workload(study.scenario, time_to_first_token=2.0, time_per_output_token=2.0)
    relaxed = replace(study, scenario=loose).costs
    for id_, one in on_systems(study).items():
        assert _number(relaxed[id_], "query_rate", "query/s/accelerator") * SLACK >= _number(
            one, "query_rate", "query/s/accelerator"
        )


@each_serving
def test_a_token_takes_at_least_the_reading_of_its_weights(name: str) -> None:
    """Every active weight, of half a byte or more, is read from memory for each step."""
    study = load(name)
    weights = magnitude(shape.active_parameters(study.scenario.model), "1")
    for one in on_systems(study).values():
        together = magnitude(one.offer.system.accelerator.memory_bandwidth, "byte/s") * magnitude(
            one.deployment.tensor_parallel, "1"
        )
        assert _number(one, "time_per_output_token", "s") > 0.5 * weights / together


@each_serving
def test_the_first_token_waits_longer_than_the_next(name: str) -> None:
    """The prompt is read before the first token, and only then."""
    for one in on_systems(load(name)).values():
        assert _number(one, "time_to_first_token", "s") > _number(one, "time_per_output_token", "s")


def test_users_as_an_array_are_a_sweep(serving: Study) -> None:
    """A leaf replaced by an array gives what each of its values gives alone."""
    users = np.array([1e5, 1e6, 3e6])
    swept = costs_under(serving, _with_users(serving, users))
    for i, one in enumerate(users):
        alone = costs_under(serving, _with_users(serving, one))
        for id_, costs in alone.items():
            together = magnitude(swept[id_]["cost_per_query"], "USD/query")[i]
            assert together == pytest.approx(_number(costs, "cost_per_query", "USD/query"), rel=1e-12)


def _with_users(study: Study, users: object) -> object:
    workload = study.scenario.workload.with_leaves(users=quantity(users, "user"))
    return replace(study.scenario, workload=workload)
