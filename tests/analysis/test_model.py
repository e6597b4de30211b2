"""The model of one run: its prices, its short names, and its numbers."""

from __future__ import annotations

import pytest

from costmodel.analysis.model import _is_price, leaves_of
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.errors import CostModelError, UnknownName
from costmodel.formula.graph import node_of, order
from costmodel.formula.operations import LEAF

RUN = "rental/lambda-v100-three-year"


def test_prices_are_the_facts_in_money_below_a_cost(run: Study) -> None:
    """Of the rent alone that of the offer; each is a leaf with a source."""
    one = run.model.costs[RUN]
    facts = run.model.price_facts(one.components["rent"])
    assert facts
    assert all(fact.value.dimensionality.get("[currency]") for fact in facts)
    nodes = [node for node in order([one.components["rent"]]) if node.operation == LEAF]
    assert [node.label.origin for node in nodes if _is_price(node)] == facts
    assert run.model.price_facts(one["duration"]) == []


def test_names_stand_for_their_leaves(run: Study) -> None:
    """A run has neither the load of a capacity as an input nor a volume; a name that is none gets a suggestion."""
    assert run.model.find("training.tokens") == ("training.tokens",)
    assert run.model.short_names == ["utilization"]
    assert run.model.find("utilization") == ("utilization",)
    with pytest.raises(UnknownName, match=r'Did you mean "training\.tokens"'):
        run.model.find("training.token")
    with pytest.raises(UnknownName):
        run.model.find("volume")
    contract = load("coreweave-contract").model
    assert contract.find("utilization") == ("capacity.utilization",)
    assert contract.at_load == {}


def test_an_input_that_moves_no_answer_is_named(run: Study) -> None:
    """It is one of the scenario, but no cost rests on it: the age from which prices are old."""
    with pytest.raises(CostModelError, match="moves no answer of gpt3-2020 by itself"):
        run.model.find("finance.price_age")


def test_a_choice_is_no_number_that_moves(run: Study) -> None:
    """A site was once "no input" of the scenario that names it."""
    with pytest.raises(CostModelError, match="site is a choice and no number that moves"):
        run.model.find("site")


def test_printed_figures_are_the_plain_ones(run: Study) -> None:
    """By node: totals and components, which add up to them."""
    model = run.model
    for id_, one in model.costs.items():
        total = model.printed[id(node_of(one["total_per_month"]))]
        parts = [model.printed[id(node_of(cost))] for cost in one.components.values()]
        assert total == pytest.approx(sum(parts), rel=1e-9)
        assert total == pytest.approx(float(model.plain[id_]["total_per_month"].to("USD/month").magnitude), rel=1e-12)


def test_leaves_are_all_inputs_of_all_offers(run: Study) -> None:
    """Those of one offer are among them, and more only where work has a load of its own."""
    model = run.model
    assert leaves_of(model.costs[RUN].quantities.values()).keys() <= model.inputs.keys()
    assert "utilization" in model.leaves.keys() - model.inputs.keys()
