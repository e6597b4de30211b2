"""What differs between two inputs by hand: values in any unit, ranges, one side alone, and what a search chose."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from costmodel.analysis.difference import _Answers, _Graph, _Pair
from costmodel.analysis.differing import (
    Differing,
    Names,
    Pair,
    _form,
    _layouts,
    _offers,
    _range,
    _row,
    _source,
    _words,
)
from costmodel.formula import Graph
from costmodel.formula.graph import Leaf
from costmodel.specs.fact import Fact
from costmodel.units import parse, quantity


def leaf(text: str, ends: tuple[str, str] | None = None, name: str = "x") -> Leaf:
    """Return an input from a file, with a range where one is given."""
    low, high = (None, None) if ends is None else (parse(one) for one in ends)
    return Leaf(name, parse(text), Fact(name, parse(text), "list", Path("x.toml"), 3, low=low, high=high))


@pytest.mark.parametrize(
    ("before", "after", "change", "what"),
    [
        (leaf("2 kUSD"), leaf("2000 USD"), "x", ""),
        (leaf("2 kUSD"), leaf("2001 USD"), "x", "value"),
        (leaf("2 kUSD"), leaf("1999 USD"), "layouts", "searched"),
        (leaf("2 kUSD"), leaf("2 s"), "x", "value"),
        (leaf("0.1"), leaf("0.3"), "x", "value"),
        (leaf("1"), leaf("1.0000000000001"), "x", ""),
        (leaf("1"), leaf("1.000000000002"), "x", "value"),
        (leaf("2 kUSD", ("1 kUSD", "3 kUSD")), leaf("2000 USD", ("1000 USD", "3000 USD")), "x", ""),
        (leaf("2 kUSD", ("1 kUSD", "3 kUSD")), leaf("2 kUSD", ("1 kUSD", "4 kUSD")), "x", "range"),
        (leaf("2 kUSD", ("1 kUSD", "3 kUSD")), leaf("2 kUSD"), "layouts", "range"),
        (None, leaf("2 s"), "x", "one side only"),
        (leaf("2 s"), None, "layouts", "one side only"),
    ],
)
def test_what_differs_is_the_value_before_the_range(
    before: Leaf | None, after: Leaf | None, change: str, what: str
) -> None:
    """Values that are closer than a part in a trillion are one, in any unit."""
    one = Pair("x", change, before, after)
    assert one.what == what
    assert one.differs is (what in ("value", "searched", "one side only"))


def test_a_row_has_both_values_in_one_unit_and_where_they_stand() -> None:
    """Of the first; where they are of two kinds, each in its own."""
    place = "list (x.toml:3)"
    assert _row(Pair("x", "x", leaf("2 kUSD"), leaf("500 USD"))) == ("x", 2.0, 0.5, "kUSD", place, place, "value")
    assert _row(Pair("x", "x", leaf("2 kUSD"), leaf("3 s")))[:4] == ("x", 2.0, 3.0, "kUSD, then s")
    assert _row(Pair("x", "x", None, leaf("3 s")))[:5] == ("x", None, 3.0, "s", "")
    assert _source(Leaf("x", quantity(1.0), None)) == ""
    assert _range(leaf("2 kUSD", ("1 kUSD", "3 kUSD"))) == (1000.0, 3000.0)
    assert _range(leaf("2 kUSD")) == _range(Leaf("x", quantity(1.0), None)) == ()
    assert [_words(one) for one in (["a", "b"], "c", date(2026, 1, 2), None, 0)] == [
        "a, b",
        "c",
        "2026-01-02",
        None,
        "0",
    ]


def test_changes_are_numbers_before_layouts_before_choices() -> None:
    """Only what moves a cost is one; inputs of one thing are one change; only inputs of costs are told."""
    one, other = leaf("1"), leaf("2")
    pairs = (
        Pair("site.pue", "site", one, other),
        Pair("tp", "layouts", one, other),
        Pair("price", "price", one, other),
        Pair("same", "same", one, one),
        Pair("unused", "unused", one, other),
        Pair("alone", "site", None, other),
    )
    moving, told = frozenset({"site", "layouts", "price", "same"}), frozenset({"site.pue", "price", "tp", "alone"})
    choices = (("site", "a", "b"), ("layout of x", "p", ["q"]))
    found = Differing(pairs, choices, "site", ("site",), moving, told)
    assert found.changes == ["price", "layouts", "site"]
    assert Differing(pairs, (), "", (), moving, told).changes == ["site", "price", "layouts"]
    frame = found.inputs
    assert frame.index.tolist() == ["site", "layout of x", "site.pue", "price", "tp", "alone"]
    assert frame["what"].tolist() == ["choice", "searched", "value", "value", "searched", "one side only"]
    assert frame.loc["layout of x", "after"] == "q"


def test_offers_and_layouts_are_told_where_they_differ() -> None:
    """Each side's own offers, and the layouts of those that both have."""

    def study(offers: str, **layouts: str) -> Any:
        found = [SimpleNamespace(id=one) for one in offers]
        deployments = {id_: SimpleNamespace(layout=one) for id_, one in layouts.items()}
        return SimpleNamespace(scenario=SimpleNamespace(offers=found), deployments=deployments)

    assert list(_offers(study("abc"), study("cad"))) == [("offers", ["b"], ["d"])]
    assert list(_offers(study("ab"), study("ba"))) == []
    before, after = study("", a="tp1", b="tp2", c="tp3"), study("", a="tp1", b="tp4")
    assert list(_layouts(before, after)) == [("layout of b", "tp2", "tp4")]


def names(site: str, model: str = "m") -> Names:
    """Return the names of a study at a site with a model."""
    things = {"site": SimpleNamespace(id=site), "architecture": SimpleNamespace(id=model) if model else None}
    return Names(SimpleNamespace(scenario=SimpleNamespace(**things), deployments={}))  # type: ignore[arg-type]


def test_inputs_of_site_and_model_go_by_their_roles() -> None:
    """So that those of another site are compared with those of this; the others keep their names."""
    one = names("here")
    assert [one.name(leaf) for leaf in ("here.pue", "m.layers", "hereafter.pue", "x.here.pue")] == [
        "site.pue",
        "model.layers",
        "hereafter.pue",
        "x.here.pue",
    ]
    assert names("here", "").things == {"site": "here", "architecture": ""}


def test_the_form_of_a_graph_is_without_its_values() -> None:
    """Another value or site is the same form, another operation or input is not."""

    def form(name: str, value: float, *, twice: bool = False) -> object:
        graph = Graph()
        one, other = graph.leaf(f"{name}.pue", quantity(value)), graph.leaf("price", quantity(value))
        return _form(names(name), [one * other * other if twice else one * other])

    assert form("here", 2.0) == form("there", 3.0)
    assert form("here", 2.0) != form("here", 2.0, twice=True)


def test_an_offer_without_an_answer_has_a_reason_on_its_side() -> None:
    """Before and after, or both; the change is what is after less what was before."""

    def study(cost: str, **without: str) -> Any:
        costs = {"a": {"cost": parse(cost)}} if cost else {}
        offers = [SimpleNamespace(id="a"), *(SimpleNamespace(id=one) for one in without)]
        return SimpleNamespace(costs=costs, without=without, scenario=SimpleNamespace(offers=offers))

    pair = _Pair(study("2 kUSD", b="too small"), study("3 kUSD"), "cost")
    pair.__dict__["unit"] = "USD"
    assert pair._row("a") == {"before": 2000.0, "after": 3000.0, "change": 1000.0, "reason": ""}
    assert pair._row("b")["reason"] == "before: too small; after: not among the offers"


def test_states_are_answered_by_the_graph_of_their_choices() -> None:
    """2 x before and 5 x after another site, with an x of 3 or 4 by another name; in kUSD, a column for each offer."""
    sides = [Graph().leaf("x", quantity(value, "USD")) for value in (3.0, 4.0)]
    ends = [Leaf("x", quantity(value, "USD"), None) for value in (3.0, 4.0)]
    graphs = {
        (bool(place),): _Graph((times * x, 1.0 * x), {"it": leaf})
        for place, (times, x, leaf) in enumerate(zip((2.0, 5.0), sides, ends, strict=True))
    }
    differing = Differing((Pair("it", "it", *ends),), (), "site", ("site",), frozenset(), frozenset())
    answers = _Answers(differing, ["it", "site"], ["site"], graphs, "kUSD")
    made = np.array([[True, True], [False, False], [True, False], [False, True]])
    assert (1000 * answers(made)).tolist() == [
        pytest.approx(one) for one in ([20.0, 4.0], [6.0, 3.0], [8.0, 4.0], [15.0, 3.0])
    ]
