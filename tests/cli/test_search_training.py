"""`costmodel search --training`, and the same from Python."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest

import costmodel as cm
from tests.cli.conftest import Ran

Run = Callable[..., Ran]
ASKED = ("search", "--training", "--model", "llama-3.1-70b", "--accelerators", "256")
FAST = (*ASKED, "--accelerator", "h100", "--tp", "4,8", "--micro-batch", "1")
CHEAP = (*ASKED, "--offer", "purchase/hgx-h100", "--offer", "purchase/hgx-b200", "--tp", "8", "--micro-batch", "1")


def test_json_has_layouts_units_and_what_was_refused(run: Run) -> None:
    """JSON has the fastest layouts in the splits asked for, the unit of each number, and reasons with an example."""
    answer = json.loads(run(*FAST, "--top", "5", "--tokens", "1e12", "--format", "json").out)
    assert set(answer) == {"units", "interval_80", "without", "found", "layouts", "refused"}
    assert len(answer["layouts"]) == 5 <= answer["found"]
    steps = [row["step_time"] for row in answer["layouts"]]
    assert steps == sorted(steps)
    assert {row["tensor_parallel"] for row in answer["layouts"]} <= {4, 8}
    assert set(answer["units"]) <= set(answer["layouts"][0])
    assert answer["refused"]["does not fit in memory"]["layouts"] > 0
    assert all("tensor parallel" in one["example"] for one in answer["refused"].values())


def test_offers_are_ordered_by_cost_or_by_time(run: Run) -> None:
    """On offers the cheapest come first, or where asked the fastest; the cost is that of the systems' hours."""
    cheap, fast = (
        list(csv.DictReader(io.StringIO(run(*CHEAP, *more, "--top", "400", "--format", "csv").out)))
        for more in ((), ("--by", "time"))
    )
    costs, steps = ([float(row[name]) for row in rows] for rows, name in ((cheap, "usd_per_step"), (fast, "step_time")))
    assert costs == sorted(costs)
    assert steps == sorted(steps)
    assert {row["offer"] for row in cheap} == {"purchase/hgx-h100", "purchase/hgx-b200"}
    hourly = {row["offer"]: float(row["usd_per_step"]) / float(row["step_time"]) for row in cheap}
    assert hourly["purchase/hgx-b200"] > hourly["purchase/hgx-h100"]


def test_a_run_is_as_long_and_as_dear_as_predicted(run: Run) -> None:
    """A layout has the duration that `predict training` gives it, with what interrupts a run, and costs that long."""
    of_run = ("--tokens", "1e12", "--format", "json")
    asked = (*ASKED, "--offer", "purchase/hgx-h100", "--tp", "8", "--micro-batch", "1", "--top", "1")
    found = json.loads(run(*asked, *of_run).out)["layouts"][0]
    chosen = {name: found[name] for name in ("recompute", "sharding", "schedule")}
    splits = {"tp": "tensor_parallel", "pp": "pipeline_parallel", "vp": "virtual_stages"}
    numbers = {name: f"{found[column]:g}" for name, column in splits.items()}
    layout = [word for name, value in (chosen | numbers).items() for word in (f"--{name}", value)]
    same = ("--model", "llama-3.1-70b", "--accelerators", "256", "--accelerator", "h100", "--micro-batch", "1")
    told = json.loads(run("predict", "training", *same, *layout, *of_run).out)
    assert found["duration"] == pytest.approx(told["duration"]["value"], rel=1e-9)
    hours = found["usd_per_step"] / found["step_time"] * found["duration"] * 86_400
    assert found["usd_per_run"] == pytest.approx(hours, rel=1e-9)
    assert told["goodput"]["value"] < 1


def test_the_table_says_why_layouts_were_refused(run: Run) -> None:
    """The table has the layouts in letters, notes count what was refused, and columns stay within a terminal."""
    ran = run(*FAST, "--top", "2", "--schedule", "1f1b,zero-bubble")
    assert ran.code == 0
    assert "zero 1" in ran.out
    assert "refused: accelerators left over" in ran.err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "needs either an accelerator, or offers"),
        (("--accelerator", "h100", "--by", "cost"), "only on offers, which have prices"),
        (("--accelerator", "h100", "--tp", "0"), "tensor_parallel is a whole number from 1 on, not 0"),
        (("--accelerator", "h100", "--tp", "a"), "--tp must be numbers with commas"),
        (("--accelerator", "h100", "--accelerators", "2.5"), "whole numbers from 1 to"),
        (("--accelerator", "h100", "--precision", "fp4"), "does not multiply in fp4, but in"),
        (("--accelerator", "h100", "--precision", "bf61"), 'Did you mean "bf16"?'),
        (("--accelerator", "h100", "--recompute", "fully"), 'Did you mean "full"?'),
        (("--accelerator", "h100", "--batch", "10"), "less than one sequence of 4096 token"),
        (("--accelerator", "h100", "--ep", "8"), "no layout can run"),
        (("--accelerator", "h100", "--accelerators", "4"), "fits in memory"),
        (("--offer", "purchase/hgx-h1000"), 'Did you mean "hgx-h100"?'),
    ],
)
def test_mistakes_are_told(run: Run, more: tuple[str, ...], said: str) -> None:
    """A mistake ends with exit code 2, what is wrong and what is allowed, without a traceback."""
    ran = run(*ASKED, *more)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--tp", "16"), "layers split over more accelerators than links join"),
        (("--tp", "8", "--vp", "4"), "parts of a stage without a pipeline"),
        (("--tp", "8", "--schedule", "zero-bubble"), "a zero-bubble pipeline has two stages or more"),
        (("--tp", "3"), "accelerators left over"),
        (("--precision", "fp4"), "does not multiply in fp4"),
    ],
)
def test_layouts_that_cannot_run_are_refused(run: Run, more: tuple[str, ...], said: str) -> None:
    """A prediction of a layout that cannot run is refused with the reason."""
    given = ("--model", "llama-3.1-70b", "--accelerator", "h100", "--accelerators", "256", "--tokens", "1e12")
    ran = run("predict", "training", *given, *more)
    assert ran.code == 2
    assert said in ran.err


def test_python_finds_what_the_command_finds(run: Run) -> None:
    """The fastest layout of `cm.search_training` is that of the command."""
    found = cm.search_training(
        "llama-3.1-70b", accelerator="h100", accelerators=256, splits={"tensor_parallel": (4, 8), "micro_batch": [1]}
    )
    first = json.loads(run(*FAST, "--top", "1", "--format", "json").out)["layouts"][0]
    assert {name: found[name][0] for name in first} == pytest.approx(first)
