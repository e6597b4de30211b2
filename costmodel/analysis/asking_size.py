"""The size of a fleet from Python: plain numbers, quantities or texts as in files go in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from costmodel.analysis.amounts import Amount, amount, number
from costmodel.analysis.arguments import bounded, names, whole
from costmodel.analysis.checked import check_framework, check_types, find_model, lengths_of
from costmodel.analysis.replica_rate import Limit
from costmodel.analysis.scenario_layouts import Layouts
from costmodel.analysis.searching import SITE
from costmodel.analysis.sizing import Sizing, size_on
from costmodel.analysis.targets import LATENCIES
from costmodel.domain.hardware import load_site
from costmodel.domain.noun import in_dollars
from costmodel.domain.offers import load_offer
from costmodel.domain.scenario import Scenario, with_horizon
from costmodel.domain.terms import usual_terms
from costmodel.domain.workload import Serving
from costmodel.errors import CostModelError, unknown
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.service.trace import Trace, read_trace
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, quantity
from costmodel.writing import today

SHORT = dict(zip(("ttft", "tpot"), LATENCIES, strict=True))
TARGET = re.compile(r"(ttft|tpot)(?:_p(\d{2}(?:\.\d+)?))?")
LENGTHS = ("prompt_tokens", "output_tokens")
PER_QUERY = quantity(1.0, "token/query")
LEAST = 50
"""Percent: percentiles of latency are those from the median on."""
MOST_SPARES, STEEPEST, FASTEST = 1_000_000, 1e3, 1e9
"""The most spare systems, the largest peak to mean, and the most queries per second: all people ask less."""


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
    catalog = catalog or Catalog()
    peak = bounded("peak_to_mean", peak_to_mean, 1, STEEPEST)
    stand_by = None if spare is None else whole("spare", spare, 0, MOST_SPARES)
    precisions = names("precisions", precisions) if precisions else ()
    check_types(precisions)
    check_framework(framework)
    limits, logged = limits_of(targets), None if trace is None else read_trace(Path(trace))
    asked = (
        _drawn(rate, prompt, output, spreads or {})
        if logged is None
        else _logged(rate, prompt, output, spreads, logged)
    )
    workload = Serving(id="size", name="serving", peak_to_mean=quantity(peak), **asked)  # type: ignore[arg-type]
    scenario = _scenario(
        architecture=find_model(catalog, model),
        workload=workload,
        site=load_site(catalog, site, today()),
        offers=tuple(in_dollars(load_offer(catalog, one, None), today()) for one in names("offers", offers)),
        finance_real_discount_rate=amount(discount_rate, "1/year"),
        terms=usual_terms() if stand_by is None else usual_terms().with_leaves(**_spares(stand_by)),
        precisions=tuple(dict.fromkeys(precisions)),
        framework=framework,
    )
    return size_on(Sizing(scenario, workload, Layouts(scenario, load_constants(), limits, logged)))


def _scenario(**asked: Any) -> Scenario:
    """Return the question as a scenario of today."""
    question = "Which fleet holds the rate within the targets?"
    found = Scenario(id="size", name="size", title="size", question=question, price_date=today(), **asked)
    return with_horizon(found, Path("size"))


def _drawn(
    rate: Amount | None, prompt: Amount | None, output: Amount | None, spreads: Mapping[str, Quantity]
) -> dict[str, Quantity]:
    """Return the demand of requests that are drawn at random, by its names in a workload."""
    if rate is None or prompt is None or output is None:
        msg = "a fleet is sized for a rate (query/second), a prompt and an output (tokens), or for a trace file"
        raise CostModelError(msg)
    lengths = lengths_of(number(prompt, "token"), number(output, "token"))
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
    if not 0 < mean.magnitude <= FASTEST:
        msg = f"rate must be above 0 and up to {FASTEST:g} query/second, not {mean:~P}"
        raise CostModelError(msg)
    return mean


def _spares(spare: int) -> dict[str, Quantity]:
    """Return whole systems that stand by, instead of the replica that is assumed."""
    return {"spare_replicas": quantity(0.0), "spare_systems": quantity(float(spare), "server")}


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
            seconds = number(value, "second")
            if not seconds > 0:
                msg = f"{name} must be above 0 s, not {value}"
                raise CostModelError(msg)
            found.append(Limit(SHORT[said[1]], seconds, float(said[2]) / 100 if said[2] else None))
    if not found:
        msg = "a fleet is sized for targets: give at least one, such as ttft_p95 = 1.5 s or tpot_p95 = 40 ms"
        raise CostModelError(msg)
    return tuple(found)
