"""Fronts: a handful of layouts that together serve nearly as well as all wherever inputs move in their ranges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from costmodel.analysis.fronts import front, picked
from costmodel.analysis.opening import load


@given(yields=arrays(float, (12, 9), elements=st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0])), most=st.integers(1, 12))
def test_more_layouts_never_serve_worse(yields: np.ndarray, most: int) -> None:
    """The first is kept, none comes twice, and those picked before stay when one more may be."""
    few, more = picked(yields, 5, most), picked(yields, 5, most + 1)
    assert few[0] == 5
    assert len(set(few)) == len(few) <= most
    assert more[: len(few)] == few


@given(yields=arrays(float, (8, 20), elements=st.sampled_from([0.0, 0.0, 1.0, 4.0])))
def test_as_many_as_there_are_draws_serve_as_well_as_all(yields: np.ndarray) -> None:
    """With room for every layout, the best of each draw is among those picked."""
    assert yields[picked(yields, 0, len(yields))].max(axis=0) == pytest.approx(yields.max(axis=0))


def test_the_second_is_the_one_that_serves_most_draws() -> None:
    """A slow layout that always serves comes before a fast one that seldom does: by hand."""
    yields = np.array([[9.0, 0, 0, 0], [1, 1, 1, 1], [0, 4, 0, 0], [8, 8, 0, 0]])
    assert picked(yields, 0, 4) == [0, 1, 3]


def test_the_layout_of_the_study_comes_first_and_one_is_it_alone() -> None:
    """A front of one is the layout that the study has; others differ from it and from each other."""
    study = load("copilot")
    offer = study.scenario.offer("hgx-h100")
    one, several = front(study.layouts, offer, 1), front(study.layouts, offer, 4)
    assert one == several[:1] == [study.deployments[offer.id]]
    assert len({deployment.layout for deployment in several}) == 4


@pytest.mark.parametrize("scenario", ["gpt3-training", "coreweave-contract"])
def test_what_is_not_served_has_one_layout(scenario: str) -> None:
    """Training and capacity keep their layout however many are asked for."""
    study = load(scenario)
    assert front(study.layouts, study.scenario.offers[-1], 8) == [study.deployments[study.scenario.offers[-1].id]]


def test_a_front_in_the_graph_leaves_the_answers_and_moves_the_intervals() -> None:
    """With several layouts every figure is the same to the last bit; intervals say which draws have no answer."""
    few = load("copilot")
    few = replace(few, scenario=few.scenario.with_offers(few.scenario.offer("hgx-h100")))
    many = replace(few, fronts=4)
    (fixed,), (chosen,) = few.intervals(500).values(), many.intervals(500).values()
    assert chosen.value == fixed.value
    assert fixed.unanswered == 0
    assert 0 <= chosen.unanswered < 0.07
    assert chosen.high > fixed.high  # layouts that keep the targets cost more
