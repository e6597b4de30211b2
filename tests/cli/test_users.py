"""`users`, `levers` and `accounts`, as a user meets them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest

from tests.cli.conftest import Ran

Run = Callable[..., Ran]
A100 = "purchase/hgx-a100-80gb"


def test_users_are_told_by_percentile(run: Run) -> None:
    """JSON has each figure with unit and interval, percentiles in order, and what caps do."""
    ran = run("users", "copilot", "--format", "json", "--set", f"offers={A100}")
    assert ran.code == 0, ran.err
    (one,) = json.loads(ran.out)["offers"]
    costs = [one[f"cost_per_user_month_{name}"]["value"] for name in ("p10", "p50", "p90", "p99", "p999")]
    assert costs == sorted(costs)
    assert one["cost_per_user_month_p99"]["unit"] == "USD/user/month"
    assert one["share_of_users_losing"]["low"] <= one["share_of_users_losing"]["value"] <= 1
    caps = json.loads(ran.out)["caps"]["rows"]
    assert [row["cap"] for row in caps] == ["none", "p90", "p99", "p999"]
    assert min(row["cost_per_user_month"] for row in caps) == caps[1]["cost_per_user_month"]


def test_users_print_a_month_to_its_result(run: Run) -> None:
    """A table for people: figures with intervals below them, and revenue to result."""
    ran = run("users", "product", "--set", "offers=purchase/hgx-h100")
    assert ran.code == 0, ran.err
    assert "break even users" in ran.out
    assert "training" in ran.out
    assert ran.err == ""


def test_levers_are_rows(run: Run) -> None:
    """CSV has a row for today and one for each lever, with its way, the margin after it and its interval."""
    lever = "dearer: plan.price=+20%"
    ran = run("levers", "copilot-2023", "--lever", lever, "--format", "csv")
    assert ran.code == 0, ran.err
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert rows[0]["lever"] == "today"
    assert rows[-1]["lever"] == "dearer"
    assert float(rows[-1]["change_alone"]) == pytest.approx(1.9)
    assert float(rows[-1]["margin_alone_low"]) < float(rows[-1]["margin_alone"]) < float(rows[-1]["margin_alone_high"])


def test_levers_reach_a_target(run: Run) -> None:
    """A table names the fewest, with what they make of cost and margin and how likely they reach it."""
    ran = run("levers", "copilot-2023", "--set", f"offers={A100}", "--target", "9 USD/user/month")
    assert ran.code == 0, ran.err
    assert "reaches 9" in ran.out
    assert "reach it in so many draws" in ran.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("levers", "copilot", "--lever", "x: plan.prize=1"), 'Did you mean "plan.price"'),
        (("levers", "copilot", "--target", "8 USD"), "it must be"),
        (("levers", "coreweave-contract"), "has no plan that users pay"),
        (("users", "coreweave-contract"), "serves no users"),
        (("accounts", "copilot"), "has no accounts"),
    ],
)
def test_a_mistake_is_explained(run: Run, arguments: tuple[str, ...], says: str) -> None:
    """Exit code 2, what is wrong, and no traceback."""
    ran = run(*arguments)
    assert ran.code == 2
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_accounts_are_lines(run: Run) -> None:
    """CSV has a row per way and line; the table names the years after it."""
    rows = list(csv.DictReader(io.StringIO(run("accounts", "openai-2024", "--format", "csv").out)))
    assert {"revenue", "compute", "training", "staff", "cost", "result"} <= {row["line"] for row in rows}
    shown = run("accounts", "openai-2024")
    assert shown.code == 0, shown.err
    assert "first profitable year" in shown.out
    assert "The years after it" in shown.out
