"""Demand of a scenario: users, or a rate of queries; limits of latency on average, or for a share of requests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import costmodel as cm
from costmodel.domain.workload import Serving
from costmodel.errors import CostModelError, MissingData
from costmodel.specs.catalog import data_folder
from costmodel.units import magnitude

Write = Callable[[str, str | bytes], Path]
USERS = 'users = { value = "1e6 user", source = "assumption", reason = "asked" }\n'
EACH = 'queries_per_user = { value = "4.32 query/user/day", source = "assumption", reason = "asked" }\n'


@pytest.fixture
def lines() -> list[str]:
    """Return the lines of a shipped scenario with a rate."""
    return (data_folder("reports") / "support-desk.toml").read_text().splitlines(keepends=True)


def without(lines: list[str], *starts: str) -> str:
    """Return the text without the lines that begin so."""
    return "".join(line for line in lines if not line.startswith(starts))


def test_users_with_percentiles_get_the_fleet_of_their_rate(lines: list[str], write: Write) -> None:
    """A million users with 4.32 queries a day each are 50 queries a second; a user-month then has a cost too."""
    text = without(lines, "rate =").replace("[demand]\n", f"[demand]\n{USERS}{EACH}")
    changes = {"offers": "purchase/hgx-h100", "target.time_to_first_token": "3 s"}
    of_users = cm.load(write("reports/users.toml", text), changes=changes)
    at_rate = cm.load("support-desk", changes=changes)
    both = [study.costs["purchase/hgx-h100"] for study in (of_users, at_rate)]
    assert both[0].fleet.servers == both[1].fleet.servers
    assert [study.headline for study in (of_users, at_rate)] == ["cost_per_user_month", "cost_per_million_tokens"]
    assert "cost_per_user_month" not in both[1].quantities
    month = magnitude(both[0]["cost_per_user_month"], "USD/user/month") * 1e6
    assert month == pytest.approx(magnitude(both[1]["total_per_month"], "USD/month"))


def test_each_latency_has_a_percentile_of_its_own(lines: list[str], write: Write) -> None:
    """One of 99% and one of the mean, as the file says."""
    text = without(lines, "time_per_output_token_percentile").replace('"p95"', '"p99"')
    workload = cm.load(write("reports/own.toml", text)).scenario.workload
    assert isinstance(workload, Serving)
    assert (workload.time_to_first_token_share, workload.time_per_output_token_share) == (0.99, None)


@pytest.mark.parametrize(
    ("left_out", "added", "said"),
    [
        ((), USERS, "either demand.users and demand.queries_per_user, or demand.rate; this one has demand.users and"),
        (("rate =",), "", "this one has neither"),
        (("rate =",), USERS, "this one has demand.users"),
        (("time_",), "", "demand.rate is held within limits of latency: add target.time_to_first_token"),
        (("time_to_first_token =",), "", "time_to_first_token_percentile is p95, of no limit"),
    ],
)
def test_demand_is_said_once_and_whole(
    lines: list[str], write: Write, left_out: tuple[str, ...], added: str, said: str
) -> None:
    """With the keys to add."""
    text = (without(lines, *left_out) if left_out else "".join(lines)).replace("[demand]\n", f"[demand]\n{added}")
    with pytest.raises(MissingData, match=said):
        cm.load(write("reports/wrong.toml", text))


def test_a_price_of_users_needs_users() -> None:
    """At a rate nobody pays it."""
    with pytest.raises(CostModelError, match=r"plan\.price is about users, of whom demand\.rate says nothing"):
        cm.load("support-desk", changes={"plan.price": "10 USD/user/month"})
