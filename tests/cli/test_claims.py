"""`costmodel claims`: a file of one's own, for machines and for people."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Ran

KEYS = ["id", "claim", "value", "low", "median", "high", "unit", "verdict", "scenario", "needs"]
MINE = """
[run]
subject = "GPT-3"
claim = "A run"
at_most = { value = "1 MUSD", source = "assumption", reason = "as heard", as_of = 2020-06-03 }
scenario = "gpt3-2020"
figure = "cost_per_training_run"

[plan]
subject = "A company"
claim = "It will pay"
needs = "the future"
"""


def test_claims_of_ones_own(run: Callable[..., Ran], tmp_path: Path) -> None:
    """JSON is an array of rows that begin with the agreed keys; a table has the same verdicts."""
    file = tmp_path / "my.toml"
    file.write_text(MINE)
    rows = json.loads(run("claims", "--file", str(file), "--format", "json").out)
    assert [list(row)[: len(KEYS)] for row in rows] == [KEYS, KEYS]
    assert [(row["id"], row["verdict"], row["value"]) for row in rows] == [
        ("run", "outside", 1.0),
        ("plan", "not testable", None),
    ]
    assert rows[0]["low"] < rows[0]["median"] < rows[0]["high"]
    assert rows[1]["median"] is None
    shown = run("claims", "--file", str(file)).out
    assert "up to 1" in shown
    assert "not testable" in shown


def test_a_file_that_is_not_there(run: Callable[..., Ran], tmp_path: Path) -> None:
    """It is named, with exit code 2."""
    found = run("claims", "--file", str(tmp_path / "none.toml"))
    assert found.code == 2
    assert "none.toml" in found.err
