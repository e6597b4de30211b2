"""The cheapest of several layouts, chosen again for every row of inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from costmodel.analysis.fronts import front
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Deployment
from costmodel.economics.chosen import costs_of_cheapest
from costmodel.economics.offer_costs import costs
from costmodel.errors import Infeasible
from costmodel.formula import Graph, compile_numpy
from costmodel.formula.numpy_kernel import Kernel
from costmodel.units import Quantity, magnitude, quantity

OFFER = "purchase/hgx-h100"
MOVED = ("query.prompt_tokens", "query.output_tokens")
LATENCIES = ("time_to_first_token", "time_per_output_token")


@cache
def study() -> Study:
    """Return a study whose requests differ much in length within their ranges."""
    return load("copilot")


@cache
def layouts() -> tuple[Deployment, ...]:
    """Return four layouts of one offer."""
    return tuple(front(study().layouts, study().scenario.offer(OFFER), 4))


def asked(prompt: float, output: float) -> Scenario:
    """Return the scenario with other lengths."""
    given = {"prompt_tokens": quantity(prompt, "token/query"), "output_tokens": quantity(output, "token/query")}
    return replace(study().scenario, workload=replace(study().scenario.workload, **given))


def compiled(deployments: Sequence[Deployment], names: Sequence[str]) -> Kernel:
    """Return the kernel of some quantities over the lengths of requests."""
    graph = Graph()
    scenario = study().scenario.with_offers(study().scenario.offer(OFFER)).traced(graph)
    first, *others = deployments
    constants = study().constants.traced(graph)
    found = costs_of_cheapest(scenario, scenario.offers[0], [first.traced(graph), *others], constants)
    return compile_numpy({name: found[name] for name in names}, MOVED)


def test_one_layout_is_fixed() -> None:
    """A single layout gives what it costs, whether or not it meets its targets."""
    long = asked(8000, 30)
    one = layouts()[0]
    offer = long.offer(OFFER)
    assert costs_of_cheapest(long, offer, [one], study().constants).quantities == (
        costs(long, offer, one, study().constants).quantities
    )


def test_at_the_values_of_the_scenario_the_layout_of_the_study_is_chosen() -> None:
    """Every number is the same to the last bit, whatever else could be chosen."""
    found = costs_of_cheapest(study().scenario, study().scenario.offer(OFFER), layouts(), study().constants).rounded()
    own = study().costs[OFFER]
    assert {name: one.magnitude for name, one in found.quantities.items()} == {
        name: one.magnitude for name, one in own.quantities.items()
    }
    assert {name: one.magnitude for name, one in found.components.items()} == {
        name: one.magnitude for name, one in own.components.items()
    }


@pytest.mark.parametrize(("prompt", "output"), [(500, 20), (1500, 30), (2200, 30), (3000, 60)])
def test_the_choice_is_the_cheapest_of_those_that_keep_the_limits(prompt: float, output: float) -> None:
    """Each layout alone, by the plain costs of scenarios: among those fast enough, the one with the smallest fleet."""
    scenario, offer = asked(prompt, output), study().scenario.offer(OFFER)
    alone = [costs(scenario, offer, one, study().constants) for one in layouts()]
    workload = scenario.workload
    limits: dict[str, Quantity] = {name: getattr(workload, name) for name in LATENCIES}
    good = [one for one in alone if all(one[name] <= limit for name, limit in limits.items())]
    best = min(good, key=lambda one: 1 / magnitude(one["query_rate"] * one["occupied_share"], "1/s/accelerator*query"))
    found = costs_of_cheapest(scenario, offer, layouts(), study().constants)
    assert found["total_per_month"] == best["total_per_month"]
    assert found["time_to_first_token"] == best["time_to_first_token"]


def test_a_kernel_chooses_again_in_every_row() -> None:
    """Rows of a compiled front are those of the plain choice; more than one layout is chosen."""
    prompts = np.linspace(400, 3000, 8)
    rows = compiled(layouts(), ["cost_per_query", "accelerators"])(**dict(zip(MOVED, (prompts, 30.0), strict=True)))
    plain = [
        costs_of_cheapest(asked(one, 30), study().scenario.offer(OFFER), layouts(), study().constants)
        for one in prompts
    ]
    assert rows["cost_per_query"] == pytest.approx([magnitude(one["cost_per_query"], "USD/query") for one in plain])
    fixed = compiled(layouts()[:1], ["cost_per_query"])(**dict(zip(MOVED, (prompts, 30.0), strict=True)))
    assert not np.allclose(rows["cost_per_query"], fixed["cost_per_query"], rtol=1e-3)


def test_a_row_that_no_layout_serves_is_no_number_and_plain_numbers_are_refused() -> None:
    """Prompts of 200,000 tokens take longer than a second on any layout: NaN beside rows that stay right."""
    rows = compiled(layouts(), ["cost_per_query"]).mark(**dict(zip(MOVED, ([1500.0, 200_000.0], 30.0), strict=True)))
    assert np.isnan(rows["cost_per_query"]).tolist() == [False, True]
    with pytest.raises(Infeasible, match="none of the layouts tried meets the targets"):
        costs_of_cheapest(asked(200_000, 30), study().scenario.offer(OFFER), layouts(), study().constants)
