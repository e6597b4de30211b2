"""Laws of explanations: a tree ends in what the comparison shows, and begins in facts."""

from __future__ import annotations

from costmodel.analysis.statement import value
from costmodel.analysis.study import Study
from costmodel.specs.fact import ASSUMPTION, Fact


def test_the_root_is_the_number_of_the_comparison(study: Study) -> None:
    """The tree of each headline quantity explains the very number that the comparison shows, to the last bit."""
    trees = study.trees()
    for offer, row in study.compare().iterrows():
        assert study.explain(study.headline, offer).value == trees[offer, study.headline].value
        for column in study.columns:
            unit = value(study.costs[offer], column)[1]
            assert trees[offer, column].value.to(unit).magnitude == row[column]


def test_every_input_is_a_fact_with_a_source(study: Study) -> None:
    """Each input of a number is a fact from the bibliography, or an assumption with a reason."""
    inputs = study.inputs()
    assert inputs
    assert [name for name, leaf in inputs.items() if not _has_source(leaf.origin, study)] == []


def test_every_step_has_a_summary(study: Study) -> None:
    """Each step of a tree says in a sentence what it is."""
    steps = [part for tree in study.trees().values() for part in tree.walk() if part.formula]
    assert steps
    assert all(step.summary for step in steps)


def test_parts_of_a_tree_can_be_explained_by_name(study: Study) -> None:
    """A formula found in a tree can be asked for by its name."""
    tree = study.explain(study.headline)
    inner = next(part.formula for part in tree.walk() if part.formula and part is not tree)
    assert study.explain(inner).formula == inner


def _has_source(fact: object, study: Study) -> bool:
    if not isinstance(fact, Fact):
        return False
    return bool(fact.reason) if fact.source == ASSUMPTION else fact.source in study.catalog.sources
