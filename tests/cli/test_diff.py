"""`costmodel diff`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Ran

ROOT = Path(__file__).resolve().parents[2]


def test_a_file_against_a_shipped_scenario(run: Callable[..., Ran], tmp_path: Path) -> None:
    """A copy with one number changed differs in that number; its name reaches no terminal and no spreadsheet raw."""
    text = (ROOT / "reports" / "coreweave-contract.toml").read_text()
    file = tmp_path / "\x1b[31m\u202e=cmd().toml"
    file.write_text(text.replace('value = "0.9"\nrange = ["0.7"', 'value = "0.6"\nrange = ["0.5"'))
    assert file.read_text() != text
    ran = run("diff", "coreweave-contract", str(file), "--format", "json")
    found = json.loads(ran.out)
    assert [one["input"] for one in found["inputs"] if one["what"] == "value"] == ["capacity.utilization"]
    for offer in found["offers"]:
        assert sum(one["part"] for one in offer["parts"]) == offer["change"]
    for style in ("table", "csv"):
        ran = run("diff", "coreweave-contract", str(file), "--format", style)
        assert ran.code == 0, ran.err
        assert "\x1b" not in ran.out
        assert "\u202e" not in ran.out
        assert str(ROOT) not in ran.out
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["input"] for row in rows} >= {"capacity.utilization"}
    assert not [one for row in rows for one in row.values() if one.startswith(("=", "@"))]


def test_one_scenario_needs_something_set(run: Callable[..., Ran]) -> None:
    """A scenario alone differs from nothing: the command says what to do."""
    ran = run("diff", "copilot")
    assert ran.code == 2
    assert "--set demand.users" in ran.err
