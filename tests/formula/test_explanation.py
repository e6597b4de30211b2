"""Explanations: trees of what a number was made of."""

from __future__ import annotations

import pytest

from costmodel.economics.formulas.demand import cost_per_query, cost_per_token, cost_per_user_month
from costmodel.errors import FormulaError, UnknownName
from costmodel.formula import Explanation, Graph, explain, explanation
from costmodel.units import quantity


@pytest.fixture
def tree() -> Explanation:
    """Return the tree of a cost per user that is made of two formulas."""
    graph = Graph()
    per_query = cost_per_query(
        fleet_cost=graph.leaf("fleet", quantity(1e6, "USD/month"), origin="a fact"),
        queries=graph.leaf("load", quantity(1e3, "query/second")),
    )
    use = graph.leaf("use", quantity(20.0, "query/user/day"))
    return explain(cost_per_user_month(cost_per_query=per_query, queries_per_user=use), "cost per user")


def test_a_tree_has_the_given_title(tree: Explanation) -> None:
    """The root is called what was asked for, and knows its formula."""
    assert (tree.name, tree.formula) == ("cost per user", "cost_per_user_month")


def test_leaves_keep_their_own_names_units_and_origins(tree: Explanation) -> None:
    """At the ends of the tree are the inputs, as they were given."""
    fleet = tree.find("fleet")
    assert fleet.value == quantity(1e6, "USD/month")
    assert fleet.origin == "a fact"
    assert fleet.children == ()


def test_inner_steps_are_found_by_formula(tree: Explanation) -> None:
    """A step can be asked for by its formula's name, and has its own value."""
    step = tree.find("cost_per_query")
    assert step.value.to("USD/query").magnitude == pytest.approx(1e6 / (1e3 * 730.5 * 3600))


def test_computed_parts_of_nothing_are_told_at_once() -> None:
    """Several that add nothing in the sum's own unit make one line; facts, other units and a single one stay."""
    fleet, load = quantity(0.0, "USD/month"), quantity(0.0, "query/second")
    parts = [Explanation(name, fleet, formula="level") for name in ("software", "storage")]
    paid, rule = (
        Explanation("servers", quantity(5.0, "USD/month"), formula="level"),
        Explanation("fee", fleet, origin=1),
    )
    whole = Explanation("cost", quantity(5.0, "USD/month"), below=lambda: (parts[0], paid, rule, parts[1]))
    assert [one.name for one in whole.told] == ["servers", "fee", "software, storage"]
    assert whole.told[-1].value == fleet
    one = Explanation("cost", fleet, below=lambda: (parts[0], Explanation("load", load, formula="mean")))
    assert one.told == one.children


def test_unknown_parts_get_a_suggestion(tree: Explanation) -> None:
    """A misspelled part leads to the right one."""
    with pytest.raises(UnknownName, match='Did you mean "cost_per_query"'):
        tree.find("cost_per_qurey")


def test_walking_meets_every_part_once(tree: Explanation) -> None:
    """Shared parts are visited once."""
    parts = list(tree.walk())
    assert len(parts) == len({id(part) for part in parts}) == 5


def test_plain_arithmetic_between_steps_is_looked_through() -> None:
    """A sum of steps has the steps as its children."""
    graph = Graph()
    cost = graph.leaf("cost", quantity(2.0, "USD/query"))
    per_token = cost_per_token(cost_per_query=cost, output_tokens=quantity(10.0, "token/query"))
    total = explain(2 * per_token + per_token, "sum")
    assert [child.formula for child in total.children] == ["cost_per_token"]
    assert total.value.to("USD/token").magnitude == pytest.approx(0.6)


def test_untraced_quantities_are_refused() -> None:
    """A number alone does not know where it came from."""
    with pytest.raises(FormulaError, match=r"Graph\.leaf"):
        explain(quantity(3.0, "USD"))


def test_parts_are_found_when_they_are_asked_for(tree: Explanation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page shows the upper levels of its trees, and those below need not be made."""
    described: list[str] = []
    whole = explanation._describe
    monkeypatch.setattr(explanation, "_describe", lambda *given: described.append(given[1]) or whole(*given))
    names = [part.name for part in tree.children]
    assert described == ["cost_per_query", "queries_per_user"]
    assert names == ["cost_per_query", "use"]
    assert len(list(tree.walk())) == len(described) + 1 == 5
