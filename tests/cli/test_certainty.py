"""`uncertainty`, `sensitivity` and `map`, as a user meets them."""

from __future__ import annotations

import json
from collections.abc import Callable
from csv import DictReader

import pytest

from tests.cli.conftest import Ran

Run = Callable[..., Ran]

UNCERTAINTY = ("uncertainty", "copilot", "--draws", "1024")
SENSITIVITY = ("sensitivity", "copilot", "--base", "256", "--draws", "512")
MAP = ("map", "copilot", "--over", "demand.users=1e5..1e7 user", "--over", "volume", "--points", "4", "--draws", "16")


def test_uncertainty_json_has_bands_and_who_is_cheaper(run: Run) -> None:
    """Medians with errors, bands inside each other, probabilities, and figures by number of draws."""
    ran = run(*UNCERTAINTY, "--format", "json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    for one in found["offers"]:
        assert one["low_90"] <= one["low_80"] <= one["low_50"] <= one["median"]
        assert one["median"] <= one["high_50"] <= one["high_80"] <= one["high_90"]
        assert one["median_error"] > 0
    shares = {one["offer"]: one["probability_cheapest"] for one in found["offers"]}
    assert sum(share for share in shares.values() if share is not None) == pytest.approx(1.0)
    assert shares["purchase/rival-2029"] is None
    for one, others in found["probability_cheaper"].items():
        assert all(share + found["probability_cheaper"][other][one] <= 1.0 for other, share in others.items())
    assert found["without_range"]
    assert {row["draws"] for row in found["convergence"]} == {1024}


def test_independent_draws_are_said_apart(run: Run) -> None:
    """Without what facts share, other figures come out."""
    assert run(*UNCERTAINTY).out != run(*UNCERTAINTY, "--independent").out


def test_sensitivity_json_has_every_measure(run: Run) -> None:
    """Ends, elasticity, indices with errors and worth of the first input."""
    ran = run(*SENSITIVITY, "--format", "json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    first = found["inputs"][0]
    assert first["cost_low"] != first["cost_high"]
    assert all(first[name] is not None for name in ("elasticity", "first", "first_error", "total", "total_error"))
    assert found["offer"] == "purchase/gb200-nvl72"


def test_sensitivity_of_an_offer_that_does_not_exist_is_explained(run: Run) -> None:
    """Exit code 2 and the nearest one."""
    ran = run(*SENSITIVITY, "--offer", "hgx-h10")
    assert ran.code == 2
    assert "hgx-h100" in ran.err


def test_a_map_has_cells_and_a_frontier(run: Run) -> None:
    """Four by four cells with probabilities, between the ends that were given."""
    ran = run(*MAP, "--format", "json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert (found["x"]["values"][0], found["x"]["values"][-1]) == (pytest.approx(1e5), pytest.approx(1e7))
    assert len(found["cells"]) == 16
    assert {one["cheapest"] for one in found["cells"]} >= {point["second"] for point in found["frontier"]}
    assert all(sum(one["probability_cheapest"].values()) == pytest.approx(1.0) for one in found["cells"])


def test_a_printed_map_has_a_row_for_every_value(run: Run) -> None:
    """A letter for every cell, and what it stands for below."""
    ran = run(*MAP)
    assert ran.code == 0, ran.err
    assert "purchase/gb200-nvl72, on" in ran.out


@pytest.mark.parametrize(
    ("over", "words"),
    [
        (("volume",), "two inputs"),
        (("volume", "demand.user"), "demand.users"),
        (("volume=5", "demand.users"), "LOW..HIGH"),
        (("volume=1..2 hour", "demand.users"), "volume"),
    ],
)
def test_what_is_no_map_is_explained(run: Run, over: tuple[str, ...], words: str) -> None:
    """Exit code 2, and what to write instead."""
    ran = run("map", "copilot", *(part for name in over for part in ("--over", name)))
    assert ran.code == 2
    assert words in ran.err


@pytest.mark.usefixtures("opened_anew")
@pytest.mark.parametrize("asked", [UNCERTAINTY, SENSITIVITY, MAP])
def test_csv_has_a_row_for_each_and_the_same_seed_the_same_bytes(run: Run, asked: tuple[str, ...]) -> None:
    """Every verb prints a table for other programs, and leaves nothing to chance."""
    first, again = (run(*asked, "--format", "csv") for _ in range(2))
    assert first.out == again.out
    assert len(list(DictReader(first.out.splitlines()))) > 3


def test_break_even_json_has_its_interval(run: Run) -> None:
    """Low and high end of the first crossing, and how likely there is one."""
    asked = ("break-even", "copilot", "--over", "volume", "--between", "maia-100", "hgx-h100", "--draws", "64")
    (found,) = json.loads(run(*asked, "--format", "json").out)
    assert found["low"] < found["value"] < found["high"]
    assert 0 < found["probability_crosses"] <= 1


def test_break_even_in_time_has_months_and_dates(run: Run) -> None:
    """Months are numbers, dates are written as such."""
    asked = ("break-even", "copilot", "--between", "hgx-h100", "coreweave-h100-five-year", "--format", "json")
    (found,) = json.loads(run(*asked, "--over", "time").out)
    assert (found["status"], found["unit"], found["value"] - found["before"]) == ("steps", "month", 1)
    (dated,) = json.loads(run(*asked, "--over", "date").out)
    assert dated["status"] in {"never", "always", "steps"}
