"""Targets: which deployments keep them, and why none does."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.analysis.targets import ANY_SPEED, Targets, that_meet
from costmodel.errors import CostModelError, Infeasible
from costmodel.performance.layout.table import Table
from costmodel.units import parse

HELD = Table(
    {
        "time_to_first_token": np.array([0.2, 0.4, 0.9]),
        "time_per_output_token": np.array([0.01, 0.02, 0.03]),
        "user_rate": np.array([100.0, 50.0, 33.0]),
        "tensor_parallel": np.array([8.0, 4.0, 2.0]),
    }
).assign(
    precision="fp8", pipeline_parallel=1.0, attention_copies=1.0, expert_parallel=1.0, draft_tokens=0.0, concurrency=8.0
)


def test_a_limit_that_is_just_reached_is_kept() -> None:
    """0.4 s is no longer than 400 ms; without limits, all is kept."""
    assert len(that_meet(Targets(parse("400 ms")), HELD, "what")) == 2
    assert len(that_meet(ANY_SPEED, HELD, "what")) == len(HELD)


def test_a_limit_below_nothing_is_refused() -> None:
    """It was once a limit that no deployment keeps."""
    for limit in ("0 s", "-1 s"):
        with pytest.raises(CostModelError, match=f"time per output token must be above 0 s, not {limit}"):
            Targets(time_per_output_token=parse(limit))


def test_the_nearest_is_that_whose_worst_limit_is_missed_by_the_smallest_factor() -> None:
    """At 0.1 s and 8 ms the first misses by 2 and 1.25, the others by 4 and 9: by hand."""
    with pytest.raises(Infeasible, match=r"nearest deployment \(fp8, tensor parallel 8, 8 in flight\) has 0.2 s"):
        that_meet(Targets(parse("0.1 s"), parse("8 ms")), HELD, "what")


@pytest.mark.parametrize("targets", [ANY_SPEED, Targets(parse("1 s"))])
def test_where_nothing_fits_memory_is_named_whatever_the_targets(targets: Targets) -> None:
    """A table without rows, and so without latencies, says that memory is too small."""
    with pytest.raises(Infeasible, match="no layout fits in memory"):
        that_meet(targets, Table({"precision": np.empty(0)}), "what")
