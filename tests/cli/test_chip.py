"""`costmodel chip` and `costmodel die`: what silicon costs to make."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Ran

Run = Callable[..., Ran]


def _json(run: Run, *arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--format", "json")
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def test_the_parts_of_a_chip_are_its_total(run: Run) -> None:
    """The rows of the waterfall sum to its last one."""
    found = {name: row["value"] for name, row in _json(run, "chip", "nvidia/b200").items()}
    total = found.pop("total")
    assert sum(found.values()) == pytest.approx(total)


def test_a_chip_goes_by_any_of_its_names(run: Run) -> None:
    """An alias is the same chip, and its rows as CSV are those of JSON."""
    found, table = _json(run, "chip", "b200"), run("chip", "nvidia/b200", "--format", "csv").out.splitlines()
    assert table[0] == "part,value_usd,low_usd,high_usd"
    assert table[-1] == ",".join(["total", *(repr(found["total"][end]) for end in ("value", "low", "high"))])


def test_a_chip_of_another_day_has_the_prices_of_that_day(run: Run) -> None:
    """Memory of the first half of 2026 is dearer than that of the year before."""
    before, after = (_json(run, "chip", "nvidia/b200", "--on", day)["memory"] for day in ("2025-12-31", "2026-07-01"))
    assert before["value"] < after["value"]


def test_a_die_costs_what_an_independent_model_says(run: Run) -> None:
    """Chiplet-Actuary: a good die of 800 mm2 in 5 nm is 671.59 USD."""
    options = ("--area", "800 mm^2", "--wafer-price", "16988 USD", "--defect-density", "0.11/cm^2")
    assert _json(run, "die", *options)["good_die_cost"] == pytest.approx(671.59, abs=6e-3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("chip", "nvidia/b2000"), "nvidia/b200"),
        (("chip", "groq/lpu-v1"), "memory.type"),
        (("chip", "nvidia/b200", "--on", "2001-01-01"), "wafer_price"),
        (("die", "--area", "900 mm^2", "--process", "n5"), "858"),
        (("die", "--area", "800 mm^2"), "--wafer-price"),
    ],
)
def test_what_cannot_be_made_is_said(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """A mistake names what is missing or allowed, with the exit code of users' mistakes."""
    result = run(*arguments)
    assert result.code == 2
    assert said in result.err
