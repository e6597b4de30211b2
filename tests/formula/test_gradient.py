"""Derivatives: against finite differences, for every formula and for whole scenarios, and in the smooth reading."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costmodel.analysis.study import Study
from costmodel.errors import FormulaError
from costmodel.formula import REGISTRY, Graph, compile_numpy
from costmodel.formula.gradient import elasticities, gradient, smooth
from costmodel.formula.ops import ceil, maximum, where
from costmodel.units import Quantity, quantity
from tests.shipped import FORMULAS
from tests.strategies import arguments_of

STEP = 1e-5


def _slopes(output: Quantity) -> tuple[dict[str, float], dict[str, float], float]:
    """Return derivatives by hand, times each input: from the graph, from central differences, and the output."""
    leaves = gradient(output)
    kernel = compile_numpy({"=": output, **leaves}, list(leaves))
    at = _values(output)
    found = kernel(**{name: at[name] for name in leaves})
    exact = {name: float(found[name]) * at[name] for name in leaves}
    differences = {name: _difference(output, at, name) for name in leaves}
    return exact, differences, float(found["="])


def _difference(output: Quantity, at: dict[str, float], name: str) -> float:
    kernel = compile_numpy({"=": output}, [name])
    ends = kernel(**{name: at[name] * np.array([1 + STEP, 1 - STEP])})["="]
    return float(ends[0] - ends[1]) / (2 * STEP)


def _values(output: Quantity) -> dict[str, float]:
    from costmodel.analysis.model import leaves_of  # noqa: PLC0415 - the engine's tests need no model but here

    return {name: float(leaf.value.magnitude) for name, leaf in leaves_of([output]).items()}


@pytest.mark.parametrize("name", FORMULAS)
@settings(max_examples=5)
@given(data=st.data())
def test_derivatives_of_every_formula_are_those_of_finite_differences(name: str, data: st.DataObject) -> None:
    """Where a formula is smooth around a point, both agree; a kink between the two points is no derivative."""
    one = REGISTRY[name]
    graph = Graph()
    drawn = data.draw(arguments_of(one))
    # Equal arguments are where formulas have their special cases: a little apart, they are ordinary.
    traced = {key: graph.leaf(key, value * (1 - 0.00137 * i)) for i, (key, value) in enumerate(drawn.items())}
    output = smooth(one(**traced))
    if not gradient(output):
        return
    try:
        exact, differences, value = _slopes(output)
    except FormulaError:  # a neighbour is out of the formula's bounds
        return
    scale = abs(value) + max(map(abs, differences.values()), default=0.0)
    halves = {key: _one_sided(output, key) for key in exact}
    for key, slope in exact.items():
        if abs(halves[key][0] - halves[key][1]) <= 1e-3 * scale:
            assert slope == pytest.approx(differences[key], rel=2e-3, abs=2e-4 * scale + 1e-12)


def _one_sided(output: Quantity, name: str) -> tuple[float, float]:
    at = _values(output)[name]
    kernel = compile_numpy({"=": output}, [name])
    low, middle, high = kernel(**{name: at * np.array([1 - STEP, 1.0, 1 + STEP])})["="]
    return float(middle - low) / STEP, float(high - middle) / STEP


def test_elasticities_of_a_scenario_are_those_of_finite_differences(study: Study) -> None:
    """The percent per percent of every input of every offer, in the smooth reading, to 1e-6."""
    for id_ in study.model.costs:
        output = smooth(study.trace(id_)[study.headline])
        at, found = _values(output), elasticities(output)
        names = [name for name in found if not name.startswith("deployment/")]  # layouts come in whole numbers
        grid = np.array([at[name] for name in names])
        up, down = (grid * np.where(np.eye(len(names)) > 0, 1 + s, 1.0) for s in (STEP, -STEP))
        kernel = compile_numpy({"=": output}, names)
        high, low = (kernel(**dict(zip(names, rows.T, strict=True)))["="] for rows in (up, down))
        middle = float(kernel(**{name: at[name] for name in names})["="])
        slopes = (high - low) / (2 * STEP) / middle
        kinked = np.abs((high - middle) + (low - middle)) / middle > 1e-7
        assert np.mean(kinked) < 0.1
        for name, slope, kink in zip(names, slopes, kinked, strict=True):
            assert kink or found[name] == pytest.approx(slope, rel=1e-6, abs=1e-6), (id_, name)


def test_elasticities_of_all_prices_sum_to_one(study: Study) -> None:
    """A cost is linear in money: one percent on every price is one percent on it."""
    for id_ in study.model.costs:
        found = elasticities(study.trace(id_)[study.headline])
        prices = [v for name, v in found.items() if study.inputs()[name].value.dimensionality.get("[currency]")]
        assert sum(prices) == pytest.approx(1.0, abs=1e-9)


def test_more_users_do_not_change_a_smooth_unit_cost(serving: Study) -> None:
    """A percent more users need a percent more of everything: whole systems are read as fractions."""
    for id_ in serving.model.costs:
        assert elasticities(serving.trace(id_)["total_per_month"])["demand.users"] == pytest.approx(1.0, abs=1e-9)
        assert elasticities(serving.trace(id_)["cost_per_query"])["demand.users"] == pytest.approx(0.0, abs=1e-9)


def test_the_exact_reading_of_whole_numbers_is_flat() -> None:
    """Between two whole numbers, rounding up changes nothing."""
    x = Graph().leaf("x", quantity(2.5))
    assert set(gradient(ceil(x))) == set()
    assert float(_slopes(smooth(ceil(x)))[0]["x"]) == 2.5


def test_a_branch_that_is_not_taken_pulls_nothing() -> None:
    """An infinite slope in the other branch does not make the derivative no number."""
    x = Graph().leaf("x", quantity(0.0))
    slope = gradient(where(x > 0.0, 1 / x, 3 * x))["x"]
    assert float(compile_numpy({"slope": slope}, ["x"])(x=0.0)["slope"]) == 3.0


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
