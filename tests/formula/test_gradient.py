"""Derivatives: against finite differences, for every formula and for whole scenarios, and in the smooth reading."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from costmodel.analysis.model import leaves_of
from costmodel.analysis.study import Study
from costmodel.domain.offers import Program, Rental
from costmodel.errors import FormulaError
from costmodel.formula import REGISTRY, Graph, compile_numpy
from costmodel.formula.gradient import elasticities, gradient, smooth
from costmodel.formula.ops import ceil, maximum, sqrt, where
from costmodel.formula.values import values_of
from costmodel.units import Quantity, magnitude, quantity
from tests.draws import arguments_of, random_of
from tests.shipped import FORMULAS

STEP = 1e-5
STEPS = (STEP, -STEP, 2 * STEP, -2 * STEP)
ROWS = 20


def _values(output: Quantity) -> dict[str, float]:
    return {name: float(leaf.value.magnitude) for name, leaf in leaves_of([output]).items()}


def test_powers_have_slopes_in_base_and_exponent() -> None:
    """Of x to n at 3 and 2: 6 and 9 ln 3; of a root at nothing none, of what rises from there its own."""
    graph = Graph()
    x, n = graph.leaf("x", quantity(3.0)), graph.leaf("n", quantity(2.0))
    found = compile_numpy(gradient(quantity(1.0) * (x.magnitude**n.magnitude)), ["x", "n"])(x=3.0, n=2.0)
    assert (float(found["x"]), float(found["n"])) == pytest.approx((6.0, 9 * np.log(3.0)))
    for exponent, slopes in ((0.5, [0.0, 0.25]), (1.5, [0.0, 3.0]), (2.0, [0.0, 8.0])):
        slope = compile_numpy(gradient(x**exponent), ["x"])(x=np.array([0.0, 4.0]))["x"]
        assert slope.tolist() == pytest.approx(slopes)


@pytest.mark.parametrize("name", FORMULAS)
def test_derivatives_of_every_formula_are_those_of_finite_differences(name: str, seed: object) -> None:
    """Where a formula is smooth around a point, both agree; where its two sides differ is a kink, and no derivative."""
    one, graph = REGISTRY[name], Graph()
    drawn = arguments_of(one, random_of(seed, "gradient", name), ROWS)
    # Equal arguments are where formulas have their special cases: a little apart, they are ordinary.
    rows = {key: value.magnitude * (1 - 0.00137 * i) for i, (key, value) in enumerate(drawn.items())}
    traced = {key: graph.leaf(key, quantity(float(rows[key][0]), one.inputs[key])) for key, value in drawn.items()}
    try:
        output = smooth(one(**traced))
        slopes = gradient(output)
        kernel = compile_numpy({"=": output, **slopes}, list(slopes))
    except FormulaError:  # the first row is out of the formula's bounds once it is moved
        return
    at = {key: rows[key] for key in slopes}
    middle = kernel.mark(**at)
    for key in slopes:
        low, high = (kernel.mark(**at | {key: at[key] * (1 + step)})["="] for step in (-STEP, STEP))
        left, right = (middle["="] - low) / STEP, (high - middle["="]) / STEP
        scale = np.abs(middle["="]) + np.maximum(np.abs(left), np.abs(right))
        known = np.isfinite(left + right) & (np.abs(left - right) <= 1e-3 * scale)
        exact = (middle[key] * at[key])[known]
        np.testing.assert_allclose(
            exact, ((left + right) / 2)[known], rtol=2e-3, atol=(3e-4 * scale[known]).max(initial=1e-12)
        )


@pytest.fixture(scope="module")
def percents(study: Study) -> dict[str, dict[str, float]]:
    """Return the elasticities of the headline of every offer."""
    return {id_: elasticities(study.trace(id_)[study.headline]) for id_ in study.model.costs}


def test_elasticities_of_a_scenario_are_those_of_finite_differences(
    study: Study, percents: dict[str, dict[str, float]]
) -> None:
    """The percent per percent of every input of every offer, in the smooth reading, to 1e-6."""
    for id_, found in percents.items():
        output = smooth(study.trace(id_)[study.headline])
        at = _values(output)
        names = [name for name in found if not name.startswith("deployment/")]  # layouts come in whole numbers
        grid = np.array([at[name] for name in names])
        steps = (grid * np.where(np.eye(len(names)) > 0, 1 + step, 1.0) for step in STEPS)
        kernel = compile_numpy({"=": output}, names)
        middle = float(kernel(**{name: at[name] for name in names})["="])
        high, low, higher, lower = (kernel(**dict(zip(names, rows.T, strict=True)))["="] / middle - 1 for rows in steps)
        slopes = (high - low) / (2 * STEP)
        # Over twice the step a bend grows four times and a kink twice: what is left of their difference is the kink.
        kinked = np.abs(4 * (high + low) - (higher + lower)) / 2 > 1e-6 * STEP
        assert np.mean(kinked) < 0.25
        for name, slope, kink in zip(names, slopes, kinked, strict=True):
            assert kink or found[name] == pytest.approx(slope, rel=1e-6, abs=1e-6), (id_, name)


def test_elasticities_of_all_prices_sum_to_one(study: Study, percents: dict[str, dict[str, float]]) -> None:
    """A cost is linear in money: one percent on every price is one percent on it."""
    for found in percents.values():
        prices = [v for name, v in found.items() if study.inputs()[name].value.dimensionality.get("[currency]")]
        assert sum(prices) == pytest.approx(1.0, abs=1e-9)


def test_the_smooth_reading_costs_about_what_the_exact_one_does(study: Study) -> None:
    """Fractions change a cost by less than a quarter, but for the last systems of small fleets and for whole terms."""
    for id_, costs in study.model.costs.items():
        exact, fractional = costs[study.headline].magnitude, smooth(costs[study.headline]).magnitude
        values = values_of([exact.node, fractional.node])
        ratio = values[id(exact.node)] / values[id(fractional.node)]
        assert 0.75 < ratio < _whole_systems(study, id_) * _whole_terms(study, id_), id_


def _whole_systems(study: Study, id_: str) -> float:
    """Return by how much a fleet may exceed its smooth reading: up to one system of its load, and one of its spares."""
    if id_ not in study.deployments:
        return 1.25
    servers = float(magnitude(study.costs[id_]["servers"], "server"))
    return max(1.25, servers / (servers - 2)) if servers > 2 else np.inf


def _whole_terms(study: Study, id_: str) -> float:
    """Return the whole terms of a rental that cover the horizon, over those that it lasts."""
    offer = study.costs[id_].offer
    if not isinstance(offer, Rental) or offer.term is None:
        return 1.0
    terms = magnitude(study.scenario.finance_horizon, "year") / magnitude(offer.term, "year")
    return float(np.ceil(terms) / terms)


def test_more_users_do_not_change_a_smooth_unit_cost(serving: Study) -> None:
    """A percent more users need a percent more of all but the spares; those of a program share what it costs once."""
    for id_, one in serving.costs.items():
        if isinstance(one.offer, Program):
            assert 0 < elasticities(serving.trace(id_)["total_per_month"])["demand.users"] < 1
            assert -1 < elasticities(serving.trace(id_)["cost_per_query"])["demand.users"] < 0
            continue
        assert elasticities(serving.trace(id_)["total_per_month"])["demand.users"] == pytest.approx(1.0, abs=2e-3)
        assert elasticities(serving.trace(id_)["cost_per_query"])["demand.users"] == pytest.approx(0.0, abs=2e-3)


def test_the_exact_reading_of_whole_numbers_is_flat() -> None:
    """Between two whole numbers, rounding up changes nothing."""
    x = Graph().leaf("x", quantity(2.5))
    assert set(gradient(ceil(x))) == set()
    assert float(values_of([gradient(smooth(ceil(x)))["x"].magnitude.node]).popitem()[1]) == 1.0


def test_a_branch_that_is_not_taken_pulls_nothing() -> None:
    """An infinite slope in the other branch does not make the derivative no number."""
    x = Graph().leaf("x", quantity(0.0))
    slope = gradient(where(x > 0.0, 1 / x, 3 * x))["x"]
    assert float(compile_numpy({"slope": slope}, ["x"])(x=0.0)["slope"]) == 3.0


@pytest.mark.parametrize("root", [sqrt, lambda x: x**0.5])
def test_a_root_of_zero_pulls_nothing(root: Callable[[Quantity], Quantity]) -> None:
    """At zero a root has no slope but an end: the derivative of what is flat below it is a number."""
    x = Graph().leaf("x", quantity(0.0))
    slope = compile_numpy(gradient(root(x * x)), ["x"])
    assert slope(x=np.array([-2.0, 0.0, 2.0]))["x"].tolist() == [-1.0, 0.0, 1.0]


def test_the_larger_of_two_has_the_slope_of_the_larger() -> None:
    """At a tie the first counts."""
    graph = Graph()
    x, y = graph.leaf("x", quantity(2.0)), graph.leaf("y", quantity(2.0))
    slopes = gradient(maximum(3 * x, 3 * y))
    found = compile_numpy(slopes, ["x", "y"])(x=np.array([1.0, 3.0, 2.0]), y=2.0)
    assert found["x"].tolist() == [0.0, 3.0, 3.0]
    assert found["y"].tolist() == [3.0, 0.0, 0.0]


def test_zero_has_no_elasticities_and_a_plain_number_no_derivative() -> None:
    """What cannot be answered is said in words."""
    x = Graph().leaf("x", quantity(2.0))
    with pytest.raises(FormulaError, match="zero"):
        elasticities(x - x)
    with pytest.raises(FormulaError, match="traced"):
        gradient(quantity(2.0))
