"""Prediction intervals: wider the less of a setup was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.performance.service.interval import (
    ACCELERATOR,
    CAMPAIGN,
    FAMILY,
    KINDS,
    MODEL,
    ROUND,
    SOFTWARE,
    kind_of,
    load_residuals,
    model_error,
    prediction_interval,
)
from tests.performance.service.test_serving import B200, H200, setup

MEASURED = setup("llama-3.1-70b", B200, 8, framework="trtllm", precision="fp8")
UNPAIRED = setup("llama-3.1-8b", B200, 8, framework="trtllm", precision="fp8")
"""Model, accelerator and framework were each measured, but not together."""


def test_what_is_new_is_named() -> None:
    """Nothing, a combination of known things, or the thing that nobody measured."""
    residuals = load_residuals()
    assert residuals.novelties(MEASURED) == []
    assert residuals.novelties(UNPAIRED) == ["campaign"]
    new_model = replace(MEASURED, model=replace(MEASURED.model, id="unheard-of"))
    new_both = replace(new_model, accelerator=replace(MEASURED.accelerator, id="acme/one"))
    assert residuals.novelties(new_model) == ["model"]
    assert residuals.novelties(new_both) == ["model", "accelerator"]
    new_family = replace(MEASURED, accelerator=replace(MEASURED.accelerator, id="acme/one", family="acme"))
    assert residuals.novelties(new_family) == ["family"]


@pytest.mark.parametrize("one", [MEASURED, UNPAIRED])
def test_each_novelty_widens_the_interval(one: object) -> None:
    """A new model is less certain than a new combination, and a new chip beside it less certain still."""
    new_model = replace(one, model=replace(one.model, id="unheard-of"))  # type: ignore[type-var, attr-defined]
    new_both = replace(new_model, accelerator=replace(new_model.accelerator, id="acme/one"))
    low, high = zip(*(prediction_interval(each) for each in (one, new_model, new_both)), strict=True)
    assert low[0] > low[1] > low[2]
    assert high[0] < high[1] < high[2]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_never_measured_is_wider_than_what_was(kind: str) -> None:
    """Every novelty adds to the width of what is known, whatever the kind of setup."""
    residuals = load_residuals()
    known = residuals.half_width_of(kind, [])
    for what in (CAMPAIGN, MODEL, ACCELERATOR, FAMILY, SOFTWARE, ROUND):
        assert residuals.half_width_of(kind, [what]) > 1.05 * known


def test_a_larger_share_lies_in_a_wider_interval() -> None:
    """Half-widths grow with the share of measurements that they hold."""
    residuals = load_residuals()
    halves = [
        residuals.half_width_of(kind_of(MEASURED), residuals.novelties(MEASURED), share)
        for share in (0.5, 0.8, 0.9, 0.95)
    ]
    assert halves == sorted(halves)
    assert len(set(halves)) == len(halves)


def test_an_interval_says_what_it_rests_on() -> None:
    """The reason names what is new and how many rows there were; the range is that of nine rows in ten."""
    fact = model_error(setup("llama-3.1-70b", H200, 8, framework="sglang"))
    assert "rows" in fact.reason
    assert "new" in fact.reason or "of the fit" in fact.reason
    assert fact.low is not None
    assert fact.low.magnitude < prediction_interval(MEASURED)[0] < 1
