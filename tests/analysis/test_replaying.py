"""A trace on one deployment: when it ends, what it writes, and what each request sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from costmodel.analysis.asking import replay
from costmodel.analysis.replaying import Replay, replay_trace
from costmodel.domain.workload import Deployment
from costmodel.errors import Infeasible
from costmodel.performance.service.simulation import Seen
from costmodel.performance.service.trace import Trace
from costmodel.specs.catalog import Catalog
from costmodel.units import quantity

ROWS = "arrival_s,prompt_tokens,output_tokens,cached_tokens\n0,100,20,50\n1,300,1,50\n2,200,50,0\n"


@pytest.fixture
def one() -> Replay:
    """Return three requests whose first tokens come after 1, 5 and 2 seconds, further ones each after a tenth."""
    trace = Trace(np.array([0.0, 1, 2]), np.array([100.0, 300, 200]), np.array([11.0, 1, 21]), np.zeros(3))
    found = Replay(cast("Any", None), trace)
    found.__dict__["seen"] = Seen(np.array([1.0, 5, 2]), np.array([0.1, np.nan, 0.1]))
    return found


def test_a_trace_ends_with_its_last_token(one: Replay) -> None:
    """At 0 + 1 + 10 x 0.1, at 1 + 5 and at 2 + 2 + 20 x 0.1: an answer of one token ends with it."""
    assert one.end == 6.0
    one.trace.arrivals[2] = 3.0
    assert one.end == pytest.approx(7.0)
    assert one.output_rate == pytest.approx(33 / 7)


def test_a_row_is_a_request(one: Replay) -> None:
    """In the order in which they came, with units."""
    frame = one.frame()
    assert frame["prompt_tokens"].tolist() == [100.0, 300.0, 200.0]
    assert frame["time_to_first_token"].tolist() == [1.0, 5.0, 2.0]
    assert set(frame.attrs["units"]) == set(frame.columns)


def test_a_file_is_replayed_with_its_own_cache_on_one_accelerator_if_none_is_said(
    catalog: Catalog, tmp_path: Path
) -> None:
    """A sixth of all prompt tokens is in the cache; its longest request has to fit."""
    file = tmp_path / "trace.csv"
    file.write_text(ROWS)
    base = Deployment(id="d", name="d", precision="fp8", tensor_parallel=quantity(1.0), framework="vllm")
    found = replay_trace(catalog, "llama-3.1-8b", "h100", base, file)
    share = found.setup.deployment.cached_prompt_share
    assert share is not None
    assert share.magnitude == pytest.approx(100 / 600)
    assert (
        replay("llama-3.1-8b", "h100", file)["time_to_first_token"].tolist()
        == found.frame()["time_to_first_token"].tolist()
    )
    file.write_text(ROWS + "3,200000,10,0\n")
    with pytest.raises(Infeasible, match=r"200,000|200000"):
        replay_trace(catalog, "llama-3.1-8b", "h100", base, file)
