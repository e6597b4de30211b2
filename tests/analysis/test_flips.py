"""Where another offer becomes the cheapest, of costs whose crossings algebra knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from costmodel.analysis.flips import REACH, _Search, flips
from costmodel.analysis.model import leaves_of
from costmodel.formula import Graph, compile_numpy
from costmodel.formula.ops import sqrt
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, quantity


def found(outputs: Mapping[str, Quantity], winner: str) -> dict[str, tuple[float, str]]:
    """Return the value of each input at which another offer is the cheapest, and which."""
    leaves = tuple(leaf for _, leaf in sorted(leaves_of(outputs.values()).items()))
    kernel = compile_numpy(outputs, [leaf.name for leaf in leaves])
    flips = _Search(kernel, leaves, outputs, winner).found()
    return {f"{one.leaf} {'up' if one.value > one.own else 'down'}": (one.value, one.to) for one in flips}


def test_each_input_flips_where_its_cost_meets_the_next() -> None:
    """3 x is 30 at x = 10 and y is 12 at y = 12; z comes in at 2 z = 12; no tenfold of w reaches 12."""
    graph = Graph()
    x, y, z, w = (graph.leaf(n, quantity(v)) for n, v in {"x": 4.0, "y": 30.0, "z": 40.0, "w": 200.0}.items())
    told = found({"one": 3 * x, "two": y, "three": 2 * z, "four": w}, "one")
    assert told == {
        "x up": (pytest.approx(10.0, rel=1e-12), "two"),
        "y down": (pytest.approx(12.0, rel=1e-12), "two"),
        "z down": (pytest.approx(6.0, rel=1e-12), "three"),
    }
    assert 200 / REACH > 12


def test_an_input_may_flip_on_both_sides() -> None:
    """With x + 16 / x against 10, within 2 and 8 the first is the cheaper one."""
    graph = Graph()
    x = graph.leaf("x", quantity(3.0))
    told = found({"one": x + 16 / x, "ten": quantity(10.0) + 0 * x}, "one")
    assert told == {"x down": (pytest.approx(2.0), "ten"), "x up": (pytest.approx(8.0), "ten")}


def test_the_first_of_several_flips_is_told() -> None:
    """A second offer comes in at 5, a third at 8; where one has no answer, nothing flips."""
    graph = Graph()
    x = graph.leaf("x", quantity(2.0))
    told = found({"one": x * x, "two": 20 + x, "three": 32 + 4 * x}, "one")
    assert told == {"x up": (pytest.approx(5.0), "two")}
    assert found({"one": x * x, "two": 4 + x + 0 * sqrt(2.5 - x)}, "one") == {}


def said(attribute: Attribute, own: float) -> Fact:
    """Return a fact that its table bounds."""
    return Fact("x", quantity(own), "assumption", Path("x.toml"), 1, attribute=attribute)


@pytest.mark.parametrize(("own", "meets", "flips"), [(4.0, 9.5, 10.0), (4.0, 9.0, 10.0), (40.0, 11.5, 11.0)])
def test_a_count_flips_at_a_whole_number(own: float, meets: float, flips: float) -> None:
    """The next one up or down from where costs meet, at which the other is the cheaper one."""
    for attribute in (Attribute("x", "x", type="count"), Attribute("x", "x", unit="1", whole=True)):
        graph = Graph()
        x = graph.leaf("x", quantity(own), said(attribute, own))
        sign = 1.0 if own < meets else -1.0
        told = found({"one": sign * x, "two": sign * quantity(meets) + 0 * x}, "one")
        assert [one for one, _ in told.values()] == [pytest.approx(flips, rel=1e-12)]


def test_what_no_file_can_say_flips_nothing() -> None:
    """Costs meet at 10; an input of at most 9 never gets there, one of at most 11 does."""
    for most, told in ((9.0, []), (11.0, [pytest.approx(10.0)])):
        x = Graph().leaf("x", quantity(4.0), said(Attribute("x", "x", unit="1", most=most), 4.0))
        assert [one for one, _ in found({"one": x, "two": 10 + 0 * x}, "one").values()] == told


def test_a_share_is_tried_up_to_all_of_it() -> None:
    """From 0.5, costs that meet at 0.9 flip, and those that meet at 1.1 do not."""
    for meets, told in ((0.9, [pytest.approx(0.9)]), (1.1, [])):
        x = Graph().leaf("x", quantity(0.5), said(Attribute("x", "x", unit="1", share=True), 0.5))
        assert [one for one, _ in found({"one": x, "two": meets + 0 * x}, "one").values()] == told


@pytest.mark.parametrize(("ranged", "told"), [(None, ["price"]), ("price", ["price"]), ("fee", ["fee"])])
def test_a_quote_without_a_range_flips_where_no_other_fact_does(ranged: str | None, told: list[str]) -> None:
    """A price of 4 and a fee of 2 against 10: facts with a range go first, but nothing is said to flip nothing."""
    graph, facts = Graph(), {}
    for name, own in {"price": 4.0, "fee": 2.0, "tax": 0.1}.items():
        fact = said(Attribute(name, name, unit="1"), own)
        ends = {"low": quantity(own / 2), "high": quantity(own * 2)}
        facts[name] = graph.leaf(name, quantity(own), replace(fact, **ends) if name in (ranged, "tax") else fact)
    scenario = SimpleNamespace(leaves=lambda: facts, offers=(), architecture=None)
    outputs = {"one": facts["price"] + facts["fee"] + facts["tax"], "two": 10 + 0 * facts["tax"]}
    found_flips = flips(SimpleNamespace(scenario=scenario), outputs, "one")  # type: ignore[arg-type]
    assert [one.leaf for one in found_flips][:1] == told
