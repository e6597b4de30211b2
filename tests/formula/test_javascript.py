"""Kernels as JavaScript: what NumPy gives, bounds in the formula's own words, nothing from users in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

import numpy as np
import pytest

import costmodel as cm
from costmodel.analysis.draws import together, uncertain_leaves
from costmodel.analysis.model import leaves_of
from costmodel.economics.formulas.demand import peak_query_rate
from costmodel.errors import FormulaError
from costmodel.formula import Graph, compile_numpy
from costmodel.formula.graph import node_of
from costmodel.formula.javascript import compile_javascript
from costmodel.formula.ops import ceil, exp, expm1, floor, log, log1p, maximum, minimum, power, sqrt, where
from costmodel.units import Quantity, quantity
from tests.formula.test_guards import unmoved
from tests.javascript import Array, ran, ran_again

RELATIVE = 4e-15
"""A few units in the last place: exp, log and powers round differently in V8 and in NumPy."""

STRIDE, FEW = 60, 20
"""Every how many of the inputs one is changed, in how many of the draws."""

RATE = quantity(2.0, "query/second")

CHAIN = 5e-14
"""The same after thousands of operations and a difference such as a margin, which magnifies what its terms lack."""


def _exact(x: Quantity, y: Quantity) -> Quantity:
    """Return a value made with the operations that round alike everywhere."""
    return where(x < y, floor(x * 3) + ceil(y * 3), maximum(x, y) - minimum(x, 2 * y)) * x / y + where(y <= x, -x, y)


@pytest.mark.parametrize("name", ["maia", "coreweave-contract"])
def test_javascript_gives_what_numpy_gives(name: str) -> None:
    """Every quantity, component and reading of every offer agrees over draws of ranged inputs, all leaves open.

    What is computed again after changes is what is computed anew at the changed inputs, to the last bit.
    """
    model = cm.load(name).model
    outputs = {
        f"{id_} {key}": value
        for id_, one in model.costs.items()
        for key, value in (*one.quantities.items(), *one.components.items(), *one.otherwise.items())
        if node_of(value) is not None
    }
    leaves = list(leaves_of(outputs.values()))
    drawn = together(uncertain_leaves(outputs.values()), 300)
    columns = {leaf: drawn.get(leaf, np.full(300, model.inputs[leaf].value.magnitude)) for leaf in leaves}
    few = {leaf: column[:FEW] for leaf, column in columns.items()}
    steps = [{leaf: few[leaf] * 1.1} for leaf in leaves[::STRIDE]]
    script = compile_javascript(outputs, leaves)
    (found, _), (anew, _) = ran([(script, columns), (script, reduce(or_, steps, few))])
    assert_same(reduce(or_, ran_again(script, few, leaves[STRIDE::STRIDE], steps)), anew)
    wanted = compile_numpy(outputs, leaves).mark(**columns)
    for key, numbers in wanted.items():
        np.testing.assert_array_equal(np.isnan(found[key]), np.isnan(numbers), key)
        np.testing.assert_allclose(found[key], numbers, rtol=CHAIN, err_msg=key)


def test_what_changes_do_not_reach_is_not_computed_again() -> None:
    """The first outputs come, after a change those that it moves, without the rows that bounds then refuse."""
    graph = Graph()
    mean, peak, z = (graph.leaf(*one) for one in (("mean", RATE), ("peak", quantity(2.0)), ("z", quantity(1.0))))
    outputs = {"rate": peak_query_rate(mean=mean, peak_to_mean=peak), "both": z * 3 + mean / RATE, "other": z * 5}
    columns = {"mean": np.array([2.0, 2.0]), "peak": np.array([3.0, 0.5]), "z": np.array([1.0, 2.0])}
    some = ("z", [4.0, 5.0]), ("mean", [8.0, 4.0]), ("peak", [3.0, 2.0]), ("z", [0.0, 1.0])
    steps = [{name: np.array(numbers)} for name, numbers in some]
    first, *found = ran_again(compile_javascript(outputs, list(columns), first=2), columns, ["mean"], steps)
    refused = [6.0, np.nan]
    assert_same(first, {"rate": refused, "both": [4.0, 7.0]})
    assert_same(found[0], {"rate": refused, "both": [13.0, 16.0]})  # z was not expected to change: all is computed once
    assert_same(found[1], {"rate": [24.0, np.nan], "both": [16.0, 17.0]})
    assert_same(found[2], {"rate": [24.0, 8.0], "both": [16.0, 17.0]})
    assert_same(found[3], {"both": [4.0, 5.0]})


def test_a_bound_that_moves_refuses_what_does_not_move() -> None:
    """A figure that an argument does not change is refused, and given again, as the bound of that argument says."""
    graph = Graph()
    price, share = graph.leaf("price", quantity(1.0, "USD")), graph.leaf("share", quantity(0.5))
    script = compile_javascript({"price": unmoved(price=price, share=share)}, ["price", "share"])
    columns = {"price": np.array([3.0, 4.0]), "share": np.array([0.5, 0.5])}
    steps = [{"share": np.array([0.5, 2.0])}, {"share": np.array([0.5, 1.0])}]
    found = ran_again(script, columns, ["share"], steps)
    for one, wanted in zip(found, ([3.0, 4.0], [3.0, np.nan], [3.0, 4.0]), strict=True):
        assert_same(one, {"price": wanted})


def assert_same(found: Mapping[str, Array], wanted: Mapping[str, Sequence[float] | Array]) -> None:
    """Check that outputs are the same to the last bit."""
    assert found.keys() == wanted.keys()
    for name, numbers in wanted.items():
        np.testing.assert_array_equal(found[name], numbers, name)


def test_every_operation_gives_what_numpy_gives() -> None:
    """Operations that round alike everywhere give the very same numbers; the others differ in the last digits."""
    graph = Graph()
    x, y = graph.leaf("x", quantity(1.0)), graph.leaf("y", quantity(2.0))
    smooth = exp(-x) + expm1(x / 10) + log(y) + log1p(x) + sqrt(y) + power(y, x / 10)
    outputs = {"stepped": _exact(x, y), "smooth": smooth, "x": x}
    columns = {"x": np.linspace(0.1, 9.0, 97), "y": np.linspace(7.0, 0.2, 97)}
    ((found, _),) = ran([(compile_javascript(outputs, ["x", "y"]), columns)])
    wanted = compile_numpy(outputs, ["x", "y"])(**columns)
    np.testing.assert_array_equal(found["stepped"], wanted["stepped"])
    np.testing.assert_array_equal(found["x"], columns["x"])
    np.testing.assert_allclose(found["smooth"], wanted["smooth"], rtol=RELATIVE)


def test_bounds_are_refused_in_the_words_of_the_formula() -> None:
    """A row out of bounds has no number, for the outputs that rest on it, and the message is that of the call."""
    graph = Graph()
    mean, peak = graph.leaf("mean", quantity(5.0, "query/second")), graph.leaf("peak", quantity(2.0))
    outputs = {"rate": peak_query_rate(mean=mean, peak_to_mean=peak), "mean": mean * 2}
    columns = {"mean": np.full(3, 5.0), "peak": np.array([2.0, 0.25, 3.0])}
    ((found, refused),) = ran([(compile_javascript(outputs, ["mean", "peak"]), columns)])
    assert list(np.isnan(found["rate"])) == [False, True, False]
    np.testing.assert_array_equal(found["mean"], np.full(3, 10.0))
    with pytest.raises(FormulaError) as said:
        peak_query_rate(mean=quantity(5.0, "query/second"), peak_to_mean=quantity(0.25))
    assert refused == [[1, str(said.value)]]


def test_a_quotient_by_zero_has_no_number_even_where_a_minimum_would_hide_it() -> None:
    """What a formula could not compute is not a number, whatever follows."""
    graph = Graph()
    x = graph.leaf("x", quantity(1.0))
    ((found, _),) = ran([(compile_javascript({"z": minimum(1 / x, 3.0)}, ["x"]), {"x": np.array([0.0, 0.5])})])
    assert np.isnan(found["z"][0])
    assert found["z"][1] == 2.0


def test_names_of_leaves_never_stand_in_the_text() -> None:
    """Whatever an input is called, the emitted text holds only names of our own."""
    graph = Graph()
    x = graph.leaf("</script>`${alert(1)}`", quantity(1.0))
    script = compile_javascript({"</script>": x * 2}, ["</script>`${alert(1)}`"])
    assert re.fullmatch(r"[\w(){}\[\],=>\n]+", script.source)


def test_what_is_not_traced_is_refused() -> None:
    """A plain number is no calculation."""
    with pytest.raises(FormulaError, match="needs traced quantities"):
        compile_javascript({"z": quantity(1.0)}, [])
