"""Predictions and searches from Python: plain numbers, quantities or texts as in files go in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from costmodel.analysis.amounts import Amount, amount, number
from costmodel.analysis.arguments import bounded
from costmodel.analysis.checked import check_framework, check_types
from costmodel.analysis.predict import Prediction, predict_serving
from costmodel.analysis.replaying import replay_trace
from costmodel.analysis.searching import search_deployments
from costmodel.analysis.targets import Targets
from costmodel.domain.workload import Deployment
from costmodel.errors import CostModelError
from costmodel.performance.service.latency import LEAST, MOST
from costmodel.specs.bounds import LARGEST_COUNT
from costmodel.specs.catalog import Catalog
from costmodel.units import quantity


def predict(
    model: str,
    accelerator: str,
    *,
    prompt: Amount,
    output: Amount,
    concurrency: float | None = None,
    rate: Amount | None = None,
    tensor_parallel: float = 1,
    precision: str = "fp8",
    framework: str = "vllm",
    catalog: Catalog | None = None,
) -> Prediction:
    """Return the speed of one deployment at a number of requests in flight, or at a rate (queries per second).

    `prompt` and `output` are tokens. `result` has times and rates as quantities, `percentile(0.95)` latencies of a
    share of requests, `explain()` what they are made of. Raises Infeasible where the model does not fit.

    >>> found = predict("llama-3.1-8b", "h100-sxm5-80gb", prompt=1000, output="200 token", concurrency=16)
    >>> bool(found.result.time_to_first_token < found.percentile(0.95).time_to_first_token)
    True
    """
    if (concurrency is None) == (rate is None):
        msg = "predict needs either concurrency (requests in flight) or rate (queries per second), and not both"
        raise CostModelError(msg)
    deployment = _deployment(tensor_parallel, precision, framework)
    return predict_serving(
        catalog or Catalog(),
        model,
        accelerator,
        deployment,
        prompt=number(prompt, "token"),
        output=number(output, "token"),
        concurrency=None if concurrency is None else bounded("concurrency", concurrency, 1, LARGEST_COUNT),
        arrivals=None if rate is None else amount(rate, "query/second"),
    )


def _deployment(tensor_parallel: float, precision: str, framework: str) -> Deployment:
    check_types([precision])
    check_framework(framework)
    return Deployment(
        id="deployment",
        name="deployment",
        precision=precision,
        tensor_parallel=quantity(bounded("tensor_parallel", tensor_parallel, 1, LARGEST_COUNT)),
        framework=framework,
    )


def replay(
    model: str,
    accelerator: str,
    trace: str | Path,
    *,
    tensor_parallel: float = 1,
    precision: str = "fp8",
    framework: str = "vllm",
    catalog: Catalog | None = None,
) -> pd.DataFrame:
    """Return what each request of a trace file sees on one replica: a row each, in the order in which they came.

    The file has the columns `arrival_s`, `prompt_tokens`, `output_tokens` and maybe `cached_tokens`; times are seconds
    (`attrs["units"]`). A SpecError names file, line and column of a fault; Infeasible where a request is too long.
    """
    found = _deployment(tensor_parallel, precision, framework)
    return replay_trace(catalog or Catalog(), model, accelerator, found, trace).frame()


def search(
    model: str,
    offers: str | Sequence[str],
    *,
    prompt: Amount,
    output: Amount,
    ttft: Amount | None = None,
    tpot: Amount | None = None,
    share: float | None = None,
    discount_rate: Amount = "8 percent/year",
    catalog: Catalog | None = None,
    **others: Any,
) -> pd.DataFrame:
    """Return every deployment that fits and meets the targets (seconds), cheapest first; see `search_deployments`.

    Targets hold on average, or for a `share` of requests; `attrs["units"]` has the unit of each column.

    >>> found = search("llama-3.1-8b", "purchase/hgx-h100", prompt=1000, output=200, tpot="20 ms", precisions=["fp8"])
    >>> bool((found["time_per_output_token"] <= 0.02).all())
    True
    """
    first, each = (None if one is None else amount(one, "second") for one in (ttft, tpot))
    return search_deployments(
        catalog or Catalog(),
        model,
        offers,
        number(prompt, "token"),
        number(output, "token"),
        real_discount_rate=amount(discount_rate, "1/year"),
        targets=Targets(first, each, share=None if share is None else bounded("share", share, LEAST, MOST)),
        **others,
    )
