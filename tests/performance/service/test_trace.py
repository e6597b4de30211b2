"""Traces of requests: what files may say, and that a replay is the simulation of just these requests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from costmodel.analysis.replica_rate import shared_out
from costmodel.errors import SpecError
from costmodel.performance.machine.setup import ONE
from costmodel.performance.service.flow import Flow
from costmodel.performance.service.simulation import SETTLING, replay, simulate, step_times
from costmodel.performance.service.trace import Trace, read_trace
from costmodel.performance.service.traffic import ALIKE
from costmodel.units import quantity
from tests.performance.service.test_serving import setup

Write = Callable[[str, str | bytes], Path]
HEAD = "arrival_s,prompt_tokens,output_tokens,cached_tokens\n"


def evenly(count: int, gap: float, cached: float = 0.0) -> Trace:
    """Return alike requests that come one after another."""
    alike = (np.full(count, size) for size in (1000.0, 100.0, cached))
    return Trace(gap * np.arange(count), *alike)


def test_rows_in_any_order_are_read_from_the_first_on(write: Write) -> None:
    """Rate, spreads and the share of the cache are those of the file; without a column nothing was cached."""
    trace = read_trace(write("t.csv", f"{HEAD}1700000009,300,10,100\n1700000005,100,30,0\n1700000001,200,20,0\n"))
    assert trace.arrivals.tolist() == [0, 4, 8]
    assert trace.prompts.tolist() == [200, 100, 300]
    assert (trace.rate, trace.cached_share) == (0.25, pytest.approx(1 / 6))
    assert trace.spreads["arrival_spread"] == 0
    bare = read_trace(write("b.csv", "arrival_s,prompt_tokens,output_tokens\n0,5,1\n2,5,1\n"))
    assert bare.cached.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}0,10,5,0\n1,many,5,0\n", "t.csv:3: prompt_tokens: 'many' is no number"),
        (f"{HEAD}0,10,5,0\n1,10,,0\n", "t.csv:3: output_tokens: 'nan' is not from 1"),
        (f"{HEAD}0,10,5,0\n-1,10,5,0\n", "t.csv:3: arrival_s: '-1' is not from 0"),
        (f"{HEAD}0,10,5,0\n1,10,5,10\n", "t.csv:3: cached_tokens: at least one token"),
        ("arrival_s,prompt_token,output_tokens\n0,1,1\n", 'has no column prompt_tokens.*Did you mean "prompt_token"'),
        (f"{HEAD}3,10,5,0\n3,10,5,0\n", "come at different times"),
        (HEAD, "has no rows"),
    ],
)
def test_faults_name_the_line_and_the_column(write: Write, text: str, said: str) -> None:
    """And what is allowed."""
    with pytest.raises(SpecError, match=said):
        read_trace(write("t.csv", text))


def test_a_replay_is_the_simulation_of_just_these_requests() -> None:
    """Alike requests that come evenly see the same, drawn without spread or read from a trace."""
    flow = Flow(setup(), quantity(1000.0), quantity(100.0), ONE, ALIKE)
    even = Flow(setup(), quantity(1000.0), quantity(100.0), ONE, ALIKE.__class__(*[quantity(0.0)] * 3, open=True))
    times = step_times(flow)
    drawn, read = simulate(even, times, 5.0, 50, 1), replay(flow, times, evenly(50, 0.2))
    assert read.time_to_first_token[50 // SETTLING :] == pytest.approx(drawn.time_to_first_token, rel=1e-9)
    cached = replay(flow, times, evenly(50, 0.2, cached=900))
    assert (cached.time_to_first_token < read.time_to_first_token).all()


@pytest.mark.parametrize("rate", [0.05, 0.5, 5.0])
def test_replicas_share_a_trace_without_doubling_a_request(rate: float) -> None:
    """Each gets about its rate; together no more than all, and a rate above the trace's lets it run faster."""
    trace = Trace(np.arange(20000.0), np.arange(1.0, 20001), np.full(20000, 9.0), np.zeros(20000))
    parts = shared_out(trace, rate, 1)
    prompts = np.concatenate([part.prompts for part in parts])
    assert len(set(prompts)) == len(prompts) >= 2400
    assert np.mean([len(part) / (part.arrivals[-1] or 1) for part in parts]) == pytest.approx(rate, rel=0.1)
