"""Capacity without a file: every way to get accelerators of a kind, at one site or several."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from costmodel.analysis.capacity_question import _record, by_site, capacity_studies
from costmodel.analysis.opening import load
from costmodel.cli.tables import figure
from costmodel.errors import CostModelError, UnknownName
from costmodel.specs.catalog import Catalog

ASSUMED = 'source = "assumption", reason = "for the test" }'
FREE = f"""
title = "Free hours"
question = "What do free hours cost?"
workload = "capacity"
site = "us-hyperscale"
price_date = 2026-11-01
offers = ["rental/coreweave-h100-on-demand", "purchase/hgx-h100"]
set = {{ "rental/coreweave-h100-on-demand.price" = "0 USD/accelerator/hour" }}

[finance]
real_discount_rate = {{ value = "8 percent/year", {ASSUMED}

[capacity]
reference = "nvidia/h100-sxm5-80gb"
accelerators = {{ value = "100 accelerator", {ASSUMED}
duration = {{ value = "2 year", {ASSUMED}
utilization = {{ value = "0.5", {ASSUMED}
budget = {{ value = "1 MUSD", {ASSUMED}
"""


def test_owned_systems_stand_at_each_site_and_rented_ones_once() -> None:
    """Two sites give each purchase twice; a rental has its provider's site."""
    table = by_site(capacity_studies(Catalog(), "h100", 1024, 3, sites=("us-colocation", "us-hyperscale")))
    assert set(table.loc["purchase/hgx-h100", "site"]) == {"us-colocation", "us-hyperscale"}
    assert table.loc["rental/lambda-h100-on-demand", "site"] == ""
    assert table["cost_per_accelerator_hour"].is_monotonic_increasing


def test_owning_costs_more_per_hour_the_shorter_the_horizon() -> None:
    """What is sold after a year has lost most of its value in that year."""
    catalog = Catalog()
    hours = [
        by_site(capacity_studies(catalog, "h100", 64, years)).loc["purchase/hgx-h100", "cost_per_accelerator_hour"]
        for years in (1, 3, 5)
    ]
    assert hours == sorted(hours, reverse=True)


@pytest.mark.parametrize(("number", "years"), [(0, 3), (-1, 3), (8, 0)])
def test_nothing_is_no_capacity(number: float, years: float) -> None:
    """Accelerators and years are above zero."""
    with pytest.raises(CostModelError, match="above 0"):
        capacity_studies(Catalog(), "h100", number, years)


def test_hours_that_cost_nothing_have_a_verdict_and_no_end(write: Callable[[str, str], Path]) -> None:
    """Where the first way is free a decision is still told, and a sum pays for accelerators without end, in words."""
    study = load(write("free.toml", FREE))
    assert study.verdict.winner == "rental/coreweave-h100-on-demand"
    assert study.verdict.expected_regret["purchase/hgx-h100"] > 0
    table = study.compare()
    assert table["accelerators_for_budget"].tolist()[0] == inf
    assert figure(inf) == "no end"


def test_unknown_hardware_gets_a_suggestion() -> None:
    """A misspelt accelerator leads to the right one."""
    with pytest.raises(UnknownName, match='Did you mean "h100"'):
        capacity_studies(Catalog(), "h10", 8, 3)


def test_a_capacity_costs_eight_per_cent_and_is_used_for_seven_tenths() -> None:
    """5 to 12%, 50 to 90%; what is asked for is exact; none, or more than can exist, is no capacity."""
    record = _record(cast("Any", SimpleNamespace(id="c", name="C")), 64, 3, "site", date(2026, 1, 1))
    told = {
        key: [None if one is None else float(one.magnitude) for one in (f.value, f.low, f.high)]
        for key, f in record.facts.items()
    }
    assert told == {
        "finance.real_discount_rate": [0.08, 0.05, 0.12],
        "capacity.utilization": [0.7, 0.5, 0.9],
        "capacity.accelerators": [64.0, None, None],
        "capacity.duration": [3.0, None, None],
    }
    assert record.values["title"] == "64 C for 3 years"
    for number_, years in ((1e13, 3), (0, 3), (1, 0)):
        with pytest.raises(CostModelError, match="Capacity is above 0"):
            capacity_studies(cast("Any", None), "h100", number_, years)
