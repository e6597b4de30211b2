"""Candidates: arrays of deployments equal one deployment at a time, and fronts that nothing beats."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.performance.layout.candidates import candidates, pareto, replica_size, with_cost
from costmodel.performance.layout.layouts import SPLITS, layouts
from costmodel.performance.service.latency import at_share, percentile
from costmodel.performance.service.serving import steady_state
from costmodel.units import magnitude, parse, quantity
from tests.performance.layout.test_search import asked
from tests.performance.service.test_serving import OUTPUT, PROMPT, setup

POINTS = st.lists(st.tuples(st.sampled_from([1.0, 2.0, 3.0, 4.0]), st.sampled_from([1.0, 2.0, 3.0])), min_size=1)


@pytest.mark.parametrize("model", ["llama-3.1-70b", "gpt-oss-120b"])
def test_a_row_is_what_its_deployment_alone_yields(model: str) -> None:
    """Every 9th row against the scalar path, percentiles included."""
    question = replace(asked(model), share=0.9)
    found = candidates(question, ["fp8"], layouts(question.model, 8), [4.0, 32.0]).frame()
    for row in found.iloc[::9].to_dict("records"):
        sizes = {name: quantity(row[name]) for name in SPLITS if row[name] != 1 or name == "tensor_parallel"}
        one = setup(model, question.accelerator.id, precision="fp8", **sizes)
        alone = steady_state(one, PROMPT, OUTPUT, quantity(row["concurrency"]))
        assert row["output_rate"] == pytest.approx(magnitude(alone.output_rate, "token/s/accelerator"), rel=1e-9)
        assert row["time_to_first_token"] == pytest.approx(magnitude(alone.time_to_first_token, "s"), rel=1e-9)
        slow = magnitude(percentile(alone, 0.9).time_to_first_token, "s")
        assert row[at_share("time_to_first_token", 0.9)] == pytest.approx(slow, rel=1e-9)


def test_layouts_that_cannot_hold_a_request_are_left_out() -> None:
    """141 GB of weights in 16 bits need two accelerators of 80 GB, by hand."""
    question = asked()
    found = candidates(question, ["bf16"], layouts(question.model, 8), [1.0])
    assert replica_size(found).min() == 2


def test_cost_is_the_price_of_an_hour_over_its_tokens() -> None:
    """3.6 USD an hour at 1,000 tokens a second is 1 USD per million, by hand."""
    found = with_cost(pd.DataFrame({"output_rate": [1000.0]}), parse("3.6 USD/hour/accelerator"))
    assert found["usd_per_million_tokens"].tolist() == pytest.approx([1.0])


@given(points=POINTS)
def test_the_front_is_what_no_point_beats(points: list[tuple[float, float]]) -> None:
    """By comparing every pair: no dearer, no slower, and better in one."""
    front = pareto(pd.DataFrame(points, columns=["usd_per_million_tokens", "user_rate"]))
    kept = set(front.itertuples(index=False, name=None))
    beaten = {a for a in points for b in points if b[0] <= a[0] and b[1] >= a[1] and a != b}
    assert kept == set(points) - beaten
    assert np.all(np.diff(front["user_rate"]) > 0)
