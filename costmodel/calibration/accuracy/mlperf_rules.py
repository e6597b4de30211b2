"""What MLPerf Inference prescribes, and what a submission says of itself: limits, lengths, number type."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from costmodel.calibration.accuracy.software_names import weight_type

NO_LIMIT = (1e9, 1e9)
LIMITS = {
    ("llama2-70b", "Server"): (2.0, 0.2),
    ("llama2-70b", "Interactive"): (0.45, 0.04),
    ("llama3.1-405b", "Server"): (6.0, 0.175),
    ("llama3.1-405b", "Interactive"): (4.5, 0.08),
    ("llama3.1-8b", "Server"): (2.0, 0.1),
    ("llama3.1-8b", "Interactive"): (0.5, 0.03),
    ("mixtral-8x7b", "Server"): (2.0, 0.2),
    ("mixtral-8x7b", "Interactive"): (0.45, 0.04),
    ("deepseek-r1", "Server"): (2.0, 0.08),
    ("deepseek-r1", "Interactive"): (1.5, 0.015),
    ("gpt-oss-120b", "Server"): (3.0, 0.08),
    ("gpt-oss-120b", "Interactive"): (2.0, 0.015),
    ("gptj", "Server"): (20.0, 20.0 / 69.0),
}
"""Seconds to the first token and per token that a scenario allows at its 99th percentile (MLPerf rules, recalled; those
of DeepSeek-R1 and gpt-oss as logged in v6.0). GPT-J's limit is 20 seconds for a whole answer."""

LENGTHS = {
    "llama2-70b": (294.0, 292.0),
    "mixtral-8x7b": (450.0, 146.0),
    "llama3.1-405b": (9400.0, 650.0),
    "llama3.1-8b": (870.0, 128.0),
    "deepseek-r1": (800.0, 3880.0),
    "gptj": (890.0, 69.0),
}
"""Mean tokens of prompts and outputs of the data set (outputs as logged, prompts recalled but for those of news).

Articles of CNN and Daily Mail have 781 words and marks on average (arXiv 1704.04368; often quoted as tokens), which are
1.09 tokens each for Llama 3 (counted on articles that TensorRT-LLM ships for its benchmark); the instruction has 23.
"""

SCENARIOS = ("Offline", "Server", "Interactive")


def unknown_rules(row: pd.Series[Any]) -> str:
    """Return which of a benchmark's rules and lengths neither a row nor this file says."""
    name, scenario = benchmark(row), scenario_of(row)
    if scenario not in SCENARIOS:
        return f"scenario {row['scenario']!r} is none of {', '.join(SCENARIOS)}"
    lengths = row.reindex(["input_len_mean", "output_len_mean"])
    if name not in LENGTHS and lengths.isna().any():
        return f"{name} has no known lengths: give input_len_mean and output_len_mean"
    if scenario != "Offline" and not logged_limits(row) and (name, scenario) not in LIMITS:
        return f"{name} {scenario} has no known limits: write 'limits in log: TTFT 2000 ms, TPOT 80 ms' in the note"
    return ""


def stated_type(row: pd.Series[Any]) -> str:
    """Return the number type of weights that a submission states in its note; none where it states none."""
    found = re.search(r"\bweights (\w+)", str(row.get("note", "")))
    return weight_type(found[1]) if found else ""


def stated_limits(row: pd.Series[Any]) -> tuple[float, float]:
    """Return seconds to the first token and per token that a scenario allows: as logged, else by its rules."""
    return logged_limits(row) or LIMITS.get((benchmark(row), scenario_of(row)), NO_LIMIT)


def logged_limits(row: pd.Series[Any]) -> tuple[float, float] | None:
    """Return the limits that a submission's log gives in its note, in seconds."""
    logged = re.search(r"limits in log: TTFT (\d+) ms, TPOT (\d+) ms", str(row.get("note", "")))
    return (float(logged[1]) / 1e3, float(logged[2]) / 1e3) if logged else None


def benchmark(row: pd.Series[Any]) -> str:
    """Return the benchmark of a row, whose rounds write it in several ways: llama3_1-405b, llama2-70b-interactive-99.9.

    >>> benchmark(pd.Series({"benchmark": "llama2-70b-interactive-99.9"}))
    'llama2-70b'
    """
    name = str(row["benchmark"]).strip().lower().replace("_", ".").replace("llama-", "llama").replace("gpt-j", "gptj")
    return re.sub(r"-(interactive|edge|99(\.9)?|6b|instruct)(?=-|$)", "", name)


def scenario_of(row: pd.Series[Any]) -> str:
    """Return the scenario of a row; up to v5.0 the stricter one was a benchmark of its own, and its scenario Server."""
    stated = str(row["scenario"]).strip().capitalize()
    return "Interactive" if stated == "Server" and "interactive" in str(row["benchmark"]).lower() else stated
