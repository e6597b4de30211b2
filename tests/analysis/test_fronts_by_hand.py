"""What draws do to inputs, and where a layout stands, by hand; and which facts shape a layout."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from costmodel.analysis.flips import POINTS, REACH, Flip, _shaping, flips
from costmodel.analysis.fronts import _moved, _place
from costmodel.analysis.uncertainty import _inputs, _interval, answers
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Deployment
from costmodel.formula import Graph
from costmodel.specs.fact import Fact
from costmodel.units import quantity, registry
from tests.figures import made


def fact(value: float, ends: tuple[float, float] | None = None, unit: str = "USD") -> Fact:
    """Return a fact with a range, or without one."""
    low, high = (None, None) if ends is None else (quantity(end, unit) for end in ends)
    return Fact("x", quantity(value, unit), "s", Path("x.toml"), 1, low=low, high=high)


def test_draws_stand_in_the_place_of_inputs_side_by_side() -> None:
    """One row; inside a range those beyond are at its ends; what is not drawn stays."""
    drawn, known = {"x": np.array([0.5, 2.0, 9.0])}, fact(2.0, (1000.0, 4000.0))
    value = quantity(2.0, "kUSD")
    known = Fact("x", value, "s", Path("x.toml"), 1, low=quantity(1000.0, "USD"), high=quantity(4000.0, "USD"))
    assert _moved(drawn, inside=False)("x", value, known).magnitude.tolist() == [[0.5, 2.0, 9.0]]
    assert _moved(drawn, inside=True)("x", value, known).magnitude.tolist() == [[1.0, 2.0, 4.0]]
    assert _moved(drawn, inside=True)("x", value, None).magnitude.tolist() == [[0.5, 2.0, 9.0]]
    assert _moved(drawn, inside=True)("y", value, known) is value


def test_a_layout_stands_where_its_splits_and_requests_do() -> None:
    """What it does not say is one."""
    rows = pd.DataFrame(
        {
            "precision": ["fp8", "bf16", "fp8", "fp8"],
            "tensor_parallel": [2.0, 2.0, 2.0, 2.0],
            "pipeline_parallel": [2.0, 1.0, 1.0, 1.0],
            "attention_copies": 1.0,
            "expert_parallel": 1.0,
            "concurrency": [8.0, 8.0, 4.0, 8.0],
        }
    )
    own = Deployment(id="d", name="d", precision="fp8", tensor_parallel=quantity(2.0), concurrency=quantity(8.0))
    assert _place(rows, own) == 3


def _scenario(leaves: dict[str, object], model: str = "m") -> Any:
    chip = SimpleNamespace(system=SimpleNamespace(accelerator=SimpleNamespace(id="chip")))
    return SimpleNamespace(
        offers=(chip, made(TokenApi, id="api")),
        architecture=SimpleNamespace(id=model) if model else None,
        leaves=lambda: leaves,
    )


def test_what_requests_models_and_chips_are_like_shapes_layouts() -> None:
    """By how the names of their facts begin; a capacity has no model."""
    assert _shaping(_scenario({})) == ("query.", "chip.", "m.")
    assert _shaping(_scenario({}, "")) == ("query.", "chip.")


def test_only_what_someone_can_set_flips_a_decision() -> None:
    """The price at 5 and the users at 2; neither what shapes layouts, nor outcomes, nor what the scenario lacks."""
    graph = Graph()
    ranged = fact(4.0, (2.0, 8.0), "1")
    names = ("price", "query.length", "chip.power", "m.layers", "purchase/a.failure_outcome", "hidden")
    leaves = {name: graph.leaf(name, quantity(4.0), ranged) for name in names}
    users, zero = graph.leaf("demand.users", quantity(3.0)), graph.leaf("demand.zero", quantity(0.0))
    exact = graph.leaf("exact", quantity(4.0), fact(4.0, unit="1"))
    rest = 0.0 * (zero + leaves["query.length"])
    for name in names[2:]:
        rest = rest + 0.0 * leaves[name]
    one = leaves["price"] * users + rest + 0.0 * exact
    found = flips(
        SimpleNamespace(scenario=_scenario(dict.fromkeys((*names[:-1], "exact", "demand.users", "demand.zero")))),  # type: ignore[arg-type]
        {"one": one, "two": 15.0 + 0.0 * leaves["price"]},
        "one",
    )
    assert {flip.leaf: pytest.approx(flip.value) for flip in found} == {"price": 5.0, "demand.users": 3.75}
    assert [flip.distance for flip in found] == sorted(flip.distance for flip in found)
    assert flips(SimpleNamespace(scenario=None), {"one": one}, "one") == []  # type: ignore[arg-type]
    assert Flip("x", 8.0, "", 4.0, "two").distance == pytest.approx(np.log(2))
    assert (REACH, POINTS) == (10.0, 48)


def test_an_interval_is_of_the_draws_with_an_answer() -> None:
    """Of 0 to 10, from 1 to 9; two of thirteen have none."""
    found = _interval(registry.Unit("USD"), 5.0, np.array([*np.arange(11.0), np.nan, np.nan]), 3)
    assert (found.value.magnitude, found.low.magnitude, found.high.magnitude) == pytest.approx((5.0, 1.0, 9.0))
    assert (found.inputs, found.unanswered) == (3, pytest.approx(2 / 13))
    none = _interval(registry.Unit("USD"), 5.0, np.array([np.nan]), 0)
    assert (np.isnan(none.low.magnitude), none.unanswered) == (True, 1.0)


def test_inputs_are_counted_below_each_quantity() -> None:
    """Those with a range, each once."""
    graph = Graph()
    a, b = (graph.leaf(name, quantity(2.0, "USD"), fact(2.0, (1.0, 4.0))) for name in "ab")
    c = graph.leaf("c", quantity(2.0, "USD"), fact(2.0))
    assert _inputs([a + b + a, b * 2, c + b, 1.0 * c], {"a", "b"}) == [2, 1, 1, 0]
    drawn = answers({"sum": a + b, "c": 1.0 * c}, samples=16)
    assert (drawn.best, drawn.drawn["c"].tolist()) == ({"sum": 4.0, "c": 2.0}, [2.0] * 16)
    assert [one.inputs for one in drawn.intervals.values()] == [2, 0]
