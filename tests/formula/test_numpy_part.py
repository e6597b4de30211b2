"""A part of a kernel does what a kernel of that part would: the same numbers, and the same refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.analysis.model import leaves_of
from costmodel.analysis.study import Study
from costmodel.economics.formulas.demand import peak_query_rate
from costmodel.errors import FormulaError
from costmodel.formula import Graph, Kernel, compile_numpy
from costmodel.formula.ops import exp, maximum, where
from costmodel.units import Quantity, quantity


def _outputs() -> dict[str, Quantity]:
    """Return three outputs that share some of what they rest on, with a bound on an input of the second."""
    graph = Graph()
    x, y, peak = (graph.leaf(name, quantity(value)) for name, value in {"x": 1.5, "y": 2.5, "peak": 3.0}.items())
    rate = peak_query_rate(mean=quantity(1.0, "query/second") * exp(-y), peak_to_mean=peak)
    shared = exp(x) * y + maximum(x, y)
    return {"shared": shared, "rate": rate, "chosen": where(x < y, shared - peak, shared / (y - 3 * x))}


@given(
    st.sets(st.sampled_from(["shared", "rate", "chosen"]), min_size=1),
    st.sets(st.sampled_from(["x", "y", "peak"])),
    st.integers(0, 99),
)
def test_a_part_gives_the_numbers_of_a_kernel_of_that_part(some: set[str], vary: set[str], seed: int) -> None:
    """To the last bit, with what is refused for the same reasons, and no more to do."""
    every = _outputs()
    outputs = {name: every[name] for name in sorted(some)}
    alone = compile_numpy(outputs, sorted(vary & leaves_of(outputs.values()).keys()))
    part = compile_numpy(every, ["x", "y", "peak"]).part(outputs, alone.inputs)
    rows = dict(zip(alone.inputs, np.random.default_rng(seed).uniform(0.5, 4, (3, 9)), strict=False))
    one, other = alone.mark(**rows), part.mark(**rows)
    assert (one.reasons, one.marked.tolist()) == (other.reasons, other.marked.tolist())
    assert all(np.array_equal(one[name], other[name], equal_nan=True) for name in some)
    assert len(part.program.calls) <= len(alone.program.calls)


def test_a_part_of_a_part_is_a_part() -> None:
    """What has been folded once stays folded."""
    every = _outputs()
    kernel = compile_numpy(every, ["x", "y", "peak"])
    twice = kernel.part(every, ["x", "y"]).part({"chosen": every["chosen"]}, ["y"])
    assert twice(y=[1.0, 2.0])["chosen"].tolist() == kernel(x=1.5, y=[1.0, 2.0], peak=3.0)["chosen"].tolist()


def _peak(own: float) -> tuple[dict[str, Quantity], Kernel]:
    graph = Graph()
    mean, peak = graph.leaf("mean", quantity(5.0, "query/second")), graph.leaf("peak", quantity(own))
    outputs = {"rate": peak_query_rate(mean=mean, peak_to_mean=peak), "mean": mean * 2}
    return outputs, compile_numpy(outputs, ["mean", "peak"])


def test_a_fixed_value_out_of_bounds_is_refused() -> None:
    """In the words of the formula, and only where an output rests on it."""
    outputs, kernel = _peak(0.3)
    with pytest.raises(FormulaError, match=r"^peak_query_rate: peak_to_mean is 0.3; it must be from 1 to 1000 1$"):
        kernel.part(outputs, ["mean"])
    alone = kernel.part({"mean": outputs["mean"]}, ["mean"])
    assert alone(mean=[1.0, 2.0])["mean"].tolist() == [2.0, 4.0]


def test_the_answers_of_a_scenario_are_a_part_of_what_flips_move(study: Study) -> None:
    """The ranking costs of all offers over one input are those of a kernel of their own."""
    compiled = study.answers.compiled
    names = [name for name in compiled.inputs if name.startswith(("demand.", "purchase/"))]
    rows = {name: float(compiled.own[name]) * np.linspace(0.5, 1.5, 7) for name in names}
    one = compile_numpy(study.ranked, names).mark(**rows)
    other = compiled.part(study.ranked, names).mark(**rows)
    assert one.reasons == other.reasons
    assert all(np.array_equal(one[id_], other[id_], equal_nan=True) for id_ in study.ranked)
