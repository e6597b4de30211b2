"""Bounds are kept by every reading of a graph: the call, the kernel, the explanation."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.analysis.model import leaves_of
from costmodel.analysis.study import Study
from costmodel.economics.formulas.demand import peak_query_rate
from costmodel.errors import FormulaError
from costmodel.formula import REGISTRY, Formula, Graph, compile_numpy, explain, formula, numpy_kernel
from costmodel.formula.gradient import elasticities
from costmodel.formula.ops import minimum
from costmodel.formula.values import values_of
from costmodel.units import Quantity, quantity
from tests.draws import arguments_of, random_of
from tests.shipped import FORMULAS


@formula()
def wage(*, money: "USD", time: "hour") -> "USD/hour":
    """Return money over time, which nothing bounds."""
    return money / time


BOUNDED = [name for name in FORMULAS if REGISTRY[name].bounds]
OUTSIDE = "peak_query_rate: peak_to_mean is 0.3; it must be from 1 to 1000 1"


def _peak(mean: float = 5.0) -> Quantity:
    graph = Graph()
    return peak_query_rate(
        mean=graph.leaf("mean", quantity(mean, "query/second")), peak_to_mean=graph.leaf("peak", quantity(3.0))
    )


def test_a_kernel_refuses_what_the_call_refuses_in_the_same_words() -> None:
    """One row out of bounds is enough, wherever it stands."""
    kernel = compile_numpy({"peak": _peak()}, ["mean", "peak"])
    with pytest.raises(FormulaError) as direct:
        peak_query_rate(mean=quantity(5.0, "query/second"), peak_to_mean=quantity(0.3))
    with pytest.raises(FormulaError) as compiled:
        kernel(mean=5.0, peak=np.array([2.0, 0.3, 4.0]))
    assert str(direct.value) == str(compiled.value) == OUTSIDE


def test_a_batch_marks_the_rows_and_says_why() -> None:
    """The other rows keep their answers, those at the very bounds among them."""
    peaks = np.array([2.0, 0.3, 4.0, 2e3, 1.0, 1e3])
    found = compile_numpy({"peak": _peak()}, ["mean", "peak"]).mark(mean=5.0, peak=peaks)
    assert found.marked.tolist() == [False, True, False, True, False, False]
    assert found["peak"][[0, 2, 4, 5]].tolist() == [10.0, 20.0, 5.0, 5000.0]
    assert np.isnan(found["peak"][found.marked]).all()
    assert found.reasons == {"peak_query_rate: peak_to_mean": 2}


def test_an_output_that_does_not_rest_on_a_bound_keeps_its_answer() -> None:
    """One way that is impossible in a row leaves the others theirs."""
    peak = _peak()
    alone = peak.magnitude.graph.leaf("mean", quantity(5.0, "query/second")) * 2
    found = compile_numpy({"peak": peak, "alone": alone}, ["mean", "peak"]).mark(mean=5.0, peak=np.array([2.0, 0.3]))
    assert np.isnan(found["peak"]).tolist() == [False, True]
    assert found["alone"].tolist() == [10.0, 10.0]


def test_a_refused_value_reaches_an_output_that_may_have_it_as_it_is() -> None:
    """It gives way to one in bounds only where every output that it reaches is refused."""
    peak = _peak()
    leaf = peak.magnitude.graph.leaf("peak", quantity(3.0))
    found = compile_numpy({"peak": peak, "double": leaf * 2}, ["mean", "peak"]).mark(
        mean=5.0, peak=np.array([2.0, 0.3])
    )
    assert np.isnan(found["peak"]).tolist() == [False, True]
    assert found["double"].tolist() == [4.0, 0.6]


def test_what_follows_from_a_refused_value_alone_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other row pays for it: the rows of a chunk go through the formulas once."""
    graph = Graph()
    share = graph.leaf("share", quantity(0.5))
    price = unmoved(price=graph.leaf("price", quantity(1.0, "USD")), share=share)
    rate = capped(money=price, time=quantity(1.0, "hour") * (3.0 - share), most=quantity(5.0, "USD/hour"))
    kernel = compile_numpy({"=": rate}, ["share"])
    monkeypatch.setattr(numpy_kernel, "impossible", lambda *_: pytest.fail("no row is to be looked at again"))
    given = np.array([0.5, 3.0, 1.0])
    found = kernel.mark(share=given)
    assert np.isnan(found["="]).tolist() == [False, True, False]
    assert found.reasons == {"unmoved: share": 1}
    assert given.tolist() == [0.5, 3.0, 1.0]


def test_rows_of_every_chunk_are_checked() -> None:
    """The last row of many is checked like the first."""
    peaks = np.full(50_000, 2.0)
    peaks[[0, 20_000, 49_999]] = 0.5
    found = compile_numpy({"peak": _peak()}, ["peak"]).mark(peak=peaks)
    assert np.flatnonzero(found.marked).tolist() == [0, 20_000, 49_999]


def test_a_fixed_value_out_of_bounds_is_refused_when_compiling() -> None:
    """What does not vary is checked once."""
    graph = Graph()
    peak = peak_query_rate(
        mean=graph.leaf("mean", quantity(1.0, "query/second")), peak_to_mean=graph.leaf("peak", quantity(0.3))
    )
    with pytest.raises(FormulaError, match=r"peak_to_mean is 0\.3"):
        compile_numpy({"peak": peak}, ["mean"])
    with pytest.raises(FormulaError, match=r"peak_to_mean is 0\.3"):
        explain(peak)


def test_bounds_are_in_declared_units_and_messages_in_given_ones() -> None:
    """A share given in percent is held to one, and named in percent."""
    graph = Graph()
    peak = peak_query_rate(
        mean=graph.leaf("mean", quantity(1.0, "query/second")),
        peak_to_mean=graph.leaf("peak", quantity(300, "percent")),
    )
    kernel = compile_numpy({"peak": peak}, ["peak"])
    assert kernel(peak=200.0)["peak"] == 2.0
    with pytest.raises(FormulaError, match=r"peak_to_mean is 30\.0 pct"):
        kernel(peak=30.0)


def test_what_is_not_a_number_is_never_an_answer() -> None:
    """Missing inputs and quotients by zero are refused or marked, not passed on."""
    graph = Graph()
    x, y = graph.leaf("x", quantity(1.0)), graph.leaf("y", quantity(2.0))
    kernel = compile_numpy({"z": x / y}, ["x", "y"])
    with pytest.raises(FormulaError, match="z is inf in 1 of 2 rows"):
        kernel(x=1.0, y=np.array([1.0, 0.0]))
    found = kernel.mark(x=np.array([1.0, np.nan]), y=2.0)
    assert found.marked.tolist() == [False, True]


@pytest.mark.parametrize("name", BOUNDED)
def test_every_bound_of_every_formula_is_kept(name: str, seed: object) -> None:
    """A kernel over all arguments refuses what the direct call refuses, in the words of the same bound."""
    one = REGISTRY[name]
    drawn = arguments_of(one, random_of(seed, "guards", name), 1)
    row = {k: float(value.to(one.inputs[k]).magnitude[0]) for k, value in drawn.items()}
    for key, (low, high) in one.bounds.items():
        above = [high * 1.001] if np.isfinite(high) and high > 0 else []
        for number in [low - abs(low) * 1e-3 - 1e-6, *above]:
            _refuse_alike(one, row, key, number)


def _refuse_alike(one: Formula, row: dict[str, float], key: str, number: float) -> None:
    graph = Graph()
    traced = one(**{k: graph.leaf(k, quantity(v, one.inputs[k])) for k, v in row.items()})
    kernel = compile_numpy({"=": traced}, list(leaves_of([traced])))
    beyond = row | {key: number}
    with pytest.raises(FormulaError) as direct:
        one(**{k: quantity(v, one.inputs[k]) for k, v in beyond.items()})
    if key in kernel.inputs:
        with pytest.raises(FormulaError) as compiled:
            kernel(**{k: beyond[k] for k in kernel.inputs})
        assert str(compiled.value).partition(" is ")[0] == str(direct.value).partition(" is ")[0]


def test_scenarios_are_guarded_and_within_bounds(study: Study) -> None:
    """The numbers of a scenario come from a guarded pass, and equal those of its kernel."""
    outputs = {id_: one[study.headline] for id_, one in study.model.costs.items()}
    kernel = compile_numpy(outputs, [])
    assert {id_: float(value) for id_, value in kernel().items()} == {
        id_: float(study.costs[id_][study.headline].magnitude) for id_ in outputs
    }


def test_values_name_the_formula_whose_result_is_not_finite() -> None:
    """A quotient by zero is said by the formula that divides."""
    graph = Graph()
    cost = REGISTRY["wage"](money=graph.leaf("x", quantity(5.0, "USD")), time=graph.leaf("zero", quantity(0.0, "hour")))
    with pytest.raises(FormulaError, match="wage: the result is inf with money = 5 USD, time = 0 hour"):
        values_of([cost.magnitude.node])


@formula()
def capped(*, money: "USD", time: "hour", most: "USD/hour") -> "USD/hour":
    """Return money over time, at most so much."""
    return minimum(money / time, most)


@formula(bounds={"share": (0, 1)})
def unmoved(*, price: "USD", share: "1") -> "USD":  # noqa: ARG001 - as it says
    """Return a price that a share does not change."""
    return price


def _capped() -> Quantity:
    graph = Graph()
    x, y = graph.leaf("money", quantity(1.0, "USD")), graph.leaf("time", quantity(2.0, "hour"))
    return capped(money=x, time=y, most=graph.leaf("most", quantity(5.0, "USD/hour")))


def test_an_infinity_that_is_swallowed_is_refused_like_by_the_call() -> None:
    """At no time the call stops, and so does the kernel, though the smaller of infinity and the cap is the cap."""
    kernel = compile_numpy({"=": _capped()}, ["money", "time", "most"])
    with pytest.raises(FormulaError) as direct:
        capped(money=quantity(1.0, "USD"), time=quantity(0.0, "hour"), most=quantity(5.0, "USD/hour"))
    with pytest.raises(FormulaError) as compiled:
        kernel(money=1.0, time=np.array([1.0, 0.0]), most=5.0)
    assert str(compiled.value) == str(direct.value)


def test_rows_that_divide_by_zero_are_marked_and_counted() -> None:
    """In every chunk, with the formula that divides."""
    time = np.full(40_000, 2.0)
    time[[3, 39_999]] = 0.0
    found = compile_numpy({"=": _capped()}, ["time"]).mark(time=time)
    assert np.flatnonzero(found.marked).tolist() == [3, 39_999]
    assert found.reasons == {"capped: divided by zero": 2}


def test_a_row_that_a_bound_refuses_is_not_refused_twice() -> None:
    """What follows from a number out of bounds is no reason of its own; other rows are looked at all the same."""
    graph = Graph()
    share = graph.leaf("share", quantity(0.5))
    price = unmoved(price=graph.leaf("price", quantity(1.0, "USD")), share=share)
    time = quantity(1.0, "hour") * share
    rate = capped(money=price, time=time * (1.0 - share) * (3.0 - share), most=quantity(5.0, "USD/hour"))
    found = compile_numpy({"=": rate}, ["share"]).mark(share=np.array([0.5, 3.0, 0.0]))
    assert found.reasons == {"unmoved: share": 1, "capped: divided by zero": 1}
    assert found.marked.tolist() == [False, True, True]


def test_an_argument_without_effect_is_guarded_too() -> None:
    """A call refuses it, whatever comes of it."""
    graph = Graph()
    share = peak_query_rate(mean=quantity(1.0, "query/s"), peak_to_mean=graph.leaf("peak", quantity(3.0)))
    value = unmoved(price=graph.leaf("price", quantity(1.0, "USD")), share=share / quantity(6.0, "query/s"))
    kernel = compile_numpy({"=": value * share}, ["peak"])
    assert kernel(peak=6.0)["="] == 6.0
    with pytest.raises(FormulaError, match="peak_to_mean is 0"):
        kernel(peak=0.5)
    with pytest.raises(FormulaError, match=r"unmoved: share is 1\.5"):
        kernel(peak=9.0)


def test_elasticities_refuse_what_the_formula_refuses() -> None:
    """The smooth reading knows no bounds, so that the exact one is looked at first."""
    graph = Graph()
    peak = peak_query_rate(mean=quantity(1.0, "query/s"), peak_to_mean=graph.leaf("peak", quantity(0.3)))
    with pytest.raises(FormulaError, match=r"peak_to_mean is 0\.3"):
        elasticities(peak)
