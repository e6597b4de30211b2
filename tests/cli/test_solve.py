"""`costmodel solve`: rows for machines and for people."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.conftest import Ran

GOAL = "cost_per_user_month = 2.5 USD/user/month"

ASK = ["solve", "copilot", "--for", "demand.users", "--such-that", "cost_per_user_month = 30 USD/user/month"]
KEYS = ["offer", "unknown", "value", "unit", "status", "inside_range"]


def test_json_is_an_array_of_solutions(run: Callable[..., Ran]) -> None:
    """Each row begins with offer, unknown, value, unit, status and whether the value is in its range."""
    rows = json.loads(run(*ASK, "--offer", "hgx-h100", "--for", "volume", "--format", "json").out)
    assert [list(row)[: len(KEYS)] for row in rows] == [KEYS, KEYS]
    assert [(row["unknown"], row["status"]) for row in rows] == [("demand.users", "solved"), ("volume", "never")]
    assert rows[1]["value"] is None


def test_what_nothing_reaches_ends_with_code_two(run: Callable[..., Ran]) -> None:
    """A figure that no value gives is a mistake in the question."""
    found = run("solve", "copilot", "--for", "demand.users", "--such-that", "cost_per_query = -1 USD/query")
    assert found.code == 2
    assert "No value gives" in found.err


@pytest.mark.parametrize("name", ["codex-12b.layers", "nvidia/hgx-h100.accelerators"])
def test_no_value_is_looked_for_between_whole_numbers(run: Callable[..., Ran], name: str) -> None:
    """Where 111.5 layers would cost as much is no answer: the next whole number is offered to try."""
    for asked in (("break-even", "copilot", "--over", name), ("solve", "copilot", "--for", name, "--such-that", GOAL)):
        found = run(*asked)
        assert found.code == 2
        assert f"{name} takes whole numbers only" in found.err.replace("\n", " ")
