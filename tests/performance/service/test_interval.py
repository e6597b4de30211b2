"""Prediction intervals: wider the less of a setup was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.performance.service.interval import combination, load_residuals, model_error, prediction_interval
from tests.performance.service.test_serving import B200, H200, setup

MEASURED = setup("llama-3.1-70b", B200, 8, framework="trtllm")
UNPAIRED = setup("llama-3.1-8b", B200, 8, framework="trtllm")
"""Model, accelerator and framework were each measured, but not together."""


def test_what_is_new_is_named() -> None:
    """Nothing, a combination of known things, or the thing that nobody measured."""
    residuals = load_residuals()
    assert residuals.novelties(MEASURED) == []
    assert combination(UNPAIRED) not in residuals.known["serving_combinations"]
    assert residuals.novelties(UNPAIRED) == ["combination"]
    new_model = replace(MEASURED, model=replace(MEASURED.model, id="unheard-of"))
    new_both = replace(new_model, accelerator=replace(MEASURED.accelerator, id="acme/one"))
    assert residuals.novelties(new_model) == ["model"]
    assert residuals.novelties(new_both) == ["model", "accelerator"]


@pytest.mark.parametrize("one", [MEASURED, UNPAIRED])
def test_each_novelty_widens_the_interval(one: object) -> None:
    """A new model is less certain than a new combination, and a new chip beside it less certain still."""
    new_model = replace(one, model=replace(one.model, id="unheard-of"))  # type: ignore[type-var, attr-defined]
    new_both = replace(new_model, accelerator=replace(new_model.accelerator, id="acme/one"))
    low, high = zip(*(prediction_interval(each) for each in (one, new_model, new_both)), strict=True)
    assert low[0] > low[1] > low[2]
    assert high[0] < high[1] < high[2]


def test_an_interval_says_what_it_rests_on() -> None:
    """The reason names what is new and how many rows there were; the range is that of nine rows in ten."""
    fact = model_error(setup("llama-3.1-70b", H200, 8, framework="sglang"))
    assert "rows" in fact.reason
    assert "new" in fact.reason or "of the fit" in fact.reason
    assert fact.low is not None
    assert fact.low.magnitude < prediction_interval(MEASURED)[0] < 1
