"""Shapes from published configuration files, against what their publishers and plain counting give."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from costmodel.cli.import_ import architecture

HERE = Path(__file__).parent
CASES = list(csv.DictReader((HERE / "published.csv").read_text(encoding="utf-8").splitlines()))
CHECKED = {
    "parameters_billion": ("parameters", 1e9, 0.01),
    "active_billion": ("active_parameters", 1e9, 0.12),  # counted with or without embeddings
    "cache_gb": ("cache_bytes", 1e9, 0.01),
    "weight_gb": ("weight_bytes", 1e9, 0.03),
    "context_limit": ("context_limit", 1.0, 0.0),
}
KEYS = [
    "parameters",
    "active_parameters",
    "weight_bytes",
    "cache_bytes",
    "state_bytes",
    "context_limit",
    "layers",
    "notes",
]


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_a_published_file_is_read_or_refused(case: dict[str, str]) -> None:
    """Parameters, cache, weights and the longest sequence are as published; what is no decoder is refused."""
    file = HERE / "published" / f"{case['file']}.json"
    context = case["context"] or "4096"
    done = CliRunner().invoke(architecture, [str(file), "--format", "json", "--context", context])
    if case["expect"] == "refuse":
        assert done.exception is not None
        assert str(done.exception).startswith(f"{file}:")
        return
    found = json.loads(done.stdout)
    assert list(found) == KEYS
    for column, (key, scale, tolerance) in CHECKED.items():
        if case[column]:
            assert found[key] / scale == pytest.approx(float(case[column]), rel=tolerance or 1e-12)
