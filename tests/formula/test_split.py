"""A calculation in two parts: together they are the whole."""

from __future__ import annotations

import numpy as np

import costmodel as cm
from costmodel.analysis.draws import together, uncertain_leaves
from costmodel.economics.formulas.demand import peak_query_rate
from costmodel.formula import Graph, compile_numpy
from costmodel.formula.graph import order
from costmodel.formula.split import split
from costmodel.units import quantity


def test_both_parts_give_what_the_whole_gives() -> None:
    """What a volume moves, of what it does not, is every cost at every volume, draw by draw."""
    outputs = {name: one for name, one in cm.load("maia").model.at_volume.items() if "rental" not in name}
    moved = "program/maia-100.volume"
    drawn = together((leaf for leaf in uncertain_leaves(outputs.values()) if leaf.name != moved), 50)
    volumes = np.geomspace(1e3, 1e7, 50)
    whole = compile_numpy(outputs, [*drawn, moved]).mark(**drawn, **{moved: volumes})
    moving, still = split(outputs, {moved})
    known = compile_numpy(still, list(drawn)).mark(**drawn)
    found = compile_numpy(moving, [moved, *still]).mark(**{moved: volumes}, **known)
    for name in outputs:
        np.testing.assert_array_equal(found[name], whole[name], name)


def test_what_stays_is_asked_of_the_graph_that_has_it() -> None:
    """So that its order is found once, together with that of all else that is asked of the graph."""
    graph = Graph()
    mean, peak = graph.leaf("mean", quantity(2.0, "query/second")), graph.leaf("peak", quantity(3.0))
    outputs = {"rate": peak_query_rate(mean=mean, peak_to_mean=peak)}
    asked = [*outputs.values(), *split(outputs, {"mean"})[1].values()]
    assert order(asked) is order(asked)


def test_a_bound_of_what_stays_is_kept() -> None:
    """A row whose ratio of peak to mean is below one has no answer, though only the mean moves."""
    graph = Graph()
    mean, peak = graph.leaf("mean", quantity(2.0, "query/second")), graph.leaf("peak", quantity(3.0))
    moving, still = split({"rate": peak_query_rate(mean=mean, peak_to_mean=peak)}, {"mean"})
    (name,) = still
    found = compile_numpy(moving, ["mean", name]).mark(mean=np.array([2.0, 2.0]), **{name: np.array([3.0, 0.5])})
    np.testing.assert_array_equal(found["rate"], [6.0, np.nan])
