"""Predictions, searches and sizes from Python: plain numbers, quantities or texts as in files go in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from costmodel.analysis.arguments import Amount, amount, names, number, whole
from costmodel.analysis.checked import find_model, lengths_of
from costmodel.analysis.predict import Prediction, predict_serving
from costmodel.analysis.replaying import replay_trace
from costmodel.analysis.replica_rate import Limit
from costmodel.analysis.scenario_layouts import Layouts
from costmodel.analysis.searching import SITE, search_deployments
from costmodel.analysis.sizing import Sizing, size_on
from costmodel.analysis.targets import LATENCIES, Targets
from costmodel.domain.hardware import load_site
from costmodel.domain.offers import load_offer
from costmodel.domain.scenario import Scenario, with_horizon
from costmodel.domain.terms import usual_terms
from costmodel.domain.workload import Deployment, Serving
from costmodel.errors import CostModelError, unknown
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.number_types import STORED
from costmodel.performance.machine.software import SOFTWARE
from costmodel.performance.service.trace import Trace, read_trace
from costmodel.specs.bounds import LARGEST_COUNT
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, magnitude, quantity
from costmodel.writing import today

SHORT = dict(zip(("ttft", "tpot"), LATENCIES, strict=True))
TARGET = re.compile(r"(ttft|tpot)(?:_p(\d{2}(?:\.\d+)?))?")
LENGTHS = ("prompt_tokens", "output_tokens")
PER_QUERY = quantity(1.0, "token/query")
LEAST = 50
"""Percent: percentiles of latency are those from the median on."""
MOST_SPARES, STEEPEST = 1_000_000, 1e3
"""The most spare systems, and the largest peak to mean."""


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
        prompt=_number(prompt, "token"),
        output=_number(output, "token"),
        concurrency=None if concurrency is None else number("concurrency", concurrency, 1, LARGEST_COUNT),
        arrivals=None if rate is None else amount(rate, "query/second"),
    )


def _deployment(tensor_parallel: float, precision: str, framework: str) -> Deployment:
    if precision not in STORED:
        raise unknown("number type", precision, STORED)
    if framework not in SOFTWARE:
        raise unknown("framework", framework, SOFTWARE)
    return Deployment(
        id="deployment",
        name="deployment",
        precision=precision,
        tensor_parallel=quantity(number("tensor_parallel", tensor_parallel, 1, LARGEST_COUNT)),
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
        _number(prompt, "token"),
        _number(output, "token"),
        real_discount_rate=amount(discount_rate, "1/year"),
        targets=Targets(first, each, share=share),
        **others,
    )


def size(
    model: str,
    offers: str | Sequence[str],
    *,
    rate: Amount | None = None,
    prompt: Amount | None = None,
    output: Amount | None = None,
    trace: str | Path | None = None,
    peak_to_mean: float = 1.0,
    spare: int | None = None,
    precisions: Sequence[str] = (),
    framework: str = "vllm",
    spreads: Mapping[str, Quantity] | None = None,
    site: str = SITE,
    discount_rate: Amount = "8 percent/year",
    catalog: Catalog | None = None,
    **targets: Amount | None,
) -> pd.DataFrame:
    """Return the fleet on each offer that holds a rate (queries per second on average), cheapest first.

    `targets` are `ttft` and `tpot` in seconds on average, `ttft_p95` and the like for a share of requests; they hold at
    the peak, with requests that come at random, or as in a `trace` file (see `replay`), whose lengths and rate then
    count where no other rate is given. `spare` whole systems stand by; if not given, one replica, as in a
    scenario. Offers that cannot are rows, with the reason in `why`. `attrs["units"]` has the unit of each column.

    >>> asked = dict(rate="20 query/s", prompt=500, output=100, ttft_p95="1 s", tpot_p95="50 ms", precisions=["fp8"])
    >>> found = size("llama-3.1-8b", "purchase/hgx-h100", **asked)
    >>> bool(found["highest_rate"][0] >= 20)
    True
    """
    catalog, constants = catalog or Catalog(), load_constants()
    peak = number("peak_to_mean", peak_to_mean, 1, STEEPEST)
    stand_by = None if spare is None else whole("spare", spare, 0, MOST_SPARES)
    _check_names(precisions, framework)
    limits, logged = limits_of(targets), None if trace is None else read_trace(Path(trace))
    asked = (
        _drawn(rate, prompt, output, spreads or {})
        if logged is None
        else _logged(rate, prompt, output, spreads, logged)
    )
    workload = Serving(id="size", name="serving", peak_to_mean=quantity(peak), **asked)  # type: ignore[arg-type]
    found = Scenario(
        id="size",
        name="size",
        title="size",
        question="Which fleet holds the rate within the targets?",
        price_date=today(),
        architecture=find_model(catalog, model),
        workload=workload,
        site=load_site(catalog, site, today()),
        offers=tuple(load_offer(catalog, one, None) for one in names("offers", offers)),
        finance_real_discount_rate=amount(discount_rate, "1/year"),
        terms=usual_terms() if stand_by is None else usual_terms().with_leaves(**_spares(stand_by)),
        precisions=tuple(dict.fromkeys(precisions)),
        framework=framework,
    )
    scenario = with_horizon(found, Path("size"))
    return size_on(Sizing(scenario, workload, Layouts(scenario, constants, limits, logged)))


def _drawn(
    rate: Amount | None, prompt: Amount | None, output: Amount | None, spreads: Mapping[str, Quantity]
) -> dict[str, Quantity]:
    """Return the demand of requests that are drawn at random, by its names in a workload."""
    if rate is None or prompt is None or output is None:
        msg = "a fleet is sized for a rate (query/second), a prompt and an output (tokens), or for a trace file"
        raise CostModelError(msg)
    lengths = lengths_of(_number(prompt, "token"), _number(output, "token"))
    tokens = (one * PER_QUERY for one in lengths)
    return {"rate": _rate(rate), **dict(zip(LENGTHS, tokens, strict=True)), **spreads}


def _logged(
    rate: Amount | None, prompt: Amount | None, output: Amount | None, spreads: object, trace: Trace
) -> dict[str, Quantity]:
    """Return the demand of a trace, whose lengths nothing else may say again."""
    if prompt is not None or output is not None or spreads:
        msg = "a trace says how long requests are and how they come: leave out prompt, output and spreads"
        raise CostModelError(msg)
    mean = quantity(trace.rate, "query/second") if rate is None else _rate(rate)
    tokens = (quantity(float(one.mean()), "token/query") for one in (trace.prompts, trace.outputs))
    spread = {name: quantity(value) for name, value in trace.spreads.items()}
    return {"rate": mean, **dict(zip(LENGTHS, tokens, strict=True)), **spread}


def _rate(rate: Amount) -> Quantity:
    mean = amount(rate, "query/second")
    if not mean.magnitude > 0:
        msg = f"rate must be above 0 query/second, not {mean:~P}"
        raise CostModelError(msg)
    return mean


def _spares(spare: int) -> dict[str, Quantity]:
    """Return whole systems that stand by, instead of the replica that is assumed."""
    return {"spare_replicas": quantity(0.0), "spare_systems": quantity(float(spare), "server")}


def _check_names(precisions: Sequence[str], framework: str) -> None:
    if wrong := [name for name in precisions if name not in STORED]:
        raise unknown("number type", wrong[0], STORED)
    if framework not in SOFTWARE:
        raise unknown("framework", framework, SOFTWARE)


def limits_of(targets: Mapping[str, Amount | None]) -> tuple[Limit, ...]:
    """Return the limits of latency that are given; at least one.

    >>> limits_of({"ttft_p95": "1500 ms"})
    (Limit(latency='time_to_first_token', seconds=1.5, share=0.95),)
    """
    found = []
    for name, value in targets.items():
        said = TARGET.fullmatch(name)
        if said is None or (said[2] and float(said[2]) < LEAST):
            raise unknown("target", name, ("ttft", "tpot", "ttft_p50", "ttft_p95", "tpot_p50", "tpot_p95"))
        if value is not None:
            seconds = _number(value, "second")
            if not seconds > 0:
                msg = f"{name} must be above 0 s, not {value}"
                raise CostModelError(msg)
            found.append(Limit(SHORT[said[1]], seconds, float(said[2]) / 100 if said[2] else None))
    if not found:
        msg = "a fleet is sized for targets: give at least one, such as ttft_p95 = 1.5 s or tpot_p95 = 40 ms"
        raise CostModelError(msg)
    return tuple(found)


def _number(value: Amount, unit: str) -> float:
    return float(magnitude(amount(value, unit), unit))
