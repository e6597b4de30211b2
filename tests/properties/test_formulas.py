"""Laws that every formula of the registry obeys, by what it declares about itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costmodel.formula import REGISTRY, Graph, compile_numpy, explain
from costmodel.formula.graph import order
from costmodel.formula.operations import LEAF
from costmodel.units import Quantity, quantity
from tests.closeness import rounding, values
from tests.shipped import FORMULAS
from tests.strategies import Arguments, arguments_of, mixed_arguments_of, same_in_other_units

few = settings(max_examples=max(5, settings().max_examples // 2))
every_formula = pytest.mark.parametrize("name", FORMULAS)


@every_formula
@few
@given(data=st.data())
def test_result_is_finite_and_in_the_declared_unit(name: str, data: st.DataObject) -> None:
    """A formula gives a finite number in its declared unit for all ordinary inputs."""
    one = REGISTRY[name]
    result = one(**data.draw(arguments_of(one)))
    assert result.units == quantity(1.0, one.unit).units
    assert np.isfinite(result.magnitude)


@every_formula
@few
@given(data=st.data())
def test_other_units_of_the_inputs_give_the_same_answer(name: str, data: st.DataObject) -> None:
    """Hours instead of seconds, or kilo instead of mega, change nothing."""
    one = REGISTRY[name]
    arguments = data.draw(arguments_of(one))
    others = {argument: data.draw(same_in_other_units(value)) for argument, value in arguments.items()}
    assert abs(values(one, others) - values(one, arguments)) <= rounding(one, arguments)


@every_formula
@few
@given(data=st.data())
def test_arrays_give_what_a_loop_of_scalars_gives(name: str, data: st.DataObject) -> None:
    """Scalars, rows, columns and tables broadcast, and each element is what its scalars alone would give."""
    one = REGISTRY[name]
    arguments = data.draw(mixed_arguments_of(one))
    whole = values(one, arguments)
    tables = np.broadcast_arrays(*(value.magnitude for value in arguments.values()))
    loop = np.empty(tables[0].shape)
    for place in np.ndindex(loop.shape):
        scalars = {n: quantity(float(t[place]), one.inputs[n]) for n, t in zip(arguments, tables, strict=True)}
        loop[place] = values(one, scalars)
    assert np.all(np.abs(whole - loop) <= 1e-12 * np.abs(loop) + 1e-3 * rounding(one, arguments))


@pytest.mark.parametrize("name", [name for name in FORMULAS if REGISTRY[name].increasing or REGISTRY[name].decreasing])
@few
@given(data=st.data())
def test_declared_directions_hold(name: str, data: st.DataObject) -> None:
    """The result never falls in what it is declared to increase in, and never rises in what it decreases in."""
    one = REGISTRY[name]
    arguments, others = data.draw(arguments_of(one)), data.draw(arguments_of(one))
    for argument in (*one.increasing, *one.decreasing):
        pair = sorted([arguments[argument], others[argument]])
        low, high = ({**arguments, argument: value} for value in pair)
        sign = 1 if argument in one.increasing else -1
        slack = rounding(one, low) + rounding(one, high)
        assert sign * (values(one, high) - values(one, low)) >= -slack, argument


@pytest.mark.parametrize("name", [name for name in FORMULAS if REGISTRY[name].bounds])
@few
@given(data=st.data())
def test_ends_of_bounds_are_allowed(name: str, data: st.DataObject) -> None:
    """A formula gives a finite number at both ends of each of its bounds."""
    one = REGISTRY[name]
    arguments = data.draw(arguments_of(one))
    for argument, ends in one.bounds.items():
        for end in ends:
            edge = quantity(float(end), one.inputs[argument])
            assert np.isfinite(values(one, arguments | {argument: edge})), argument


@every_formula
@few
@given(data=st.data())
def test_the_compiled_graph_gives_what_the_call_gives(name: str, data: st.DataObject) -> None:
    """The kernel made of the traced formula agrees with the direct call, element by element."""
    one = REGISTRY[name]
    arguments = data.draw(mixed_arguments_of(one))
    result = one(**_traced(arguments))
    used = [node.label.name for node in order([result.magnitude]) if node.operation == LEAF]
    kernel = compile_numpy({"result": result}, used)
    compiled = kernel(**{leaf: arguments[leaf].magnitude for leaf in used})["result"]
    assert np.all(np.abs(compiled - values(one, arguments)) <= 1e-3 * rounding(one, arguments))


@every_formula
@few
@given(data=st.data())
def test_the_explanation_names_the_formula_and_its_arguments(name: str, data: st.DataObject) -> None:
    """The tree of a result has the formula's name, its value, and each argument as a child."""
    one = REGISTRY[name]
    arguments = data.draw(arguments_of(one))
    tree = explain(one(**_traced(arguments)))
    assert tree.formula == name
    assert tree.summary == one.summary
    assert [child.name for child in tree.children] == list(one.inputs)
    assert [child.value for child in tree.children] == list(arguments.values())
    assert abs(tree.value - one(**arguments)).magnitude <= 1e-3 * rounding(one, arguments)


def _traced(arguments: Arguments) -> dict[str, Quantity]:
    graph = Graph()
    return {name: graph.leaf(name, value) for name, value in arguments.items()}
