"""Closed models are estimates: counts with ranges and sources."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.analysis.draws import uncertain_leaves
from costmodel.analysis.uncertainty import intervals
from costmodel.domain.architecture import load_architecture
from costmodel.formula import Graph
from costmodel.performance.machine import shape
from costmodel.specs.catalog import Catalog


def test_estimate_has_the_reported_size() -> None:
    """The estimate of GPT-4 has the 1.8 trillion weights and about 280 billion active ones that were reported."""
    model = load_architecture(Catalog(), "gpt-4-estimate")
    assert shape.parameters(model).magnitude == pytest.approx(1.8e12, rel=0.03)
    assert shape.active_parameters(model).magnitude == pytest.approx(280e9, rel=0.03)


def test_ranges_of_an_estimate_reach_the_answer() -> None:
    """The ranges of layers, widths and experts become an interval of the answer."""
    model = load_architecture(Catalog(), "gpt-4-estimate").traced(Graph())
    size = shape.parameters(model)
    found = intervals({"size": size})["size"]
    assert {leaf.name for leaf in uncertain_leaves([size])} >= {
        "gpt-4-estimate.layers",
        "gpt-4-estimate.experts.width",
        "gpt-4-estimate.hidden_size",
    }
    assert found.low < 0.8 * found.value < 1.2 * found.value < found.high
    assert np.isfinite(found.high.magnitude)
