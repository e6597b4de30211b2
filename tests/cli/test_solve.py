"""`costmodel solve`: rows for machines and for people."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.cli.conftest import Ran

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
