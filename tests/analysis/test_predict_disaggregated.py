"""Readers and writers counted: as many as keep up, and what they hold together."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any

import pytest

from costmodel.analysis.predict_disaggregated import DisaggregatedPrediction, predict_disaggregated
from costmodel.domain.workload import Deployment
from costmodel.errors import CostModelError, Infeasible
from costmodel.specs.catalog import Catalog
from costmodel.units import quantity

WRITER = Deployment(id="w", name="w", precision="fp8", tensor_parallel=quantity(2.0), framework="vllm")
READER = replace(WRITER, id="r", tensor_parallel=quantity(1.0))


def ask(catalog: Catalog, **changes: Any) -> DisaggregatedPrediction:
    """Return the usual question, changed."""
    asked: dict[str, Any] = {"prompt": 4000, "output": 100, "concurrency": 64, **changes}
    return predict_disaggregated(catalog, "llama-3.1-8b", "h100", READER, WRITER, **asked)


@pytest.fixture(scope="module")
def usual(catalog: Catalog) -> DisaggregatedPrediction:
    """Return as many readers as are busy for at most 80% of the time, for one writer."""
    return ask(catalog)


def test_readers_are_the_fewest_that_are_busy_at_most_four_fifths(
    catalog: Catalog, usual: DisaggregatedPrediction
) -> None:
    """One fewer is busier than that; for three writers, three times the need, rounded up once."""
    load = float(usual.result.load.magnitude)
    assert usual.readers > 1
    assert load <= 0.8 < load * usual.readers / (usual.readers - 1)
    assert usual.accelerators == usual.readers + 2
    many = ask(catalog, writers=3)
    assert many.readers == ceil(load * usual.readers / 0.8 * 3 - 1e-9)
    assert many.accelerators == many.readers + 3 * 2
    assert float(many.result.load.magnitude) == pytest.approx(load * usual.readers * 3 / many.readers)


def test_too_few_readers_fall_behind(catalog: Catalog, usual: DisaggregatedPrediction) -> None:
    """Above 95% of the time; the least that keeps up is told, and does."""
    load = float(usual.result.load.magnitude) * usual.readers
    least = ceil(load / 0.95)
    with pytest.raises(
        Infeasible, match=rf"1 reading replicas fall behind 1 .* {100 * load:.0f}% .* at least {least},"
    ):
        ask(catalog, readers=1)
    assert ask(catalog, readers=least).readers == least


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"readers": 0}, CostModelError, "at least one replica of a kind, not 0"),
        ({"writers": 0}, CostModelError, "at least one replica of a kind, not 0"),
        ({"writers": -1, "readers": 2}, CostModelError, "not -1"),
        ({"writers": -1}, CostModelError, "not -1"),
        ({"concurrency": 1e6}, Infeasible, r"1e\+06 requests do not fit on a writing replica"),
    ],
)
def test_what_cannot_be_is_told(catalog: Catalog, changes: dict[str, Any], error: type[Exception], says: str) -> None:
    """No replica of a kind, and more requests than memory holds."""
    with pytest.raises(error, match=says):
        ask(catalog, **changes)


def test_explanations_give_what_was_predicted(usual: DisaggregatedPrediction) -> None:
    """The wait is the root of its tree; a part is found below it."""
    tree = usual.explain()
    assert tree.name == "time_to_first_token"
    assert tree.value.magnitude == pytest.approx(usual.result.time_to_first_token.magnitude, rel=1e-9)
    assert usual.explain("output_rate").value.magnitude == pytest.approx(usual.result.output_rate.magnitude, rel=1e-9)
    assert usual.explain("request.readers").value.magnitude == usual.readers
    assert "disaggregated ones were not" in usual.why
    assert usual.interval[0] < 1 < usual.interval[1]
