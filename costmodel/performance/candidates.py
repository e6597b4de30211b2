"""Many deployments at once, as arrays: what each yields, and those that no other beats in cost and in speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import Accelerator
from costmodel.domain.workload import Deployment
from costmodel.performance.constants import Constants
from costmodel.performance.memory import holds_a_request
from costmodel.performance.serving import steady_state
from costmodel.performance.setup import Setup
from costmodel.performance.traffic import Traffic
from costmodel.units import Quantity, magnitude, quantity

Array = npt.NDArray[np.float64]
AXES = ("tensor_parallel", "pipeline_parallel", "concurrency")


def candidates(
    model: Architecture,
    accelerator: Accelerator,
    base: Deployment,
    constants: Constants,
    *,
    prompt: Quantity,
    output: Quantity,
    precisions: Sequence[str],
    tensor_parallel: Sequence[float],
    concurrency: Sequence[float],
    pipeline_parallel: Sequence[float] = (1.0,),
    traffic: Traffic | None = None,
) -> pd.DataFrame:
    """Return a row for every combination of precision, parallelism and concurrency that can hold a request.

    Columns: precision, tensor_parallel, pipeline_parallel, concurrency, output_rate (tokens/s/accelerator), user_rate
    (tokens/s), time_to_first_token and time_per_output_token (seconds), fits (requests whose cache fits).
    """
    axes = np.meshgrid(tensor_parallel, pipeline_parallel, concurrency, indexing="ij")
    flat = dict(zip(AXES, (axis.ravel().astype(float) for axis in axes), strict=True))
    frames = []
    for precision in precisions:
        numbers = {name: quantity(values) for name, values in flat.items()}
        tried = replace(base, precision=precision).with_leaves(**numbers)
        frames.append(evaluated(Setup(model, accelerator, tried, constants), prompt, output, flat, traffic))
    return pd.concat(frames, ignore_index=True)


def evaluated(
    setup: Setup, prompt: Quantity, output: Quantity, axes: dict[str, Array], traffic: Traffic | None = None
) -> pd.DataFrame:
    """Return what each deployment of a setup with arrays yields; those that cannot hold one request are left out."""
    served = steady_state(setup, prompt, output, quantity(axes["concurrency"]), traffic=traffic)
    fits = np.broadcast_to(holds_a_request(setup, prompt, output), axes["concurrency"].shape)
    columns = {
        "output_rate": magnitude(served.output_rate, "token/second/accelerator"),
        "user_rate": magnitude(served.user_rate, "token/second"),
        "time_to_first_token": magnitude(served.time_to_first_token, "second"),
        "time_per_output_token": magnitude(served.time_per_output_token, "second"),
        "fits": magnitude(served.fits, "dimensionless"),
    }
    frame = pd.DataFrame({"precision": setup.deployment.precision, **axes, **columns})
    return frame[fits]


def with_cost(frame: pd.DataFrame, price: Quantity) -> pd.DataFrame:
    """Return the deployments with USD per million output tokens, at a price per hour of one accelerator."""
    hourly = magnitude(price, "USD/hour/accelerator")
    return frame.assign(usd_per_million_tokens=hourly / 3600 / frame["output_rate"] * 1e6)


def pareto(frame: pd.DataFrame, cost: str = "usd_per_million_tokens", speed: str = "user_rate") -> pd.DataFrame:
    """Return the deployments that no other beats in both cost and speed, cheapest first."""
    ordered = frame.sort_values([cost, speed], ascending=[True, False])
    best = ordered[speed].cummax().shift(fill_value=-np.inf)
    return ordered[ordered[speed] > best].reset_index(drop=True)
