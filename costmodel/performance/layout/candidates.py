"""Many deployments at once, as arrays: what each yields, and those that no other beats in cost and in speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import Accelerator
from costmodel.domain.workload import Deployment
from costmodel.performance.layout.layouts import SPLITS, split_leaves
from costmodel.performance.layout.table import Table, joined
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.memory import holds_a_request
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.latency import at_share, percentile
from costmodel.performance.service.serving import steady_state
from costmodel.performance.service.traffic import Traffic, usual_traffic
from costmodel.units import Quantity, magnitude, quantity

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """What all candidates have in common: a model on an accelerator, and queries of one length."""

    model: Architecture
    accelerator: Accelerator
    base: Deployment
    constants: Constants
    prompt: Quantity
    output: Quantity
    share: float | None = None
    """Share of requests for which a percentile of latency is wanted besides the mean."""
    traffic: Traffic | None = None
    """How lengths differ; as usual if not given."""
    shares: tuple[float, ...] = ()
    """Further shares of requests for which percentiles are wanted."""

    @property
    def usual(self) -> Traffic:
        """How lengths differ."""
        return self.traffic or usual_traffic(self.constants)

    def setup(self, precision: str, rows: Table, shape: tuple[int, ...] = (-1,)) -> Setup:
        """Return the setup of candidates: their numbers as arrays."""
        numbers = split_leaves(rows, shape)
        if (rows["draft_tokens"] > 0).any():
            numbers["draft_tokens"] = quantity(rows["draft_tokens"].reshape(shape))
        tried = replace(self.base, precision=precision).with_leaves(**numbers)
        return Setup(self.model, self.accelerator, tried, self.constants)


def candidates(
    asked: Asked,
    precisions: Sequence[str],
    splits: Table,
    concurrency: Sequence[float],
    draft_tokens: Sequence[float] = (0.0,),
) -> Table:
    """Return a row for every combination of precision, split, draft and concurrency that can hold a request.

    Columns: precision, the axes, output_rate (tokens/s/accelerator), user_rate (tokens/s), time_to_first_token and
    time_per_output_token (seconds; where asked also of a share of requests), fits (requests whose cache fits).
    """
    axes = splits.crossed(draft_tokens=draft_tokens, concurrency=concurrency)
    return joined(evaluated(asked, one, axes) for one in precisions)


def evaluated(asked: Asked, precision: str, axes: Table) -> Table:
    """Return what each deployment of a table yields; those that cannot hold one request are left out."""
    setup = asked.setup(precision, axes)
    holds = np.broadcast_to(holds_a_request(setup, asked.prompt, asked.output), len(axes))
    rows = axes[holds]
    if not len(rows):
        return rows.assign(precision=precision, fits=0.0)
    count = quantity(rows["concurrency"])
    served = steady_state(asked.setup(precision, rows), asked.prompt, asked.output, count, traffic=asked.traffic)
    columns = {
        "output_rate": magnitude(served.output_rate, "token/second/accelerator"),
        "user_rate": magnitude(served.user_rate, "token/second"),
        "time_to_first_token": magnitude(served.time_to_first_token, "second"),
        "time_per_output_token": magnitude(served.time_per_output_token, "second"),
        "fits": magnitude(served.fits, "dimensionless"),
    }
    for share in (*asked.shares, *(() if asked.share is None else (asked.share,))):
        slow = percentile(served, share)
        columns[at_share("time_to_first_token", share)] = magnitude(slow.time_to_first_token, "second")
        columns[at_share("time_per_output_token", share)] = magnitude(slow.time_per_output_token, "second")
    return rows.assign(precision=precision, **columns)


def replica_size(rows: Table | pd.DataFrame, prefix: str = "") -> Array:
    """Return the accelerators of each replica; one where it is of no such kind."""
    return np.nanprod([np.asarray(rows[f"{prefix}{name}"], dtype=float) for name in SPLITS[:3]], axis=0)


def with_cost(frame: pd.DataFrame, price: Quantity) -> pd.DataFrame:
    """Return the deployments with USD per million output tokens, at a price per hour of one accelerator."""
    hourly = magnitude(price, "USD/hour/accelerator")
    return frame.assign(usd_per_million_tokens=hourly / 3600 / frame["output_rate"] * 1e6)


def pareto(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the deployments that no other beats in both cost and speed, cheapest first."""
    costs, speeds = frame["usd_per_million_tokens"].to_numpy(), frame["user_rate"].to_numpy()
    order = np.lexsort((-speeds, costs))
    fastest = np.maximum.accumulate(speeds[order])
    better = np.append(True, fastest[1:] > fastest[:-1])[: len(order)]
    return frame.iloc[order[better]].reset_index(drop=True)
